/** What a payment of Dodo is for: our checkout, our invoice, or a period that Dodo billed by itself. */
import type { DodoPayment, DodoSubscription } from './wire.ts'
import {
  boundary,
  HOUR,
  type Instant,
  type Interval,
  instant,
  type PaymentSubject,
  type Period,
} from 'billwright/core'
import { META } from './wire.ts'

/** How far a payment may lie from the boundary that it is for. */
const SLACK = 12 * HOUR
/** A change that waits for its payment is decided within a day. */
const CHANGE = 25 * HOUR
/** Periods that are looked through for an old payment. */
const MOST = 1200

/** Our invoice, for a payment of a change that we asked for. */
export function invoiceOf({ metadata, at }: DodoPayment): string | null {
  const invoice = metadata[META.invoice]
  const asked = Number(metadata[META.asked])
  const since = at - asked
  // Should renewals inherit the metadata as well, their distance in time tells them apart.
  return typeof invoice === 'string' && since > -SLACK && since < CHANGE ? invoice : null
}

/** Our checkout, where a payment names one: so do all the renewals that follow from it. */
export function checkoutNamed({ metadata }: DodoPayment): string | null {
  const reference = metadata[META.checkout]
  return typeof reference === 'string' ? reference : null
}

/** Whether the payment itself shows that it is the checkout's own, without its subscription. */
export function isSurelyFirst({ session, metadata, at }: DodoPayment): boolean {
  const since = at - Number(metadata[META.opened])
  return session !== null && since > -SLACK && since < SLACK
}

/** What a payment is for; `null` when it is for nothing that we sold. */
export function subjectOf(
  payment: DodoPayment,
  subscription: DodoSubscription | null,
): PaymentSubject | null {
  const invoice = invoiceOf(payment)
  if (invoice !== null) return { invoice }
  const checkout = checkoutNamed(payment)
  if (checkout !== null && isFirst(payment, subscription)) return { checkout }
  return subscription && { subscription: subscription.id, period: periodOf(payment, subscription) }
}

/** The first payment is made with its subscription; one of a renewal is an interval later at least. */
function isFirst(payment: DodoPayment, subscription: DodoSubscription | null): boolean {
  if (subscription === null) return isSurelyFirst(payment)
  return payment.at < subscription.createdAt + slackOf(subscription.interval)
}

/** The period that a payment is for: the one that had begun when it was made. */
function periodOf({ at }: DodoPayment, { period, interval, createdAt }: DodoSubscription): Period {
  const made = instant(at + slackOf(interval))
  if (made >= period.start && made < period.end) return period
  // Later than what is shown: the one that Dodo tries to collect. Earlier: one of those before.
  const step = made >= period.end ? 1 : -1
  const anchor = anchorOf(period, interval, createdAt)
  let here: Period = step > 0 ? after(period, anchor, interval) : before(period, anchor, interval)
  for (let i = 0; i < MOST; i += 1) {
    if (step > 0 ? made < here.end : made >= here.start) break
    here = step > 0 ? after(here, anchor, interval) : before(here, anchor, interval)
  }
  return here
}

/** The day of the month to count from: of the start, unless months have cut it short since. */
function anchorOf(period: Period, interval: Interval, createdAt: Instant): Instant {
  for (let k = 0, at = createdAt; k < MOST && at <= period.start; k += 1) {
    at = boundary(createdAt, interval, k)
    if (at === period.start) return createdAt
  }
  return period.end
}

function after({ end: start }: Period, anchor: Instant, interval: Interval): Period {
  return { start, end: next(anchor, interval, start, 1) }
}

function before({ start: end }: Period, anchor: Instant, interval: Interval): Period {
  return { start: next(anchor, interval, end, -1), end }
}

/** The boundary next to `from` in a direction. */
function next(anchor: Instant, interval: Interval, from: Instant, step: 1 | -1): Instant {
  const guess = Math.round((from - anchor) / (boundary(anchor, interval, 1) - anchor))
  for (let k = guess - 2 * step; ; k += step) {
    const at = boundary(anchor, interval, k)
    if (step > 0 ? at > from : at < from) return at
  }
}

function slackOf(interval: Interval): number {
  const start = instant(0)
  return Math.min(SLACK, (boundary(start, interval, 1) - start) / 2)
}
