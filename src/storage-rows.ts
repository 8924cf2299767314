/** What goes into a storage and comes out of it: rows, queries and answers of the contract. */
import type {
  Account,
  BillingEvent,
  Effect,
  Instant,
  Interval,
  Invoice,
  Notice,
  Payment,
  Renewals,
  Status,
} from './core/index.ts'
import type { MilestoneRow } from './storage-reports.ts'

/** A JSON value: what a column of text can hold and give back equal. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

export interface LoadQuery {
  /** By id, or whoever holds the first held one of these claims. */
  readonly by: { readonly account: string } | { readonly claims: readonly string[] }
  /** A command's idempotency key; it belongs to the account. */
  readonly command?: string
  /** A delivery whose mark is wanted. */
  readonly delivery?: { readonly gateway: string; readonly id: string }
  /** Claims of which those held by **another** account are wanted. */
  readonly taken?: readonly string[]
  /** Payments by the gateway's id that may be too old to stand in the document. */
  readonly payments?: readonly { readonly gateway: string; readonly id: string }[]
}

export interface Loaded {
  readonly account: Account | null
  /** Per feature the counter with the newest window. */
  readonly usage: readonly UsageRow[]
  readonly command: CommandRow | null
  /** Found whether or not the account is. */
  readonly delivery: { readonly state: DeliveryState; readonly bodyHash: string } | null
  readonly taken: readonly string[]
  /** Rows of this account only. */
  readonly payments: readonly Payment[]
}

/** One step of one account: what was decided, and everything that must be true together with it. */
export interface Change {
  /** The account after the step; never at version 0. */
  readonly account: Account
  /** The version it was decided on; 0 when there was no account. */
  readonly version: number
  readonly at: Instant
  /** When time alone has something to do; the column behind `due`. */
  readonly nextActionAt: Instant | null
  /** Journal rows, numbered `version + 1` … `account.version`. */
  readonly events: readonly BillingEvent[]
  /** New outbox rows. A key that exists already is left as it is: it was asked before. */
  readonly effects: readonly NewEffect[]
  /** Outcomes of leased effects, each as in `settleEffect`; a lost lease does not undo the rest. */
  readonly settled: readonly Settlement[]
  /** Rows by gateway and id, inserted or replaced. */
  readonly payments: readonly Payment[]
  /** Rows by id, inserted or replaced; one that has a number keeps it, and its series with it. */
  readonly invoices: readonly WrittenInvoice[]
  /** Rows by id; one that exists already is left as it is. */
  readonly notices: readonly NoticeRow[]
  /** Replace **all** subscription rows of the account. */
  readonly subscriptions: readonly SubscriptionRow[]
  /** New rows for reports, by journal number and part; most changes have none. */
  readonly milestones: readonly MilestoneRow[]
  /** Taken by this account; one that it holds already is fine. */
  readonly claims: readonly string[]
  /** Let go, if this account holds them; never one that is in `claims` as well. */
  readonly releases: readonly string[]
  /** Added to counters in the same step, never below zero: what was archived or restored. */
  readonly usage: readonly UsageDelta[]
  readonly delivery: DeliveryRow | null
  readonly command: CommandRow | null
  readonly audit: AuditRow | null
}

export type CommitResult =
  | { readonly outcome: 'committed' }
  | { readonly outcome: 'conflict' }
  | { readonly outcome: 'duplicate'; readonly what: 'delivery' | 'command' }
  | { readonly outcome: 'taken'; readonly claim: string }

/** A hook of the app about a billing event: at least once, under a key, after the commit. */
export interface HookCall {
  readonly kind: 'hook.call'
  readonly key: string
  readonly event: BillingEvent
}

/** Everything that waits in the outbox. */
export type OutboxEffect = Effect | HookCall

/**
 * `waiting`: to be performed at `nextAt`. `unknown`: it may have been done; to be looked up at
 * `nextAt`. `done` and `refused` are answered. `parked`: only a person can go on.
 */
export type EffectState = 'waiting' | 'unknown' | 'done' | 'refused' | 'parked'

export interface NewEffect {
  readonly effect: OutboxEffect
  readonly nextAt: Instant
  /**
   * Leased from the start by the process that commits and performs it at once; else `null`. Such a
   * row counts one attempt and is `sent`: after a crash nobody knows.
   */
  readonly lease: { readonly owner: string; readonly until: Instant } | null
}

export interface EffectRow {
  readonly key: string
  readonly account: string
  readonly effect: OutboxEffect
  readonly state: EffectState
  /** How often it was leased. One that is leased from the start counts 1. */
  readonly attempts: number
  /** An earlier attempt may have reached the gateway. False again when it is known that none did. */
  readonly sent: boolean
  readonly nextAt: Instant | null
  readonly leaseOwner: string | null
  readonly leaseUntil: Instant | null
  /** What the gateway answered that is no billing fact: the page to send the customer to. */
  readonly answer: Json
  readonly error: Json
  readonly createdAt: Instant
}

export interface Settlement {
  readonly key: string
  readonly owner: string | null
  readonly state: EffectState
  readonly sent: boolean
  readonly nextAt: Instant | null
  readonly answer: Json
  readonly error: Json
}

export interface DueQuery {
  readonly now: Instant
  readonly limit: number
  /** Whoever asks will settle them by then. Default: nobody is kept from them. */
  readonly leaseUntil?: Instant
}

export interface ClaimQuery {
  readonly now: Instant
  readonly owner: string
  readonly leaseUntil: Instant
  readonly limit: number
}

