/**
 * What time alone brings about: the one list of everything that becomes due, and in which order.
 * Each entry is dated from the state, never from the run of a job, so a late tick and many small
 * ticks do the same things at the same instants.
 */

import type { Catalog } from './catalog.ts'
import { addDays } from './calendar.ts'
import { dunningOf } from './dunning.ts'
import { HOUR, type Instant, MINUTE } from './instant.ts'
import {
  type Account,
  type Checkout,
  type Invoice,
  isLive,
  isPaid,
  type LiveSubscription,
} from './state.ts'

/**
 * In the order in which they happen at one instant: cancellation before renewal, dunning last. A quote
 * dies before the renewal, so that the credit it held pays for that.
 */
const DUE_ORDER = [
  'trial_end',
  'cancellation',
  'quote_expiry',
  'move',
  'renewal',
  'unpause',
  'link_due',
  'retry',
  'grace_end',
  'dunning_end',
  'early_invoice',
  'look_up',
  'trial_reminder',
  'renewal_reminder',
  'grace_reminder',
  'link_look_up',
  'checkout_look_up',
  'checkout_expiry',
] as const
export type DueKind = (typeof DUE_ORDER)[number]

export interface Due {
  readonly kind: DueKind
  readonly at: Instant
  readonly group: string
  /** The invoice, for what is about one. */
  readonly invoice: Invoice | null
}

const RANK = new Map<DueKind, number>(DUE_ORDER.map((kind, rank) => [kind, rank]))
/** Hours after a boundary at which a silent gateway is asked; the last is the end of the slack. */
const LOOK_UP_HOURS = [1, 6, 24]
/** Minutes after a page was opened at which its gateway is asked whether it was paid. */
const PAGE_LOOK_UPS = [1, 5, 15, 60]

/** The earliest thing that time will bring about; `null` when nothing will. */
export function nextDue(account: Account, catalog: Catalog): Due | null {
  let first: Due | null = null
  const add = (
    kind: DueKind,
    at: Instant | null,
    group: string,
    invoice: Invoice | null = null,
  ) => {
    if (at === null) return
    const due = { kind, at, group, invoice }
    if (first === null || before(due, first)) first = due
  }
  for (const subscription of Object.values(account.subscriptions))
    if (isLive(subscription)) subscriptionDues(account, subscription, catalog, add)
  for (const invoice of account.invoices) invoiceDues(invoice, add)
  for (const checkout of Object.values(account.checkouts)) checkoutDues(checkout, add)
  return first
}

/** When the account wants to be looked at again: the time a worker should come back. */
export function nextActionAt(account: Account, catalog: Catalog): Instant | null {
  return nextDue(account, catalog)?.at ?? null
}

type Add = (kind: DueKind, at: Instant | null, group: string, invoice?: Invoice) => void

function subscriptionDues(
  account: Account,
  subscription: LiveSubscription,
  catalog: Catalog,
  add: Add,
): void {
  const { group, status, period, cancelAt, renewals } = subscription
  if (status === 'trialing') trialDues(subscription, catalog, add)
  if (renewals === 'gateway' && subscription.gatewayRef !== null) {
    if (status !== 'suspended') add('look_up', lookUpAt(subscription, catalog), group)
  } else {
    if (status === 'paused') add('unpause', subscription.resumesAt, group)
    add('cancellation', cancelAt, group)
    if (isPaid(subscription) && (status === 'active' || status === 'past_due'))
      add('renewal', period.end, group)
    if (awaitsLink(account, subscription))
      add('early_invoice', reminderAt(subscription, period.end, catalog, 'renewalDays'), group)
  }
  if (wantsReminder(account, subscription))
    add('renewal_reminder', reminderAt(subscription, period.end, catalog, 'renewalDays'), group)
  if (status === 'past_due' || status === 'suspended')
    dunningDues(account, subscription, catalog, add)
}

/** A charge lies ahead that nobody has announced yet. */
function wantsReminder(account: Account, subscription: LiveSubscription): boolean {
  const { status, cancelAt, period, reminded } = subscription
  if (!isPaid(subscription) || status !== 'active' || cancelAt !== null) return false
  const ahead = period.end > account.asOf && !isPrepaid(subscription)
  return ahead && reminded.renewal !== period.end
}

function trialDues(
  subscription: LiveSubscription & { readonly status: 'trialing' },
  catalog: Catalog,
  add: Add,
): void {
  const { group, trial, gatewayRef, reminded, cancelAt } = subscription
  // A trial that runs at the gateway ends there.
  if (gatewayRef === null || subscription.renewals === 'billwright')
    add('trial_end', trial.endsAt, group)
  if (reminded.trial !== trial.endsAt && cancelAt === null)
    add('trial_reminder', reminderAt(subscription, trial.endsAt, catalog, 'trialEndDays'), group)
}

