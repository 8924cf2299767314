/**
 * Copies of the state, field by field. A spread would say the same in one line, but every event
 * copies the account and a subscription, and on Node 20 the spread of what a spread has made takes
 * ten times as long. Fields that a newer version of the library wrote are carried along.
 */
import type { Account, Invoice, Status, Subscription, SubscriptionBase } from './state.ts'

export type Writable<T> = { -readonly [K in keyof T]: T[K] }

type KeyOf<Member> = Member extends unknown ? keyof Member : never
type OwnField = Exclude<KeyOf<Subscription>, keyof SubscriptionBase>

/** What only some statuses have; another status leaves it behind. */
const OWN = {
  status: true,
  trial: true,
  pausedAt: true,
  resumesAt: true,
  endedAt: true,
  reason: true,
} satisfies Record<OwnField, true>

export function copyAccount(from: Account): Writable<Account> {
  return carry(from, account(from), NAMED.account)
}

function account(from: Account): Writable<Account> {
  return {
    schemaVersion: from.schemaVersion,
    id: from.id,
    version: from.version,
    asOf: from.asOf,
    sequence: from.sequence,
    registeredAt: from.registeredAt,
    gateway: from.gateway,
    gatewayCustomers: from.gatewayCustomers,
    paymentMethod: from.paymentMethod,
    methodSavedAt: from.methodSavedAt,
    subscriptions: from.subscriptions,
    checkouts: from.checkouts,
    closedCheckouts: from.closedCheckouts,
    invoices: from.invoices,
    credit: from.credit,
    payments: from.payments,
    trials: from.trials,
    couponsUsed: from.couponsUsed,
    archived: from.archived,
    incidents: from.incidents,
  }
}

/** A subscription in the status it has. */
export function copySubscription(from: Subscription): Subscription {
  return carry(from, inStatus(from, from.status), NAMED.subscription) as Subscription
}

/** A subscription on its way to another status: what only the old one had stays behind. */
export function copyInto(from: Subscription, status: Status): InStatus {
  return carry(from, inStatus(from, status), NAMED.subscription, OWN)
}

export function copyInvoice(from: Invoice): Writable<Invoice> {
  return carry(from, invoice(from), NAMED.invoice)
}

function invoice(from: Invoice): Writable<Invoice> {
  return {
    id: from.id,
    group: from.group,
    reason: from.reason,
    currency: from.currency,
    lines: from.lines,
    charged: from.charged,
    total: from.total,
    credit: from.credit,
    due: from.due,
    period: from.period,
    openedAt: from.openedAt,
    dueAt: from.dueAt,
    renewals: from.renewals,
    attempts: from.attempts,
    nextAttemptAt: from.nextAttemptAt,
    firstFailedAt: from.firstFailedAt,
    failures: from.failures,
    decline: from.decline,
    link: from.link,
    actionUrl: from.actionUrl,
    unknown: from.unknown,
    gate: from.gate,
  }
}

type InStatus = Writable<SubscriptionBase> & { status: Status }

function inStatus(from: SubscriptionBase, status: Status): InStatus {
  return {
    status,
    plan: from.plan,
    planVersion: from.planVersion,
    price: from.price,
    quantity: from.quantity,
    addOns: from.addOns,
    id: from.id,
    group: from.group,
    gateway: from.gateway,
    gatewayRef: from.gatewayRef,
    renewals: from.renewals,
    observedAt: from.observedAt,
    startedAt: from.startedAt,
    anchor: from.anchor,
    period: from.period,
    paidThrough: from.paidThrough,
    charged: from.charged,
    carried: from.carried,
    coupon: from.coupon,
    pendingChange: from.pendingChange,
    cancelAt: from.cancelAt,
    blocks: from.blocks,
    request: from.request,
    lookups: from.lookups,
    graceDays: from.graceDays,
    reminded: from.reminded,
  }
}

/** A record with one entry set. */
export function withEntry<T>(from: Readonly<Record<string, T>>, key: string, value: T) {
  const copy: Record<string, T> = {}
  for (const name in from) copy[name] = from[name] as T
  copy[key] = value
  return copy
}

/** How many fields the copies name: an object with no more of them holds nothing else. */
const NAMED = {
  account: Object.keys(account({} as Account)).length,
  invoice: Object.keys(invoice({} as Invoice)).length,
  subscription: Object.keys(inStatus({} as SubscriptionBase, 'active')).length,
}

/** Adds what the copy does not name: the fields of a status, and those of a newer version. */
function carry<Copy extends object>(
  from: object,
  copy: Copy,
  named: number,
  without: object = {},
): Copy {
  if (Object.keys(from).length > named)
    for (const [name, value] of Object.entries(from))
      if (!Object.hasOwn(copy, name) && !Object.hasOwn(without, name))
        Object.assign(copy, { [name]: value })
  return copy
}
