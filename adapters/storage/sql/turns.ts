/** One after the other, for a connection that several callers share. */
import type { Driver } from './asynchronous.ts'

/** Runs what it is given in the order in which it is asked. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/** A queue of its own. What fails does not keep the next one waiting. */
export function turns(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work, work)
    last = turn.catch(() => {})
    return turn
  }
}

/**
 * A driver of one connection: statements wait for their turn as well as transactions do, or they would
 * fall into a running one.
 */
export function oneAtATime(driver: Driver): Driver {
  const inTurn = turns()
  return {
    ...driver,
    run: (sql) => inTurn(() => driver.run(sql)),
    transaction: (work) => inTurn(() => driver.transaction(work)),
  }
}
