/** The state as an app shows it: dates as `Date`, no internals, what is to come worked out. */
import type {
  EntitlementView,
  OpenInvoice,
  PreviewView,
  ScheduledChange,
  StatusView,
  SubscriptionView,
} from '../bill.ts'
import {
  type Account,
  type Catalog,
  type Checkout,
  type DescribeOptions,
  describe,
  dunningOf,
  type Entitlement,
  entitlements,
  excessOf,
  type Instant,
  type Invoice,
  isLive,
  type LiveSubscription,
  nextCharge,
  type PendingChange,
  type Preview,
  periodAmount,
  planActions,
  type Subscription,
  settle,
  toArchive,
  type Usage,
} from '../core/index.ts'
import { nextPaymentAt } from './next-payment.ts'

/** What a view is made from: an account that was settled to `now`, and its usage. */
export interface Seen {
  readonly account: Account
  readonly usage: Usage
  readonly now: Instant
  readonly catalog: Catalog
}

export function date(at: Instant): Date {
  return new Date(at)
}

export function dateOrNull(at: Instant | null | undefined): Date | null {
  return at === null || at === undefined ? null : new Date(at)
}

/** The account as it is at `now`, whether or not a job has run. */
export function seenAt(account: Account, usage: Usage, now: Instant, catalog: Catalog): Seen {
  return { account: settle(account, usage, now, catalog).account, usage, now, catalog }
}

export function subscriptionView(subscription: Subscription, seen: Seen): SubscriptionView {
  const { account, catalog } = seen
  const { id, group, status, plan, planVersion, quantity, price, period, cancelAt } = subscription
  const { pendingChange, coupon, gateway, gatewayRef, renewals } = subscription
  const live = isLive(subscription) ? subscription : null
  return {
    id,
    group,
    status,
    ending: cancelAt === null ? null : { at: date(cancelAt) },
    plan,
    planVersion,
    quantity,
    addOns: Object.fromEntries(subscription.addOns.map((each) => [each.id, each.quantity])),
    price,
    period: { start: date(period.start), end: date(period.end) },
    nextPayment: live && nextPayment(live, seen),
    trialEndsAt: status === 'trialing' ? date(subscription.trial.endsAt) : null,
    graceEndsAt:
      status === 'past_due'
        ? dateOrNull(dunningOf(account, subscription, catalog)?.graceEndsAt)
        : null,
    resumesAt: status === 'paused' ? dateOrNull(subscription.resumesAt) : null,
    endedAt: 'endedAt' in subscription ? date(subscription.endedAt) : null,
    scheduled: live && pendingChange ? scheduledView(pendingChange, group, seen) : null,
    moving: movingOf(account, group),
    coupon: coupon && { code: coupon.code, periodsLeft: coupon.periodsLeft },
    gateway,
    gatewayRef,
    renewals,
  }
}

function movingOf({ checkouts }: Account, group: string): SubscriptionView['moving'] {
  const open = checkouts[group]
  return open?.signedUp ? movingView(open) : null
}

/** The move a checkout is for, where it waits for a date. */
function movingView(checkout: Checkout): SubscriptionView['moving'] {
  if (checkout.switchesAt === undefined) return null
  return { to: checkout.gateway, at: date(checkout.switchesAt) }
}

/** The next charge, as things stand. */
function nextPayment(live: LiveSubscription, { account, catalog }: Seen) {
  const { price, status, cancelAt, period } = live
  const trialEndsAt = status === 'trialing' ? live.trial.endsAt : null
  const dates = { status, trialEndsAt, periodEnd: period.end, cancelAt }
  const at = price && nextPaymentAt(price.amount, dates)
  if (!price || at === null) return null
  return { at: date(at), amount: nextCharge(account, live, catalog), currency: price.currency }
}

