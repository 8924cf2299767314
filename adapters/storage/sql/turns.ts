/** One after the other, for a connection that several callers share. */

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
