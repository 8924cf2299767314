/** What a customer may do now, feature by feature, and because of what. */

import type { Catalog } from './catalog.ts'
import type { Amount, FeatureValue } from './feature.ts'
import type { FeatureUsage, Usage } from './input.ts'
import type { Instant, Period } from './instant.ts'
import type { Account, Status, Subscription } from './state.ts'
import { type Access, type AccessReason, accessOf } from './access.ts'
import { type Allowance, type AllowanceOptions, allowances } from './allowance.ts'
import { type Interval, periodAt } from './calendar.ts'
import { isSoldIn } from './fit.ts'

/** Why a feature is given or not: the access, or what the plan and the count say. */
export type EntitlementReason = AccessReason | 'add_on' | 'not_in_plan' | 'limit_reached'

export interface Entitlement {
  readonly feature: string
  readonly kind: Allowance['kind'] | 'unknown'
  /** Whether one more may be used; for flags and values, whether it is given. */
  readonly allowed: boolean
  /** The typed value, `true` for a flag, the limit for limits and meters, `null` when not given. */
  readonly value: FeatureValue | Amount | null
  readonly limit: Amount | null
  readonly used: number
  readonly remaining: Amount | null
  readonly because: EntitlementReason
  /** When the answer may change by itself. */
  readonly until: Instant | null
  /** Meters: when counting starts again. */
  readonly resetsAt: Instant | null
}

export interface Entitlements<FeatureId extends string = string> {
  /** Any live subscription gives access. */
  readonly access: boolean
  readonly status: Status | null
  readonly plan: string | null
  readonly because: AccessReason
  readonly until: Instant | null
  get(feature: FeatureId): Entitlement
  /** Whether `amount` more may be used now. Default 1. */
  check(feature: FeatureId, amount?: number): boolean
  readonly all: readonly Entitlement[]
}

/** The entitlements of an account that was settled to `now`; of several plan groups the one that gives a feature decides, else one that sells it. */
export function entitlementsOf<FeatureId extends string>(
  settled: Account,
  usage: Usage,
  now: Instant,
  catalog: Catalog<string, FeatureId>,
  options: AllowanceOptions = {},
): Entitlements<FeatureId> {
  const groups = groupsOf(catalog).map((group) => {
    const access = accessOf(settled, group, now, catalog)
    const allowed = access.terms ? allowances(catalog, access.terms, options) : NO_ALLOWANCES
    return { group, access, allowed }
  })
  const features = new Map<string, Entitlement>()
  for (const feature of catalog.features.keys()) {
    const giving =
      groups.find(({ allowed }) => allowed.has(feature)) ??
      groups.find(({ group }) => isSoldIn(catalog, group, feature)) ??
      groups[0]
    const access = giving?.access ?? NO_ACCESS
    const allowance = giving?.allowed.get(feature)
    features.set(feature, entitle(feature, allowance, access, usage[feature], { now, catalog }))
  }
  const main = groups.find(({ access }) => access.allowed)?.access ?? groups[0]?.access ?? NO_ACCESS
  const get = (feature: string) => features.get(feature) ?? unknown(feature)
  return {
    access: main.allowed,
    status: main.subscription?.status ?? null,
    plan: main.terms?.plan ?? null,
    because: main.because,
    until: main.until,
    get,
    check: (feature, amount = 1) => isEnough(get(feature), amount),
    all: [...features.values()],
  }
}

const NO_ALLOWANCES: ReadonlyMap<string, Allowance> = new Map()
const NO_ACCESS: Access = {
  allowed: false,
  because: 'subscription_required',
  terms: null,
  subscription: null,
  until: null,
}

/** Every plan group of the catalog, `default` first. */
function groupsOf(catalog: Catalog): readonly string[] {
  const groups = new Set(['default'])
  for (const plan of catalog.plans.values()) groups.add(plan.group)
  return [...groups].filter((group) => [...catalog.plans.values()].some((p) => p.group === group))
}

function isEnough({ allowed, remaining }: Entitlement, amount: number): boolean {
  return allowed && (typeof remaining !== 'number' || remaining >= amount)
}

function entitle(
  feature: string,
  allowance: Allowance | undefined,
  access: Access,
  counted: FeatureUsage | undefined,
  { now, catalog }: { readonly now: Instant; readonly catalog: Catalog },
): Entitlement {
  const kind = catalog.features.get(feature)?.kind ?? 'unknown'
  const used = kind === 'limit' ? (counted?.used ?? 0) : 0
  const { because: why, until } = access
  const nothing: Entitlement = { ...unknown(feature), kind, used, because: why, until }
  if (!access.allowed) return nothing
  if (!allowance) return { ...nothing, because: 'not_in_plan' }
  const given = allowance.addOns ? 'add_on' : why
  if (allowance.kind === 'flag') return { ...nothing, allowed: true, value: true, because: given }
  if (allowance.kind === 'value')
    return { ...nothing, allowed: true, value: allowance.value, because: given }
  const window =
    allowance.kind === 'meter'
      ? meterWindow(access.subscription, allowance.reset, now, catalog)
      : null
  const count = window ? usedIn(window, counted) : used
  const limit = allowance.amount
  const remaining = limit === 'unlimited' ? limit : Math.max(0, limit - count)
  const held = isHeld(access, allowance.kind, catalog)
  const because = held ? 'past_due' : remaining === 0 ? 'limit_reached' : given
  return {
    ...nothing,
    allowed: !held && remaining !== 0,
    value: limit,
    limit,
    used: count,
    remaining,
    because,
    resetsAt: window?.end ?? null,
  }
}

/** In grace existing things stay; using more of a held kind waits for the payment. */
function isHeld(access: Access, kind: 'limit' | 'meter', { policies }: Catalog): boolean {
  if (access.because !== 'past_due') return false
  return (kind === 'limit' ? policies.pastDue.limits : policies.pastDue.meters) === 'hold'
}

/** The window a meter counts in: the billing period that contains now, or its own interval. */
export function meterWindow(
  subscription: Subscription | null,
  reset: 'period' | Interval,
  now: Instant,
  { policies }: Pick<Catalog, 'policies'>,
): Period | null {
  if (!subscription) return null
  const { anchor, period, price } = subscription
  if (reset === 'period' && now >= period.start && now < period.end) return period
  const interval = reset === 'period' ? (price?.interval ?? MONTH) : reset
  return periodAt(anchor, interval, now, policies)
}

const MONTH: Interval = { unit: 'month', count: 1 }

function usedIn(window: Period, counted: FeatureUsage | undefined): number {
  if (!counted) return 0
  const current = counted.since === undefined || counted.since >= window.start
  return current ? counted.used : 0
}

/**
 * What a step of usage crosses: 80 % or all of a limit, the higher one when it crosses both. Told
 * once per crossing: what is released and used again crosses again.
 */
export function crossing(
  before: number,
  after: number,
  limit: number,
): 'approached' | 'reached' | null {
  if (before < limit && after >= limit) return 'reached'
  // Integers on both sides: 0.8 × limit is not exact in floating point.
  return before * 5 < limit * 4 && after * 5 >= limit * 4 && after < limit ? 'approached' : null
}

function unknown(feature: string): Entitlement {
  return {
    feature,
    kind: 'unknown',
    allowed: false,
    value: null,
    limit: null,
    used: 0,
    remaining: null,
    because: 'not_in_plan',
    until: null,
    resetsAt: null,
  }
}
