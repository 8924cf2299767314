/** Subscriptions whose clock the sandbox owns: it renews, retries, changes and ends them. */

import type { WireCoupon, WirePeriod, WireTerms } from '../wire.ts'
import { addDays, boundary, type Instant, instant, percentOf, periodAt } from 'billwright/core'
import { charge, tellCharge } from './charges.ts'
import { showSubscription } from './render.ts'
import {
  type Change,
  type Charge,
  keep,
  type NewSubscription,
  type Page,
  type Subscription,
  type Vendor,
} from './vendor.ts'

const RETRY_AFTER_DAYS = [1, 3, 5]

/** Starts what a paid checkout sells. Its first period was paid on the page, or is a trial. */
export function startSubscription(
  vendor: Vendor,
  page: Page,
  sells: NewSubscription,
): Subscription {
  const now = vendor.now()
  const { terms, coupon, trialDays, startsAt, firstPeriodEnd } = sells
  const waits = trialDays !== null ? addDays(now, trialDays) : startsAt
  const first = waits ?? firstPeriodEnd
  const period = { start: now, end: first ?? boundary(now, terms.interval, 1) }
  const { live, customer, currency } = page
  const usesCoupon = waits === null
  return keep(vendor, vendor.subscriptions, 'sub', (id) => ({
    ...{ id, live, customer, currency, terms, period, anchor: first ?? now },
    coupon: usesCoupon ? oneLess(coupon) : coupon,
    status: waits === null ? 'active' : 'trialing',
    cancelAt: null,
    resumesAt: null,
    scheduled: null,
    unpaid: null,
    carried: 0,
    changedAt: now,
  }))
}

/** Marks a change of it, and tells. */
export function touch(vendor: Vendor, subscription: Subscription): void {
  subscription.changedAt = instant(Math.max(vendor.now(), subscription.changedAt + 1))
  vendor.emit('subscription.updated', subscription.live, showSubscription(subscription))
}

/** When the clock has something to do for it next. */
export function dueAt(subscription: Subscription): Instant | null {
  const { status, cancelAt, resumesAt, period, unpaid } = subscription
  if (status === 'canceled') return null
  const days = unpaid ? RETRY_AFTER_DAYS[unpaid.retries] : undefined
  const retryAt = unpaid && days !== undefined ? addDays(unpaid.firstFailedAt, days) : null
  const own = status === 'paused' ? resumesAt : unpaid ? retryAt : instant(period.end)
  const times = [cancelAt, own].filter((time) => time !== null)
  return times.length === 0 ? null : instant(Math.min(...times))
}

/** Does what is due. An ending comes before a renewal at the same instant. */
export function doDue(vendor: Vendor, subscription: Subscription): void {
  const { cancelAt, status, unpaid } = subscription
  if (cancelAt !== null && cancelAt <= vendor.now()) cancelNow(vendor, subscription)
  else if (status === 'paused') unpause(vendor, subscription)
  else if (unpaid) collect(vendor, subscription)
  else renew(vendor, subscription)
}

function renew(vendor: Vendor, subscription: Subscription): void {
  const start = instant(subscription.period.end)
  const { scheduled, terms } = subscription
  if (scheduled && scheduled.at <= start) {
    const { interval } = scheduled.terms
    const same = interval.unit === terms.interval.unit && interval.count === terms.interval.count
    if (!same) subscription.anchor = start
    subscription.terms = scheduled.terms
    subscription.scheduled = null
  }
  const { anchor } = subscription
  subscription.period = periodFrom(anchor, subscription.terms, start)
  subscription.status = 'active'
  collect(vendor, subscription)
}

/** Charges the running period. */
function collect(vendor: Vendor, subscription: Subscription): void {
  const { id, customer, currency, period, unpaid } = subscription
  const method = vendor.methods.get(vendor.customers.get(customer)?.method ?? '')
  const amount = Math.max(0, priceOf(subscription) + subscription.carried)
  if (!method) throw new Error(`${id} has no method`)
  const subject = { subscription: id, period }
  const made = charge(vendor, { method, subject, amount, currency, by: 'renewal' })
  tellCharge(vendor, made)
  if (made.status === 'succeeded') {
    subscription.unpaid = null
    // Credit that one period did not use up pays for the next.
    subscription.carried = Math.min(0, priceOf(subscription) + subscription.carried)
    subscription.coupon = oneLess(subscription.coupon)
    subscription.status = 'active'
  } else {
    const { firstFailedAt, retries } = unpaid ?? { firstFailedAt: vendor.now(), retries: -1 }
    subscription.unpaid = { firstFailedAt, retries: retries + 1 }
    subscription.status = 'past_due'
  }
  touch(vendor, subscription)
}

/** Another method was saved: what is unpaid is tried with it at once. */
export function collectUnpaid(vendor: Vendor, customer: string): void {
  for (const subscription of vendor.subscriptions.values())
    if (subscription.customer === customer && subscription.status === 'past_due')
      collect(vendor, subscription)
}

export function cancelNow(vendor: Vendor, subscription: Subscription): void {
  if (subscription.status === 'canceled') return
  subscription.status = 'canceled'
  subscription.scheduled = null
  subscription.unpaid = null
  subscription.cancelAt ??= vendor.now()
  touch(vendor, subscription)
}

/** Goes on with what is paid for, else begins a new period now. */
export function unpause(vendor: Vendor, subscription: Subscription): void {
  const now = vendor.now()
  subscription.resumesAt = null
  subscription.status = 'active'
  if (subscription.period.end > now) {
    touch(vendor, subscription)
    return
  }
  subscription.anchor = now
  subscription.period = { start: now, end: boundary(now, subscription.terms.interval, 1) }
  collect(vendor, subscription)
}

/** A change came true. */
export function applyChange(vendor: Vendor, change: Change): void {
  const subscription = vendor.subscriptions.get(change.subscription)
  if (!subscription || subscription.status === 'canceled') return
  const { terms, at, resetsAnchor, carried } = change
  subscription.terms = terms
  subscription.scheduled = null
  subscription.carried += carried
  if (resetsAnchor) {
    subscription.anchor = at
    subscription.period = { start: at, end: boundary(at, terms.interval, 1) }
  }
  touch(vendor, subscription)
}

/** What a period costs: plan and add-ons, less the coupon. */
function priceOf({ terms, coupon }: Pick<Subscription, 'terms' | 'coupon'>): number {
  const full = fullPrice(terms)
  if (!coupon) return full
  const off = coupon.percent === null ? (coupon.amountOff ?? 0) : percentOf(full, coupon.percent)
  return Math.max(0, full - off)
}

export function fullPrice({ amount, quantity, addOns }: WireTerms): number {
  return addOns.reduce((sum, each) => sum + each.amount * each.quantity, amount * quantity)
}

function periodFrom(anchor: Instant, { interval }: WireTerms, start: Instant): WirePeriod {
  const { end } = periodAt(anchor, interval, start)
  return { start, end }
}

function oneLess(coupon: WireCoupon | null): WireCoupon | null {
  if (coupon === null || coupon.periodsLeft === null) return coupon
  return coupon.periodsLeft > 1 ? { ...coupon, periodsLeft: coupon.periodsLeft - 1 } : null
}

/** The charges of a subscription since an instant. */
export function chargesOf(vendor: Vendor, id: string, since: number): readonly Charge[] {
  return [...vendor.charges.values()].filter(
    ({ subject, at }) => 'subscription' in subject && subject.subscription === id && at >= since,
  )
}
