/** What the SQL storage asks of a database connection; one executor per driver. */

/** What a column holds: text, safe integers and NULL; booleans are 0 and 1. */
export type Value = string | number | null

/** One statement with its values; `Row` is what it answers. */
export interface Statement<Row = unknown> {
  readonly sql: string
  readonly params: readonly Value[]
  /** Only a type: the rows that this statement answers. */
  readonly row?: Row
}

/** The rows of one statement, and how many it changed. */
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
 * for anything else, so that a synchronous driver runs it in one go.
 */
export type Script<T> = Generator<Statement, Ending<T>, Result>

/** A statement as it is about to run; `transaction` marks those between `begin` and `commit`. */
export interface ObservedStatement {
  readonly sql: string
  readonly kind: 'statement' | 'transaction'
}

/** Called before each statement, `begin immediate` and `commit` included. */
export type Observe = (statement: ObservedStatement) => void

/** One connection, or a pool of them. Driver errors leave it as `BillingError`s where they can. */
export interface Executor {
  /** One statement, one round trip. */
  query(statement: Statement): Promise<Result>
  /** One transaction; all of it is undone when the script says so or throws. */
  transaction<T>(script: () => Script<T>): Promise<T>
  /** True for the error that a unique key makes. */
  isUniqueViolation(error: unknown): boolean
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
