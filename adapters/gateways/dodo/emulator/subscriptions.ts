/** Subscriptions on Dodo's clock: it renews, tries again, changes and ends them. */
import { addDays, boundary, HOUR, type Instant, instant, periodAt } from 'billwright/core'
import { charge, tellPayment } from './charges.ts'
import { billOf } from './prices.ts'
import { tellSubscription } from './render.ts'
import {
  type Change,
  keep,
  type Page,
  type Payment,
  type Subscription,
  type Vendor,
} from './vendor.ts'

type Interval = Parameters<typeof boundary>[1]

const MONTH: Interval = { unit: 'month', count: 1 }

/** Starts what a page sells. The first period is paid on the page, or is a trial. */
export function startSubscription(
  vendor: Vendor,
  { customer, cart, trialDays, discounts, metadata }: Page,
  { method }: Pick<Subscription, 'method'>,
): Subscription | null {
  const product = cart && vendor.products.get(cart.product)
  if (!cart || !product) return null
  const now = vendor.now()
  const trial = trialDays > 0
  const end = trial ? addDays(now, trialDays) : boundary(now, product.interval, 1)
  return keep(
    vendor,
    vendor.subscriptions,
    'sub',
    (id): Subscription => ({
      ...{ id, customer, currency: product.currency, createdAt: now, trialDays, metadata, cart },
      status: 'active',
      ...{ start: now, end, anchor: trial ? end : now, method },
      discounts: discounts.flatMap((code) => usedOnce(vendor, code, trial ? 0 : 1)),
      ...{ endsWithPeriod: false, cancelledAt: null, pausedAt: null, unpaid: null },
      ...{ scheduled: null, pending: null, credit: 0 },
    }),
  )
}

function usedOnce({ discounts }: Vendor, code: string, used: number): Subscription['discounts'] {
  const cycles = discounts.get(code)?.cycles ?? null
  if (cycles === null) return [{ code, left: null }]
  return cycles > used ? [{ code, left: cycles - used }] : []
}

/** When the clock has something to do for it next. */
export function dueAt({ business }: Vendor, subscription: Subscription): Instant | null {
  const { status, end, unpaid } = subscription
  if (status === 'active') return end
  const hours = unpaid ? business.retryHours[unpaid.retries] : undefined
  return status === 'on_hold' && unpaid && hours !== undefined
    ? instant(unpaid.since + hours * HOUR)
    : null
}

/** Does what is due. An ending comes before a renewal at the same instant. */
export function doDue(vendor: Vendor, subscription: Subscription): void {
  if (subscription.unpaid) collect(vendor, subscription)
  else if (subscription.endsWithPeriod) cancelNow(vendor, subscription)
  else renew(vendor, subscription)
}

function renew(vendor: Vendor, subscription: Subscription): void {
  const { scheduled } = subscription
  if (scheduled) {
    const before = intervalOf(vendor, subscription)
    subscription.cart = scheduled.cart
    subscription.scheduled = null
    const after = intervalOf(vendor, subscription)
    const same = before.unit === after.unit && before.count === after.count
    if (!same) subscription.anchor = subscription.end
  }
  collect(vendor, subscription)
  if (scheduled) tellSubscription(vendor, 'plan_changed', subscription)
}

/** Charges the period that begins where the paid one ends, and begins it once it is paid. */
function collect(
  vendor: Vendor,
  subscription: Subscription,
  by: 'renewal' | 'customer' = 'renewal',
) {
  const { id, customer, cart, discounts, currency, metadata, method, unpaid } = subscription
  const codes = discounts.map(({ code }) => code)
  const { items, amount: full } = billOf(vendor, cart, codes)
  const amount = Math.max(0, full - subscription.credit)
  const asked = { customer, subscription: id, session: null, method, metadata, items, currency }
  const retry = unpaid && by === 'renewal' ? unpaid.retries + 1 : 0
  const paid = charge(vendor, { ...asked, amount, by, retry })
  if (paid.status === 'succeeded') begin(vendor, subscription, full)
  else hold(vendor, subscription)
  tellPayment(vendor, paid)
  const recovered = unpaid !== null && paid.status === 'succeeded'
  if (recovered) tellSubscription(vendor, 'active', subscription)
  tellSubscription(vendor, paid.status === 'succeeded' ? 'renewed' : 'on_hold', subscription)
}

function begin(vendor: Vendor, subscription: Subscription, full: number): void {
  subscription.credit -= Math.min(subscription.credit, full)
  const interval = intervalOf(vendor, subscription)
  subscription.start = subscription.end
  subscription.end = periodAt(subscription.anchor, interval, subscription.start).end
  subscription.status = 'active'
  subscription.unpaid = null
  for (const discount of subscription.discounts) if (discount.left !== null) discount.left -= 1
  subscription.discounts = subscription.discounts.filter(({ left }) => left === null || left > 0)
}

function hold(vendor: Vendor, subscription: Subscription): void {
  const { unpaid } = subscription
  if (unpaid) unpaid.retries += 1
  else subscription.unpaid = { since: vendor.now(), retries: 0 }
  subscription.status = 'on_hold'
}

/** Another method was saved: what is owed is paid with it at once. */
export function collectOwed(vendor: Vendor, subscription: Subscription): void {
  if (subscription.unpaid) collect(vendor, subscription, 'customer')
}

export function cancelNow(vendor: Vendor, subscription: Subscription): void {
  subscription.status = 'cancelled'
  subscription.cancelledAt = vendor.now()
  subscription.scheduled = null
  subscription.unpaid = null
  subscription.pending = null
  tellSubscription(vendor, 'cancelled', subscription)
}

/** A change came true. */
export function applyChange(
  vendor: Vendor,
  subscription: Subscription,
  change: Change,
  paid: Payment | null,
): void {
  const { cart, discounts, resets, credit } = change
  subscription.cart = cart
  subscription.pending = null
  subscription.credit += credit
  if (discounts) subscription.discounts = discounts.flatMap((code) => usedOnce(vendor, code, 0))
  if (resets) {
    const now = vendor.now()
    subscription.anchor = now
    subscription.start = now
    subscription.end = boundary(now, intervalOf(vendor, subscription), 1)
  }
  if (paid) tellPayment(vendor, paid)
  tellSubscription(vendor, 'plan_changed', subscription)
}

/** The pause moves everything that was to come by its length. */
export function unpause(vendor: Vendor, subscription: Subscription): void {
  const { pausedAt, end } = subscription
  const away = pausedAt === null ? 0 : vendor.now() - pausedAt
  subscription.end = instant(end + away)
  if (away > 0) subscription.anchor = subscription.end
  subscription.pausedAt = null
  subscription.status = 'active'
  tellSubscription(vendor, 'unpaused', subscription)
}

function intervalOf({ products }: Vendor, { cart }: Subscription): Interval {
  return products.get(cart.product)?.interval ?? MONTH
}
