/** Effects that are due: each customer's in their order, customers side by side. */
import type { EffectRow } from '../storage.ts'
import type { Queue } from './queue.ts'
import type { Runtime } from './runtime.ts'
import { performRow, putOff } from './outbox.ts'
import { describeError } from './perform.ts'
import { leaseEnd } from './runtime.ts'

/** The outbox as a queue: `concurrency` effects at one time, and as many more at hand. */
export function dueEffects(runtime: Runtime, concurrency: number): Queue<EffectRow> {
  const { storage, ports, owner } = runtime
  return {
    name: 'effects',
    size: concurrency,
    // What is claimed must begin before its lease is too short for it.
    hold: 2 * concurrency,
    claim(limit) {
      const now = ports.clock.now()
      return storage.claimEffects({ now, owner, leaseUntil: leaseEnd(runtime, now), limit })
    },
    keyOf: ({ account }) => account,
    async perform(row) {
      try {
        if (!(await givenBack(runtime, row))) await performRow(runtime, row)
      } catch (error) {
        const { account, key } = row
        const shown = describeError(error)
        ports.log.error({ event: 'effect_failed', account, effect: key, error: shown })
        // Written or not, nothing is lost: else it is found again when the lease runs out.
        await putOff(runtime, row, shown).catch(() => undefined)
      }
    },
  }
}

/** Waited too long behind others: left to whoever has time, as if it had not been claimed. */
async function givenBack(
  { ports, storage, gatewayTimeoutMs }: Runtime,
  { key, leaseOwner: owner, leaseUntil, state, sent, nextAt, answer, error }: EffectRow,
): Promise<boolean> {
  if (leaseUntil === null || ports.clock.now() + gatewayTimeoutMs <= leaseUntil) return false
  await storage.settleEffect({ key, owner, state, sent, nextAt, answer, error })
  return true
}
