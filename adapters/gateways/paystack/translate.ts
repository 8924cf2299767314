/** Paystack's objects in the words of the core. A reply, a webhook and a look-up come through here. */
import type {
  GatewayEvent,
  MethodCheck,
  PaymentFact,
  PaymentMethod,
  PaymentSubject,
} from 'billwright/core'
import type { Settings } from './options.ts'
import type { PaystackDispute, PaystackRefund, PaystackTransaction } from './read.ts'
import { fromPaystack } from './amounts.ts'
import { declineOf } from './decline.ts'
import { type Reference, readReference } from './reference.ts'

/** What became of a transaction; one that is none of ours tells nothing. */
export function transactionEvents(
  settings: Settings,
  transaction: PaystackTransaction,
): readonly GatewayEvent[] {
  const ours = readReference(settings.prefix, transaction.reference)
  if (ours === null || transaction.domain !== settings.mode) return []
  switch (transaction.status) {
    case 'success':
    case 'reversed':
      return paidEvents(settings, transaction, ours)
    case 'failed':
      return failedEvents(settings, transaction, ours)
    case 'abandoned':
    case 'ongoing':
    case 'pending':
    case 'processing':
    case 'queued':
      return pendingEvents(settings, ours, null)
    default:
      return []
  }
}

/** A charge that waits: for the bank, or for the customer on a page. */
export function pendingEvents(
  { name: gateway }: Settings,
  { purpose, id }: Reference,
  actionUrl: string | null,
): readonly GatewayEvent[] {
  // An unpaid page is what a page is; only a charge of ours waits.
  if (purpose !== 'charge') return []
  return [{ type: 'payment.pending', gateway, subject: { invoice: id }, actionUrl }]
}

function paidEvents(
  { name: gateway, xof }: Settings,
  transaction: PaystackTransaction,
  { purpose, id }: Reference,
): readonly GatewayEvent[] {
  const payment = paymentOf(transaction, { subject: subjectOf(purpose, id), xof })
  if (payment === null) return []
  const method = methodOf(gateway, transaction)
  const paid: GatewayEvent = { type: 'payment.succeeded', gateway, payment }
  const { at } = payment
  switch (purpose) {
    case 'checkout': {
      const customer = transaction.customer?.code ?? null
      const told = { reference: id, customer, subscription: null, method, payment, at }
      return [{ type: 'checkout.completed', gateway, ...told }]
    }
    case 'method':
      // The small charge is nobody's invoice: the core keeps it as credit or gives it back.
      return method === null ? [paid] : [{ type: 'method.saved', gateway, method }, paid]
    default:
      return [paid]
  }
}

function failedEvents(
  { name: gateway, xof }: Settings,
  transaction: PaystackTransaction,
  { purpose, id: invoice }: Reference,
): readonly GatewayEvent[] {
  const { reference: payment, currency, createdAt: at } = transaction
  // On a page the customer may try again.
  if (purpose !== 'charge' || at === null) return []
  const amount = fromPaystack(transaction.amount, currency, xof)
  const decline = declineOf(transaction.gatewayResponse)
  const subject = { invoice }
  return [{ type: 'payment.failed', gateway, payment, subject, decline, amount, currency, at }]
}

/** What a refund of a payment came to. One that is on its way tells nothing. */
export function refundEvents(
  { name: gateway, xof }: Settings,
  payment: string,
  { id, amount: asked, currency, status }: PaystackRefund,
): readonly GatewayEvent[] {
  const amount = fromPaystack(asked, currency, xof)
  switch (status) {
    case 'processed':
      return [{ type: 'payment.refunded', gateway, payment, refund: id, amount }]
    case 'failed':
      return [{ type: 'payment.refund_failed', gateway, payment, amount }]
    default:
      return []
  }
}

/** How a dispute stands. */
export function disputeEvents(
  { name: gateway }: Settings,
  payment: string,
  { status, resolution }: PaystackDispute,
): readonly GatewayEvent[] {
  if (status !== 'resolved') return [{ type: 'payment.disputed', gateway, payment }]
  const lost = resolution === 'merchant-accepted' || resolution === 'auto-accepted'
  const outcome = lost ? 'lost' : 'won'
  return [{ type: 'payment.dispute_closed', gateway, payment, outcome }]
}

function subjectOf(purpose: Reference['purpose'], id: string): PaymentSubject | MethodCheck {
  if (purpose === 'method') return { method: id }
  return purpose === 'checkout' ? { checkout: id } : { invoice: id }
}

function paymentOf(
  { reference, amount, currency, paidAt, createdAt }: PaystackTransaction,
  { subject, xof }: { readonly subject: PaymentSubject | MethodCheck } & Pick<Settings, 'xof'>,
): PaymentFact | null {
  const at = paidAt ?? createdAt
  if (at === null) return null
  return { id: reference, subject, amount: fromPaystack(amount, currency, xof), currency, at }
}

/** The e-mail belongs to the authorization: Paystack charges it under no other. */
function methodOf(
  gateway: string,
  { authorization, customer }: PaystackTransaction,
): PaymentMethod | null {
  if (authorization === null || customer === null) return null
  const { code, reusable, brand, last4, expires, signature } = authorization
  const id = `${code}/${customer.email}`
  return { gateway, id, reusable, brand, last4, expires, fingerprint: signature }
}

/** The two halves of a saved method's id; `null` for one that is not Paystack's. */
export function readMethod(id: string): { readonly code: string; readonly email: string } | null {
  const at = id.indexOf('/')
  return at < 1 ? null : { code: id.slice(0, at), email: id.slice(at + 1) }
}
