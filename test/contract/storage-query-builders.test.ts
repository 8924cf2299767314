/** The storage through the query builders that apps have already, on their own connections. */
import type { Storage } from 'billwright'
import { drizzle } from 'billwright/drizzle'
import { kysely } from 'billwright/kysely'
import { drizzle as mysqlDrizzle } from 'drizzle-orm/mysql2'
import { drizzle as pgDrizzle } from 'drizzle-orm/node-postgres'
import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely'
import Database from 'libsql'
import { createPool } from 'mysql2'
import pg from 'pg'
import { describe, it } from 'vitest'
import { storageCases } from '../../src/testing/storage-cases.ts'
import { freshDatabase, isInstalled } from '../support/databases.ts'
import { tellingCases } from '../support/some-cases.ts'

const ending = (storage: Storage, close: () => Promise<unknown>): Storage => ({
  ...storage,
  async close() {
    await close()
  },
})

const pgPool = async () => new pg.Pool({ connectionString: await freshDatabase('postgres') })
const mysqlPool = async () => createPool(await freshDatabase('mysql'))

const BUILDERS: readonly [string, boolean, () => Promise<Storage>][] = [
  [
    'Kysely on PostgreSQL',
    isInstalled('postgres'),
    async () => {
      const db = new Kysely<object>({ dialect: new PostgresDialect({ pool: await pgPool() }) })
      return ending(kysely(db, { dialect: 'postgres' }), () => db.destroy())
    },
  ],
  [
    'Kysely on MariaDB',
    isInstalled('mysql'),
    async () => {
      const db = new Kysely<object>({ dialect: new MysqlDialect({ pool: await mysqlPool() }) })
      return ending(kysely(db, { dialect: 'mysql' }), () => db.destroy())
    },
  ],
  [
    'Kysely on SQLite',
    true,
    async () => {
      const database = new Database(':memory:')
      const db = new Kysely<object>({ dialect: new SqliteDialect({ database }) })
      return ending(kysely(db, { dialect: 'sqlite' }), () => db.destroy())
    },
  ],
  [
    'Drizzle on PostgreSQL',
    isInstalled('postgres'),
    async () => {
      const pool = await pgPool()
      return ending(drizzle(pgDrizzle(pool), { dialect: 'postgres' }), () => pool.end())
    },
  ],
  [
    'Drizzle on MariaDB',
    isInstalled('mysql'),
    async () => {
      const pool = (await mysqlPool()).promise()
      return ending(drizzle(mysqlDrizzle(pool), { dialect: 'mysql' }), () => pool.end())
    },
  ],
]

for (const [name, installed, make] of BUILDERS)
  describe.skipIf(!installed)(name, () => {
    for (const { name: rule, run } of tellingCases(storageCases(make))) it(rule, run)
  })
