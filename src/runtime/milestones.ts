/**
 * Milestones of a step: what its events mean for reports, purely. Most steps have none, and the same
 * rows come of the whole journal at once as of each step on its own.
 */
import type { MilestoneKind, MilestoneRow, MilestoneTerms } from '../storage.ts'
import {
  type Account,
  type BillingEvent,
  changeDirection,
  emptyAccount,
  evolve,
  type Instant,
  type Invoice,
  isUnbought,
  type Price,
  recurringAmount,
  type Status,
  type Subscription,
} from '../core/index.ts'

/** The milestones that events made, in the order of the journal. */
export function milestoneRows(
  before: Account | null,
  account: string,
  events: readonly BillingEvent[],
): readonly MilestoneRow[] {
  if (!events.some(counts)) return []
  const rows: MilestoneRow[] = []
  let state = before ?? emptyAccount(account)
  for (const event of events) {
    const after = evolve(state, event)
    const seq = after.version
    const made = counts(event) ? milestonesOf(event, state, after) : []
    rows.push(...made.map((each, part) => ({ account, seq, part, ...each })))
    state = after
  }
  return rows
}

type Milestone = Omit<MilestoneRow, 'account' | 'seq' | 'part'>

/**
 * The statuses in which a subscription with a price recurs: it is paid for and gives access, or its
 * payment is being collected. Trials, pauses and what was suspended bring in nothing.
 */
export function isPaying(status: Status): boolean {
  return status === 'active' || status === 'past_due'
}

/** Events that may change what recurs, or that reports count themselves. */
const COUNTED: ReadonlySet<BillingEvent['type']> = new Set([
  'subscription.started',
  'subscription.activated',
  'subscription.changed',
  'subscription.past_due',
  'subscription.recovered',
  'subscription.suspended',
  'subscription.unpaid',
  'subscription.paused',
  'subscription.resumed',
  'subscription.canceled',
  'subscription.expired',
  'coupon.applied',
  'coupon.ended',
  'invoice.declined',
  'payment.refunded',
])

/** A paid invoice counts only where it had failed: renewals that go well write nothing here. */
function counts(event: BillingEvent): boolean {
  return event.type === 'invoice.paid' ? event.row.firstFailedAt !== null : COUNTED.has(event.type)
}

function milestonesOf(event: BillingEvent, before: Account, after: Account): readonly Milestone[] {
  switch (event.type) {
    case 'payment.refunded': {
      const { amount, at, payment } = event
      const terms = { ...NO_TERMS, currency: payment.currency }
      return [{ kind: 'refunded', at, ...terms, amount, count: 1 }]
    }
    case 'invoice.declined':
      return declined(event, before, after)
    case 'invoice.paid':
      return recovered(event, before)
    default: {
      const group = 'group' in event ? event.group : null
      if (group === null) return []
      const [old, now] = [before.subscriptions[group], after.subscriptions[group]]
      return [...trialMilestones(event, old, now), ...movements(event, old, now)]
    }
  }
}

const NO_TERMS: MilestoneTerms = { plan: null, currency: null, interval: null, intervalCount: null }

/** The attempt, and where it is the first on its invoice, the invoice. */
function declined(
  { invoice: id, failedAt }: Extract<BillingEvent, { readonly type: 'invoice.declined' }>,
  before: Account,
  after: Account,
): readonly Milestone[] {
  const [old, now] = [invoiceOf(before, id), invoiceOf(after, id)]
  if (!old || !now) return []
  const attempt = ofInvoice('declined', failedAt, old, before)
  if (old.firstFailedAt === now.firstFailedAt || now.firstFailedAt === null) return [attempt]
  const failed = ofInvoice('failed', now.firstFailedAt, old, before)
  if (old.firstFailedAt === null) return [attempt, failed]
  // An older failure was told later: the invoice had failed before it was counted.
  const undone = ofInvoice('failed', old.firstFailedAt, old, before)
  return [attempt, negative(undone), failed]
}

