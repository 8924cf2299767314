/** What a step writes beside the document: rows derived from it and from its events, purely. */
import type { Account, BillingEvent, Instant, Invoice, Payment } from '../core/index.ts'
import type { SubscriptionRow, UsageDelta, WrittenInvoice } from '../storage.ts'
import type { InvoiceNumbers } from './invoice-numbers.ts'
import { periodAmount, recurringAmount } from '../core/index.ts'

/** The subscriptions of an account as plain columns. */
export function subscriptionRows(account: Account): readonly SubscriptionRow[] {
  return Object.values(account.subscriptions).map((subscription) => ({
    account: account.id,
    group: subscription.group,
    id: subscription.id,
    status: subscription.status,
    plan: subscription.plan,
    planVersion: subscription.planVersion,
    amount: subscription.price ? periodAmount(subscription) : null,
    recurring: subscription.price ? recurringAmount(subscription, subscription.coupon) : null,
    currency: subscription.price?.currency ?? null,
    interval: subscription.price?.interval.unit ?? null,
    intervalCount: subscription.price?.interval.count ?? null,
    quantity: subscription.quantity,
    gateway: subscription.gateway,
    gatewayRef: subscription.gatewayRef,
    renewals: subscription.renewals,
    startedAt: subscription.startedAt,
    periodStart: subscription.period.start,
    periodEnd: subscription.period.end,
    cancelAt: subscription.cancelAt,
    trialEndsAt: subscription.status === 'trialing' ? subscription.trial.endsAt : null,
    endedAt: 'endedAt' in subscription ? subscription.endedAt : null,
  }))
}

/** The payments that events touched, as they stand afterwards. */
export function paymentRows(after: Account, events: readonly BillingEvent[]): readonly Payment[] {
  const touched = new Set(
    events.flatMap((event) =>
      'payment' in event && isPayment(event.payment) ? [event.payment.id] : [],
    ),
  )
  return after.payments.filter(({ id }) => touched.has(id))
}

function isPayment(value: Payment | string | null): value is Payment {
  return typeof value === 'object' && value !== null
}

/** The invoices that events closed, each with the series it will be numbered in. */
export function invoiceRows(
  before: Account | null,
  account: string,
  {
    events,
    numbers,
  }: { readonly events: readonly BillingEvent[]; readonly numbers: InvoiceNumbers },
): readonly WrittenInvoice[] {
  const open = new Map<string, Invoice>(before?.invoices.map((invoice) => [invoice.id, invoice]))
  const rows: WrittenInvoice[] = []
  const add = (row: Omit<WrittenInvoice, 'series'>) =>
    rows.push({ ...row, series: numbers.seriesOf(row) })
  const close = (id: string, state: WrittenInvoice['state'], at: Instant) => {
    const invoice = open.get(id)
    if (invoice) add({ id, account, state, invoice, payment: null, at })
  }
  for (const event of events) {
    if (event.type === 'invoice.opened') open.set(event.opened.id, event.opened)
    if (event.type === 'invoice.voided') close(event.invoice, 'void', event.at)
    if (event.type === 'invoice.uncollectible') close(event.invoice, 'uncollectible', event.at)
    if (event.type === 'invoice.paid') {
      const { invoice: id, row: invoice, payment, at } = event
      add({ id, account, state: 'paid', invoice, payment, at })
    }
  }
  return rows
}

/** What was archived does not occupy its limit any more; what comes back does. */
export function usageDeltas(events: readonly BillingEvent[]): readonly UsageDelta[] {
  return events.flatMap((event) => {
    if (event.type === 'resource.archived')
      return [{ feature: event.feature, window: 0, by: -event.ids.length }]
    if (event.type === 'resource.restored')
      return [{ feature: event.feature, window: 0, by: event.ids.length }]
    return []
  })
}
