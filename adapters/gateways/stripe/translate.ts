/**
 * Stripe's objects in the words of the core. A reply, a webhook's hint and a look-up come through here,
 * so that one thing is told alike by whoever tells it.
 */
import {
  type GatewayEvent,
  type Instant,
  instant,
  type PaymentFact,
  type PaymentMethod,
  type PaymentSubject,
} from 'billwright/core'
import { declineOf } from './decline.ts'
import { dig, idAt, numberAt, objectAt, textAt } from './fields.ts'
import { isMarked, markOf } from './marks.ts'
import { currencyOf, fromStripe } from './money.ts'

/** Seconds to an instant. */
export function instantAt(value: unknown, ...path: readonly (string | number)[]): Instant | null {
  const seconds = numberAt(value, ...path)
  return seconds === null || seconds <= 0 ? null : instant(seconds * 1000)
}

/** What is left of an amount field, in our minor units. */
export function amountAt(object: unknown, field: string): number {
  const currency = currencyOf(textAt(object, 'currency'))
  return fromStripe(numberAt(object, field) ?? 0, currency)
}

/** What became of a payment intent that we made; `null` as subject when it is none of ours. */
export function intentEvents(gateway: string, intent: unknown): readonly GatewayEvent[] {
  const subject = subjectOfIntent(intent)
  const id = textAt(intent, 'id')
  if (subject === null || id === null) return []
  const status = textAt(intent, 'status')
  if (status === 'succeeded') {
    const payment = paymentOfIntent(intent)
    return payment ? [{ type: 'payment.succeeded', gateway, payment }] : []
  }
  if (status === 'processing' || status === 'requires_action') {
    const actionUrl = textAt(intent, 'next_action', 'redirect_to_url', 'url')
    return [{ type: 'payment.pending', gateway, subject, actionUrl }]
  }
  const error = objectAt(intent, 'last_payment_error')
  if (status !== 'requires_payment_method' || error === null) return []
  return [failure(gateway, intent, { id, subject, error, amount: amountAt(intent, 'amount') })]
}

/** A payment that failed, with why and when. */
export function failure(
  gateway: string,
  intent: unknown,
  told: {
    readonly id: string
    readonly subject: PaymentSubject
    readonly error: unknown
    readonly amount: number
  },
): GatewayEvent {
  const { id: payment, subject, amount } = told
  const decline = declineOf(told.error)
  const at = chargedAt(intent)
  const currency = currencyOf(textAt(intent, 'currency'))
  return { type: 'payment.failed', gateway, payment, subject, decline, amount, currency, at }
}

/** Money that a payment intent took. */
function paymentOfIntent(intent: unknown): PaymentFact | null {
  const id = textAt(intent, 'id')
  const amount = amountAt(intent, 'amount_received')
  if (id === null || amount <= 0) return null
  const currency = currencyOf(textAt(intent, 'currency'))
  return { id, subject: subjectOfIntent(intent), amount, currency, at: chargedAt(intent) }
}

/** When it was charged, not when it was made: a page may have been open for a day. */
function chargedAt(intent: unknown): Instant {
  return instantAt(intent, 'latest_charge', 'created') ?? instantAt(intent, 'created') ?? instant(0)
}

function subjectOfIntent(intent: unknown): PaymentSubject | null {
  const invoice = markOf(intent, 'invoice')
  if (invoice !== null) return { invoice }
  const checkout = markOf(intent, 'reference')
  return checkout === null ? null : { checkout }
}

/** What a refund gave back, once it did, or that it could not. */
export function refundEvents(gateway: string, refund: unknown): readonly GatewayEvent[] {
  const payment = idAt(refund, 'payment_intent') ?? idAt(refund, 'charge')
  const id = textAt(refund, 'id')
  const amount = amountAt(refund, 'amount')
  if (payment === null || id === null || amount <= 0) return []
  switch (textAt(refund, 'status')) {
    case 'succeeded':
      return [{ type: 'payment.refunded', gateway, payment, refund: id, amount }]
    case 'failed':
    case 'canceled':
      return [{ type: 'payment.refund_failed', gateway, payment, amount }]
    default:
      return []
  }
}

/** A dispute that is open, or how it was decided. An inquiry has taken no money yet. */
export function disputeEvents(gateway: string, dispute: unknown): readonly GatewayEvent[] {
  const payment = idAt(dispute, 'payment_intent') ?? idAt(dispute, 'charge')
  if (payment === null) return []
  switch (textAt(dispute, 'status')) {
    case 'needs_response':
    case 'under_review':
      return [{ type: 'payment.disputed', gateway, payment }]
    case 'won':
    case 'prevented':
    case 'warning_closed':
      return [{ type: 'payment.dispute_closed', gateway, payment, outcome: 'won' }]
    case 'lost':
      return [{ type: 'payment.dispute_closed', gateway, payment, outcome: 'lost' }]
    default:
      return []
  }
}

/** A method as it is shown; only one that stays with its customer can be charged again. */
export function methodOf(gateway: string, method: unknown): PaymentMethod | null {
  const id = textAt(method, 'id')
  if (id === null || textAt(method, 'object') !== 'payment_method') return null
  const [year, month] = [
    numberAt(method, 'card', 'exp_year'),
    numberAt(method, 'card', 'exp_month'),
  ]
  const expires =
    year === null || month === null ? null : `${year}-${String(month).padStart(2, '0')}`
  return {
    gateway,
    id,
    reusable: idAt(method, 'customer') !== null,
    brand: textAt(method, 'card', 'brand') ?? textAt(method, 'type'),
    last4: textAt(method, 'card', 'last4') ?? textAt(method, 'us_bank_account', 'last4'),
    expires,
    fingerprint: textAt(method, 'card', 'fingerprint'),
  }
}

/** Our checkout's reference. The page for another card is marked as ours and has none. */
export function referenceOf(session: unknown): string | null {
  return isMarked(objectAt(session, 'metadata')) ? textAt(session, 'client_reference_id') : null
}

/**
 * A checkout page of ours: done, given up, or not yet. `subscription.default_payment_method`, `invoice`,
 * `payment_intent` and `setup_intent` are read where they were expanded.
 */
export function sessionEvents(gateway: string, session: unknown): readonly GatewayEvent[] {
  const reference = referenceOf(session)
  if (reference === null) return []
  const status = textAt(session, 'status')
  if (status === 'expired') return [{ type: 'checkout.expired', gateway, reference }]
  // A bank transfer that has not arrived yet: another event tells when it did.
  if (status !== 'complete' || textAt(session, 'payment_status') === 'unpaid') return []
  const intent = objectAt(session, 'payment_intent')
  const payment = intent && paymentOfIntent(intent)
  const method = intent
    ? dig(intent, 'payment_method')
    : dig(session, 'setup_intent', 'payment_method')
  const at =
    payment?.at ??
    instantAt(session, 'setup_intent', 'latest_attempt', 'created') ??
    instantAt(session, 'created') ??
    instant(0)
  return [
    {
      type: 'checkout.completed',
      gateway,
      reference,
      customer: idAt(session, 'customer'),
      subscription: idAt(session, 'subscription'),
      method: methodOf(gateway, method),
      payment,
      at,
    },
  ]
}