function dunningDues(
  account: Account,
  subscription: LiveSubscription,
  catalog: Catalog,
  add: Add,
): void {
  const { group, status, reminded, cancelAt, period } = subscription
  const dates = dunningOf(account, subscription, catalog)
  if (!dates) return
  const { graceEndsAt, endsAt } = dates
  if (status === 'suspended') {
    // At a gateway that owns the clock the end is asked for once and then stands in `cancelAt`.
    if (cancelAt === null || subscription.renewals === 'billwright')
      add('dunning_end', endsAt, group)
    return
  }
  add('grace_end', graceEndsAt, group)
  if (reminded.grace === graceEndsAt) return
  const { graceEndDays } = catalog.policies.reminders
  const earliest = account.invoices.find(({ firstFailedAt }) => firstFailedAt !== null)
  const at = addDays(graceEndsAt, -graceEndDays, catalog.policies)
  add('grace_reminder', latest(at, earliest?.firstFailedAt ?? period.start), group)
}

function invoiceDues(invoice: Invoice, add: Add): void {
  const { group, gate, firstFailedAt } = invoice
  const page = invoice.link ?? invoice.actionUrl
  add('retry', invoice.nextAttemptAt, group, invoice)
  // Somebody was just led to the page of a change; a renewal's is mailed, and may wait for days.
  if (gate && invoice.link !== null) add('link_look_up', pageLookUpAt(invoice), group, invoice)
  if (gate) add('quote_expiry', gate.expiresAt, group, invoice)
  else if (page !== null && firstFailedAt === null) add('link_due', invoice.dueAt, group, invoice)
}

function checkoutDues(checkout: Checkout, add: Add): void {
  const { group, expiresAt, signedUp, switchesAt } = checkout
  if (signedUp && switchesAt !== undefined) {
    add('move', switchesAt, group)
    return
  }
  add('checkout_look_up', pageLookUpAt(checkout), group)
  add('checkout_expiry', expiresAt, group)
}

/** When the page's gateway is asked next; `null` when reconciliation goes on asking. */
function pageLookUpAt({ openedAt, lookups = 0 }: Checkout | Invoice): Instant | null {
  const minutes = PAGE_LOOK_UPS[lookups]
  return minutes === undefined ? null : ((openedAt + minutes * MINUTE) as Instant)
}

/** A customer whose method cannot be charged again gets the link before the period ends. */
function awaitsLink(account: Account, subscription: LiveSubscription): boolean {
  const { group, period, status, cancelAt } = subscription
  if (!isPaid(subscription) || status !== 'active' || cancelAt !== null) return false
  if (account.paymentMethod?.reusable || account.checkouts[group]?.signedUp) return false
  return (
    !isPrepaid(subscription) &&
    !account.invoices.some((invoice) => {
      return (
        invoice.group === group &&
        invoice.reason === 'renewal' &&
        invoice.period.start >= period.end
      )
    })
  )
}

/** The next period is paid already. */
export function isPrepaid({ paidThrough, period }: LiveSubscription): boolean {
  return paidThrough !== null && paidThrough > period.end
}

/** The boundary a gateway must tell us about: the end of the trial or pause, the ending or the renewal. */
export function awaitedBoundary(subscription: LiveSubscription): Instant {
  const { status, period, cancelAt } = subscription
  const resumesAt = status === 'paused' ? subscription.resumesAt : null
  const end = status === 'trialing' ? subscription.trial.endsAt : (resumesAt ?? period.end)
  return cancelAt !== null && cancelAt < end ? cancelAt : end
}

function lookUpAt(subscription: LiveSubscription, { policies }: Catalog): Instant | null {
  const { lookups, status } = subscription
  const waits = status === 'paused' && subscription.resumesAt === null
  if (lookups > LOOK_UP_HOURS.length || waits) return null
  const hours = LOOK_UP_HOURS[lookups] ?? policies.renewalSlackHours
  return (awaitedBoundary(subscription) + hours * HOUR) as Instant
}

/** The look-up that is due is the last one: the slack is over. */
export function isSlackOver({ lookups }: LiveSubscription): boolean {
  return lookups >= LOOK_UP_HOURS.length
}

function reminderAt(
  subscription: LiveSubscription,
  event: Instant,
  { policies }: Catalog,
  which: 'renewalDays' | 'trialEndDays',
): Instant {
  // A period shorter than the notice is announced when it begins.
  const at = addDays(event, -policies.reminders[which], policies)
  return latest(at, subscription.period.start)
}

function latest(a: Instant, b: Instant): Instant {
  return a > b ? a : b
}

function before(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && (RANK.get(a.kind) ?? 0) < (RANK.get(b.kind) ?? 0))
}
