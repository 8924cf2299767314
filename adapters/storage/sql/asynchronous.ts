/**
 * The executor for drivers that answer later: PostgreSQL's, MySQL's, and query builders over them. It
 * plays transactions, and runs again what the engine could not let through beside others.
 */
import type { Dialect } from './dialect.ts'
import type { Ending, Executor, Fault, Observe, Result, Script } from './executor.ts'
import type { Sql, Statement } from './statement.ts'
import { BillingError } from 'billwright'
import { faithful } from './faithful.ts'
import { withNumbers } from './numbers.ts'

/** Runs one statement where it was made for: in a transaction, or on its own. */
export type Run = (sql: Sql) => Promise<Result>

/** What one driver must be able to do. */
export interface Driver {
  readonly dialect: Dialect
  /** One statement on its own. */
  readonly run: Run
  /** Runs `work` in a transaction that ends as it says, and is undone when it rejects. */
  transaction<T>(work: (run: Run) => Promise<Ending<T>>): Promise<T>
  /** What an error means: one of the contract's faults, or the error to throw in its place. */
  readonly errorOf: (error: unknown) => Fault | Error | null
  close(): Promise<void>
}

export interface AsynchronousOptions {
  readonly observe: Observe
  /** In a transaction of the app's nothing can be run again. Default true. */
  readonly repeats?: boolean
}

/** How often a statement or a transaction that could not be serialized is run. */
const ATTEMPTS = 30

/** Milliseconds. */
const LONGEST_PAUSE = 50

/** An executor over such a driver. */
export function asynchronous(driver: Driver, options: AsynchronousOptions): Executor {
  const { dialect } = driver
  const { observe, repeats = true } = options
  const attempts = repeats ? ATTEMPTS : 1
  const say = async (run: Run, statement: Statement, kind: 'statement' | 'transaction') => {
    const sql = checked(statement.in(dialect))
    observe({ sql: sql.text, kind })
    const { rows, affected } = await run(sql)
    return { rows: withNumbers(rows), affected }
  }
  const note = (sql: string) => observe({ sql, kind: 'transaction' })
  const guarded = <T>(work: () => Promise<T>) => again(driver, attempts, work)
  return {
    dialect,
    query: (statement) => guarded(() => say(driver.run, statement, 'statement')),
    transaction: (script) =>
      guarded(async () => {
        note('begin')
        return play(driver, script, (run, statement) => say(run, statement, 'transaction'), note)
      }),
    faultOf(error) {
      const meaning = driver.errorOf(error)
      return typeof meaning === 'string' ? meaning : null
    },
    close: () => driver.close(),
  }
}

type Say = (run: Run, statement: Statement) => Promise<Result>

async function play<T>(
  driver: Driver,
  script: () => Script<T>,
  say: Say,
  note: (sql: string) => void,
): Promise<T> {
  return driver.transaction(async (run) => {
    const steps = script()
    let step = steps.next()
    while (!step.done) step = await answered(steps, say(run, step.value))
    note(step.value.keep ? 'commit' : 'rollback')
    return step.value
  })
}

/** The script's next statement; one that failed throws in the script first. */
async function answered<T>(
  steps: Script<T>,
  result: Promise<Result>,
): Promise<IteratorResult<Statement, Ending<T>>> {
  let answer: Result
  try {
    answer = await result
  } catch (error) {
    return steps.throw(error)
  }
  return steps.next(answer)
}

const UNDO = new Error('The transaction is undone.')

/** A transaction for libraries that undo one only when something is thrown in it. */
export async function undoneByThrowing<Transaction, T>(
  transact: (body: (transaction: Transaction) => Promise<T>) => Promise<T>,
  work: (transaction: Transaction) => Promise<Ending<T>>,
): Promise<T> {
  let undone: { readonly value: T } | null = null
  try {
    return await transact(async (transaction) => {
      const { keep, value } = await work(transaction)
      if (keep) return value
      undone = { value }
      throw UNDO
    })
  } catch (error) {
    if (undone !== null) return (undone as { readonly value: T }).value
    throw error
  }
}

async function again<T>({ errorOf }: Driver, attempts: number, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const meaning = errorOf(error)
      if (meaning !== 'again') throw meaning instanceof Error ? meaning : error
      if (attempt >= attempts) throw busy()
      await apart(attempt)
    }
  }
}

/** Those that stood in each other's way begin again at different moments, or they would do so again. */
async function apart(attempt: number): Promise<void> {
  if (attempt < 3) return
  const most = Math.min(2 ** (attempt - 2), LONGEST_PAUSE)
  await new Promise((resolve) => setTimeout(resolve, Math.random() * most))
}

function busy(): BillingError {
  return new BillingError(
    'unavailable',
    'storage_busy',
    'The database could not serialize this beside what others did at the same time; try again.',
  )
}

/** The statement, if the database can hold its texts as they are. */
function checked(sql: Sql): Sql {
  for (const value of sql.params) if (typeof value === 'string') faithful(value)
  return sql
}
