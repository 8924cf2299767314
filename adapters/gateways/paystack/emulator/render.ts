/** The books as Paystack shows them. */
import type { Authorization, Customer, Dispute, Refund, Transaction, Vendor } from './vendor.ts'

export function showTransaction({ domain }: Pick<Vendor, 'domain'>, of: Transaction) {
  const { id, reference, status, amount, currency, createdAt, metadata } = of
  const [paid, created] = [time(of.paidAt), time(createdAt)]
  const channel = of.authorization?.card.behavior.kind === 'wallet' ? 'mobile_money' : 'card'
  return {
    ...{ id, domain, status, reference, receipt_number: null, amount, message: null },
    gateway_response: of.gatewayResponse,
    ...{ paid_at: paid, created_at: created, channel, currency, ip_address: '127.0.0.1' },
    ...{ metadata: metadata ?? '', log: null, fees: status === 'abandoned' ? null : 0 },
    fees_split: null,
    authorization: of.authorization ? showAuthorization(of.authorization) : {},
    customer: showCustomer(of.customer),
    ...{ plan: null, split: {}, order_id: null, paidAt: paid, createdAt: created },
    ...{ requested_amount: amount, pos_transaction_data: null, source: null },
    ...{ fees_breakdown: null, connect: null, transaction_date: created },
    ...{ plan_object: {}, subaccount: {} },
  }
}

function showAuthorization({ code, card, reusable }: Authorization) {
  const isCard = card.behavior.kind !== 'wallet'
  return {
    authorization_code: code,
    bin: card.number.slice(0, 6),
    last4: card.number.slice(-4),
    exp_month: '12',
    exp_year: '2030',
    channel: isCard ? 'card' : 'mobile_money',
    // The space is Paystack's.
    card_type: `${card.brand} `,
    ...{ bank: 'TEST BANK', country_code: 'NG', brand: card.brand, reusable },
    signature: `SIG_${card.number}`,
    account_name: null,
  }
}

function showCustomer({ id, code, email }: Customer) {
  return {
    ...{ id, first_name: null, last_name: null, email, customer_code: code, phone: null },
    ...{ metadata: null, risk_action: 'default', international_format_phone: null },
  }
}

export function showRefund({ domain }: Pick<Vendor, 'domain'>, refund: Refund) {
  const { id, transaction, amount, status, merchantNote, at } = refund
  return {
    ...{ id, integration: 100_001, domain, transaction: transaction.id, dispute: 0 },
    ...{ amount, deducted_amount: amount, fully_deducted: true, currency: transaction.currency },
    ...{ channel: 'migs', status, refunded_by: 'shop@example.com' },
    ...{ refunded_at: time(at), expected_at: time(at), settlement: null },
    ...{ customer_note: 'Refund', merchant_note: merchantNote },
    ...{ created_at: time(at), createdAt: time(at), updatedAt: time(at) },
  }
}

/** Without the refund's id, and the amount as text until it failed: as the samples are. */
export function tellRefund({ domain }: Pick<Vendor, 'domain'>, refund: Refund) {
  const { id, transaction, amount, status } = refund
  return {
    ...{ status, transaction_reference: transaction.reference, amount: String(amount) },
    refund_reference: status === 'processed' ? `TRF_${id}` : null,
    ...{ currency: transaction.currency, processor: 'emulated' },
    customer: { first_name: null, last_name: null, email: transaction.customer.email },
    ...{ integration: 100_001, domain },
  }
}

export function showDispute(vendor: Pick<Vendor, 'domain'>, dispute: Dispute) {
  const { id, transaction, at, status, resolution } = dispute
  const { amount: refund_amount, currency } = transaction
  return {
    ...{ id, refund_amount, currency, status, resolution, domain: vendor.domain },
    transaction: showTransaction(vendor, transaction),
    ...{ transaction_reference: null, category: 'chargeback' },
    customer: showCustomer(transaction.customer),
    ...{ bin: null, last4: null, dueAt: time(at), evidence: null, attachments: null, note: null },
    resolvedAt: status === 'resolved' ? time(at) : null,
    ...{
      history: [],
      messages: [],
      created_at: time(at),
      createdAt: time(at),
      updatedAt: time(at),
    },
  }
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
