/** Subscriptions on their clock: they start, renew, are tried again, and end. */
import type { Invoice, InvoiceLine, Item, Session, Subscription, Vendor } from './vendor.ts'
import { boundary, type Interval, periodAt, prorate } from 'billwright/core'
import { noteDebits, openInvoice, payInvoice, tellInvoice } from './invoices.ts'
import { showSchedule, showSubscription } from './show-billing.ts'
import { keep, known, toInstant, toSeconds } from './vendor.ts'

const DAY = 86_400
/** Days after the first failure. Stripe's own plan is set in its dashboard. */
const RETRY_AFTER_DAYS = [1, 3, 5, 7]

/** Tells of a subscription as it is now. */
export function touch(vendor: Vendor, subscription: Subscription, what = 'updated'): void {
  vendor.emit(`customer.subscription.${what}`, showSubscription(vendor, subscription))
}

export function intervalOf(vendor: Vendor, items: readonly Item[]): Interval {
  return known(vendor.prices, items[0]?.price ?? null).interval
}

/** The subscription of a page, not billed yet: its first period, its trial, or its stub. */
export function startSubscription(
  vendor: Vendor,
  session: Session,
  method: string | null,
): Subscription {
  const now = vendor.now()
  const items = session.lines.map(({ price, quantity }): Item => {
    const id = vendor.nextId('si')
    return { id, created: now, price: price ?? '', quantity, debited: { amount: 0, from: now } }
  })
  const { unit, count } = intervalOf(vendor, items)
  const trialEnd = session.trialEnd(now)
  const first = trialEnd ?? session.anchor
  const end = first ?? toSeconds(boundary(toInstant(now), { unit, count }, 1))
  const { customer, currency, innerMetadata: metadata, coupon } = session
  return keep(
    vendor,
    vendor.subscriptions,
    'sub',
    (id): Subscription => ({
      ...{ id, customer, currency, metadata, items, end, method, created: now, start: now },
      status: trialEnd === null ? 'active' : 'trialing',
      anchor: first ?? now,
      trial: trialEnd === null ? null : { start: now, end: trialEnd },
      ...{
        cancelAt: null,
        cancelAtPeriodEnd: false,
        canceledAt: null,
        endedAt: null,
        pausedAt: null,
      },
      ...{ invoice: null, schedule: null, pending: null, waiting: [], failedSince: null },
      coupon: coupon === null ? null : { id: coupon, end: couponEnd(vendor, coupon, now) },
    }),
  )
}

export function couponEnd(vendor: Vendor, coupon: string, now: number): number | null {
  const { months } = known(vendor.coupons, coupon)
  if (months === null) return null
  return toSeconds(boundary(toInstant(now), { unit: 'month', count: 1 }, months))
}

/** One line for each item over the running period; a stub costs its share of a whole one. */
export function periodLines(vendor: Vendor, subscription: Subscription): readonly InvoiceLine[] {
  const { items, start, end, anchor } = subscription
  const interval = intervalOf(vendor, items)
  const whole =
    anchor === end && start < anchor
      ? { start: boundary(toInstant(anchor), interval, -1), end: toInstant(anchor) }
      : { start: toInstant(start), end: toInstant(end) }
  return items.map(({ id: item, price, quantity }): InvoiceLine => {
    const { amount } = known(vendor.prices, price)
    const from = toInstant(start)
    const to = toInstant(end)
    const share = {
      amount: amount * quantity,
      period: whole,
      from,
      to,
      granularity: 'second',
    } as const
    const line = { id: vendor.nextId('il'), amount: prorate(share), start, end, price, quantity }
    return { ...line, item, proration: false }
  })
}

/** The first invoice: paid on the page, or nothing while a trial runs. */
export function firstInvoice(vendor: Vendor, subscription: Subscription): Invoice {
  const trial = subscription.status === 'trialing'
  const lines = periodLines(vendor, subscription)
  const shown = trial ? lines.map((line) => ({ ...line, amount: 0 })) : lines
  const asked = { reason: 'subscription_create', lines: shown, discounted: !trial } as const
  const invoice = openInvoice(vendor, subscription, asked)
  subscription.invoice = invoice.id
  noteDebits(subscription, invoice)
  return invoice
}

