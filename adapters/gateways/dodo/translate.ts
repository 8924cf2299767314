/** Dodo's objects in the words of the core. A reply, a webhook and a look-up come through here. */

import type { ProductTable } from './products.ts'
import type { DodoPayment, DodoRefund, DodoSubscription } from './wire.ts'
import {
  addDays,
  type GatewayEvent,
  type Instant,
  type Observation,
  type PaymentSubject,
} from 'billwright/core'
import { declineOf } from './decline.ts'
import { subjectOf } from './subject.ts'

/** What became of a payment, whatever it is for. */
export function paymentEvents(
  gateway: string,
  payment: DodoPayment,
  subscription: DodoSubscription | null,
): readonly GatewayEvent[] {
  const saved = savedMethod(gateway, payment)
  if (payment.savesMethod && payment.amount === 0) return saved
  const subject = subjectOf(payment, subscription)
  const { id, amount, currency, at, status } = payment
  switch (status) {
    case 'succeeded':
      if (subject && 'checkout' in subject) return [completed(gateway, payment, subject)]
      if (amount === 0) return saved
      return [
        ...saved,
        { type: 'payment.succeeded', gateway, payment: { id, subject, amount, currency, at } },
      ]
    case 'failed':
    case 'cancelled': {
      if (!subject || amount === 0) return []
      const decline = declineOf(payment)
      return [
        { type: 'payment.failed', gateway, payment: id, subject, decline, amount, currency, at },
      ]
    }
    case 'processing':
    case 'requires_customer_action':
      return subject ? [pending(gateway, payment, subject)] : []
    default:
      return []
  }
}

/** A payment with everything that happened to it since. */
export function paymentHistory(
  gateway: string,
  payment: DodoPayment,
  subscription: DodoSubscription | null,
): readonly GatewayEvent[] {
  return [
    ...paymentEvents(gateway, payment, subscription),
    ...payment.refunds.flatMap((refund) => refundEvents(gateway, payment.id, refund)),
    ...payment.disputes.flatMap((status) => disputeEvents(gateway, payment.id, status)),
  ]
}

export function refundEvents(
  gateway: string,
  payment: string,
  { id, amount, status }: DodoRefund,
): readonly GatewayEvent[] {
  if (amount <= 0) return []
  switch (status) {
    case 'succeeded':
      return [{ type: 'payment.refunded', gateway, payment, refund: id, amount }]
    case 'failed':
      return [{ type: 'payment.refund_failed', gateway, payment, amount }]
    default:
      return []
  }
}

/** What was not contested in time is as lost as what was given in to. */
export function disputeEvents(
  gateway: string,
  payment: string,
  status: string,
): readonly GatewayEvent[] {
  const closed = (outcome: 'won' | 'lost'): readonly GatewayEvent[] => [
    { type: 'payment.dispute_closed', gateway, payment, outcome },
  ]
  switch (status) {
    case 'dispute_opened':
    case 'dispute_challenged':
      return [{ type: 'payment.disputed', gateway, payment }]
    case 'dispute_won':
    case 'dispute_cancelled':
      return closed('won')
    case 'dispute_lost':
    case 'dispute_accepted':
    case 'dispute_expired':
      return closed('lost')
    default:
      return []
  }
}

/** A subscription as it stood at an instant. One that never began tells nothing. */
export function observed(
  { name: gateway, products }: { readonly name: string; readonly products: ProductTable },
  shown: DodoSubscription,
  observedAt: Instant,
): readonly GatewayEvent[] {
  const { id, status, period, quantity, endsWithPeriod, canceledAt, product } = shown
  if (status === 'pending') return []
  const state = stateOf(shown, observedAt)
  const ended = state === 'canceled' || state === 'expired'
  const observation: Observation = {
    subscription: id,
    observedAt,
    state,
    period,
    cancelAt: ended ? canceledAt : endsWithPeriod ? period.end : null,
    plan: products.planOf(product),
    quantity,
  }
  return [{ type: 'subscription.observed', gateway, observation }]
}

/** Dodo has no word for a trial: it is the first period of one that was sold with trial days. */
export function isTrial({ trialDays, createdAt, period }: DodoSubscription, now: Instant): boolean {
  return trialDays > 0 && period.start < addDays(createdAt, 1) && now < period.end
}

function stateOf(shown: DodoSubscription, now: Instant): Observation['state'] {
  switch (shown.status) {
    case 'active':
      return isTrial(shown, now) ? 'trialing' : 'active'
    case 'past_due':
    case 'on_hold':
      return 'past_due'
    case 'paused':
      return 'paused'
    case 'cancelled':
    case 'failed':
      return 'canceled'
    case 'expired':
      return 'expired'
    default:
      return 'unknown'
  }
}

type OfCheckout = Extract<PaymentSubject, { readonly checkout: string }>

function completed(gateway: string, payment: DodoPayment, subject: OfCheckout): GatewayEvent {
  const { id, customer, subscription, method, amount, currency, at } = payment
  return {
    type: 'checkout.completed',
    gateway,
    reference: subject.checkout,
    customer,
    subscription,
    method: method && { gateway, ...method },
    payment: amount > 0 ? { id, subject, amount, currency, at } : null,
    at,
  }
}

function savedMethod(gateway: string, payment: DodoPayment): readonly GatewayEvent[] {
  const { savesMethod, status, method } = payment
  if (!savesMethod || status !== 'succeeded' || method === null) return []
  return [{ type: 'method.saved', gateway, method: { gateway, ...method } }]
}

function pending(gateway: string, payment: DodoPayment, subject: PaymentSubject): GatewayEvent {
  const actionUrl = payment.status === 'requires_customer_action' ? payment.link : null
  return { type: 'payment.pending', gateway, subject, actionUrl }
}
