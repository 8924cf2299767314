/**
 * A driver inside a transaction that the app began and ends. What is taken back is taken back to a
 * savepoint, and nothing is run again: only the app can do that, from its own beginning.
 */
import type { Driver, Run } from './asynchronous.ts'
import type { Ending } from './executor.ts'
import { keep } from './executor.ts'
import { turns } from './turns.ts'

/** The app's transaction, as something that runs statements. */
export type Joining = Pick<Driver, 'dialect' | 'run' | 'errorOf'>

/** The driver; one statement or savepoint after the other, in the order in which they are asked. */
export function joined({ dialect, run, errorOf }: Joining): Driver {
  const inTurn = turns()
  let savepoints = 0
  const say = async (text: string) => {
    await run({ text, params: [], reads: false })
  }
  const guarded = <T>(work: (run: Run) => Promise<Ending<T>>): Promise<T> =>
    inTurn(async () => {
      savepoints += 1
      const name = `billwright_${savepoints}`
      await say(`savepoint ${name}`)
      try {
        const ending = await work(run)
        await say(`${ending.keep ? 'release' : 'rollback to'} savepoint ${name}`)
        return ending.value
      } catch (error) {
        // An engine that gave up the whole transaction has no savepoint left.
        await say(`rollback to savepoint ${name}`).catch(() => {})
        throw error
      }
    })
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
