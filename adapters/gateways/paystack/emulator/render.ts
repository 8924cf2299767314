/** The books as Paystack shows them. */
import type { Authorization, Customer, Dispute, Refund, Transaction, Vendor } from './vendor.ts'

/** A transaction that is looked up, or told of. */
export function showTransaction(vendor: Pick<Vendor, 'domain'>, of: Transaction) {
  const [paid, created] = [time(of.paidAt), time(of.createdAt)]
  return {
    ...showWithin(vendor, of),
    ...{ receipt_number: null, requested_amount: of.amount, plan: null, plan_object: {} },
    ...{ paidAt: paid, createdAt: created, transaction_date: created },
  }
}

/** A transaction in a list. */
export function showListed(vendor: Pick<Vendor, 'domain'>, of: Transaction) {
  const { fees_breakdown: _, customer, ...shown } = showWithin(vendor, of)
  const { international_format_phone: __, ...known } = customer
  const source = { ...SOURCE, entry_point: 'transaction_initialize' }
  const more = { customer: known, source, log: LOG, requested_amount: of.amount, connect: {} }
  return { ...shown, ...more }
}

/** A transaction by its number. */
export function showFetched(vendor: Pick<Vendor, 'domain'>, of: Transaction) {
  const more = { receipt_number: null, helpdesk_link: null, requested_amount: of.amount }
  return { ...showWithin(vendor, of), source: SOURCE, log: LOG, ...more }
}

const SOURCE = { type: 'api', source: 'merchant_api', identifier: null }
const LOG = {
  ...{ start_time: 0, time_spent: 0, attempts: 1, errors: 0, success: true, mobile: false },
  ...{ input: [], history: [] },
}

/** The reply to a charge, which tells less. */
export function showCharge(vendor: Pick<Vendor, 'domain'>, of: Transaction) {
  return { ...basicsOf(vendor, of), transaction_date: time(of.createdAt), plan: null }
}

/** A transaction as it stands within another thing. */
function showWithin(vendor: Pick<Vendor, 'domain'>, of: Transaction) {
  return {
    ...basicsOf(vendor, of),
    ...{ paid_at: time(of.paidAt), created_at: time(of.createdAt), fees_split: null },
    ...{ plan: {}, subaccount: {}, split: {}, order_id: null, pos_transaction_data: null },
    ...{ source: null, fees_breakdown: null, connect: null },
  }
}

function basicsOf({ domain }: Pick<Vendor, 'domain'>, of: Transaction) {
  const { id, reference, status, amount, currency, metadata } = of
  const channel = of.authorization?.card.behavior.kind === 'wallet' ? 'mobile_money' : 'card'
  return {
    ...{ id, domain, status, reference, amount, currency, channel, message: null },
    ...{ gateway_response: of.gatewayResponse, ip_address: '127.0.0.1', log: null },
    ...{ metadata: metadata ?? '', fees: status === 'abandoned' ? null : 0 },
    authorization: of.authorization ? showAuthorization(of.authorization) : {},
    customer: showCustomer(of.customer),
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

/** A refund as the list shows it. */
export function showRefund({ domain }: Pick<Vendor, 'domain'>, refund: Refund) {
  const { id, transaction, at } = refund
  return {
    ...{ id, integration: 100_001, domain, transaction: transaction.id, dispute: 0 },
    ...detailsOf(refund),
    ...{ fully_deducted: 1, refunded_at: time(at), settlement: null },
    ...{ created_at: time(at), updated_at: time(at) },
  }
}

/** The reply to a new one: with its transaction, and fewer dates. */
export function showNewRefund(vendor: Pick<Vendor, 'domain'>, refund: Refund) {
  const { id, transaction, at } = refund
  const { paid_at, channel, currency, reference, amount } = showWithin(vendor, transaction)
  return {
    ...{ id, integration: 100_001, domain: vendor.domain },
    transaction: {
      ...{ id: transaction.id, domain: vendor.domain, reference, amount, paid_at, channel },
      ...{ currency, authorization: { exp_month: null, exp_year: null, account_name: null } },
      ...{ customer: { international_format_phone: null }, plan: {}, split: {}, order_id: null },
      ...{ subaccount: { currency: null }, pos_transaction_data: null, source: null },
      fees_breakdown: null,
    },
    ...detailsOf(refund),
    ...{ fully_deducted: true, createdAt: time(at), updatedAt: time(at) },
  }
}

function detailsOf({ transaction, amount, status, merchantNote, at }: Refund) {
  return {
    ...{ amount, deducted_amount: amount, currency: transaction.currency, channel: 'migs', status },
    ...{ refunded_by: 'shop@example.com', expected_at: time(at) },
    ...{ customer_note: 'Refund', merchant_note: merchantNote },
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
  const { amount: refund_amount, currency, customer } = transaction
  return {
    ...{ id, refund_amount, currency, status, resolution, domain: vendor.domain },
    transaction: showWithin(vendor, transaction),
    ...{ transaction_reference: null, category: 'chargeback' },
    customer: { ...showCustomer(customer), first_name: '', last_name: '' },
    ...{ bin: null, last4: null, dueAt: time(at), evidence: null, attachments: null, note: null },
    resolvedAt: status === 'resolved' ? time(at) : null,
    ...{ history: [], messages: [], createdAt: time(at), updatedAt: time(at) },
  }
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
