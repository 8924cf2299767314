/** Work that waits in the storage: claimed in portions, done side by side, however much there is. */
import type { Runtime } from './runtime.ts'
import { describeError } from './perform.ts'
import { createPool } from './pool.ts'

/** One kind of work. A row is claimed under a lease, so that no other worker has it meanwhile. */
export interface Queue<Row> {
  /** For logs. */
  readonly name: string
  /** How many are done at one time. */
  readonly size: number
  /** How many are claimed and not done yet, at most: whatever waits, no more is held in memory. */
  readonly hold: number
  claim(limit: number): Promise<readonly Row[]>
  /** Rows of one key are done one after the other. */
  keyOf(row: Row): string
  /** Does it, and says what went wrong in the log: it never rejects. */
  perform(row: Row): Promise<void>
}

/** When to stop, and what to do when nothing waits. */
export interface Pace {
  /** Nothing new is claimed from now on. */
  readonly stopped: () => boolean
  /** Waits for more; `false` when nobody waits for more. `failures`: how often in a row a look failed. */
  readonly rest: (woken: AbortSignal, failures: number) => Promise<boolean>
  /** The storage could not be asked. */
  readonly failed: (error: unknown) => void
}

/** Does what waits, until it is stopped or, at a pace that does not wait, nothing is left. */
export async function serve<Row>(
  runtime: Runtime,
  queue: Queue<Row>,
  { stopped, rest, failed }: Pace,
): Promise<number> {
  const pool = createPool(Math.max(1, queue.size))
  let [done, failures] = [0, 0]
  while (!stopped()) {
    const woken = runtime.wake.signal()
    const rows = await look(runtime, queue, { limit: queue.hold - pool.left, failed })
    failures = rows ? 0 : failures + 1
    for (const row of rows ?? []) pool.add(queue.keyOf(row), () => queue.perform(row))
    done += rows?.length ?? 0
    if (rows && rows.length > 0) {
      // The next portion is claimed while the rest of this one is done.
      await pool.until(queue.hold >> 1)
      // A storage in this process never waits for anything; others want a turn as well.
      await runtime.ports.sleep(0)
    } else if (!(await rest(woken, failures))) break
  }
  await pool.until(0)
  return done
}

/** What was claimed; `null` when the storage could not be asked. */
async function look<Row>(
  { ports }: Runtime,
  { name, claim }: Queue<Row>,
  { limit, failed }: Pick<Pace, 'failed'> & { readonly limit: number },
): Promise<readonly Row[] | null> {
  try {
    return await claim(limit)
  } catch (error) {
    ports.log.error({ event: 'work_failed', queue: name, error: describeError(error) })
    failed(error)
    return null
  }
}
