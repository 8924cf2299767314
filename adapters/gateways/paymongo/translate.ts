/** PayMongo's objects in the words of the core. A reply, a webhook and a look-up come through here. */
import type { GatewayRef } from 'billwright'
import type { WirePayment, WireRefund, WireSession } from './wire.ts'
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
  const read = READERS.get(type)
  return read ? read(gateway, data) : NOTHING
}

type Reader = (gateway: string, data: unknown) => Told

/** The one list of what is read. */
export const READERS: ReadonlyMap<string, Reader> = new Map([
  ['checkout_session.payment.paid', ofSession],
  // The same money again, with the same id; what was no page of ours carries no reference.
  ['payment.paid', ofPayment(paymentEvents)],
  ['payment.failed', ofPayment(paymentEvents)],
  ['payment.refunded', ofPayment(refundsOf)],
  ['payment.refund.updated', ofRefund],
  ['refund.succeeded', ofRefund],
  ['refund.updated', ofRefund],
  ['dispute.created', disputeOpened],
  ['dispute.resolved', disputeClosed],
])

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

function ofSession(gateway: string, data: unknown): Told {
  const session = readSession(data)
  return session ? { events: sessionEvents(gateway, session), about: [] } : NOTHING
}

function ofPayment(
  told: (gateway: string, payment: WirePayment) => readonly GatewayEvent[],
): Reader {
  return (gateway, data) => {
    const payment = readPayment(data)
    if (!payment) return NOTHING
    const events = told(gateway, payment)
    return { events, about: aboutPayment(events, payment.id) }
  }
}

function ofRefund(gateway: string, data: unknown): Told {
  const refund = readRefund(data)
  if (!refund) return NOTHING
  const events = refundEvents(gateway, refund)
  return { events, about: aboutPayment(events, refund.payment) }
}

function disputeOpened(gateway: string, data: unknown): Told {
  const payment = readDispute(data)?.payment
  if (payment === undefined) return NOTHING
  const events = [{ type: 'payment.disputed', gateway, payment }] as const
  return { events, about: aboutPayment(events, payment) }
}

function disputeClosed(gateway: string, data: unknown): Told {
  const dispute = readDispute(data)
  if (!dispute) return NOTHING
  const { payment, status } = dispute
  const outcome = WON.has(status) ? 'won' : LOST.has(status) ? 'lost' : null
  if (outcome === null) return NOTHING
  const events = [{ type: 'payment.dispute_closed', gateway, payment, outcome }] as const
  return { events, about: aboutPayment(events, payment) }
}

/** No reference page shows these words: one that is not known leaves the dispute open. */
const WON: ReadonlySet<string> = new Set(['won', 'merchant_won'])
const LOST: ReadonlySet<string> = new Set(['lost', 'merchant_lost'])

/** What tells nothing is about nobody: it need not wait for a payment that we may never see. */
function aboutPayment(events: readonly GatewayEvent[], id: string): readonly GatewayRef[] {
  return events.length === 0 ? [] : [{ kind: 'payment', id }]
}
