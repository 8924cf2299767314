/** What Drizzle cannot do, and what its drivers say in words of their own. */
import { createClient } from '@libsql/client'
import { type DrizzleDatabase, drizzle } from 'billwright/drizzle'
import { drizzle as libsqlDrizzle } from 'drizzle-orm/libsql'
import { drizzle as pgjsDrizzle } from 'drizzle-orm/postgres-js'
import postgresJs from 'postgres'
import { describe, expect, it } from 'vitest'
import { optionalDrivers } from '../support/optional-drivers.ts'
import { temporaryFile } from './temporary-file.ts'

const unavailable = { kind: 'unavailable', code: 'storage_unavailable' }

describe('Drizzle', () => {
  const byAccount = { by: { account: 'a' } }

  it('over a client of libsql that was closed is unavailable', async () => {
    const client = createClient({ url: `file:${temporaryFile()}` })
    const storage = drizzle(libsqlDrizzle(client), { dialect: 'sqlite' })
    await storage.migrate()
    client.close()
    await expect(storage.load(byAccount)).rejects.toMatchObject(unavailable)
  })

  it('over postgres-js is unavailable where no server is, and after it was ended', async () => {
    // On the first port nothing listens.
    const client = postgresJs('postgres://127.0.0.1:1/app')
    const storage = drizzle(pgjsDrizzle(client), { dialect: 'postgres' })
    await expect(storage.load(byAccount)).rejects.toMatchObject(unavailable)
    await client.end()
    await expect(storage.load(byAccount)).rejects.toMatchObject(unavailable)
  })

  const synchronous = optionalDrivers().find(({ name }) => name === 'better-sqlite3')?.open
  it.skipIf(!synchronous)('over a synchronous driver of SQLite is refused by name', async () => {
    const { drizzle: syncDrizzle } = await import('drizzle-orm/better-sqlite3')
    // The driver has no types here.
    const open = syncDrizzle as unknown as (client: unknown) => DrizzleDatabase
    const db = open(synchronous?.(':memory:'))
    expect(() => drizzle(db, { dialect: 'sqlite' })).toThrow(
      expect.objectContaining({ kind: 'config', code: 'invalid_options' }),
    )
  })
})
