/**
 * Renewal where the gateway owns the clock: its word moves the period, its invoice is imported and
 * never computed. Silence keeps access for the slack and asks; it never ends anything.
 */

import type { GatewayEvent, PaymentFact, PaymentSubject } from '../input.ts'
import type { Instant, Period } from '../instant.ts'
import type { Invoice, LiveSubscription, Terms } from '../state.ts'
import { type Draft, record } from '../draft.ts'
import { billPeriod, recordInvoice } from '../invoice.ts'
import { sameInterval, termsOf } from '../terms.ts'
import { markPaid } from './collect.ts'
import { consumeCoupon } from './coupon.ts'
import { restage } from './dunning.ts'
import { archiveAfterChange } from './end.ts'
import { findByRef, isKnown, recordPayment } from './ledger.ts'
import { firstPeriod } from './start.ts'

type PeriodSubject = Extract<PaymentSubject, { readonly subscription: string }>
type Failed = Extract<GatewayEvent, { readonly type: 'payment.failed' }>

/** The gateway was paid for a period. False when the subscription is none of ours. */
export function periodPaid(
  draft: Draft,
  gateway: string,
  payment: PaymentFact,
  { subscription: ref, period }: PeriodSubject,
): boolean {
  const subscription = findByRef(draft, gateway, ref)
  if (!subscription) return false
  const { group } = subscription
  enterPeriod(draft, subscription, period)
  const invoice = importedFor(draft, group, period) ?? importInvoice(draft, group, period, payment)
  recordPayment(draft, gateway, payment, invoice)
  markPaid(draft, invoice, payment)
  restage(draft, group)
  return true
}

/** The gateway could not collect a period: dunning starts from this fact. */
export function periodFailed(
  draft: Draft,
  event: Failed,
  { subscription: ref, period }: PeriodSubject,
): void {
  const { payment, amount, currency, decline, at } = event
  const subscription = findByRef(draft, event.gateway, ref)
  if (!subscription || isKnown(draft, event.gateway, payment)) return
  const { group, paidThrough } = subscription
  // A failure told after the success of the same period is old news.
  if (paidThrough !== null && paidThrough >= period.end) return
  enterPeriod(draft, subscription, period)
  const invoice =
    importedFor(draft, group, period) ??
    importInvoice(draft, group, period, { id: payment, subject: null, amount, currency, at })
  if (invoice.failures.includes(payment)) return
  const failedAt = Math.min(draft.at, Math.max(at, invoice.dueAt)) as Instant
  const nextAttemptAt = null
  record(draft, {
    type: 'invoice.declined',
    invoice: invoice.id,
    payment,
    decline,
    failedAt,
    nextAttemptAt,
  })
  restage(draft, group)
}

/** Moves to a period the gateway has begun; one that is not newer changes nothing. */
export function enterPeriod(draft: Draft, subscription: LiveSubscription, period: Period): void {
  const { group } = subscription
  const current = draft.account.subscriptions[group]
  if (!current || period.start < boundaryOf(subscription)) return
  const { pendingChange, charged, carried } = subscription
  if (subscription.status === 'trialing') startPaid(draft, subscription, period)
  if (pendingChange && pendingChange.at <= period.start) {
    const { terms, keep } = pendingChange
    const anchor = keepsAnchor(subscription, terms) ? subscription.anchor : period.start
    const changed = { terms, anchor, period: subscription.period, charged, carried }
    record(draft, { type: 'subscription.changed', group, ...changed, pendingChange: null })
    archiveAfterChange(draft, group, keep)
  }
  const now = draft.account.subscriptions[group]
  if (!now) return
  const bill = billPeriod(termsOf(now), period, period, now.coupon, draft.catalog.policies)
  record(draft, { type: 'subscription.renewed', group, period, charged: bill.charged, paid: false })
  consumeCoupon(draft, group)
}

function startPaid(draft: Draft, subscription: LiveSubscription, period: Period): void {
  const { group, gateway, gatewayRef, renewals, coupon, price } = subscription
  if (price === null) return
  const { anchor } = firstPeriod(period.start, price.interval, {
    ...draft.catalog.policies,
    alignment: 'anniversary',
  })
  record(draft, { type: 'trial.ended', group, converted: true })
  const begun = { terms: termsOf(subscription), anchor, period: subscription.period, charged: [] }
  const from = { gateway, gatewayRef, renewals, coupon }
  record(draft, { type: 'subscription.activated', group, ...begun, ...from })
}

/** Only another interval counts from the boundary on; day 31 stays day 31. */
function keepsAnchor({ price }: LiveSubscription, to: Terms): boolean {
  return price !== null && to.price !== null && sameInterval(price.interval, to.price.interval)
}

function boundaryOf(subscription: LiveSubscription): Instant {
  return subscription.status === 'trialing' ? subscription.trial.endsAt : subscription.period.end
}

function importedFor(draft: Draft, group: string, period: Period): Invoice | undefined {
  return draft.account.invoices.find(
    (invoice) =>
      invoice.group === group && invoice.gate === null && invoice.period.start === period.start,
  )
}

/** The gateway's own invoice, as far as it matters here: an amount for a period. */
function importInvoice(
  draft: Draft,
  group: string,
  period: Period,
  { amount, currency }: PaymentFact,
): Invoice {
  const bill = { lines: [], charged: [], total: amount }
  const dueAt = period.start
  const input = { group, reason: 'renewal', bill, currency, period, dueAt } as const
  return recordInvoice(draft, { ...input, renewals: 'gateway' })
}
