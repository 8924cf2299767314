/**
 * Which billing event tells the customer what. Notices are a projection of events, in one table, so
 * no rule has to remember to tell anyone; only reminders are due by themselves.
 */
import type { Catalog } from './catalog.ts'
import type { BillingEvent } from './event.ts'
import type { GatewayEvent } from './input.ts'
import type { Instant } from './instant.ts'
import type { Notice, NoticeName } from './notice.ts'
import type { Due } from './schedule.ts'
import { ask, type Draft, record } from './draft.ts'
import { dunningOf, owed } from './dunning.ts'
import { nextCharge } from './next-charge.ts'
import { type Account, type Invoice, isLive, type Subscription } from './state.ts'

/**
 * The billing events that are addressed to the customer, and under which name. The notice's `data` is
 * the event itself without `type` and `at`, with the plan and the dates that its text needs.
 */
const TOLD: { readonly [Type in BillingEvent['type']]?: NoticeName } = {
  'subscription.started': 'activated',
  'subscription.activated': 'activated',
  'invoice.paid': 'payment_succeeded',
  'invoice.declined': 'payment_failed',
  'invoice.linked': 'payment_link',
  'invoice.action_required': 'payment_action_required',
  'subscription.suspended': 'suspended',
  'subscription.canceled': 'canceled',
  'subscription.expired': 'canceled',
  'subscription.cancel_scheduled': 'cancel_scheduled',
  'subscription.cancel_undone': 'resumed',
  'subscription.resumed': 'resumed',
  'subscription.recovered': 'resumed',
  'subscription.paused': 'paused',
  'subscription.changed': 'plan_changed',
  'subscription.change_scheduled': 'downgrade_scheduled',
  'subscription.unpaid': 'trial_ended',
  'resource.archived': 'resource_archived',
  'limit.approached': 'limit_approached',
  'limit.reached': 'limit_reached',
  'payment.refunded': 'refunded',
  'incident.raised': 'incident',
}

/** What a billing event tells the customer, seen on the account right after it. */
function noticeOf(event: BillingEvent, account: Account, catalog: Catalog): Notice | null {
  const name = nameOf(event)
  if (!name) return null
  const { type: _, at, ...data } = event
  const group = groupOf(event, account)
  const subscription = group === null ? undefined : account.subscriptions[group]
  const dunning = subscription ? dunningOf(account, subscription, catalog) : null
  const plan = subscription?.plan ?? null
  const nextBillingAt = subscription?.period.end ?? null
  const facts = { plan, nextBillingAt, ...dunning, ...data }
  return { name, at, group, data: facts, staleAfter: null }
}

function nameOf(event: BillingEvent): NoticeName | undefined {
  // The exceptions: what nobody needs to be told, or under a name of its own.
  if (event.type === 'subscription.started') {
    if (event.subscription.price === null) return undefined
    if (event.subscription.status === 'trialing') return 'trial_started'
  }
  if (event.type === 'subscription.cancel_scheduled' && event.reason !== 'requested')
    return undefined
  if (event.type === 'invoice.paid' && event.payment === null) return undefined
  // The gateway has moved the period; what was bought is the same.
  if (event.type === 'subscription.changed' && event.paid !== undefined) return undefined
  if (event.type === 'invoice.declined' && event.decline.retry === 'with_customer')
    return 'payment_action_required'
  if (event.type === 'subscription.change_scheduled' && event.newPrice) return 'price_change'
  return TOLD[event.type]
}

function groupOf(event: BillingEvent, account: Account): string | null {
  if ('group' in event) return event.group
  if (event.type === 'invoice.paid') return event.row.group
  if (!('invoice' in event)) return null
  return account.invoices.find(({ id }) => id === event.invoice)?.group ?? null
}

/** Asks for the notices of everything the draft recorded; their keys follow from event numbers. */
export function tell(draft: Draft, before: Account): void {
  const first = before.version
  draft.events.forEach((event, i) => {
    // The plan that ended: by now the default plan may have taken its place.
    const ended = event.type === 'subscription.canceled' || event.type === 'subscription.expired'
    const notice = noticeOf(event, ended ? before : draft.account, draft.catalog)
    if (notice && !isToldAlready(event, draft.events))
      ask(draft, { kind: 'notice.send', notice }, notice.name, first + i)
  })
}

/** A payment that ends a suspension may also restart the period: the customer hears of it once. */
function isToldAlready(event: BillingEvent, all: readonly BillingEvent[]): boolean {
  if (event.type !== 'subscription.resumed') return false
  return all.some(({ type }) => type === 'subscription.recovered')
}

/** A scheduled reminder: recorded once for the instant it announces, dropped when it comes too late. */
export function remind(draft: Draft, { kind, group }: Due): void {
  const subscription = draft.account.subscriptions[group]
  if (!subscription) return
  const name = REMINDERS[kind]
  const announced =
    kind === 'trial_reminder' && subscription.status === 'trialing'
      ? subscription.trial.endsAt
      : kind === 'grace_reminder'
        ? graceEnd(draft.account, group, draft.catalog)
        : subscription.period.end
  if (!name || announced === null) return
  record(draft, { type: 'notice.due', group, notice: name, for: announced })
  const data = {
    plan: subscription.plan,
    at: announced,
    amount: amountAhead(draft, subscription, name),
    currency: subscription.price?.currency ?? null,
  }
  const notice: Notice = { name, at: draft.at, group, data, staleAfter: announced }
  ask(draft, { kind: 'notice.send', notice }, `${name}/${group}`, announced)
}

const REMINDERS: Readonly<Record<string, NoticeName>> = {
  trial_reminder: 'trial_ending',
  renewal_reminder: 'renewal_reminder',
  grace_reminder: 'grace_ending',
}

/** What a reminder asks for: in grace what is owed, otherwise the charge to come. */
function amountAhead(
  { account, catalog }: Draft,
  subscription: Subscription,
  name: NoticeName,
): number {
  if (name === 'grace_ending')
    return owed(account, subscription.group).reduce((sum, { due }) => sum + due, 0)
  return isLive(subscription) ? nextCharge(account, subscription, catalog) : 0
}

function graceEnd(account: Account, group: string | undefined, catalog: Catalog): Instant | null {
  const subscription = group === undefined ? undefined : account.subscriptions[group]
  return subscription ? (dunningOf(account, subscription, catalog)?.graceEndsAt ?? null) : null
}

/** An operator asks for what is owed once more; each time it is asked it is told. */
export function remindOfPayment(draft: Draft, group: string, owes: Invoice): void {
  const { account, catalog, at } = draft
  const { id: invoice, due: amount, currency, link } = owes
  const graceEndsAt = graceEnd(account, group, catalog)
  record(draft, { type: 'notice.due', group, notice: 'payment_reminder', for: at })
  const data = { invoice, amount, currency, link, graceEndsAt }
  const notice: Notice = { name: 'payment_reminder', at, group, data, staleAfter: null }
  ask(draft, { kind: 'notice.send', notice }, notice.name)
}

/** The saved card expires soon: only the customer can do something about it. */
export function methodExpiring(
  draft: Draft,
  { method }: Extract<GatewayEvent, { readonly type: 'method.expiring' }>,
): void {
  const saved = draft.account.paymentMethod
  if (saved?.id !== method) return
  const { brand, last4, expires } = saved
  const data = { brand, last4, expires }
  const notice: Notice = {
    name: 'payment_method_expiring',
    at: draft.at,
    group: null,
    data,
    staleAfter: null,
  }
  // One per card, however often the gateway says it.
  ask(draft, { kind: 'notice.send', notice }, `${notice.name}/${method}`, 0)
}
