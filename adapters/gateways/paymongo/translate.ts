/** PayMongo's objects in the words of the core. A reply, a webhook and a look-up come through here. */
import type { GatewayRef } from 'billwright'
import type { WireDispute, WirePayment, WireRefund, WireSession } from './wire.ts'
import { type GatewayEvent, instant, type PaymentFact, type PaymentMethod } from 'billwright/core'
import { declineOf } from './declines.ts'
import { readDispute, readPayment, readRefund, readSession } from './read-resource.ts'
import { readReference, type Sold } from './reference.ts'

/** What an event tells, and whose it is where that does not say. */
export interface Told {
  readonly events: readonly GatewayEvent[]
  readonly about: readonly GatewayRef[]
}

const NOTHING: Told = { events: [], about: [] }

/**
 * What an event of a type tells. Types that are not known tell nothing, and neither do those of the
 * vendor's own subscriptions, links and payouts, which are none of ours.
 */
export function translate(gateway: string, type: string, data: unknown): Told {
  switch (type) {
    case 'checkout_session.payment.paid':
      return ofSession(gateway, readSession(data))
    // The same money again, with the same id; what was no page of ours carries no reference.
    case 'payment.paid':
    case 'payment.failed':
      return ofPayment(gateway, readPayment(data), paymentEvents)
    case 'payment.refunded':
      return ofPayment(gateway, readPayment(data), refundsOf)
    case 'payment.refund.updated':
    case 'refund.succeeded':
    case 'refund.updated':
      return ofRefund(gateway, readRefund(data))
    case 'dispute.created':
    case 'dispute.resolved':
      return ofDispute(gateway, type, readDispute(data))
    default:
      return NOTHING
  }
}

/** A page as it is now: what was paid on it, or that it is closed. */
export function sessionEvents(gateway: string, session: WireSession): readonly GatewayEvent[] {
  const sold = readReference(session.reference)
  if (!sold) return []
  const told = session.payments.flatMap((payment) => soldEvents(gateway, sold, payment))
  if (session.payments.some(isPaid) || session.status !== 'expired') return told
  if ('invoice' in sold) return told
  return [...told, { type: 'checkout.expired', gateway, reference: sold.checkout }]
}

/** A payment of ours, by the reference it carries. */
function paymentEvents(gateway: string, payment: WirePayment): readonly GatewayEvent[] {
  const sold = readReference(payment.reference)
  return sold ? soldEvents(gateway, sold, payment) : []
}

/** A payment with everything that happened to it since. */
export function paymentHistory(gateway: string, payment: WirePayment): readonly GatewayEvent[] {
  const { id, disputed } = payment
  return [
    ...paymentEvents(gateway, payment),
    ...refundsOf(gateway, payment),
    ...(disputed ? [{ type: 'payment.disputed', gateway, payment: id } as const] : []),
  ]
}

/** A refund that was made or that failed; one that is on its way tells nothing yet. */
export function refundEvents(gateway: string, refund: WireRefund): readonly GatewayEvent[] {
  const { id, payment, amount, status } = refund
  if (status === 'succeeded')
    return [{ type: 'payment.refunded', gateway, payment, refund: id, amount }]
  return status === 'failed' ? [{ type: 'payment.refund_failed', gateway, payment, amount }] : []
}

export function isPaid({ status }: WirePayment): boolean {
  return status === 'paid'
}

function soldEvents(gateway: string, sold: Sold, payment: WirePayment): readonly GatewayEvent[] {
  const { id, amount, currency, status } = payment
  const at = instant(payment.at * 1000)
  if (status === 'failed') {
    const decline = declineOf(payment.failedCode)
    const type = 'payment.failed'
    return [{ type, gateway, payment: id, subject: sold, decline, amount, currency, at }]
  }
  // Pending, or a state of tomorrow: no money is here yet.
  if (!isPaid(payment)) return []
  const fact: PaymentFact = { id, subject: sold, amount, currency, at }
  if ('invoice' in sold) return [{ type: 'payment.succeeded', gateway, payment: fact }]
  const method = methodOf(gateway, payment)
  const made = { customer: null, subscription: null, method, payment: fact, at }
  return [{ type: 'checkout.completed', gateway, reference: sold.checkout, ...made }]
}

/** What was paid with. Nothing is kept there: the next period is paid on a page again. */
function methodOf(gateway: string, { source }: WirePayment): PaymentMethod | null {
  const { id, type, brand, last4 } = source
  if (typeof id !== 'string' || typeof type !== 'string') return null
  return {
    gateway,
    id,
    reusable: false,
    brand: typeof brand === 'string' ? brand : type,
    last4: typeof last4 === 'string' ? last4 : null,
    expires: null,
    fingerprint: null,
  }
}

function refundsOf(gateway: string, { refunds }: WirePayment): readonly GatewayEvent[] {
  return refunds.flatMap((refund) => refundEvents(gateway, refund))
}

function ofSession(gateway: string, session: WireSession | null): Told {
  return session ? { events: sessionEvents(gateway, session), about: [] } : NOTHING
}

function ofPayment(
  gateway: string,
  payment: WirePayment | null,
  told: (gateway: string, payment: WirePayment) => readonly GatewayEvent[],
): Told {
  if (!payment) return NOTHING
  const events = told(gateway, payment)
  return { events, about: aboutPayment(events, payment.id) }
}

function ofRefund(gateway: string, refund: WireRefund | null): Told {
  if (!refund) return NOTHING
  const events = refundEvents(gateway, refund)
  return { events, about: aboutPayment(events, refund.payment) }
}

function ofDispute(
  gateway: string,
  type: 'dispute.created' | 'dispute.resolved',
  dispute: WireDispute | null,
): Told {
  if (!dispute) return NOTHING
  const { payment, status } = dispute
  const about = [{ kind: 'payment', id: payment }] as const
  if (type === 'dispute.created')
    return { events: [{ type: 'payment.disputed', gateway, payment }], about }
  const outcome = WON.has(status) ? 'won' : LOST.has(status) ? 'lost' : null
  if (outcome === null) return NOTHING
  return { events: [{ type: 'payment.dispute_closed', gateway, payment, outcome }], about }
}

/** No reference page shows these words: one that is not known leaves the dispute open. */
const WON: ReadonlySet<string> = new Set(['won', 'merchant_won'])
const LOST: ReadonlySet<string> = new Set(['lost', 'merchant_lost'])

/** What tells nothing is about nobody: it need not wait for a payment that we may never see. */
function aboutPayment(events: readonly GatewayEvent[], id: string): readonly GatewayRef[] {
  return events.length === 0 ? [] : [{ kind: 'payment', id }]
}