/** `done`: applied, a repetition is answered without reading further. `dead`: given up, kept for a person. */
export type DeliveryState = 'done' | 'parked' | 'dead'

/** One webhook delivery, by the gateway's id of the event. */
export interface DeliveryRow {
  readonly gateway: string
  readonly id: string
  readonly type: string
  readonly account: string | null
  readonly state: DeliveryState
  readonly bodyHash: string
  /** The raw request, kept for replay; `null` once it was pruned. */
  readonly request: Json
  readonly attempts: number
  readonly nextAt: Instant | null
  readonly leaseOwner: string | null
  readonly leaseUntil: Instant | null
  readonly error: string | null
  readonly receivedAt: Instant
}

/** What an idempotency key stands for: the same key with another hash is a different request. */
export interface CommandRow {
  readonly account: string
  readonly key: string
  readonly hash: string
  /** Keys of the effects that the caller waits for: their answers rebuild the reply. */
  readonly effects: readonly string[]
  readonly at: Instant
}

/** A counter. `window` is the start of a meter's window, 0 for limits, which have none. */
export interface UsageRow {
  readonly feature: string
  readonly window: number
  readonly used: number
}

export interface UsageDelta {
  readonly feature: string
  readonly window: number
  readonly by: number
}

export interface UsageRequest {
  readonly account: string
  /** The version on which the limit was worked out; `null` counts whatever the version. */
  readonly version: number | null
  readonly feature: string
  readonly window: number
  /** A positive safe integer. */
  readonly amount: number
  /** `null`: without limit. */
  readonly limit: number | null
  readonly key: string | null
  readonly reservation: { readonly id: string; readonly expiresAt: Instant } | null
  readonly at: Instant
}

export type UsageResult =
  | { readonly outcome: 'used'; readonly used: number }
  | { readonly outcome: 'limit'; readonly used: number }
  | { readonly outcome: 'repeated'; readonly used: number }
  | { readonly outcome: 'stale' }
  | { readonly outcome: 'mismatch' }

export interface ReleaseRequest {
  readonly account: string
  readonly feature: string
  readonly window: number
  readonly amount: number
  readonly key: string | null
  readonly at: Instant
}

export interface PageQuery {
  /** At most this many items; the runtime asks for 1 … 1,000. */
  readonly limit: number
  /** `next` of the page before. */
  readonly after?: string
}

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

export interface JournalRow {
  readonly account: string
  /** The version that the event made; 1 is the first. */
  readonly seq: number
  readonly event: BillingEvent
}

export interface AuditRow {
  /** Unique; a row that exists already is left as it is. */
  readonly id: string
  readonly account: string
  readonly at: Instant
  /** Who asked, as the app identified them; `null` for the app itself. */
  readonly actor: string | null
  readonly action: string
  /** What was asked, without URLs. */
  readonly input: Json
  readonly versionBefore: number
  readonly versionAfter: number
}

/** An invoice that is over. */
export interface InvoiceRow {
  readonly id: string
  readonly account: string
  readonly state: 'paid' | 'void' | 'uncollectible'
  readonly invoice: Invoice
  readonly payment: string | null
  readonly at: Instant
  /** The series it gets a number of; `null`: it never gets one. */
  readonly series: string | null
  /** Its place in the series, from 1 on; `null` until `numberInvoices` gave it one. */
  readonly number: number | null
}

/** An invoice as a change writes it: its number is given afterwards. */
export type WrittenInvoice = Omit<InvoiceRow, 'number'>

export interface NoticeRow {
  readonly id: string
  readonly account: string
  readonly notice: Notice
  readonly readAt: Instant | null
}

/** A subscription as plain columns, derived from the document: for `where status = 'past_due'`. */
export interface SubscriptionRow {
  readonly account: string
  readonly group: string
  readonly id: string
  readonly status: Status
  readonly plan: string
  readonly planVersion: number
  /** What one period costs, before discounts; `null` on a free plan. */
  readonly amount: number | null
  /** What of it recurs: less a discount that lasts for ever; `null` on a free plan. */
  readonly recurring: number | null
  readonly currency: string | null
  readonly interval: Interval['unit'] | null
  readonly intervalCount: number | null
  readonly quantity: number
  readonly gateway: string | null
  readonly gatewayRef: string | null
  readonly renewals: Renewals
  readonly startedAt: Instant
  readonly periodStart: Instant
  readonly periodEnd: Instant
  readonly cancelAt: Instant | null
  readonly trialEndsAt: Instant | null
  readonly endedAt: Instant | null
}

export interface SubscriptionFilter {
  readonly account?: string
  readonly status?: readonly Status[]
  readonly plan?: string
  readonly group?: string
  readonly gateway?: string
  readonly currency?: string
  /** With `cancelAt`, or without. */
  readonly ending?: boolean
  /** `startedAt` from here on. */
  readonly startedFrom?: Instant
  /** `startedAt` before this. */
  readonly startedBefore?: Instant
  /** Free plans as well. Default true. */
  readonly free?: boolean
}

export interface QueueHealth {
  readonly depth: number
  /** When the oldest item was due; `null` when there is none. */
  readonly oldestAt: Instant | null
}

export interface StorageHealth {
  /** Accounts with something due, leased or not: one that always fails is leased most of the time. */
  readonly due: QueueHealth
  /** Effects to be performed now, and those nobody knows the outcome of. */
  readonly outbox: QueueHealth
  readonly unknown: QueueHealth
  readonly parkedEffects: number
  readonly inbox: QueueHealth
  readonly deadDeliveries: number
}
