/** Apps that speak to their database through Drizzle. */
import { drizzle } from 'billwright/drizzle'
import { type SQL, sql } from 'drizzle-orm'
import { drizzle as mysqlDrizzle } from 'drizzle-orm/mysql2'
import { drizzle as pgDrizzle } from 'drizzle-orm/node-postgres'
import { isInstalled, mysqlPool, pgPool } from '../databases.ts'
import { type AppKind, INSERT, LEVELS, NAMES, namesIn, THINGS } from './app.ts'

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
]
