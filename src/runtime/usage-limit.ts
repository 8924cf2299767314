/** What may be counted now: the limit, the window it counts in, and why not. */
import type { Used } from '../bill.ts'
import type { Runtime } from './runtime.ts'
import {
  type Account,
  accessOf,
  type Entitlement,
  type Instant,
  meterWindow,
  settle,
} from '../core/index.ts'
import { BillingError, REFUSALS } from '../errors.ts'
import { checkFeature } from './check-feature.ts'
import { entitlementsNow, type Snapshot } from './snapshots.ts'
import { date } from './views.ts'

export interface Countable {
  readonly entitlement: Entitlement
  /** The version on which the limit was worked out. */
  readonly version: number | null
  /** Start of the meter's window; 0 for limits. */
  readonly window: number
  /** `null`: without limit. */
  readonly limit: number | null
  /** Why nothing may be used; a full counter is for the storage to refuse. */
  readonly refusal: BillingError | null
}

/**
 * Works out what may be used of a feature; once for as long as time and the account leave it as it is.
 * Throws `unknown_feature`, `not_countable` for flags and values, and `subscription_required` for a
 * customer nobody registered.
 */
export function allowanceOf(
  runtime: Pick<Runtime, 'catalog' | 'ports'>,
  { account, usage }: Snapshot,
  feature: string,
): Countable {
  checkFeature(runtime.catalog, feature)
  if (!account) throw refusedUse('subscription_required', feature)
  const entitlement = entitlementsNow(runtime, { account, usage }).get(feature)
  const known = workedOut.get(entitlement)
  if (known) return known
  const countable = countableNow(runtime, { account, usage }, entitlement)
  // An error is thrown once: the next refusal is another.
  if (countable.refusal === null) workedOut.set(entitlement, countable)
  return countable
}

/** By the entitlement, which is made for one account, as it was loaded, and for as long as it holds. */
const workedOut = new WeakMap<Entitlement, Countable>()

function countableNow(
  { catalog, ports }: Pick<Runtime, 'catalog' | 'ports'>,
  { account, usage }: { readonly account: Account; readonly usage: Snapshot['usage'] },
  entitlement: Entitlement,
): Countable {
  const { feature, kind } = entitlement
  const now = ports.clock.now()
  const settled = settle(account, usage, now, catalog).account
  const window = kind === 'meter' ? windowOf({ catalog }, settled, feature, now) : 0
  const limit = typeof entitlement.limit === 'number' ? entitlement.limit : null
  const open = entitlement.allowed || entitlement.because === 'limit_reached'
  const refusal = open ? countableOnly(entitlement) : refusedUse(entitlement.because, feature)
  return { entitlement, version: account.version, window, limit, refusal }
}

function countableOnly({ kind, feature }: Entitlement): BillingError | null {
  if (kind === 'limit' || kind === 'meter') return null
  return new BillingError('request', 'not_countable', `${feature} is not counted.`, { feature })
}

/** The start of the window that a meter counts in, in the subscription that gives it. */
function windowOf(
  { catalog }: Pick<Runtime, 'catalog'>,
  settled: Account,
  feature: string,
  now: Instant,
): number {
  const giving = Object.keys(settled.subscriptions)
    .map((group) => accessOf(settled, group, now, catalog))
    .find(({ terms }) => {
      const plan = terms && catalog.plans.get(terms.plan)
      return plan?.includes.some((grant) => grant.feature === feature) ?? false
    })
  const reset = catalog.features.get(feature)?.reset ?? 'period'
  return meterWindow(giving?.subscription ?? null, reset, now, catalog)?.start ?? 0
}

/** A count as the caller sees it. */
export function usedView({ feature, limit: allowed, resetsAt }: Entitlement, used: number): Used {
  const limit = allowed ?? 0
  const remaining = limit === 'unlimited' ? limit : Math.max(0, limit - used)
  const resets = resetsAt === null ? null : date(resetsAt)
  return { feature, used, limit, remaining, resetsAt: resets, repeated: false }
}

/** The refusal of a use that would pass the limit, with what a page shows of it. */
export function limitReached(
  { feature, kind, limit, resetsAt }: Entitlement,
  used: number,
  account: Account | null,
): BillingError {
  const plan = Object.values(account?.subscriptions ?? {})[0]?.plan ?? null
  const code = 'limit_reached'
  return new BillingError('refused', code, REFUSALS[code], {
    feature,
    kind,
    limit,
    used,
    plan,
    resetsAt: resetsAt === null ? null : date(resetsAt),
  })
}

function refusedUse(because: Entitlement['because'], feature: string): BillingError {
  if (because === 'not_in_plan')
    return new BillingError('refused', because, 'The plan does not include this.', { feature })
  if (because === 'past_due')
    return new BillingError('refused', because, REFUSALS[because], { feature })
  const code = 'subscription_required'
  return new BillingError('refused', code, REFUSALS[code], { feature, because })
}

/** Whole units only: throws `amount_invalid` unless it is a positive safe integer. */
export function checkAmount(amount: unknown): asserts amount is number {
  if (Number.isSafeInteger(amount) && Number(amount) > 0) return
  throw new BillingError(
    'request',
    'amount_invalid',
    'The amount must be a whole number above 0.',
    {
      amount: String(amount),
    },
  )
}
