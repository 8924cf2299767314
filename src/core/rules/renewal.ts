/**
 * Renewal where we own the clock: at the boundary the scheduled change applies, the next period opens
 * and its invoice is collected. A late worker bills every missed period, oldest first; until somebody
 * says no, access stays.
 */

import type { Instant, Period } from '../instant.ts'
import type { Invoice, LiveSubscription, Terms } from '../state.ts'
import { alignedAnchor, periodAt } from '../calendar.ts'
import { type Draft, record } from '../draft.ts'
import { owed } from '../dunning.ts'
import { addCredit, type Bill, billPeriod, openInvoice } from '../invoice.ts'
import { isPrepaid } from '../schedule.ts'
import { sameInterval, termsOf } from '../terms.ts'
import { collect } from './collect.ts'
import { countCoupon } from './coupon.ts'
import { archiveAfterChange } from './end.ts'

interface NextPeriod {
  readonly terms: Terms
  readonly anchor: Instant
  readonly period: Period
  readonly full: Period
}

/** Enters the next period at the boundary. */
export function renew(draft: Draft, subscription: LiveSubscription): void {
  const { group, period } = subscription
  const paid = isPrepaid(subscription)
  const early = earlyInvoice(draft, subscription)
  const next = nextPeriod(draft, subscription)
  const prepaid = subscription.charged.filter(({ from }) => from >= period.end)
  if (subscription.pendingChange && subscription.pendingChange.at <= period.end)
    applyPending(draft, subscription, next)
  const bill = paid || early ? null : billNext(draft, subscription, next)
  const charged = bill?.charged ?? early?.charged ?? prepaid
  record(draft, { type: 'subscription.renewed', group, period: next.period, charged, paid })
  if (early) countCoupon(draft, early)
  if (!bill) return
  const invoice = openRenewal(draft, subscription, next, bill)
  countCoupon(draft, invoice)
  collect(draft, invoice)
}

/** Sends a customer without a chargeable method the invoice of the next period ahead of it. */
export function invoiceEarly(draft: Draft, subscription: LiveSubscription): void {
  const next = nextPeriod(draft, subscription)
  const bill = billNext(draft, subscription, next)
  collect(draft, openRenewal(draft, subscription, next, bill))
}

/** The period after the running one, with what is scheduled for it. */
export function nextPeriod(
  { catalog: { policies } }: Pick<Draft, 'catalog'>,
  subscription: LiveSubscription,
): NextPeriod {
  const { pendingChange, period, anchor, price } = subscription
  const at = period.end
  const due = pendingChange !== null && pendingChange.at <= at
  const terms = due ? pendingChange.terms : termsOf(subscription)
  if (!terms.price || !price) return { terms, anchor, period, full: period }
  const { interval } = terms.price
  const keeps = sameInterval(interval, price.interval)
  const from = keeps ? anchor : alignedAnchor(at, interval, policies.alignment, policies)
  const full = periodAt(from, interval, at, policies)
  return { terms, anchor: from, period: { start: at, end: full.end }, full }
}

function applyPending(draft: Draft, subscription: LiveSubscription, next: NextPeriod): void {
  const { group, period, charged, carried, pendingChange } = subscription
  const { terms, anchor } = next
  const changed = { terms, anchor, period, charged, carried, pendingChange: null }
  record(draft, { type: 'subscription.changed', group, ...changed })
  archiveAfterChange(draft, group, pendingChange?.keep ?? {})
}

/** The period's bill with the proration lines that waited for it. */
export function billNext(
  { catalog }: Pick<Draft, 'catalog'>,
  { coupon, carried }: LiveSubscription,
  next: NextPeriod,
): Bill {
  const { terms, period, full } = next
  const bill = billPeriod(terms, period, full, coupon, catalog.policies)
  const extra = carried.reduce((sum, { amount }) => sum + amount, 0)
  return { ...bill, lines: [...carried, ...bill.lines], total: bill.total + extra }
}

function openRenewal(
  draft: Draft,
  { group, renewals, price }: LiveSubscription,
  { period }: NextPeriod,
  bill: Bill,
): Invoice {
  const currency = price?.currency ?? ''
  const dueAt = period.start
  const input = { group, reason: 'renewal', bill, currency, period, dueAt, renewals } as const
  const invoice = openInvoice(draft, input)
  addCredit(draft, currency, -bill.total, 'proration')
  return invoice
}

/** The invoice of the next period, where it was sent ahead. */
export function earlyInvoice(
  { account }: Pick<Draft, 'account'>,
  { group, period }: LiveSubscription,
): Invoice | undefined {
  return owed(account, group).find(
    (invoice) => invoice.reason === 'renewal' && invoice.period.start >= period.end,
  )
}
