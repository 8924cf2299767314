/** What the SQL storage asks of a database connection; one executor per driver. */
import type { Dialect } from './dialect.ts'
import type { Statement } from './statement.ts'

/** The rows of one statement, and how many it changed: rows that it found, changed or not. */
export interface Result {
  readonly rows: readonly unknown[]
  readonly affected: number
}

/** How a transaction ends: kept or undone, with what the caller is told. */
export interface Ending<T> {
  readonly keep: boolean
  readonly value: T
}

/**
 * The statements of one transaction, each decided on the results of those before it. It never waits
 * for anything else, so that a synchronous driver runs it in one go, and it may be run again from the
 * start when the engine could not let it through beside others. A statement that fails throws where it
 * was asked; on PostgreSQL nothing but the end of the transaction can follow it.
 */
export type Script<T> = Generator<Statement, Ending<T>, Result>

/** A statement as it is about to run; `transaction` marks those between `begin` and `commit`. */
export interface ObservedStatement {
  readonly sql: string
  readonly kind: 'statement' | 'transaction'
}

/** Called before each statement, `begin` and `commit` included. */
export type Observe = (statement: ObservedStatement) => void

/**
 * What an engine's error means:
 *
 * - `unique`: a unique key fired; nothing of the statement was written.
 * - `surprise`: a statement took itself back, because a row was not as it must be.
 * - `again`: the engine could not serialize it beside others; nothing was written.
 * - `there`: the column or index that was to be added is there already.
 */
export type Fault = 'unique' | 'surprise' | 'again' | 'there'

/** One connection, or a pool of them. Driver errors leave it as `BillingError`s where they can. */
export interface Executor {
  readonly dialect: Dialect
  /** One statement, one round trip. */
  query(statement: Statement): Promise<Result>
  /** One transaction; all of it is undone when the script says so or throws. */
  transaction<T>(script: () => Script<T>): Promise<T>
  /** What an error that `query` or `transaction` threw means, or `null` when it is none of those. */
  faultOf(error: unknown): Fault | null
  close(): Promise<void>
}

/** Ends a transaction and keeps what it wrote. */
export function keep<T>(value: T): Ending<T> {
  return { keep: true, value }
}

/** Ends a transaction and takes back what it wrote. */
export function undo<T>(value: T): Ending<T> {
  return { keep: false, value }
}

/** Asks for the rows of one statement within a transaction. */
export function* ask<Row>(statement: Statement<Row>): Generator<Statement, readonly Row[], Result> {
  const { rows } = yield statement
  return rows as readonly Row[]
}

/** The rows of one statement on its own. */
export async function rowsOf<Row>(
  executor: Executor,
  statement: Statement<Row>,
): Promise<readonly Row[]> {
  const { rows } = await executor.query(statement)
  return rows as readonly Row[]
}
