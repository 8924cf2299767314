/**
 * Stripe's own billing in the words of the core: subscriptions as they are shown, and invoices as the
 * payments that they are. The fields that moved with API version 2025-03-31 are read in both places.
 */
import {
  type GatewayEvent,
  type Instant,
  type Interval,
  instant,
  type Observation,
  type PaymentFact,
  type PaymentSubject,
  type Period,
} from 'billwright/core'
import { dig, idAt, listAt, numberAt, objectAt, textAt } from './fields.ts'
import { MARK, markOf, subscriptionMetadata } from './marks.ts'
import { currencyOf } from './money.ts'
import { amountAt, failure, instantAt, methodOf } from './translate.ts'

/** A subscription as it is shown at `now`. One whose first invoice is unpaid has not begun. */
export function subscriptionEvents(
  gateway: string,
  shown: unknown,
  now: Instant,
): readonly GatewayEvent[] {
  const subscription = textAt(shown, 'id')
  const period = periodOf(shown)
  if (subscription === null || period === null || textAt(shown, 'status') === 'incomplete')
    return []
  const item = planItem(shown)
  const observation: Observation = {
    subscription,
    observedAt: now,
    state: stateOf(shown),
    period,
    cancelAt: cancelAtOf(shown, period),
    plan: planOf(item),
    quantity: numberAt(item, 'quantity') ?? 1,
  }
  return [{ type: 'subscription.observed', gateway, observation }]
}

function stateOf(shown: unknown): Observation['state'] {
  const status = textAt(shown, 'status')
  switch (status) {
    case 'trialing':
    case 'active':
    case 'past_due':
    case 'paused':
    case 'canceled':
      // Collection that somebody paused by hand: Stripe goes on, and takes no money.
      return status === 'active' && objectAt(shown, 'pause_collection') ? 'paused' : status
    case 'unpaid':
      return 'past_due'
    case 'incomplete_expired':
      return 'expired'
    default:
      return 'unknown'
  }
}

/** The item that is the plan; the others are add-ons. One that nobody marked counts as the plan. */
export function planItem(shown: unknown): unknown {
  const items = listAt(shown, 'items')
  const marked = items.find((item) => markOf(dig(item, 'price'), 'kind') === 'plan')
  return marked ?? items.find((item) => markOf(dig(item, 'price'), 'kind') === null) ?? items[0]
}

function planOf(item: unknown): Observation['plan'] {
  const id = markOf(dig(item, 'price'), 'item')
  const unit = textAt(item, 'price', 'recurring', 'interval')
  const count = numberAt(item, 'price', 'recurring', 'interval_count') ?? 1
  return id === null || !isUnit(unit) ? null : { id, interval: { unit, count } }
}

function isUnit(unit: string | null): unit is Interval['unit'] {
  return unit === 'day' || unit === 'week' || unit === 'month' || unit === 'year'
}

/** The running period: of the plan's item, or of the subscription in older versions. */
export function periodOf(shown: unknown): Period | null {
  const item = planItem(shown)
  const start = instantAt(item, 'current_period_start') ?? instantAt(shown, 'current_period_start')
  const end = instantAt(item, 'current_period_end') ?? instantAt(shown, 'current_period_end')
  return start !== null && end !== null && start < end ? { start, end } : null
}

function cancelAtOf(shown: unknown, { end }: Period): Instant | null {
  if (textAt(shown, 'status') === 'canceled') return instantAt(shown, 'ended_at')
  const set = dig(shown, 'cancel_at_period_end') === true
  return instantAt(shown, 'cancel_at') ?? (set ? end : null)
}

/**
 * What an invoice of a subscription tells: that it was paid, or that it could not be. `intent` is its
 * payment intent with the newest charge, needed where it failed.
 */
export function invoiceEvents(
  gateway: string,
  invoice: unknown,
  intent: unknown = null,
): readonly GatewayEvent[] {
  const subject = subjectOfInvoice(invoice)
  if (subject === null) return []
  const payment = paymentOfInvoice(invoice)
  if (payment) return [{ type: 'payment.succeeded', gateway, payment }]
  return unpaidEvents(gateway, invoice, { subject, intent })
}

/** Money that an invoice took; a trial's invoice of zero took none. */
export function paymentOfInvoice(invoice: unknown): PaymentFact | null {
  const amount = amountAt(invoice, 'amount_paid')
  const id = intentOfInvoice(invoice, 'paid') ?? textAt(invoice, 'id')
  if (textAt(invoice, 'status') !== 'paid' || amount <= 0 || id === null) return null
  const currency = currencyOf(textAt(invoice, 'currency'))
  return { id, subject: subjectOfInvoice(invoice), amount, currency, at: paidAt(invoice) }
}