/** When the clock has something to do for it next. */
export function dueAt({ status, cancelAt, end, failedSince }: Subscription): number | null {
  if (status === 'canceled') return null
  const days = failedSince ? RETRY_AFTER_DAYS[failedSince.tries - 1] : undefined
  const retry = failedSince && days !== undefined ? failedSince.at + days * DAY : null
  const renews = status === 'paused' ? null : end
  const due = [cancelAt, retry, renews].filter((time) => time !== null)
  return due.length === 0 ? null : Math.min(...due)
}

/** Does what is due. An ending comes before a renewal at the same instant. */
export function doDue(vendor: Vendor, subscription: Subscription): void {
  const now = vendor.now()
  const { cancelAt, end, failedSince, status } = subscription
  if (cancelAt !== null && cancelAt <= now) endNow(vendor, subscription)
  else if (end <= now && status !== 'paused') renew(vendor, subscription)
  else if (failedSince !== null) tryAgain(vendor, subscription)
}

function renew(vendor: Vendor, subscription: Subscription): void {
  const start = subscription.end
  followSchedule(vendor, subscription, start)
  const { items, anchor } = subscription
  const { end } = periodAt(toInstant(anchor), intervalOf(vendor, items), toInstant(start))
  subscription.start = start
  subscription.end = toSeconds(end)
  const hadTrial = subscription.status === 'trialing'
  const lines = [...subscription.waiting, ...periodLines(vendor, subscription)]
  subscription.waiting = []
  const asked = { reason: 'subscription_cycle', lines, discounted: true } as const
  const invoice = openInvoice(vendor, subscription, asked)
  subscription.invoice = invoice.id
  noteDebits(subscription, invoice)
  if (hadTrial) subscription.status = 'active'
  collect(vendor, subscription, invoice)
}

/** The phase that begins with a period, with an anchor of its own where the interval is another. */
function followSchedule(vendor: Vendor, subscription: Subscription, start: number): void {
  const schedule = vendor.schedules.get(subscription.schedule ?? '')
  const phase = schedule?.phases.find((each) => each.start === start)
  if (!schedule || !phase) return
  const before = intervalOf(vendor, subscription.items)
  subscription.items = phase.items.map(({ price, quantity }): Item => {
    const id = vendor.nextId('si')
    return { id, created: start, price, quantity, debited: { amount: 0, from: start } }
  })
  const after = intervalOf(vendor, subscription.items)
  if (before.unit !== after.unit || before.count !== after.count) subscription.anchor = start
  schedule.status = 'released'
  schedule.releasedAt = start
  subscription.schedule = null
  vendor.emit('subscription_schedule.released', showSchedule(vendor, schedule))
}

function tryAgain(vendor: Vendor, subscription: Subscription): void {
  const invoice = vendor.invoices.get(subscription.invoice ?? '')
  if (invoice?.status === 'open') collect(vendor, subscription, invoice)
  else subscription.failedSince = null
}

/** Tries the invoice of a period, and has the subscription follow what became of it. */
function collect(vendor: Vendor, subscription: Subscription, invoice: Invoice): void {
  const paid = payInvoice(vendor, invoice, 'clock') === 'paid'
  if (paid) settled(subscription)
  else {
    const { at, tries } = subscription.failedSince ?? { at: vendor.now(), tries: 0 }
    subscription.failedSince = { at, tries: tries + 1 }
    const days = RETRY_AFTER_DAYS[tries]
    invoice.nextAttempt = days === undefined ? null : at + days * DAY
    subscription.status = 'past_due'
  }
  tellInvoice(vendor, invoice)
  touch(vendor, subscription)
}

/** Nothing is owed any more. */
export function settled(subscription: Subscription): void {
  subscription.failedSince = null
  if (subscription.status === 'past_due') subscription.status = 'active'
}

export function endNow(vendor: Vendor, subscription: Subscription): void {
  const now = vendor.now()
  subscription.status = 'canceled'
  subscription.endedAt = now
  subscription.canceledAt ??= now
  subscription.cancelAt ??= now
  subscription.pausedAt = null
  subscription.failedSince = null
  subscription.pending = null
  subscription.schedule = null
  touch(vendor, subscription, 'deleted')
}
