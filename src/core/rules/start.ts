/** Rules that more than one command shares: a new subscription, its first period, its terms. */

import type { Instant, Period } from '../instant.ts'
import type { Plan } from '../plan.ts'
import type { Policies } from '../policies.ts'
import type { AddOnTerms, Renewals, SubscriptionBase, Terms } from '../state.ts'
import { alignedAnchor, type Interval, periodAt } from '../calendar.ts'
import { type Catalog, findPrice } from '../catalog.ts'
import { type Draft, nextId, record } from '../draft.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** The first period of an interval that starts at `at`: whole, or a stub up to the aligned boundary. */
export function firstPeriod(
  at: Instant,
  interval: Interval,
  { alignment, timeZone }: Policies,
): { readonly anchor: Instant; readonly period: Period; readonly full: Period } {
  const anchor = alignedAnchor(at, interval, alignment, { timeZone })
  const { start, end } = periodAt(anchor, interval, at, { timeZone })
  return { anchor, period: { start: at, end }, full: { start, end } }
}

/** A subscription without status: everything that is the same however it starts. */
export function newSubscription(
  draft: Draft,
  group: string,
  terms: Terms,
  start: {
    readonly at: Instant
    readonly anchor: Instant
    readonly period: Period
    readonly gateway: string | null
    readonly renewals: Renewals
  },
): SubscriptionBase {
  return {
    ...terms,
    id: nextId(draft.account, 'sub'),
    group,
    gateway: start.gateway,
    gatewayRef: null,
    renewals: start.renewals,
    observedAt: null,
    startedAt: start.at,
    anchor: start.anchor,
    period: start.period,
    paidThrough: null,
    charged: [],
    carried: [],
    coupon: null,
    pendingChange: null,
    cancelAt: null,
    blocks: [],
    request: null,
    lookups: 0,
    graceDays: 0,
    reminded: { renewal: null, grace: null, trial: null },
  }
}

/** Meters of a free plan count per month, from the day it started. */
export const FREE_INTERVAL: Interval = { unit: 'month', count: 1 }

/** Puts the customer on the group's default plan, where there is one. */
export function startDefault(draft: Draft, group: string): void {
  const plan = draft.catalog.defaults.get(group)
  if (!plan) return
  const { anchor, period } = firstPeriod(draft.at, FREE_INTERVAL, draft.catalog.policies)
  const terms: Terms = {
    plan: plan.id,
    planVersion: plan.version,
    price: null,
    quantity: 1,
    addOns: [],
  }
  const start = { at: draft.at, anchor, period, gateway: null, renewals: 'billwright' } as const
  record(draft, {
    type: 'subscription.started',
    group,
    subscription: { ...newSubscription(draft, group, terms, start), status: 'active' },
  })
}

export interface Wanted {
  readonly interval?: Interval['unit'] | Interval | undefined
  readonly currency?: string | undefined
  readonly quantity?: number | undefined
  readonly addOns?: Readonly<Record<string, number>> | undefined
}

/** The terms of a plan as it is sold now, or why they can't be had. */
export function termsFor(catalog: Catalog, plan: Plan, wanted: Wanted): Terms | Refusal {
  if (plan.archived) return refuse('plan_unavailable', { plan: plan.id })
  const price = findPrice(plan.prices, wanted.interval, wanted.currency)
  if (!price) {
    const { interval = null, currency = null } = wanted
    return refuse('price_not_found', { plan: plan.id, interval, currency })
  }
  const quantity = wanted.quantity ?? plan.quantity?.min ?? 1
  if (!isQuantity(plan, quantity)) return refuse('quantity_invalid', { plan: plan.id, quantity })
  const addOns: AddOnTerms[] = []
  for (const [id, count] of Object.entries(wanted.addOns ?? {})) {
    const terms = addOnTerms(catalog, plan.id, price.interval, price.currency, id, count)
    if ('code' in terms) return terms
    if (terms.quantity > 0) addOns.push(terms)
  }
  return { plan: plan.id, planVersion: plan.version, price, quantity, addOns }
}

/** Whether the plan can be held this many times; exactly once unless it says otherwise. */
export function isQuantity({ quantity }: Plan, wanted: number): boolean {
  const min = quantity?.min ?? 1
  const max = quantity ? (quantity.max ?? 1_000_000) : 1
  return Number.isSafeInteger(wanted) && wanted >= min && wanted <= max
}

/** An add-on at its price today, in the interval and currency of the plan it goes with. */
export function addOnTerms(
  catalog: Catalog,
  plan: string,
  interval: Interval,
  currency: string,
  id: string,
  quantity: number,
): AddOnTerms | Refusal {
  const addOn = catalog.addOns.get(id)
  if (!addOn || (addOn.plans && !addOn.plans.includes(plan)))
    return refuse('unknown_add_on', { addOn: id, plan })
  if (!Number.isSafeInteger(quantity) || quantity < 0 || quantity > 1_000_000)
    return refuse('quantity_invalid', { addOn: id, quantity })
  const price = findPrice(addOn.prices, interval, currency)
  if (!price) return refuse('price_not_found', { addOn: id, interval, currency })
  return { id, quantity, price }
}
