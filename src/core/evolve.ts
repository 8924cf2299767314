/**
 * Folds one billing event into the account: one small case per event, no rule, never throws.
 * Every event counts one version; the account's clock only moves forward.
 */
import type { BillingEvent } from './event.ts'
import type { Instant } from './instant.ts'
import type { Account, Invoice, Reminded, Status, Subscription, SubscriptionBase } from './state.ts'
import {
  copyAccount,
  copyInto,
  copyInvoice,
  copySubscription,
  type Writable,
  withEntry,
} from './copy.ts'
import { keepPayment } from './keep-payment.ts'
import { onCheckout } from './on-checkout.ts'

/** Closed checkouts kept in the document: late facts may still be about them. */
const KEPT_CHECKOUTS = 5

export function evolve(account: Account, event: BillingEvent): Account {
  const next = copyAccount(account)
  next.version = account.version + 1
  if (event.at > account.asOf) next.asOf = event.at
  apply(next, event)
  return next
}

function apply(next: Writable<Account>, event: BillingEvent): void {
  switch (event.type) {
    case 'account.registered':
      next.registeredAt ??= event.at
      return
    case 'gateway.linked':
      next.gateway = event.gateway
      if (event.customer !== null)
        next.gatewayCustomers = withEntry(next.gatewayCustomers, event.gateway, event.customer)
      if (event.group !== null && event.subscription !== null)
        update(next, event.group, { gatewayRef: event.subscription })
      if (event.checkout !== null)
        onCheckout(next, event.checkout, { gatewayRef: event.subscription })
      return
    case 'checkout.opened':
      next.sequence += 1
      next.checkouts = withEntry(next.checkouts, event.checkout.group, event.checkout)
      return
    case 'page.opened':
      onCheckout(next, event.reference, { page: event.page })
      onInvoice(next, event.reference, () => ({ page: event.page }))
      return
    case 'checkout.signed_up':
      onCheckout(next, event.reference, { signedUp: { method: event.method } })
      return
    case 'page.awaited':
      onCheckout(next, event.reference, { lookups: event.lookups })
      onInvoice(next, event.reference, () => ({ lookups: event.lookups }))
      return
    case 'checkout.closed': {
      const { reference, outcome } = event
      const { [event.group]: open, ...others } = next.checkouts
      if (open?.reference === reference) {
        next.checkouts = others
        const kept = [...next.closedCheckouts, { ...open, closed: outcome }]
        next.closedCheckouts = kept.slice(-KEPT_CHECKOUTS)
        return
      }
      // It had expired and was paid after all.
      next.closedCheckouts = next.closedCheckouts.map((closed) =>
        closed.reference === reference ? { ...closed, closed: outcome } : closed,
      )
      return
    }
    case 'subscription.started':
      next.sequence += 1
      next.subscriptions = withEntry(next.subscriptions, event.group, event.subscription)
      return
    case 'subscription.activated': {
      const { terms, anchor, period, charged, gateway, gatewayRef, renewals, coupon } = event
      const same = next.subscriptions[event.group]?.gatewayRef === gatewayRef
      become(next, event.group, 'active', {
        anchor,
        period,
        charged,
        gateway,
        renewals,
        coupon,
        cancelAt: null,
        pendingChange: null,
        ...terms,
        ...(same ? {} : { gatewayRef, observedAt: null, request: null }),
      })
      return
    }
    case 'subscription.renewed': {
      const { period, charged, paid } = event
      const through = paid ? { paidThrough: period.end } : {}
      update(next, event.group, { period, charged, lookups: 0, carried: [], ...through })
      return
    }
    case 'subscription.changed': {
      const { terms, anchor, period, charged, carried, pendingChange } = event
      const through = next.subscriptions[event.group]?.paidThrough ?? null
      // A next period that was paid ahead has been credited by the change.
      const ahead = through !== null && through > period.end
      const paidThrough = ahead || event.paid ? period.end : through
      update(next, event.group, {
        anchor,
        period,
        charged,
        carried,
        pendingChange,
        paidThrough,
        ...terms,
      })
      return
    }
    case 'subscription.change_scheduled':
      update(next, event.group, { pendingChange: event.change })
      return
    case 'subscription.change_undone':
      update(next, event.group, { pendingChange: null })
      return
    case 'subscription.past_due':
      become(next, event.group, 'past_due')
      return
    case 'subscription.recovered':
      become(next, event.group, 'active', { graceDays: 0 })
      return
    case 'subscription.suspended':
      become(next, event.group, 'suspended')
      return
    case 'subscription.unpaid':
      become(next, event.group, 'unpaid')
      return
    case 'subscription.paused':
      become(
        next,
        event.group,
        'paused',
        event.credited ? { charged: [], paidThrough: event.at } : {},
        { pausedAt: event.at, resumesAt: event.resumesAt },
      )
      return
    case 'subscription.resumed': {
      const { anchor, period, charged } = event
      become(next, event.group, 'active', { anchor, period, charged, lookups: 0 })
      return
    }
    case 'subscription.cancel_scheduled':
      update(next, event.group, { cancelAt: event.cancelAt, pendingChange: null, lookups: 0 })
      return
    case 'subscription.cancel_undone':
      update(next, event.group, { cancelAt: null, lookups: 0 })
      return
    case 'subscription.canceled':
      become(next, event.group, 'canceled', ENDED, { endedAt: event.at, reason: event.reason })
      return
    case 'subscription.expired':
      become(next, event.group, 'expired', ENDED, { endedAt: event.at })
      return
    case 'subscription.moved':
      update(next, event.group, {
        gateway: event.gateway,
        renewals: event.renewals,
        gatewayRef: null,
        observedAt: null,
      })
      return
    case 'subscription.observed':
      update(next, event.group, { observedAt: event.observedAt })
      return
    case 'request.opened':
      update(next, event.group, { request: event.request })
      return
    case 'request.closed':
      update(next, event.group, { request: null })
      return
    case 'renewal.awaited':
      update(next, event.group, { lookups: (next.subscriptions[event.group]?.lookups ?? 0) + 1 })
      return
    case 'block.added':
    case 'block.lifted': {
      const blocks = next.subscriptions[event.group]?.blocks ?? []
      const others = blocks.filter((reason) => reason !== event.reason)
      update(next, event.group, {
        blocks: event.type === 'block.added' ? [...others, event.reason] : others,
      })
      return
    }
    case 'trial.started': {
      const marks = event.keys.map((key) => ({ key, plan: event.plan, at: event.at }))
      next.trials = [...next.trials, ...marks]
      return
    }
    case 'trial.extended': {
      const trialing = next.subscriptions[event.group]
      if (trialing?.status !== 'trialing') return
      const trial = { ...trialing.trial, endsAt: event.endsAt }
      put(next, { ...trialing, trial, period: { ...trialing.period, end: event.endsAt } })
      return
    }
    case 'grace.extended':
      update(next, event.group, {
        graceDays: (next.subscriptions[event.group]?.graceDays ?? 0) + event.days,
      })
      return
    case 'invoice.opened':
      next.sequence += 1
      next.invoices = [...next.invoices, event.opened]
      return
    case 'invoice.collecting':
      onInvoice(next, event.invoice, (invoice) => ({
        attempts: invoice.attempts + 1,
        ...(event.method === undefined ? {} : { tried: { method: event.method, at: event.at } }),
        nextAttemptAt: null,
        unknown: false,
      }))
      return
    case 'invoice.declined':
      onInvoice(next, event.invoice, (invoice) => {
        const first = invoice.firstFailedAt ?? event.failedAt
        // An older failure may be told later: it is the first then, and the newer one still says why.
        const older = event.failedAt < first
        return {
          failures: [...invoice.failures, event.payment],
          decline: older ? invoice.decline : event.decline,
          firstFailedAt: older ? event.failedAt : first,
          nextAttemptAt: event.nextAttemptAt,
          // The page stays open for as long as only the customer can help.
          actionUrl: event.decline.retry === 'with_customer' ? invoice.actionUrl : null,
          unknown: false,
        }
      })
      return
    case 'invoice.linked':
      onInvoice(next, event.invoice, () => ({ link: event.url, unknown: false }))
      return
    case 'invoice.action_required':
      onInvoice(next, event.invoice, () => ({ actionUrl: event.url, unknown: false }))
      return
    case 'invoice.outcome_lost':
      onInvoice(next, event.invoice, () => ({ unknown: true, nextAttemptAt: null }))
      return
    case 'invoice.paid': {
      const { row } = event
      next.invoices = next.invoices.filter(({ id }) => id !== event.invoice)
      const paying = next.subscriptions[row.group]
      if (!paying) return
      const { start, end } = row.period
      const through = paying.paidThrough
      const ahead = row.reason === 'renewal' && start >= paying.period.end
      update(next, row.group, {
        paidThrough: through === null || end > through ? end : through,
        charged: ahead ? [...paying.charged, ...row.charged] : paying.charged,
      })
      return
    }
    case 'invoice.voided':
    case 'invoice.uncollectible':
      next.invoices = next.invoices.filter(({ id }) => id !== event.invoice)
      return
    case 'payment.recorded':
      next.payments = keepPayment(next.payments, event.payment)
      return
    case 'payment.refunding':
      next.payments = keepPayment(next.payments, {
        ...event.payment,
        refunding: event.payment.refunding + event.amount,
      })
      return
    case 'payment.refunded':
      next.payments = keepPayment(next.payments, {
        ...event.payment,
        refunded: event.payment.refunded + event.amount,
        refunding: Math.max(0, event.payment.refunding - event.amount),
        refunds: [...event.payment.refunds, event.refund],
      })
      return
    case 'payment.refund_failed':
      next.payments = keepPayment(next.payments, {
        ...event.payment,
        refunding: Math.max(0, event.payment.refunding - event.amount),
      })
      return
    case 'payment.disputed':
      next.payments = keepPayment(next.payments, {
        ...event.payment,
        dispute: event.open ? 'open' : 'closed',
      })
      return
    case 'credit.added':
      balance(next, event.currency, event.amount)
      return
    case 'credit.used':
      balance(next, event.currency, -event.amount)
      return
    case 'coupon.applied':
      update(next, event.group, { coupon: event.coupon })
      next.couponsUsed = [...next.couponsUsed, event.coupon.code]
      return
    case 'coupon.counted': {
      const coupon = next.subscriptions[event.group]?.coupon
      if (coupon)
        update(next, event.group, { coupon: { ...coupon, periodsLeft: event.periodsLeft } })
      return
    }
    case 'coupon.ended':
      update(next, event.group, { coupon: null })
      return
    case 'method.saved':
      Object.assign(next, { paymentMethod: event.method, methodSavedAt: event.at })
      return
    case 'method.removed':
      next.paymentMethod = null
      return
    case 'resource.archived':
      archive(next, event.feature, (ids) => [...ids, ...event.ids])
      return
    case 'resource.restored':
      archive(next, event.feature, (ids) => ids.filter((id) => !event.ids.includes(id)))
      return
    case 'incident.raised':
      next.sequence += 1
      next.incidents = [...next.incidents, event.incident]
      return
    case 'incident.resolved':
      next.incidents = next.incidents.filter(({ id }) => id !== event.incident)
      return
    case 'notice.due':
      remind(next, event.group, event.notice, event.for)
      return
    // Facts for the journal and the app's hooks; they change no state.
    case 'trial.ended':
    case 'limit.approached':
    case 'limit.reached':
      return
  }
}

