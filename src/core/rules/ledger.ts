/** The account's book of payments: each is recorded once, checked against what was asked, and never lost. */

import type { PaymentFact } from '../input.ts'
import { type Draft, nextId, record } from '../draft.ts'
import { isAmount } from '../money.ts'
import {
  type IncidentKind,
  type Invoice,
  isLive,
  type LiveSubscription,
  type Payment,
} from '../state.ts'

/** Authentic is not valid: the amount and currency must be what we asked for. More is credit. */
export function checkAmount(
  draft: Draft,
  gateway: string,
  payment: PaymentFact,
  expected: { readonly amount: number; readonly currency: string; readonly group: string },
): boolean {
  const exact = isExact(draft, gateway)
  const wrongCurrency = exact && payment.currency !== expected.currency
  const wrongAmount = !isMoney(payment.amount) || (exact && payment.amount < expected.amount)
  if (!wrongCurrency && !wrongAmount) return true
  recordPayment(draft, gateway, payment, null)
  raise(draft, wrongCurrency ? 'currency_mismatch' : 'amount_mismatch', payment, expected.group)
  return false
}

/** Money that nobody can place: it is kept on record, and a person decides between refund and credit. */
export function unexplained(draft: Draft, gateway: string, payment: PaymentFact): void {
  if (isKnown(draft, gateway, payment.id)) return
  recordPayment(draft, gateway, payment, null)
  raise(draft, 'stray_payment', payment, null)
}

export function recordPayment(
  draft: Draft,
  gateway: string,
  { id, amount, currency, at }: PaymentFact,
  invoice: Invoice | null,
): void {
  const payment: Payment = {
    id,
    gateway,
    invoice: invoice?.id ?? null,
    group: invoice?.group ?? null,
    amount: isMoney(amount) ? amount : 0,
    currency,
    at,
    refunded: 0,
    refunding: 0,
    refunds: [],
    dispute: null,
  }
  record(draft, { type: 'payment.recorded', payment })
}

/** Tells a person. What carries no money is told once, until somebody has decided about it. */
export function raise(
  draft: Draft,
  kind: IncidentKind,
  payment: Pick<PaymentFact, 'id' | 'amount' | 'currency'> | null,
  group: string | null,
): void {
  const isOpen = draft.account.incidents.some(
    (open) => open.payment === null && open.kind === kind && open.group === group,
  )
  if (payment === null && isOpen) return
  const incident = {
    id: nextId(draft.account, 'inc'),
    kind,
    at: draft.at,
    payment: payment?.id ?? null,
    amount: payment && isMoney(payment.amount) ? payment.amount : 0,
    currency: payment?.currency ?? null,
    group,
  }
  record(draft, { type: 'incident.raised', incident })
}

/** Money that can have arrived: whole minor units, never fewer than none. */
export function isMoney(amount: number): boolean {
  return isAmount(amount) && amount >= 0
}

/** A payment on record. Two gateways may give two payments one id. */
export function isKnown(draft: Draft, gateway: string, payment: string): boolean {
  return draft.account.payments.some((each) => each.id === payment && each.gateway === gateway)
}

export function findInvoice(draft: Draft, id: string): Invoice | undefined {
  return draft.account.invoices.find((invoice) => invoice.id === id)
}

/** The live subscription a gateway's own id stands for. */
export function findByRef(
  draft: Draft,
  gateway: string,
  ref: string,
): LiveSubscription | undefined {
  return Object.values(draft.account.subscriptions)
    .filter(isLive)
    .find((each) => each.gateway === gateway && each.gatewayRef === ref)
}

/** Whether a gateway takes exactly what we ask, or adds tax and converts on its own page. */
export function isExact(draft: Draft, gateway: string): boolean {
  return draft.catalog.gateways.find(({ name }) => name === gateway)?.amounts !== 'session'
}
