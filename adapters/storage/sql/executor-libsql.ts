/**
 * The executor for synchronous SQLite drivers: `libsql` and `better-sqlite3`, which have one interface,
 * and `node:sqlite`, which has as much of it as is used here. A transaction runs from `begin immediate`
 * to `commit` without a pause, so nothing in this process comes between, and another process waits at
 * `begin`.
 */
import type { Ending, Executor, Observe, Result, Script } from './executor.ts'
import type { Statement } from './statement.ts'
import { faithful } from './faithful.ts'
import { withNumbers } from './numbers.ts'
import { sqliteError, sqliteFault } from './sqlite-error.ts'
import { plain } from './statement.ts'

/** A prepared statement of such a driver. */
export interface SqliteStatement {
  all(...params: unknown[]): unknown[]
  run(...params: unknown[]): { readonly changes: number | bigint }
}

/**
 * An open database of such a driver: `new Database(file)` of `libsql` or `better-sqlite3`, or
 * `new DatabaseSync(file)` of `node:sqlite`.
 */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  close(): unknown
}

export interface LibsqlExecutorOptions {
  /** The database, opened on first use. */
  readonly open: () => Promise<SqliteDatabase>
  readonly observe: Observe
  /** Lets go of the database, if it is ours. */
  readonly close: () => Promise<void>
  /** Inside a transaction of the app's: what is taken back goes to a savepoint. Default false. */
  readonly joined?: boolean
}

/** Statements kept prepared; more than there are, unless page queries vary wildly. */
const PREPARED = 250

type Kind = 'statement' | 'transaction'

/** Runs statements on a synchronous driver. */
export function libsqlExecutor(options: LibsqlExecutorOptions): Executor {
  const { open, observe, close, joined = false } = options
  const words = joined ? SAVEPOINT : TRANSACTION
  const prepare = statementCache()
  const run = (db: SqliteDatabase, asked: Statement, kind: Kind): Result => {
    const { text, params, reads } = asked.in('sqlite')
    observe({ sql: text, kind })
    const values = params.map((value) => (typeof value === 'string' ? faithful(value) : value))
    const statement = prepare(db, text)
    if (!reads) return { rows: [], affected: Number(statement.run(...values).changes) }
    const rows = withNumbers(statement.all(...values))
    return { rows, affected: rows.length }
  }
  const mapped = async <T>(work: (db: SqliteDatabase) => T): Promise<T> => {
    try {
      return work(await open())
    } catch (error) {
      throw sqliteError(error)
    }
  }
  return {
    dialect: 'sqlite',
    query: (statement) => mapped((db) => run(db, statement, 'statement')),
    transaction: (script) =>
      mapped((db) =>
        inTransaction((statement) => run(db, statement, 'transaction'), script, words),
      ),
    faultOf: sqliteFault,
    close,
  }
}

interface Words {
  readonly begin: string
  readonly keep: string
  readonly undo: readonly string[]
}

const TRANSACTION: Words = { begin: 'begin immediate', keep: 'commit', undo: ['rollback'] }

const SAVEPOINT: Words = {
  begin: 'savepoint billwright',
  keep: 'release billwright',
  undo: ['rollback to billwright', 'release billwright'],
}

function inTransaction<T>(
  run: (statement: Statement) => Result,
  script: () => Script<T>,
  words: Words,
): T {
  run(plain(words.begin))
  try {
    const { keep, value } = play(run, script())
    for (const word of keep ? [words.keep] : words.undo) run(plain(word))
    return value
  } catch (error) {
    rollBack(run, words)
    throw error
  }
}

function play<T>(run: (statement: Statement) => Result, script: Script<T>): Ending<T> {
  let step = script.next()
  while (!step.done) {
    const asked = step.value
    step = answered(script, () => run(asked))
  }
  return step.value
}

/** The script's next statement; one that failed throws in the script first. */
function answered<T>(script: Script<T>, run: () => Result): IteratorResult<Statement, Ending<T>> {
  let answer: Result
  try {
    answer = run()
  } catch (error) {
    return script.throw(error)
  }
  return script.next(answer)
}

// The engine rolls back by itself on some errors; then there is nothing left to roll back.
function rollBack(run: (statement: Statement) => Result, { undo }: Words): void {
  try {
    for (const word of undo) run(plain(word))
  } catch {}
}

function statementCache(): (db: SqliteDatabase, sql: string) => SqliteStatement {
  const prepared = new Map<string, SqliteStatement>()
  return (db, sql) => {
    const known = prepared.get(sql)
    if (known) return known
    if (prepared.size >= PREPARED) prepared.clear()
    const statement = db.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
}
