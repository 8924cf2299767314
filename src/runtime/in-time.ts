/** Calls of code that is not ours and may never come back: they must not hold up everybody else. */
import { type Ports, WAKE_UP } from '../ports.ts'

export interface Patience {
  /** How long it may take. */
  readonly ms: number
  /** How long one that heeds its signal may take to say what became of it. Default 1,000 ms. */
  readonly graceMs?: number
  /** What is thrown when it has not come back; it may still go on, and nobody listens any more. */
  readonly late: () => Error
}

/** The call's answer, if it comes in time. Its signal aborts when the time is over. */
export async function inTime<T>(
  { sleep }: Pick<Ports, 'sleep'>,
  { ms, graceMs = 1_000, late }: Patience,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [timeout, finished] = [new AbortController(), new AbortController()]
  // The port waits, not a timer of our own: in tests nothing really waits.
  const ranOut = async (): Promise<never> => {
    await sleep(ms, finished.signal)
    if (!finished.signal.aborted) timeout.abort()
    await sleep(graceMs, finished.signal)
    throw late()
  }
  try {
    return await Promise.race([call(timeout.signal), ranOut()])
  } finally {
    finished.abort(WAKE_UP)
  }
}
