/**
 * The worker: time, outbox, parked webhooks and reservations, in any number of processes. What it
 * does is leased or compared before it is written, so two workers never do one thing twice.
 */
import type { Worked, WorkOptions } from '../bill.ts'
import type { Instant } from '../core/index.ts'
import type { EffectRow } from '../storage.ts'
import type { Runtime } from './runtime.ts'
import { LEASE_MS } from './change.ts'
import { settleAccount } from './dispatch.ts'
import { replay } from './inbox.ts'
import { claimDue, performRow } from './outbox.ts'
import { describeError } from './perform.ts'
import { reconcile } from './reconcile.ts'

const BATCH = 100
const RECONCILE_EVERY_MS = 3_600_000

/** Works until the signal aborts, or with `once` until nothing is due. */
export async function work(runtime: Runtime, options: WorkOptions = {}): Promise<Worked> {
  const { once = false, signal, deadlineMs = 25_000, concurrency = 4, pollMs = 1_000 } = options
  const total = { accounts: 0, effects: 0, deliveries: 0, reservations: 0 }
  const end = runtime.ports.clock.now() + deadlineMs
  const stopped = () => signal?.aborted === true || (once && runtime.ports.clock.now() > end)
  // Accounts whose step failed in this run: they must not keep the others waiting.
  const failing = new Set<string>()
  while (!stopped()) {
    const woken = runtime.wake.signal()
    const done = await round(runtime, { concurrency, failing, stopped })
    total.accounts += done.accounts
    total.effects += done.effects
    total.deliveries += done.deliveries
    total.reservations += done.reservations
    if (done.accounts + done.effects + done.deliveries + done.reservations > 0) continue
    if (once) break
    failing.clear()
    await reconcileInTurn(runtime)
    await runtime.ports.sleep(pollMs, anySignal(signal, woken))
  }
  return total
}

interface Round {
  readonly concurrency: number
  readonly failing: Set<string>
  readonly stopped: () => boolean
}

/** One look at every queue. An unreachable storage ends it; the next round tries again. */
async function round(runtime: Runtime, options: Round): Promise<Worked> {
  try {
    const effects = await drainOutbox(runtime, options)
    const accounts = await settleDue(runtime, options)
    const deliveries = await retryDeliveries(runtime)
    const now = runtime.ports.clock.now()
    const reservations = await runtime.storage.expireReservations({ now, limit: BATCH })
    return { accounts, effects, deliveries, reservations }
  } catch (error) {
    runtime.ports.log.error({ event: 'work_failed', error: describeError(error) })
    return { accounts: 0, effects: 0, deliveries: 0, reservations: 0 }
  }
}

async function settleDue(runtime: Runtime, { failing, stopped }: Round): Promise<number> {
  const { storage, ports } = runtime
  const now = ports.clock.now()
  const due = await storage.due({ now, limit: BATCH + failing.size })
  let settled = 0
  for (const account of due.filter((id) => !failing.has(id))) {
    if (stopped()) break
    try {
      const stepped = await settleAccount(runtime, account)
      if (stepped.outcome === 'committed' && stepped.events.length > 0) settled += 1
      else failing.add(account)
    } catch (error) {
      failing.add(account)
      ports.log.error({ event: 'settle_failed', account, error: describeError(error) })
    }
  }
  return settled
}

async function drainOutbox(runtime: Runtime, { concurrency, stopped }: Round): Promise<number> {
  if (stopped()) return 0
  const rows = await claimDue(runtime, BATCH)
  // Effects of one customer stay in their order; customers go side by side.
  const queues = [...groupByAccount(rows).values()]
  const workers = Array.from({ length: Math.max(1, concurrency) }, async () => {
    for (let queue = queues.shift(); queue; queue = queues.shift())
      for (const row of queue) await performSafely(runtime, row)
  })
  await Promise.all(workers)
  return rows.length
}

function groupByAccount(rows: readonly EffectRow[]): ReadonlyMap<string, readonly EffectRow[]> {
  const groups = new Map<string, EffectRow[]>()
  for (const row of rows) {
    const group = groups.get(row.account)
    if (group) group.push(row)
    else groups.set(row.account, [row])
  }
  return groups
}

/** An outcome that could not be written is found again when the lease runs out. */
async function performSafely(runtime: Runtime, row: EffectRow): Promise<void> {
  try {
    await performRow(runtime, row)
  } catch (error) {
    const { account, key } = row
    runtime.ports.log.error({
      event: 'effect_failed',
      account,
      effect: key,
      error: describeError(error),
    })
  }
}

async function retryDeliveries(runtime: Runtime): Promise<number> {
  const { storage, ports, owner } = runtime
  const now = ports.clock.now()
  const leaseUntil = (now + LEASE_MS) as Instant
  const rows = await storage.claimDeliveries({ now, owner, leaseUntil, limit: BATCH })
  for (const row of rows) {
    try {
      // The claim has counted this attempt, and so does whoever parks it again.
      await replay(runtime, { ...row, attempts: row.attempts - 1 })
    } catch (error) {
      const { gateway, id } = row
      ports.log.error({
        event: 'replay_failed',
        gateway,
        delivery: id,
        error: describeError(error),
      })
    }
  }
  return rows.length
}

/** Once an hour, in one process: what webhooks did not tell. */
async function reconcileInTurn(runtime: Runtime): Promise<void> {
  const { storage, ports, owner, gateways } = runtime
  if (gateways.size === 0) return
  const now = ports.clock.now()
  try {
    const until = (now + RECONCILE_EVERY_MS) as Instant
    const mine = await storage.lease({ name: 'reconcile', owner: `${owner}/${now}`, now, until })
    if (mine) await reconcile(runtime)
  } catch (error) {
    ports.log.error({ event: 'reconcile_failed', error: describeError(error) })
  }
}

function anySignal(stop: AbortSignal | undefined, woken: AbortSignal): AbortSignal {
  return stop ? AbortSignal.any([stop, woken]) : woken
}