function recovered(
  { invoice: id }: Extract<BillingEvent, { readonly type: 'invoice.paid' }>,
  before: Account,
): readonly Milestone[] {
  const invoice = invoiceOf(before, id)
  if (!invoice || invoice.firstFailedAt === null) return []
  return [ofInvoice('recovered', invoice.firstFailedAt, invoice, before)]
}

function invoiceOf({ invoices }: Account, wanted: string): Invoice | undefined {
  return invoices.find(({ id }) => id === wanted)
}

function ofInvoice(
  kind: MilestoneKind,
  at: Instant,
  { due, currency, group }: Invoice,
  { subscriptions }: Account,
): Milestone {
  const plan = subscriptions[group]?.plan ?? null
  return { kind, at, ...NO_TERMS, plan, currency, amount: due, count: 1 }
}

function negative(milestone: Milestone): Milestone {
  return { ...milestone, amount: 0 - milestone.amount, count: 0 - milestone.count }
}

function trialMilestones(
  { type, at }: BillingEvent,
  old: Subscription | undefined,
  now: Subscription | undefined,
): readonly Milestone[] {
  const milestone = (kind: MilestoneKind, time: Instant, plan: string): Milestone => {
    return { kind, at: time, ...NO_TERMS, plan, amount: 0, count: 1 }
  }
  const made: Milestone[] = []
  const same = old !== undefined && now !== undefined && old.id === now.id
  const still = same && now.status === 'trialing'
  if (old?.status === 'trialing' && !still)
    made.push(milestone('trial_ended', earlier(at, old.trial.endsAt), old.plan))
  // One that ended unpaid and is bought later still counts as converted, under the day it ended.
  if (same && type === 'subscription.activated' && wasTried(old))
    made.push(milestone('trial_converted', earlier(at, old.period.end), old.plan))
  if (now?.status === 'trialing' && !(same && old.status === 'trialing'))
    made.push(milestone('trial_started', now.startedAt, now.plan))
  return made
}

function wasTried(old: Subscription): boolean {
  return old.status !== 'canceled' && old.status !== 'expired' && isUnbought(old)
}

function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b
}

/** Subscriptions that come back are the same as before; one that is bought anew has started. */
function movements(
  { at }: BillingEvent,
  old: Subscription | undefined,
  now: Subscription | undefined,
): readonly Milestone[] {
  const [from, to] = [recurring(old), recurring(now)]
  if (from && to) {
    if (old?.id === now?.id && sameTerms(from, to)) return []
    const kind = changeOf(from, to)
    return [negative(movement(kind, at, from)), movement(kind, at, to)]
  }
  if (from) return [negative(movement('stopped', at, from))]
  if (!to) return []
  const back = old !== undefined && old.id === now?.id && !wasTried(old)
  return [movement(back ? 'resumed' : 'started', at, to)]
}

interface Recurring {
  readonly plan: string
  readonly price: Price
}

/** What recurs of a subscription; `null` when it brings in nothing. */
function recurring(subscription: Subscription | undefined): Recurring | null {
  if (!subscription || subscription.price === null || !isPaying(subscription.status)) return null
  const { plan, price, coupon } = subscription
  return { plan, price: { ...price, amount: recurringAmount(subscription, coupon) } }
}

function sameTerms(a: Recurring, b: Recurring): boolean {
  const direction = a.price.currency === b.price.currency && changeDirection(a, b)
  return a.plan === b.plan && direction === 'same'
}

/** Worth more or less per month; a tie moves counts between plans and adds nothing. */
function changeOf(a: Recurring, b: Recurring): MilestoneKind {
  if (a.price.currency !== b.price.currency) return 'expanded'
  return changeDirection(a, b) === 'downgrade' ? 'contracted' : 'expanded'
}

function movement(kind: MilestoneKind, at: Instant, { plan, price }: Recurring): Milestone {
  const { currency, amount, interval } = price
  const terms = { plan, currency, interval: interval.unit, intervalCount: interval.count }
  return { kind, at, ...terms, amount, count: 1 }
}
