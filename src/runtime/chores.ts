/** What a worker tidies up beside its queues, a portion at a time. */
import type { Worked } from '../bill.ts'
import type { Instant } from '../core/index.ts'
import type { Pace } from './queue.ts'
import type { Runtime } from './runtime.ts'
import { DAY } from '../core/index.ts'
import { describeError } from './perform.ts'

/** At most so many rows of a kind at one time. */
const PORTION = 500

type Chore = 'reservations' | 'numbered' | 'pruned'

/** Does what there is to tidy up, until it is stopped or, at a pace that does not wait, nothing is left. */
export async function doChores(
  runtime: Runtime,
  count: (chore: keyof Worked & Chore, done: number) => void,
  { stopped, rest, failed }: Pace,
): Promise<number> {
  let [total, failures] = [0, 0]
  while (!stopped()) {
    const woken = runtime.wake.signal()
    let [done, broken] = [0, false]
    for (const [chore, run] of chores(runtime)) {
      try {
        const rows = await run()
        count(chore, rows)
        done += rows
      } catch (error) {
        broken = true
        failed(error)
        runtime.ports.log.error({ event: 'work_failed', queue: chore, error: describeError(error) })
      }
    }
    total += done
    failures = broken ? failures + 1 : 0
    if (done === 0 && !(await rest(woken, failures))) break
  }
  return total
}

function chores(runtime: Runtime): readonly (readonly [Chore, () => Promise<number>])[] {
  const { storage, ports, webhookRetentionDays: days } = runtime
  const now = ports.clock.now()
  const before = days === null ? null : ((now - days * DAY) as Instant)
  return [
    ['reservations', () => storage.expireReservations({ now, limit: PORTION })],
    ['numbered', () => storage.numberInvoices({ limit: PORTION })],
    ['pruned', async () => (before ? storage.pruneDeliveries({ before, limit: PORTION }) : 0)],
  ]
}