/** The payment intent of an invoice, where `payments` were expanded. */
export function intentOfInvoice(invoice: unknown, status?: 'paid'): string | null {
  const payments = listAt(invoice, 'payments')
  const wanted = status ? payments.filter((each) => textAt(each, 'status') === status) : payments
  const newest = wanted.at(-1)
  return (
    idAt(newest, 'payment', 'payment_intent') ??
    idAt(newest, 'payment', 'charge') ??
    idAt(invoice, 'payment_intent')
  )
}

/**
 * The first period begins where Stripe says that it begins, however long the payment took: both sides
 * must count the same periods.
 */
function paidAt(invoice: unknown): Instant {
  const first = textAt(invoice, 'billing_reason') === 'subscription_create'
  const start = first ? linePeriod(invoice)?.start : undefined
  const paid = instantAt(invoice, 'status_transitions', 'paid_at')
  return start ?? paid ?? instantAt(invoice, 'created') ?? instant(0)
}

function subjectOfInvoice(invoice: unknown): PaymentSubject | null {
  const metadata = subscriptionMetadata(invoice)
  const reason = textAt(invoice, 'billing_reason')
  const reference = textAt(metadata, MARK.reference)
  if (reason === 'subscription_create' && reference !== null) return { checkout: reference }
  const change = textAt(metadata, MARK.change)
  if (reason === 'subscription_update' && change !== null) return { invoice: change }
  const subscription = subscriptionOfInvoice(invoice)
  const period = linePeriod(invoice)
  return subscription === null || period === null ? null : { subscription, period }
}

export function subscriptionOfInvoice(invoice: unknown): string | null {
  const details = ['parent', 'subscription_details', 'subscription'] as const
  return idAt(invoice, ...details) ?? idAt(invoice, 'subscription')
}

/** The period that is billed: of the line that lasts longest. The invoice's own one looks back. */
function linePeriod(invoice: unknown): Period | null {
  let found: Period | null = null
  for (const line of listAt(invoice, 'lines')) {
    const proration =
      dig(line, 'parent', 'subscription_item_details', 'proration') ?? dig(line, 'proration')
    const start = instantAt(line, 'period', 'start')
    const end = instantAt(line, 'period', 'end')
    if (proration === true || start === null || end === null || start >= end) continue
    if (!found || end > found.end) found = { start, end }
  }
  return found
}

interface Unpaid {
  readonly subject: PaymentSubject
  readonly intent: unknown
}

/** An open invoice that was tried, or a change that was given up. */
function unpaidEvents(
  gateway: string,
  invoice: unknown,
  { subject, intent }: Unpaid,
): readonly GatewayEvent[] {
  const status = textAt(invoice, 'status')
  const attempts = numberAt(invoice, 'attempt_count') ?? 0
  const amount = amountAt(invoice, 'amount_due')
  if (amount <= 0 || attempts === 0) return []
  const id = `${textAt(invoice, 'id')}/${attempts}`
  if (status === 'void' && 'invoice' in subject) {
    const error = { code: 'authentication_required' }
    return [failure(gateway, invoice, { id, subject, error, amount })]
  }
  if (status !== 'open') return []
  // A change waits for the customer's bank; a renewal has nobody who waits, and counts as declined.
  if ('invoice' in subject && textAt(intent, 'status') === 'requires_action') {
    const actionUrl = textAt(invoice, 'hosted_invoice_url')
    return [{ type: 'payment.pending', gateway, subject, actionUrl }]
  }
  const waits = textAt(intent, 'status') === 'requires_action'
  const error = waits ? { code: 'authentication_required' } : dig(intent, 'last_payment_error')
  return [failure(gateway, intent ?? invoice, { id, subject, error, amount })]
}

/** Our checkout, by the subscription that came of it; its first invoice where that is at hand. */
export function boughtEvents(
  gateway: string,
  shown: unknown,
  invoice: unknown,
): readonly GatewayEvent[] {
  const reference = markOf(shown, 'reference')
  const subscription = textAt(shown, 'id')
  const status = textAt(shown, 'status')
  if (reference === null || subscription === null || status === 'incomplete') return []
  const payment = paymentOfInvoice(invoice)
  const at = payment?.at ?? instantAt(shown, 'start_date') ?? instant(0)
  return [
    {
      type: 'checkout.completed',
      gateway,
      reference,
      customer: idAt(shown, 'customer'),
      subscription,
      method: methodOf(gateway, dig(shown, 'default_payment_method')),
      payment,
      at,
    },
  ]
}
