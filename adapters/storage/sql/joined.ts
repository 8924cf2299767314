/**
 * A driver inside a transaction that the app began and ends. What is taken back is taken back to a
 * savepoint, and nothing is run again: only the app can do that, from its own beginning.
 */
import type { Driver, Run } from './asynchronous.ts'
import { keep } from './executor.ts'
import { turns } from './turns.ts'

/** The app's transaction, as something that runs statements. */
export interface Joining extends Pick<Driver, 'dialect' | 'run' | 'errorOf'> {
  /** A transaction in the transaction, where a library has it. Default: a savepoint in words. */
  readonly nested?: Driver['transaction']
}

/** The driver; one statement or savepoint after the other, in the order in which they are asked. */
export function joined({ dialect, run, errorOf, nested = savepoints(run) }: Joining): Driver {
  const inTurn = turns()
  const guarded: Driver['transaction'] = (work) => inTurn(() => nested(work))
  // PostgreSQL gives up the transaction with the first statement that fails in it.
  const fragile = dialect === 'postgres'
  return {
    dialect,
    errorOf,
    run: (sql) =>
      fragile && !/^\s*select\b/i.test(sql.text)
        ? guarded(async (inside) => keep(await inside(sql)))
        : inTurn(() => run(sql)),
    transaction: guarded,
    close: async () => {},
  }
}

function savepoints(run: Run): Driver['transaction'] {
  let known = 0
  const say = async (text: string) => {
    await run({ text, params: [], reads: false })
  }
  return async (work) => {
    known += 1
    const name = `billwright_${known}`
    await say(`savepoint ${name}`)
    try {
      const { keep, value } = await work(run)
      await say(`${keep ? 'release' : 'rollback to'} savepoint ${name}`)
      return value
    } catch (error) {
      // An engine that gave up the whole transaction has no savepoint left.
      await say(`rollback to savepoint ${name}`).catch(() => {})
      throw error
    }
  }
}
