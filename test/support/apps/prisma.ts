/** Apps that speak to their database through Prisma, with a model for their own table. */
import type { PrismaDatabase } from 'billwright/prisma'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { type Dialect, prisma } from 'billwright/prisma'
import { PrismaClient as MysqlClient } from '../../../fixtures/prisma/mysql/client.ts'
import { PrismaClient as PostgresClient } from '../../../fixtures/prisma/postgres/client.ts'
import { PrismaClient as SqliteClient } from '../../../fixtures/prisma/sqlite/client.ts'
import { temporaryFile } from '../../storage/temporary-file.ts'
import { freshDatabase, isInstalled } from '../databases.ts'
import { type App, type AppKind, JOURNALS, LEVELS, NAMES, namesIn, THINGS } from './app.ts'

/** What every generated client has. */
interface Client extends PrismaDatabase {
  readonly thing: { create(row: { readonly data: { readonly name: string } }): Promise<unknown> }
  $disconnect(): Promise<void>
}

async function app(client: Client, dialect: Dialect): Promise<App> {
  await client.$executeRawUnsafe(THINGS)
  return {
    storage: prisma(client, { dialect }),
    transact: (body) => client.$transaction(body, { maxWait: 10_000, timeout: 60_000 }),
    insert: (transaction, name) => (transaction as Client).thing.create({ data: { name } }),
    names: async () => namesIn(await client.$queryRawUnsafe(NAMES)),
    close: () => client.$disconnect(),
  }
}

export const prismaApps: readonly AppKind[] = [
  {
    name: 'Prisma on PostgreSQL',
    installed: isInstalled('postgres'),
    modes: LEVELS,
    async open(level) {
      const connectionString = await freshDatabase('postgres', level)
      const schema = /search_path=(\w+)/.exec(decodeURIComponent(connectionString))?.[1] ?? 'public'
      const adapter = new PrismaPg({ connectionString }, { schema })
      return app(new PostgresClient({ adapter }), 'postgres')
    },
  },
  {
    name: 'Prisma on MariaDB',
    installed: isInstalled('mysql'),
    modes: LEVELS,
    async open(level = 'repeatable read') {
      const { hostname, port, username, pathname } = new URL(await freshDatabase('mysql'))
      const adapter = new PrismaMariaDb({
        ...{ host: hostname, port: Number(port), user: username, database: pathname.slice(1) },
        initSql: `set session transaction isolation level ${level}`,
      })
      return app(new MysqlClient({ adapter }), 'mysql')
    },
  },
  {
    name: 'Prisma on SQLite through libsql',
    installed: true,
    modes: JOURNALS,
    alone: true,
    async open(journal = 'wal') {
      const adapter = new PrismaLibSql({ url: `file:${temporaryFile()}` })
      const client = new SqliteClient({ adapter })
      await client.$queryRawUnsafe(`pragma journal_mode = ${journal}`)
      return app(client, 'sqlite')
    },
  },
]
