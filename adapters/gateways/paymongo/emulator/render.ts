/** The vendor's books as its API shows them. */
import type { Payment, Refund, Session, Vendor } from './vendor.ts'
import { paymentsOf, totalOf } from './vendor.ts'

const seconds = (time: number): number => Math.floor(time / 1000)

export function showSession(vendor: Vendor, session: Session): object {
  const { id, live: livemode, createdAt, status, metadata, description } = session
  const payments = paymentsOf(vendor, session).map((payment) => showPayment(vendor, payment))
  const made = { created_at: seconds(createdAt), updated_at: seconds(createdAt) }
  return {
    id,
    type: 'checkout_session',
    attributes: {
      billing: session.billing ?? null,
      checkout_url: vendor.pageUrl(id),
      client_key: `${id}_client`,
      description,
      line_items: session.lineItems.map((item) => ({ ...item, description: null, images: [] })),
      livemode,
      payments,
      payment_intent: showIntent(vendor, session, payments),
      payment_method_types: session.methods,
      reference_number: session.reference,
      send_email_receipt: false,
      show_description: true,
      show_line_items: true,
      status,
      success_url: session.successUrl,
      cancel_url: session.cancelUrl,
      metadata,
      ...made,
    },
  }
}

/** A declined intent waits for another method: there is no state for a failure. */
function showIntent(vendor: Vendor, session: Session, payments: readonly object[]): object {
  const paid = paymentsOf(vendor, session).some(({ status }) => status === 'paid')
  const { live: livemode, metadata, description, createdAt } = session
  return {
    id: intentOf(session.id),
    type: 'payment_intent',
    attributes: {
      ...{ amount: totalOf(session), currency: 'PHP', description, livemode, metadata, payments },
      status: paid ? 'succeeded' : 'awaiting_payment_method',
      created_at: seconds(createdAt),
      updated_at: seconds(createdAt),
    },
  }
}

export function showPayment(vendor: Vendor, payment: Payment): object {
  const { id, live: livemode, amount, source, status, failedCode, at, dispute } = payment
  const session = vendor.sessions.get(payment.session)
  const refunds = [...vendor.refunds.values()].filter((refund) => refund.payment === id)
  const failed = failedCode === null ? {} : { failed_code: failedCode, failed_message: failedCode }
  const fee = Math.round(amount * 0.035)
  return {
    id,
    type: 'payment',
    attributes: {
      ...{ access_url: null, amount, billing: session?.billing ?? null, currency: 'PHP' },
      ...{ description: session?.description ?? null, disputed: dispute === 'open' },
      external_reference_number: null,
      ...{ fee, livemode, net_amount: amount - fee, origin: 'api' },
      payment_intent_id: intentOf(payment.session),
      ...{ payout: null, source, statement_descriptor: 'BILLWRIGHT', status, tax_amount: null },
      metadata: session?.metadata ?? null,
      refunds: refunds.map(showRefund),
      taxes: [],
      ...failed,
      created_at: seconds(at),
      paid_at: status === 'paid' ? seconds(at) : null,
      updated_at: seconds(at),
    },
  }
}

export function showRefund({ id, live: livemode, payment, ...refund }: Refund): object {
  const { amount, reason, metadata, status, at } = refund
  return {
    id,
    type: 'refund',
    attributes: {
      ...{ amount, currency: 'PHP', livemode, metadata, notes: null, payment_id: payment },
      ...{ payout_id: null, reason, status, created_at: seconds(at), updated_at: seconds(at) },
    },
  }
}

export function showDispute({
  id: payment_id,
  live: livemode,
  dispute,
  amount,
  at,
}: Payment): object {
  return {
    id: `disp_${payment_id}`,
    type: 'dispute',
    attributes: {
      ...{ amount, currency: 'PHP', livemode, payment_id },
      status: dispute === 'open' ? 'pending' : dispute,
      created_at: seconds(at),
    },
  }
}

function intentOf(session: string): string {
  return session.replace(/^cs_/, 'pi_')
}
