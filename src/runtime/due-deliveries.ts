/** Parked webhooks whose time has come. */
import type { Instant } from '../core/index.ts'
import type { DeliveryRow } from '../storage.ts'
import type { Queue } from './queue.ts'
import type { Runtime } from './runtime.ts'
import { replay } from './inbox.ts'
import { describeError } from './perform.ts'
import { leaseEnd } from './runtime.ts'

/** After this one that could not be tried at all, because something was not reached, is tried. */
const PAUSE_MS = 5 * 60_000

/** Parked webhooks as a queue, `concurrency` at one time. */
export function dueDeliveries(runtime: Runtime, concurrency: number): Queue<DeliveryRow> {
  const { storage, ports, owner } = runtime
  return {
    name: 'deliveries',
    size: concurrency,
    hold: 2 * concurrency,
    claim(limit) {
      const now = ports.clock.now()
      return storage.claimDeliveries({ now, owner, leaseUntil: leaseEnd(runtime, now), limit })
    },
    keyOf: ({ gateway, id }) => `${gateway}/${id}`,
    async perform(claimed) {
      // The claim has counted this attempt, and so does whoever parks it again.
      const row = { ...claimed, attempts: claimed.attempts - 1 }
      try {
        await replay(runtime, row)
      } catch (error) {
        const { gateway, id } = row
        const shown = describeError(error)
        ports.log.error({ event: 'replay_failed', gateway, delivery: id, error: shown })
        // Not counted: an outage of a day must not use up its attempts.
        const nextAt = (ports.clock.now() + PAUSE_MS) as Instant
        const parked = { ...row, nextAt, leaseOwner: null, leaseUntil: null }
        await storage.park(parked).catch(() => undefined)
      }
    },
  }
}
