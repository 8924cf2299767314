/**
 * Restart after a time without service (a pause, a suspension that outlived its period): the rest of
 * the period that runs is billed («Kill Bill: resume restarts a prorated period»).
 */
import { periodAt } from '../calendar.ts'
import { type Draft, record } from '../draft.ts'
import { billPeriod, openInvoice } from '../invoice.ts'
import { isPaid, type LiveSubscription } from '../state.ts'
import { termsOf } from '../terms.ts'
import { collect } from './collect.ts'
import { consumeCoupon } from './coupon.ts'
import { archiveAfterChange } from './end.ts'

/** Opens the rest of the period that contains now and collects it. */
export function restart(draft: Draft, subscription: LiveSubscription): void {
  const current = withDueChange(draft, subscription)
  const { group, price, anchor, coupon, renewals } = current
  if (price === null) return
  const { policies } = draft.catalog
  const full = periodAt(anchor, price.interval, draft.at, policies)
  const period = { start: draft.at, end: full.end }
  const bill = billPeriod(termsOf(current), period, full, coupon, policies)
  record(draft, { type: 'subscription.resumed', group, anchor, period, charged: bill.charged })
  const { currency } = price
  const input = {
    group,
    reason: 'restart',
    bill,
    currency,
    period,
    dueAt: draft.at,
    renewals,
  } as const
  const invoice = openInvoice(draft, input)
  if (coupon) consumeCoupon(draft, group)
  collect(draft, invoice)
}

/**
 * A suspension ended after the period was over: nobody pays for days without access. True when it
 * was restarted; what is still unpaid decides about its status then.
 */
export function restartIfLapsed(draft: Draft, group: string): boolean {
  const subscription = draft.account.subscriptions[group]
  if (!isPaid(subscription) || subscription.renewals !== 'billwright') return false
  const { status, period } = subscription
  const lapsed = (status === 'active' || status === 'past_due') && period.end <= draft.at
  if (lapsed) restart(draft, subscription)
  return lapsed
}

function withDueChange(draft: Draft, subscription: LiveSubscription): LiveSubscription {
  const { group, pendingChange, anchor, period, carried } = subscription
  if (!pendingChange || pendingChange.at > draft.at) return subscription
  const { terms, keep } = pendingChange
  const changed = { terms, anchor, period, charged: [], carried, pendingChange: null }
  record(draft, { type: 'subscription.changed', group, ...changed })
  archiveAfterChange(draft, group, keep)
  return { ...subscription, ...terms, pendingChange: null }
}