function scheduledView(
  { terms, at, keep }: PendingChange,
  group: string,
  { usage, catalog }: Seen,
): ScheduledChange {
  const fits = catalog.policies.downgradeFit === 'refuse'
  const over = fits ? [] : excessOf(catalog, group, terms, usage)
  const archive = over.flatMap(({ feature, limit, resources }) =>
    resources ? [[feature, toArchive(resources, keep[feature] ?? [], limit)] as const] : [],
  )
  return {
    plan: terms.plan,
    at: date(at),
    amount: terms.price && periodAmount(terms),
    currency: terms.price?.currency ?? null,
    archive: Object.fromEntries(archive),
  }
}

export function entitlementView({ until, resetsAt, ...rest }: Entitlement): EntitlementView {
  return { ...rest, until: dateOrNull(until), resetsAt: dateOrNull(resetsAt) }
}

function openInvoiceView(invoice: Invoice): OpenInvoice {
  const { id, reason, due, currency, dueAt, lines, decline, link, actionUrl } = invoice
  return { id, reason, due, currency, dueAt: date(dueAt), lines, decline, url: actionUrl ?? link }
}

export function statusView(seen: Seen, options: DescribeOptions = {}): StatusView {
  const { account, usage, now, catalog } = seen
  const { group = 'default' } = options
  const given = entitlements(account, usage, now, catalog)
  const subscription = account.subscriptions[group]
  const checkout = account.checkouts[group]
  return {
    customer: account.id,
    registered: account.registeredAt !== null,
    access: given.access,
    because: given.because,
    status: subscription?.status ?? 'none',
    ending: subscription?.cancelAt ? { at: date(subscription.cancelAt) } : null,
    plan: given.plan,
    sentence: describe(account, usage, now, catalog, options),
    subscription: subscription ? subscriptionView(subscription, seen) : null,
    subscriptions: Object.values(account.subscriptions).map((each) => subscriptionView(each, seen)),
    checkout:
      checkout && !checkout.signedUp
        ? {
            reference: checkout.reference,
            plan: checkout.terms.plan,
            amount: checkout.amount,
            currency: checkout.currency,
            expiresAt: date(checkout.expiresAt),
          }
        : null,
    invoices: account.invoices.map(openInvoiceView),
    paymentMethod: methodView(account),
    credit: account.credit,
    entitlements: given.all.map(entitlementView),
    actions: planActions(account, usage, now, catalog),
    trial: {
      used: account.trials.length > 0,
      usedAt: dateOrNull(account.trials[0]?.at),
      endsAt: subscription?.status === 'trialing' ? date(subscription.trial.endsAt) : null,
    },
    archived: account.archived,
    incidents: account.incidents,
  }
}

function methodView({ paymentMethod }: Account): StatusView['paymentMethod'] {
  if (!paymentMethod) return null
  const { gateway, reusable, brand, last4, expires } = paymentMethod
  return { gateway, reusable, brand, last4, expires }
}

export function previewView(
  preview: Extract<Preview, { readonly ok: true }>,
  seen: Seen,
): PreviewView {
  const { due, currency, lines, credit, creditAdded, quote, next, subscription } = preview
  const scheduled = subscription?.pendingChange?.at
  const ending = preview.events.some(({ type }) => type === 'subscription.cancel_scheduled')
  const moving = movingAfter(preview, seen)
  const at = ending ? subscription?.cancelAt : scheduled
  return {
    due,
    currency,
    lines,
    credit,
    creditAdded,
    quote,
    next: next && { ...next, at: date(next.at) },
    subscription: subscription && { ...subscriptionView(subscription, seen), moving },
    at: moving?.at ?? date(at ?? seen.now),
  }
}

/** Where the subscription goes once the customer has signed up there: what is scheduled, or was. */
function movingAfter(
  { events, subscription }: Extract<Preview, { readonly ok: true }>,
  { account }: Seen,
): SubscriptionView['moving'] {
  for (const event of events) {
    if (event.type === 'checkout.opened') return movingView(event.checkout)
    if (event.type === 'checkout.closed' || event.type === 'subscription.moved') return null
  }
  return movingOf(account, subscription?.group ?? 'default')
}
