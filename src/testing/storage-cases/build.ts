/** Small valid rows and changes; a case names only what it is about. */
import type {
  Change,
  ClaimQuery,
  DeliveryRow,
  EffectRow,
  InvoiceRow,
  MilestoneRow,
  NewEffect,
  NoticeRow,
  Settlement,
  Storage,
  SubscriptionRow,
  UsageRequest,
} from '../../storage.ts'
import {
  type Account,
  type BillingEvent,
  emptyAccount,
  evolve,
  type Instant,
  type Invoice,
  instant,
  type Payment,
} from '../../core/index.ts'
import { equal } from './expect.ts'

/** Minutes after the moment at which every case starts. */
export function at(minutes: number): Instant {
  return instant(START + minutes * 60_000)
}
const START = Date.UTC(2030, 0, 1)

/** The last instant before one. */
export function justBefore(time: Instant): Instant {
  return instant(time - 1)
}

/** The first change of a new account: it is registered. */
export function first(id: string, more: Partial<Change> = {}): Change {
  return step(emptyAccount(id), [{ type: 'account.registered', at: at(0) }], more)
}

/** The next change of an account: an event that says little. */
export function next(account: Account, more: Partial<Change> = {}): Change {
  return step(account, [credited(1)], more)
}

/** A change that events make. */
export function step(
  account: Account,
  events: readonly BillingEvent[],
  more: Partial<Change> = {},
): Change {
  return {
    account: events.reduce(evolve, account),
    version: account.version,
    at: at(0),
    nextActionAt: null,
    events,
    effects: [],
    settled: [],
    payments: [],
    invoices: [],
    notices: [],
    subscriptions: [],
    milestones: [],
    claims: [],
    releases: [],
    usage: [],
    delivery: null,
    command: null,
    audit: null,
    ...more,
  }
}

/** Credit was given: an event for when it does not matter which. */
export function credited(amount: number): BillingEvent {
  return { type: 'credit.added', currency: 'USD', amount, because: 'granted', at: at(0) }
}

/** Commits what must be committable, and answers with the account afterwards. */
export async function committed(storage: Storage, change: Change): Promise<Account> {
  equal(
    await storage.commit(change),
    { outcome: 'committed' },
    'a change that nothing stands against',
  )
  return change.account
}

/** An effect that waits from the start on, leased by nobody. */
export function effect(key: string, more: Partial<NewEffect> = {}): NewEffect {
  return {
    effect: { kind: 'checkout.expire', gateway: 'bank', key, reference: key, customer: null },
    nextAt: at(0),
    lease: null,
    ...more,
  }
}

/** The row of `effect(key)` of the account `a`, as nobody has touched it yet. */
export function effectRow(key: string, more: Partial<EffectRow> = {}): EffectRow {
  return {
    key,
    account: 'a',
    effect: effect(key).effect,
    state: 'waiting',
    attempts: 0,
    sent: false,
    nextAt: at(0),
    leaseOwner: null,
    leaseUntil: null,
    answer: null,
    error: null,
    createdAt: at(0),
    ...more,
  }
}

type EffectClaim = ClaimQuery & { readonly keys?: readonly string[] }

/** A claim by `owner` for ten minutes from `now`. */
export function claim(owner: string, now: Instant, more: Partial<EffectClaim> = {}): EffectClaim {
  return { owner, now, leaseUntil: instant(now + 10 * 60_000), limit: 100, ...more }
}

/** An effect was done, says `owner`. */
export function done(
  key: string,
  owner: string | null,
  more: Partial<Settlement> = {},
): Settlement {
  return { key, owner, state: 'done', sent: true, nextAt: null, answer: null, error: null, ...more }
}

/** A parked delivery of the gateway `bank`, due from the start. */
export function delivery(id: string, more: Partial<DeliveryRow> = {}): DeliveryRow {
  return {
    gateway: 'bank',
    id,
    type: 'payment.paid',
    account: null,
    state: 'parked',
    bodyHash: `hash of ${id}`,
    request: { headers: {}, body: 'e30=' },
    attempts: 0,
    nextAt: at(0),
    leaseOwner: null,
    leaseUntil: null,
    error: null,
    receivedAt: at(0),
    ...more,
  }
}

/** One unit of `queries` of the account `a`, without a limit, key or version. */
export function using(more: Partial<UsageRequest> = {}): UsageRequest {
  return {
    account: 'a',
    version: null,
    feature: 'queries',
    window: 0,
    amount: 1,
    limit: null,
    key: null,
    reservation: null,
    at: at(0),
    ...more,
  }
}

/** A payment of 49.00 USD at `bank`. */
export function payment(id: string, more: Partial<Payment> = {}): Payment {
  return {
    id,
    gateway: 'bank',
    invoice: null,
    group: null,
    amount: 4900,
    currency: 'USD',
    at: at(0),
    refunded: 0,
    refunding: 0,
    refunds: [],
    dispute: null,
    ...more,
  }
}

/** A paid invoice of the account `a`. */
export function invoiceRow(id: string, more: Partial<InvoiceRow> = {}): InvoiceRow {
  return {
    id,
    account: 'a',
    state: 'paid',
    invoice: invoice(id),
    payment: 'payment_1',
    at: at(0),
    series: null,
    number: null,
    ...more,
  }
}

function invoice(id: string): Invoice {
  return {
    id,
    group: 'default',
    reason: 'renewal',
    currency: 'USD',
    lines: [],
    charged: [],
    total: 4900,
    credit: 0,
    due: 4900,
    period: { start: at(0), end: at(60) },
    openedAt: at(0),
    dueAt: at(0),
    renewals: 'billwright',
    attempts: 1,
    nextAttemptAt: null,
    firstFailedAt: null,
    failures: [],
    decline: null,
    link: null,
    actionUrl: null,
    unknown: false,
    gate: null,
  }
}

/** A subscription of the account to `pro` began to bring in 49.00 USD a month. */
export function milestone(account: string, more: Partial<MilestoneRow> = {}): MilestoneRow {
  return {
    account,
    seq: 1,
    part: 0,
    kind: 'started',
    at: at(0),
    plan: 'pro',
    currency: 'USD',
    interval: 'month',
    intervalCount: 1,
    amount: 4900,
    count: 1,
    ...more,
  }
}

/** An unread notice of the account `a`. */
export function notice(id: string, more: Partial<NoticeRow> = {}): NoticeRow {
  return {
    id,
    account: 'a',
    notice: { name: 'activated', at: at(0), group: 'default', data: { id }, staleAfter: null },
    readAt: null,
    ...more,
  }
}

/** An active monthly subscription to `pro`, paid at `bank`. */
export function subscription(
  account: string,
  group: string,
  more: Partial<SubscriptionRow> = {},
): SubscriptionRow {
  return {
    account,
    group,
    id: `${account}/${group}`,
    status: 'active',
    plan: 'pro',
    planVersion: 1,
    amount: 4900,
    recurring: 4900,
    currency: 'USD',
    interval: 'month',
    intervalCount: 1,
    quantity: 1,
    gateway: 'bank',
    gatewayRef: null,
    renewals: 'billwright',
    startedAt: at(0),
    periodStart: at(0),
    periodEnd: at(60),
    cancelAt: null,
    trialEndsAt: null,
    endedAt: null,
    ...more,
  }
}
