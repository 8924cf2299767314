/**
 * A storage in one SQLite file: for one machine, for any number of processes on it.
 * @module billwright/sqlite
 */
import type { Observe } from './executor.ts'
import { BillingError } from 'billwright'
import { libsqlExecutor, type SqliteDatabase } from './executor-libsql.ts'
import { openFile } from './open-file.ts'
import { isObject, notATransaction, type SqlStorage, sqlStorage } from './sql-storage.ts'

export type { Observe, ObservedStatement } from './executor.ts'
export type { SqliteDatabase, SqliteStatement } from './executor-libsql.ts'
export type { SqlStorage } from './sql-storage.ts'

/** Where the database is: a file that is opened here, or a database that the app opened. */
export type SqliteOptions = {
  /** Called before each statement; for counting and tracing. */
  readonly observe?: Observe
} & (
  | {
      /** A path, made if it does not exist (its folder is not), or `:memory:`. Needs `libsql`. */
      readonly file: string
    }
  | {
      /**
       * An open database of `libsql`, `better-sqlite3` or `node:sqlite`; it stays set up as it is, and
       * open.
       */
      readonly database: SqliteDatabase
    }
)

/**
 * The SQLite storage. A file is opened on first use with a write-ahead log, full synchronization and
 * a busy timeout of 5 seconds. Call `migrate()` once at start.
 *
 * Errors: `storage_driver_missing` (libsql is not installed), `storage_not_migrated`,
 * `storage_unavailable` (another process holds the file for too long, or the disk fails),
 * `invalid_id` (an id that no database keeps as it is), `invalid_cursor`.
 */
export function sqlite(options: SqliteOptions): SqlStorage {
  const { observe = () => {} } = options
  const source = 'database' in options ? given(options.database) : opened(options.file)
  return sqlStorage({
    name: 'sqlite',
    executor: libsqlExecutor({ ...source, observe }),
    join(transaction) {
      if (!isDatabase(transaction)) throw notATransaction('the database that runs your transaction')
      return libsqlExecutor({ ...given(transaction), observe, joined: true })
    },
  })
}

function isDatabase(value: unknown): value is SqliteDatabase {
  return isObject(value) && typeof value.prepare === 'function' && typeof value.exec === 'function'
}

interface Source {
  readonly open: () => Promise<SqliteDatabase>
  readonly close: () => Promise<void>
}

function given(database: SqliteDatabase): Source {
  return { open: async () => database, close: async () => {} }
}

/** Opened once, on first use; an attempt that failed is not remembered. */
function opened(file: string): Source {
  let database: Promise<SqliteDatabase> | null = null
  let closed = false
  return {
    async open() {
      if (closed) throw closedError()
      database ??= openFile(file).catch((error: unknown) => {
        database = null
        throw error
      })
      return database
    },
    async close() {
      closed = true
      const open = database
      database = null
      if (open) (await open).close()
    },
  }
}

function closedError(): BillingError {
  return new BillingError('unavailable', 'storage_unavailable', 'The storage was closed.')
}
