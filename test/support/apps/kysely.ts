/** Apps that speak to their database through Kysely. */
import type { Dialect } from 'billwright/kysely'
import { kysely } from 'billwright/kysely'
import {
  Kysely,
  type Dialect as KyselyDialect,
  MysqlDialect,
  PostgresDialect,
  SqliteDialect,
  sql,
} from 'kysely'
import Database from 'libsql'
import { temporaryFile } from '../../storage/temporary-file.ts'
import { isInstalled, mysqlPool, pgPool } from '../databases.ts'
import { type AppKind, INSERT, JOURNALS, LEVELS, type Mode, NAMES, namesIn, THINGS } from './app.ts'

function through(
  dialect: Dialect,
  openDialect: (mode?: Mode) => Promise<KyselyDialect>,
): AppKind['open'] {
  return async (mode) => {
    const db = new Kysely<object>({ dialect: await openDialect(mode) })
    await sql.raw(THINGS).execute(db)
    return {
      storage: kysely(db, { dialect }),
      transact: (body) => db.transaction().execute((transaction) => body(transaction)),
      insert: (transaction, name) =>
        sql`${sql.raw(INSERT)} (${name})`.execute(transaction as Kysely<object>),
      names: async () => namesIn((await sql.raw(NAMES).execute(db)).rows),
      close: () => db.destroy(),
    }
  }
}

export const kyselyApps: readonly AppKind[] = [
  {
    name: 'Kysely on PostgreSQL',
    installed: isInstalled('postgres'),
    modes: LEVELS,
    open: through('postgres', async (level) => new PostgresDialect({ pool: await pgPool(level) })),
  },
  {
    name: 'Kysely on MariaDB',
    installed: isInstalled('mysql'),
    modes: LEVELS,
    open: through('mysql', async (level) => new MysqlDialect({ pool: await mysqlPool(level) })),
  },
  {
    name: 'Kysely on SQLite',
    installed: true,
    modes: JOURNALS,
    alone: true,
    open: through('sqlite', async (journal = 'wal') => {
      const database = new Database(temporaryFile())
      database.exec('pragma synchronous = off')
      database.prepare(`pragma journal_mode = ${journal}`).all()
      return new SqliteDialect({ database })
    }),
  },
]
