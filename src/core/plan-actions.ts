/** For every plan and price the button a page shows, and why it shows no other. */
import type { Interval } from './calendar.ts'
import type { Catalog } from './catalog.ts'
import type { Command, Usage } from './input.ts'
import type { Instant } from './instant.ts'
import type { Plan } from './plan.ts'
import type { Price } from './price.ts'
import type { RefusalCode } from './refusal.ts'
import { decideFully } from './decide.ts'
import { directionOf } from './rules/change-plan.ts'
import { settle } from './settle.ts'
import { type Account, isLive, type LiveSubscription } from './state.ts'
import { sameInterval } from './terms.ts'

export interface PlanAction<PlanId extends string = string> {
  readonly plan: PlanId
  readonly interval: Interval | null
  readonly price: Price | null
  readonly action: 'upgrade' | 'downgrade' | 'current' | 'scheduled' | 'resume' | 'unavailable'
  /** The customer is on this plan and interval now. */
  readonly current: boolean
  /** When something that is scheduled or ending takes effect. */
  readonly at: Instant | null
  /** Why it is unavailable; `choose_what_to_keep` is still a downgrade, with a question first. */
  readonly because: RefusalCode | null
}

export interface PlanActionsOptions {
  /** Only prices in this currency. Default: the subscription's, else every currency. */
  readonly currency?: string
}

/** One row per plan and price, in the catalog's order; a free plan has one row without price. */
export function planActions<PlanId extends string>(
  account: Account,
  usage: Usage,
  now: Instant,
  catalog: Catalog<PlanId>,
  options: PlanActionsOptions = {},
): readonly PlanAction<PlanId>[] {
  const settled = settle(account, usage, now, catalog).account
  return [...catalog.plans.values()].flatMap((plan) => {
    const subscription = settled.subscriptions[plan.group]
    const current = isLive(subscription) ? subscription : null
    const currency = options.currency ?? current?.price?.currency
    const prices = plan.prices.filter((price) => !currency || price.currency === currency)
    const offers: readonly (Price | null)[] = plan.prices.length === 0 ? [null] : prices
    return offers
      .filter((price) => !plan.archived || isCurrent(current, plan, price))
      .map((price) => {
        const base = { plan: plan.id as PlanId, interval: price?.interval ?? null, price }
        return { ...base, ...actionFor({ settled, usage, now, catalog }, current, plan, price) }
      })
  })
}

interface Seen {
  readonly settled: Account
  readonly usage: Usage
  readonly now: Instant
  readonly catalog: Catalog
}

type Action = Pick<PlanAction, 'action' | 'current' | 'at' | 'because'>

function actionFor(
  seen: Seen,
  current: LiveSubscription | null,
  plan: Plan,
  price: Price | null,
): Action {
  const none = { current: false, at: null, because: null }
  // A trial that ended unpaid is a plan to buy, not one that is had.
  if (current?.status !== 'unpaid' && isCurrent(current, plan, price)) {
    const { cancelAt = null } = current ?? {}
    return cancelAt === null
      ? { ...none, action: 'current', current: true }
      : { ...none, action: 'resume', current: true, at: cancelAt }
  }
  if (current?.cancelAt && plan.default)
    return { ...none, action: 'scheduled', at: current.cancelAt }
  const pending = current?.pendingChange
  if (pending && pending.terms.plan === plan.id && sameAs(pending.terms.price, price))
    return { ...none, action: 'scheduled', at: pending.at }
  const because = refusedBecause(seen, plan, price)
  if (because !== null && because !== 'choose_what_to_keep')
    return { ...none, action: 'unavailable', because }
  const target = { plan: plan.id, planVersion: plan.version, price, quantity: 1, addOns: [] }
  const had = current && current.status !== 'unpaid' ? { ...current, quantity: 1 } : null
  const direction = had ? directionOf(seen, had, target) : 'upgrade'
  return { ...none, action: direction === 'downgrade' ? direction : 'upgrade', because }
}

/** The rules themselves say whether it can be had: the command is decided and thrown away. */
function refusedBecause(
  { settled, usage, now, catalog }: Seen,
  plan: Plan,
  price: Price | null,
): RefusalCode | null {
  const wanted = price ? { interval: price.interval, currency: price.currency } : {}
  const command: Command = { type: 'subscribe', plan: plan.id, ...wanted }
  const { decision } = decideFully(settled, usage, command, now, catalog)
  return decision.ok ? null : decision.refusal.code
}

function isCurrent(current: LiveSubscription | null, plan: Plan, price: Price | null): boolean {
  return current?.plan === plan.id && sameAs(current.price, price)
}

/** Same interval and currency; the amount may differ, a subscription keeps the price it was sold at. */
function sameAs(a: Price | null, b: Price | null): boolean {
  if (a === null || b === null) return a === b
  return a.currency === b.currency && sameInterval(a.interval, b.interval)
}
