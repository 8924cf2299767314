/** The sandbox's objects in the words of the core. A reply, a webhook and a look-up come through here. */
import type { GatewayRef } from 'billwright'
import type {
  WireCharge,
  WireMethod,
  WirePage,
  WireRefund,
  WireSubject,
  WireSubscription,
} from './wire.ts'
import {
  DECLINE_CODES,
  type Decline,
  type GatewayEvent,
  instant,
  type Observation,
  type PaymentFact,
  type PaymentMethod,
  type PaymentSubject,
} from 'billwright/core'
import { readObject } from './read-event.ts'

/** What an event of a type tells. Types and states that are not known tell nothing. */
export function translate(gateway: string, type: string, data: unknown): readonly GatewayEvent[] {
  const object = readObject(data)
  switch (type) {
    case 'page.done':
    case 'page.expired':
      return object?.object === 'page' ? pageEvents(gateway, object) : []
    case 'charge.succeeded':
    case 'charge.failed':
    case 'charge.pending':
      return object?.object === 'charge' ? chargeEvents(gateway, object) : []
    case 'charge.refunded':
      return object?.object === 'refund' ? refundEvents(gateway, object) : []
    case 'dispute.opened':
    case 'dispute.closed':
      return object?.object === 'charge' ? disputeEvents(gateway, object) : []
    case 'method.saved':
    case 'method.removed':
      return object?.object === 'method' ? methodEvents(gateway, type, object) : []
    case 'subscription.updated':
      return object?.object === 'subscription' ? [observed(gateway, object)] : []
    default:
      return []
  }
}

/** Whose it is, by the vendor's ids. */
export function aboutOf(data: unknown): readonly GatewayRef[] {
  const object = readObject(data)
  if (!object || object.object === 'change') return []
  if (object.object === 'refund') return [{ kind: 'payment', id: object.charge }]
  const { id } = object
  if (object.object === 'customer') return [{ kind: 'customer', id }]
  const customer: GatewayRef = { kind: 'customer', id: object.customer }
  if (object.object === 'subscription') return [{ kind: 'subscription', id }, customer]
  if (object.object === 'charge') return [{ kind: 'payment', id }, customer]
  return object.object === 'method' ? [{ kind: 'method', id }, customer] : [customer]
}

/** A checkout that is done or expired, or a link that was delivered or paid. */
export function pageEvents(gateway: string, page: WirePage): readonly GatewayEvent[] {
  if (page.kind === 'checkout') return checkoutEvents(gateway, page)
  if (page.kind !== 'link') return []
  if (page.charge) return chargeEvents(gateway, page.charge)
  return page.status === 'open'
    ? [{ type: 'link.delivered', gateway, invoice: page.reference, url: page.url }]
    : []
}

function checkoutEvents(gateway: string, page: WirePage): readonly GatewayEvent[] {
  const { reference, status, customer, subscription, method, charge, doneAt } = page
  if (status === 'expired') return [{ type: 'checkout.expired', gateway, reference }]
  if (status !== 'done' || doneAt === null) return []
  const made = method && methodOf(gateway, method)
  const payment = charge && paymentOf(charge)
  const at = instant(doneAt)
  const type = 'checkout.completed'
  return [{ type, gateway, reference, customer, subscription, method: made, payment, at }]
}

/** What became of a charge. */
export function chargeEvents(gateway: string, charge: WireCharge): readonly GatewayEvent[] {
  const { id, amount, currency, status, actionUrl } = charge
  const subject = subjectOf(charge.subject)
  switch (status) {
    case 'succeeded':
      return [{ type: 'payment.succeeded', gateway, payment: paymentOf(charge) }]
    case 'failed': {
      const decline = declineOf(charge)
      const at = instant(charge.at)
      const type = 'payment.failed'
      return [{ type, gateway, payment: id, subject, decline, amount, currency, at }]
    }
    case 'pending':
      return [{ type: 'payment.pending', gateway, subject, actionUrl }]
    default:
      return []
  }
}

/** A charge with everything that happened to it since. */
export function chargeHistory(gateway: string, charge: WireCharge): readonly GatewayEvent[] {
  return [
    ...chargeEvents(gateway, charge),
    ...charge.refunds.flatMap((refund) => refundEvents(gateway, { ...refund, charge: charge.id })),
    ...disputeEvents(gateway, charge),
  ]
}

export function refundEvents(gateway: string, refund: WireRefund): readonly GatewayEvent[] {
  const { id, charge: payment, amount, status } = refund
  switch (status) {
    case 'succeeded':
      return [{ type: 'payment.refunded', gateway, payment, refund: id, amount }]
    case 'failed':
      return [{ type: 'payment.refund_failed', gateway, payment, amount }]
    default:
      return []
  }
}

function disputeEvents(gateway: string, { id, dispute }: WireCharge): readonly GatewayEvent[] {
  switch (dispute) {
    case 'open':
      return [{ type: 'payment.disputed', gateway, payment: id }]
    case 'won':
    case 'lost':
      return [{ type: 'payment.dispute_closed', gateway, payment: id, outcome: dispute }]
    default:
      return []
  }
}

function methodEvents(
  gateway: string,
  type: 'method.saved' | 'method.removed',
  method: WireMethod,
): readonly GatewayEvent[] {
  return type === 'method.saved'
    ? [{ type, gateway, method: methodOf(gateway, method) }]
    : [{ type, gateway, method: method.id }]
}

export function observed(gateway: string, shown: WireSubscription): GatewayEvent {
  const { id, period, cancelAt, plan, interval, quantity, changedAt } = shown
  const observation: Observation = {
    subscription: id,
    observedAt: instant(changedAt),
    state: stateOf(shown),
    period: { start: instant(period.start), end: instant(period.end) },
    cancelAt: cancelAt === null ? null : instant(cancelAt),
    plan: { id: plan, interval },
    quantity,
  }
  return { type: 'subscription.observed', gateway, observation }
}

function stateOf({ status }: WireSubscription): Observation['state'] {
  switch (status) {
    case 'trialing':
    case 'active':
    case 'past_due':
    case 'paused':
    case 'canceled':
      return status
    default:
      return 'unknown'
  }
}

function paymentOf(charge: WireCharge): PaymentFact {
  const { id, amount, currency, at } = charge
  return { id, subject: subjectOf(charge.subject), amount, currency, at: instant(at) }
}

function subjectOf(subject: WireSubject): PaymentSubject {
  if ('checkout' in subject) return { checkout: subject.checkout }
  if ('invoice' in subject) return { invoice: subject.invoice }
  const { start, end } = subject.period
  const period = { start: instant(start), end: instant(end) }
  return { subscription: subject.subscription, period }
}

function declineOf({ decline }: WireCharge): Decline {
  const code = DECLINE_CODES.find((known) => known === decline?.code) ?? 'unknown'
  switch (decline?.advice) {
    case 'never':
    case 'with_customer':
      return { code, retry: decline.advice }
    default:
      return { code, retry: 'later' }
  }
}

function methodOf(gateway: string, method: WireMethod): PaymentMethod {
  const { id, reusable, brand, last4, expires, fingerprint } = method
  return { gateway, id, reusable, brand, last4, expires, fingerprint }
}
