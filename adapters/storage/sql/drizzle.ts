/** A Drizzle database over `node-postgres` or `mysql2`. */
import type { Observe } from './executor.ts'
import type { Sql } from './statement.ts'
import { type SQL, sql } from 'drizzle-orm'
import { asynchronous, type Driver, type Run, undoneByThrowing } from './asynchronous.ts'
import { errorIn } from './dialect-errors.ts'
import { joined } from './joined.ts'
import { isObject, notATransaction, type SqlStorage, sqlStorage } from './sql-storage.ts'

export type { Observe, ObservedStatement } from './executor.ts'
export type { SqlStorage } from './sql-storage.ts'

export interface DrizzleOptions {
  /** The engine behind the database. For SQLite pass its driver to `billwright/sqlite` instead. */
  readonly dialect: 'postgres' | 'mysql'
  /** Called before each statement; for counting and tracing. Default: nothing. */
  readonly observe?: Observe
}

/** What is used of a transaction. */
export interface DrizzleTransaction {
  execute(query: SQL): PromiseLike<unknown>
}

/** What is used of a database. */
export interface DrizzleDatabase extends DrizzleTransaction {
  transaction<T>(body: (transaction: DrizzleTransaction) => Promise<T>): Promise<T>
}

/**
 * The storage over a Drizzle database, which stays open. `within` takes the transaction that
 * `db.transaction()` hands out. Call `migrate()` once at start, or add what
 * `billwright schema` prints to your own migrations.
 *
 * Errors: `storage_not_migrated`, `storage_unavailable`, `storage_busy`, `invalid_id`,
 * `invalid_cursor`, `invalid_transaction`.
 */
export function drizzle(db: DrizzleDatabase, options: DrizzleOptions): SqlStorage {
  const { dialect, observe = () => {} } = options
  const errorOf = errorIn(dialect)
  return sqlStorage({
    name: dialect,
    executor: asynchronous(driverFor(db, dialect), { observe }),
    join(transaction) {
      if (!isTransaction(transaction)) throw notATransaction('a Drizzle transaction')
      const driver = joined({ dialect, run: runOn(transaction), errorOf })
      return asynchronous(driver, { observe, repeats: false })
    },
  })
}

function driverFor(db: DrizzleDatabase, dialect: 'postgres' | 'mysql'): Driver {
  return {
    dialect,
    run: runOn(db),
    transaction: (work) =>
      undoneByThrowing((body) => db.transaction((transaction) => body(runOn(transaction))), work),
    errorOf: errorIn(dialect),
    close: async () => {},
  }
}

function runOn(db: DrizzleTransaction): Run {
  return async (statement: Sql) => resultOf(await db.execute(queryOf(statement)))
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

/** Rows and counts as each driver answers them. */
function resultOf(answer: unknown): Awaited<ReturnType<Run>> {
  if (Array.isArray(answer)) {
    const [rows] = answer
    if (Array.isArray(rows)) return { rows, affected: rows.length }
    return { rows: [], affected: Number((rows as { affectedRows?: number }).affectedRows ?? 0) }
  }
  const { rows, rowCount } = answer as { rows: unknown[]; rowCount: number | null }
  return { rows, affected: rowCount ?? 0 }
}

function isTransaction(value: unknown): value is DrizzleTransaction {
  return (
    isObject(value) && typeof value.execute === 'function' && typeof value.rollback === 'function'
  )
}