const ENDED = { cancelAt: null, pendingChange: null, request: null, coupon: null } as const

function put(next: Writable<Account>, subscription: Subscription): void {
  next.subscriptions = withEntry(next.subscriptions, subscription.group, subscription)
}

function update(next: Writable<Account>, group: string, change: Partial<SubscriptionBase>): void {
  const subscription = next.subscriptions[group]
  if (subscription) put(next, Object.assign(copySubscription(subscription), change))
}

/** Another status: the fields of the old one go, those of the new one come. */
function become(
  next: Writable<Account>,
  group: string,
  status: Status,
  change: Partial<SubscriptionBase> = {},
  own: object = {},
): void {
  const subscription = next.subscriptions[group]
  if (!subscription) return
  put(next, Object.assign(copyInto(subscription, status), change, own) as Subscription)
}

function onInvoice(
  next: Writable<Account>,
  id: string,
  change: (invoice: Invoice) => Partial<Invoice>,
): void {
  next.invoices = next.invoices.map((invoice) =>
    invoice.id === id ? Object.assign(copyInvoice(invoice), change(invoice)) : invoice,
  )
}

function archive(
  next: Writable<Account>,
  feature: string,
  change: (ids: readonly string[]) => readonly string[],
): void {
  next.archived = withEntry(next.archived, feature, change(next.archived[feature] ?? []))
}

function balance(next: Writable<Account>, currency: string, change: number): void {
  next.credit = withEntry(next.credit, currency, (next.credit[currency] ?? 0) + change)
}

const REMINDERS: Readonly<Record<string, keyof Reminded>> = {
  renewal_reminder: 'renewal',
  grace_ending: 'grace',
  trial_ending: 'trial',
}

function remind(next: Writable<Account>, group: string, notice: string, at: Instant): void {
  const which = REMINDERS[notice]
  const subscription = next.subscriptions[group]
  if (!which || !subscription) return
  const { renewal, grace, trial } = subscription.reminded
  update(next, group, { reminded: Object.assign({ renewal, grace, trial }, { [which]: at }) })
}
