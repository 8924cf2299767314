/** Apps that speak to their database through Drizzle. */
import { createClient } from '@libsql/client'
import { drizzle } from 'billwright/drizzle'
import { type SQL, sql } from 'drizzle-orm'
import { drizzle as libsqlDrizzle } from 'drizzle-orm/libsql'
import { drizzle as mysqlDrizzle } from 'drizzle-orm/mysql2'
import { drizzle as pgDrizzle } from 'drizzle-orm/node-postgres'
import { drizzle as pgjsDrizzle } from 'drizzle-orm/postgres-js'
import postgresJs from 'postgres'
import { temporaryFile } from '../../storage/temporary-file.ts'
import { freshDatabase, isInstalled, mysqlPool, pgPool } from '../databases.ts'
import { type AppKind, INSERT, JOURNALS, LEVELS, NAMES, namesIn, THINGS } from './app.ts'

const insertion = (name: string): SQL => sql`${sql.raw(INSERT)} (${name})`

export const drizzleApps: readonly AppKind[] = [
  {
    name: 'Drizzle on PostgreSQL',
    installed: isInstalled('postgres'),
    modes: LEVELS,
    async open(level) {
      const pool = await pgPool(level)
      const db = pgDrizzle(pool)
      await db.execute(THINGS)
      return {
        storage: drizzle(db, { dialect: 'postgres' }),
        transact: (body) => db.transaction((transaction) => body(transaction)),
        insert: (transaction, name) => (transaction as typeof db).execute(insertion(name)),
        names: async () => namesIn((await db.execute(NAMES)).rows),
        close: () => pool.end(),
      }
    },
  },
  {
    name: 'Drizzle on PostgreSQL through postgres-js',
    installed: isInstalled('postgres'),
    modes: LEVELS,
    async open(level) {
      const client = postgresJs(await freshDatabase('postgres', level), { onnotice: () => {} })
      const db = pgjsDrizzle(client)
      await db.execute(THINGS)
      return {
        storage: drizzle(db, { dialect: 'postgres' }),
        transact: (body) => db.transaction((transaction) => body(transaction)),
        insert: (transaction, name) => (transaction as typeof db).execute(insertion(name)),
        names: async () => namesIn(await db.execute(NAMES)),
        close: () => client.end(),
      }
    },
  },
  {
    name: 'Drizzle on MariaDB',
    installed: isInstalled('mysql'),
    modes: LEVELS,
    async open(level) {
      const pool = (await mysqlPool(level)).promise()
      const db = mysqlDrizzle(pool)
      await db.execute(THINGS)
      return {
        storage: drizzle(db, { dialect: 'mysql' }),
        transact: (body) => db.transaction((transaction) => body(transaction)),
        insert: (transaction, name) => (transaction as typeof db).execute(insertion(name)),
        names: async () => namesIn((await db.execute(NAMES))[0]),
        close: () => pool.end(),
      }
    },
  },
  {
    name: 'Drizzle on SQLite through libsql',
    installed: true,
    modes: JOURNALS,
    async open(journal = 'wal') {
      const client = createClient({ url: `file:${temporaryFile()}` })
      const db = libsqlDrizzle(client)
      await db.all(`pragma journal_mode = ${journal}`)
      await db.run(THINGS)
      return {
        storage: drizzle(db, { dialect: 'sqlite' }),
        transact: (body) => db.transaction((transaction) => body(transaction)),
        insert: (transaction, name) => (transaction as typeof db).run(insertion(name)),
        names: async () => namesIn(await db.all(NAMES)),
        close: async () => client.close(),
      }
    },
  },
]
