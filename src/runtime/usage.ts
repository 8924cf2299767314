/**
 * Usage: one guarded update counts, exactly, however many ask at once. The limit is worked out from a
 * snapshot of the account; the update itself tests that the snapshot is still the newest.
 */
import type { Customer, EntitlementView, Reservation, Used } from '../bill.ts'
import type { UsageRequest } from '../storage.ts'
import type { Runtime } from './runtime.ts'
import { crossing, type Entitlement, type Instant } from '../core/index.ts'
import { BillingError } from '../errors.ts'
import { dispatch } from './dispatch.ts'
import { checkId } from './ids.ts'
import { allowanceOf, checkAmount, limitReached, usedView } from './usage-limit.ts'
import { date, entitlementView } from './views.ts'

export interface UseCall {
  readonly customer: Customer
  readonly feature: string
  readonly amount: number
  readonly key: string | null
  readonly reservation: { readonly id: string; readonly ttlMs: number } | null
}

export interface UsageMeter {
  check(customer: Customer, feature: string, amount: number): Promise<EntitlementView>
  use(call: UseCall): Promise<Used>
  release(call: Omit<UseCall, 'reservation'>): Promise<Used>
  reserve(call: UseCall & { readonly reservation: object }): Promise<Reservation>
  settle(customer: Customer, reservation: string, used: number): Promise<boolean>
  set(customer: Customer, feature: string, used: number): Promise<void>
}

export function usageMeter(runtime: Runtime): UsageMeter {
  const { storage, ports, snapshots } = runtime
  const now = () => ports.clock.now()

  return {
    async check({ id }, feature, amount) {
      checkAmount(amount)
      const { entitlement } = allowanceOf(runtime, await snapshots.recent(id), feature)
      const { allowed, remaining } = entitlement
      const enough = typeof remaining !== 'number' || remaining >= amount
      const short = { ...entitlement, allowed: false, because: 'limit_reached' } as const
      return entitlementView(allowed && !enough ? short : entitlement)
    },
    use: (call) => use(runtime, call),
    async release({ customer: { id: account }, feature, amount, key }) {
      checkAmount(amount)
      if (key !== null) checkId(key, 'idempotency key')
      const { window, entitlement } = allowanceOf(runtime, await snapshots.known(account), feature)
      const request = { account, feature, window, amount, key, at: now() }
      const { used } = await storage.release(request)
      snapshots.outdate(account)
      return usedView(entitlement, used)
    },
    async reserve(call) {
      const { id, ttlMs } = call.reservation
      const expiresAt = date((now() + ttlMs) as Instant)
      return { ...(await use(runtime, call)), reservation: id, expiresAt }
    },
    async settle({ id: account }, id, amount) {
      if (amount !== 0) checkAmount(amount)
      const settled = await storage.settleReservation({ account, id, amount, now: now() })
      snapshots.outdate(account)
      return settled
    },
    async set({ id: account }, feature, used) {
      if (used !== 0) checkAmount(used)
      const { window } = allowanceOf(runtime, await snapshots.fresh(account), feature)
      await storage.setUsage({ account, feature, window, used })
      snapshots.outdate(account)
    },
  }
}

async function use(runtime: Runtime, call: UseCall): Promise<Used> {
  const { snapshots } = runtime
  checkAmount(call.amount)
  if (call.key !== null) checkId(call.key, 'idempotency key')
  const { customer, feature } = call
  let snapshot = await snapshots.known(customer.id)
  for (;;) {
    const given = allowanceOf(runtime, snapshot, feature)
    const { entitlement, limit, refusal } = given
    if (refusal !== null) {
      // Only a fresh look may say no: another process may have sold something meanwhile.
      const fresh = await snapshots.fresh(customer.id)
      if (fresh.account?.version === snapshot.account?.version) throw refusal
      snapshot = fresh
      continue
    }
    const result = await runtime.storage.use(requestOf(runtime, call, given))
    switch (result.outcome) {
      case 'used':
        snapshots.outdate(customer.id)
        await noteCrossing(runtime, call, result.used, limit)
        return usedView(entitlement, result.used)
      case 'repeated':
        return { ...usedView(entitlement, result.used), repeated: true }
      case 'limit':
        throw limitReached(entitlement, result.used, snapshot.account)
      case 'mismatch':
        throw new BillingError(
          'request',
          'idempotency_mismatch',
          'The idempotency key was used for another amount or feature.',
        )
      case 'stale':
        snapshot = await snapshots.fresh(customer.id)
    }
  }
}

function requestOf(
  { ports }: Runtime,
  { customer, feature, amount, key, reservation }: UseCall,
  { version, window, limit }: Pick<UsageRequest, 'version' | 'window' | 'limit'>,
): UsageRequest {
  const at = ports.clock.now()
  const held = reservation && {
    id: reservation.id,
    expiresAt: (at + reservation.ttlMs) as Instant,
  }
  const { id: account } = customer
  return { account, version, feature, window, amount, limit, key, reservation: held, at }
}

/** Tells the account that 80 % or all of a limit is reached. */
async function noteCrossing(
  runtime: Runtime,
  { customer, feature, amount }: UseCall,
  after: number,
  limit: Entitlement['limit'],
): Promise<void> {
  const before = after - amount
  if (typeof limit !== 'number' || crossing(before, after, limit) === null) return
  try {
    await dispatch(runtime, {
      query: { by: { account: customer.id } },
      inputs: () => [{ type: 'note_usage', feature, before, after }],
    })
  } catch {
    // It is counted; that nobody could be told of it must not undo that.
    runtime.ports.log.error({ event: 'crossing_lost', account: customer.id, feature })
  }
}
