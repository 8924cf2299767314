/** A Drizzle database: over `node-postgres`, `postgres-js`, PGlite, `mysql2` or the client of libsql. */
import type { Dialect } from './dialect.ts'
import type { Observe, Result } from './executor.ts'
import type { Sql } from './statement.ts'
import { BillingError } from 'billwright'
import { type SQL, sql } from 'drizzle-orm'
import { asynchronous, type Driver, type Run, undoneByThrowing } from './asynchronous.ts'
import { errorIn } from './dialect-errors.ts'
import { joined } from './joined.ts'
import { isObject, notATransaction, type SqlStorage, sqlStorage } from './sql-storage.ts'
import { oneAtATime } from './turns.ts'

export type { Dialect } from './dialect.ts'
export type { Observe, ObservedStatement } from './executor.ts'
export type { SqlStorage } from './sql-storage.ts'

export interface DrizzleOptions {
  /** The engine behind the database. */
  readonly dialect: Dialect
  /** Called before each statement; for counting and tracing. Default: nothing. */
  readonly observe?: Observe
}

/** What is used of a database, and of a transaction: `execute` on servers, `all` and `run` on SQLite. */
export type DrizzleDatabase = (
  | { execute(query: SQL): PromiseLike<unknown> }
  | { all(query: SQL): unknown; run(query: SQL): unknown }
) & {
  transaction<T>(body: (transaction: DrizzleDatabase) => Promise<T>): Promise<T>
}

/**
 * The storage over a Drizzle database, which stays open. `within` takes the transaction that
 * `db.transaction()` hands out. A database over a synchronous driver of SQLite cannot wait inside its
 * transactions: pass `db.$client` to `billwright/sqlite` instead. Call `migrate()` once at start, or
 * add what `billwright schema` prints to your own migrations.
 *
 * Errors: `invalid_options` (a synchronous driver), `storage_not_migrated`, `storage_unavailable`,
 * `storage_busy`, `invalid_id`, `invalid_cursor`, `invalid_transaction`.
 */
export function drizzle(db: DrizzleDatabase, options: DrizzleOptions): SqlStorage {
  const { dialect, observe = () => {} } = options
  if ('resultKind' in db && db.resultKind === 'sync') throw synchronous()
  const driver = driverFor(db, dialect)
  return sqlStorage({
    name: dialect,
    // SQLite lets one write at a time, and a client that waits for its file stops the process.
    executor: asynchronous(dialect === 'sqlite' ? oneAtATime(driver) : driver, { observe }),
    join(transaction) {
      if (!isTransaction(transaction)) throw notATransaction('a Drizzle transaction')
      // A savepoint of Drizzle's: `postgres-js` gives up a transaction for any statement that failed in it
      // outside of a savepoint that it knows.
      const { run, transaction: nested } = driverFor(transaction, dialect)
      const inside = joined({ dialect, run, errorOf: driver.errorOf, nested })
      return asynchronous(inside, { observe, repeats: false })
    },
  })
}

function driverFor(db: DrizzleDatabase, dialect: Dialect): Driver {
  return {
    dialect,
    run: runOn(db, dialect),
    transaction: (work) =>
      undoneByThrowing(
        (body) => db.transaction((transaction) => body(runOn(transaction, dialect))),
        work,
      ),
    errorOf: errorIn(dialect),
    close: async () => {},
  }
}

function runOn(db: DrizzleDatabase, dialect: Dialect): Run {
  return async (statement) => {
    const query = queryOf(statement)
    if ('execute' in db) return READ[dialect](await db.execute(query), statement)
    return READ[dialect](await (statement.reads ? db.all(query) : db.run(query)), statement)
  }
}

// Drizzle writes placeholders of its own: ours are where the text is taken apart.
const PLACEHOLDER = /\$\d+|\?/

function queryOf({ text, params }: Sql): SQL {
  const parts = text.split(PLACEHOLDER)
  return sql.join(
    parts.flatMap((part, n) => {
      const value = params[n]
      return value === undefined ? [sql.raw(part)] : [sql.raw(part), sql.param(value)]
    }),
  )
}

/** Rows and counts, out of what the drivers of an engine answer. */
const READ: Readonly<Record<Dialect, (answer: unknown, statement: Sql) => Result>> = {
  postgres(answer, { reads }) {
    // `postgres-js` answers the rows, with the count among their properties.
    const rows = (Array.isArray(answer) ? answer : (answer as Counted).rows) ?? []
    const { rowCount, affectedRows, count } = answer as Counted
    return { rows, affected: reads ? rows.length : (rowCount ?? affectedRows ?? count ?? 0) }
  },
  mysql(answer) {
    const [rows] = answer as readonly [unknown]
    if (Array.isArray(rows)) return { rows, affected: rows.length }
    return { rows: [], affected: (rows as Counted).affectedRows ?? 0 }
  },
  sqlite(answer) {
    if (Array.isArray(answer)) return { rows: answer, affected: answer.length }
    return { rows: [], affected: (answer as Counted).rowsAffected ?? 0 }
  },
}

interface Counted {
  readonly rows?: unknown[]
  readonly rowCount?: number | null
  readonly affectedRows?: number
  readonly count?: number
  readonly rowsAffected?: number
}

function isTransaction(value: unknown): value is DrizzleDatabase {
  return (
    isObject(value) &&
    (typeof value.execute === 'function' || typeof value.run === 'function') &&
    typeof value.rollback === 'function'
  )
}

function synchronous(): BillingError {
  return new BillingError(
    'config',
    'invalid_options',
    'drizzle(db): this driver of SQLite is synchronous; pass `db.$client` to billwright/sqlite.',
    { where: 'drizzle(db)' },
  )
}
