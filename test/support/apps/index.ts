/** Every driver and query builder that billing runs through, as an app would use it. */
import type { AppKind } from './app.ts'
import { drizzleApps } from './drizzle.ts'
import { kyselyApps } from './kysely.ts'
import { prismaApps } from './prisma.ts'
import { onMysql2, onPg } from './server-drivers.ts'
import { sqliteDrivers } from './sqlite-drivers.ts'

export const drivers: readonly AppKind[] = [onPg, onMysql2, ...sqliteDrivers]

export const builders: readonly AppKind[] = [...kyselyApps, ...drizzleApps, ...prismaApps]
