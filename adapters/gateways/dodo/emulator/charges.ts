/** Taking money and giving it back: what a card does when it is charged. */
import type { DodoTestCard } from '../test-cards.ts'
import { taxOn } from './prices.ts'
import { showPayment, showRefund } from './render.ts'
import { keep, type Method, type Payment, type Refund, type Vendor } from './vendor.ts'

export interface NewPayment
  extends Pick<Payment, 'customer' | 'subscription' | 'session' | 'method' | 'metadata' | 'items'> {
  /** Before tax. */
  readonly amount: number
  readonly currency: string
  /** `customer`: present and, where asked, confirmed. `asked`: by the API. `renewal`: by the clock. */
  readonly by: 'customer' | 'asked' | 'renewal'
  readonly savesMethod?: boolean
  readonly retry?: number
}

/** Charges a method; what became of it is in the payment. */
export function charge(vendor: Vendor, asked: NewPayment): Payment {
  const { by, amount, savesMethod = false, retry = 0, ...rest } = asked
  const tax = taxOn(vendor, amount)
  return keep(vendor, vendor.payments, 'pay', (id) => ({
    ...rest,
    ...{ id, tax, savesMethod, retry },
    amount: amount + tax,
    at: vendor.now(),
    ...(amount === 0 ? PAID : outcomeOf(asked.method, by)),
    page: null,
    dispute: null,
  }))
}

export function tellPayment(vendor: Vendor, payment: Payment): void {
  // Nothing is told of a payment that waits for the customer.
  if (payment.status !== 'requires_customer_action')
    vendor.emit(`payment.${payment.status}`, showPayment(vendor, payment))
}

type Outcome = Pick<Payment, 'status' | 'errorCode'>

const PAID: Outcome = { status: 'succeeded', errorCode: null }

function outcomeOf({ card, removed }: Method, by: NewPayment['by']): Outcome {
  if (removed) return declined('PAYMENT_METHOD_REMOVED')
  return by === 'customer' ? present(card) : alone(card, by)
}

function present({ behavior }: DodoTestCard): Outcome {
  return behavior.kind === 'declines' ? declined(behavior.code) : PAID
}

/** Charged without the customer. */
function alone({ behavior }: DodoTestCard, by: 'asked' | 'renewal'): Outcome {
  if (behavior.kind === 'declines') return declined(behavior.code)
  if (behavior.kind === 'fails_later') return declined('INSUFFICIENT_FUNDS')
  if (behavior.kind !== 'needs_authentication') return PAID
  // Nobody is there to confirm what the clock charges.
  if (by === 'renewal') return declined(UNCONFIRMED)
  return { status: 'requires_customer_action', errorCode: null }
}

function declined(errorCode: string): Outcome {
  return { status: 'failed', errorCode }
}

export const UNCONFIRMED = 'AUTHENTICATION_REQUIRED'

export function refundsOf({ refunds }: Vendor, { id }: Payment): readonly Refund[] {
  return [...refunds.values()].filter(({ payment }) => payment === id)
}

/** What is left of a payment to give back. */
export function refundable(vendor: Vendor, payment: Payment): number {
  if (payment.status !== 'succeeded') return 0
  return refundsOf(vendor, payment).reduce((left, { amount }) => left - amount, payment.amount)
}

/** Gives a part of a payment back: at first it is on its way. */
export function refund(
  vendor: Vendor,
  payment: Payment,
  { amount, metadata }: Pick<Refund, 'amount' | 'metadata'>,
): Refund {
  const partial = amount < payment.amount
  const at = vendor.now()
  return keep(vendor, vendor.refunds, 'ref', (id) => {
    return { id, payment: payment.id, amount, metadata, at, partial, status: 'pending' }
  })
}

/** The bank took it. */
export function settleRefund(vendor: Vendor, made: Refund): void {
  made.status = 'succeeded'
  vendor.emit('refund.succeeded', { ...showRefund(vendor, made), payload_type: 'Refund' })
}
