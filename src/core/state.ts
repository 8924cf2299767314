/**
 * The state of one customer, as it is stored: plain JSON, one document, small for ever. What is
 * settled has rows of its own. Amounts are integers in minor units, times are epoch milliseconds.
 */
import type { Instant, Period } from './instant.ts'
import type { Price } from './price.ts'

/** Who owns the renewal clock of a subscription; stored with it, so an option never changes it. */
export type Renewals = 'billwright' | 'gateway'

/** An add-on as it was bought: its own price, frozen like the plan's. */
export interface AddOnTerms {
  readonly id: string
  readonly quantity: number
  readonly price: Price
}

/** What was bought. Prices are copied from the catalog, so a deploy never changes what anyone pays. */
export interface Terms {
  readonly plan: string
  readonly planVersion: number
  /** Per unit and interval; `null` on a free plan, which is never charged. */
  readonly price: Price | null
  readonly quantity: number
  readonly addOns: readonly AddOnTerms[]
}

/** A discount in force on a subscription. `periodsLeft` is `null` when it lasts for ever. */
export interface AppliedCoupon {
  readonly code: string
  readonly percent: number | null
  readonly amountOff: number | null
  readonly periodsLeft: number | null
}

/** What was really charged for one item of the running period: the only basis for a credit. */
export interface Charged {
  /** `'plan'`, or the add-on's id. */
  readonly item: string
  readonly amount: number
  /** The item was charged from here to the end of the period. */
  readonly from: Instant
}

/** The one scheduled change: it replaces the terms at `at`, never before and never without being undone. */
export interface PendingChange {
  readonly terms: Terms
  readonly at: Instant
  /** Per limit: the resources the customer chose to keep; the rest is archived until it fits. */
  readonly keep: Readonly<Record<string, readonly string[]>>
}

/** A reason to withhold access. Reasons are a set: lifting one never lifts another. */
export type BlockReason = 'admin' | 'fraud' | 'dispute'

/** Something asked of a gateway that owns the clock, true only when the gateway says so. */
export interface PendingRequest {
  readonly kind: 'cancel' | 'resume' | 'schedule' | 'unschedule' | 'pause' | 'unpause' | 'extend'
  readonly key: string
  readonly cancelAt: Instant | null
  readonly change: PendingChange | null
}

/** Which scheduled notices went out, by the instant they announce; `null` before the first. */
export interface Reminded {
  readonly renewal: Instant | null
  readonly grace: Instant | null
  readonly trial: Instant | null
}

/** What every status has in common. */
export interface SubscriptionBase extends Terms {
  readonly id: string
  readonly group: string
  readonly gateway: string | null
  readonly gatewayRef: string | null
  readonly renewals: Renewals
  /** Time of the newest observation at the gateway; an older one changes nothing. */
  readonly observedAt: Instant | null
  readonly startedAt: Instant
  /** `period(k).start = anchor + k · interval`. */
  readonly anchor: Instant
  readonly period: Period
  /** Access was paid to here; `null` when nothing was. */
  readonly paidThrough: Instant | null
  readonly charged: readonly Charged[]
  /** Proration lines that wait for the next invoice (`behavior: 'next_invoice'`). */
  readonly carried: readonly Line[]
  readonly coupon: AppliedCoupon | null
  readonly pendingChange: PendingChange | null
  /** Ending: the subscription stops here and until then only `resume` changes it. */
  readonly cancelAt: Instant | null
  readonly blocks: readonly BlockReason[]
  readonly request: PendingRequest | null
  /** Look-ups made since a boundary passed without the gateway's word. */
  readonly lookups: number
  /** Days added to the grace period by hand. */
  readonly graceDays: number
  readonly reminded: Reminded
}

/** A trial as it runs; `payment: 'upfront'` has a saved method and converts by itself. */
export interface Trial {
  readonly startedAt: Instant
  readonly endsAt: Instant
  readonly payment: 'none' | 'upfront'
}

export interface Trialing extends SubscriptionBase {
  readonly status: 'trialing'
  readonly trial: Trial
}
export interface Active extends SubscriptionBase {
  readonly status: 'active'
}
/** Unpaid and in grace. */
export interface PastDue extends SubscriptionBase {
  readonly status: 'past_due'
}
/** Grace is over: no access, data kept, paying restores everything. */
export interface Suspended extends SubscriptionBase {
  readonly status: 'suspended'
}
/** The trial ended without payment. */
export interface Unpaid extends SubscriptionBase {
  readonly status: 'unpaid'
}
export interface Paused extends SubscriptionBase {
  readonly status: 'paused'
  readonly pausedAt: Instant
  readonly resumesAt: Instant | null
}
export type EndReason = 'requested' | 'dunning' | 'trial_ended' | 'gateway' | 'dispute' | 'admin'
export interface Canceled extends SubscriptionBase {
  readonly status: 'canceled'
  readonly endedAt: Instant
  readonly reason: EndReason
}
/** Ended because the gateway says that its fixed term is over. */
export interface Expired extends SubscriptionBase {
  readonly status: 'expired'
  readonly endedAt: Instant
}

/** One subscription per plan group; a union on `status`. Ending is `cancelAt`, not a status. */
export type Subscription =
  | Trialing
  | Active
  | PastDue
  | Suspended
  | Unpaid
  | Paused
  | Canceled
  | Expired
export type Status = Subscription['status']

/** One line of an invoice; credits and discounts are negative. */
export interface Line {
  readonly kind: 'plan' | 'add_on' | 'discount' | 'proration_credit' | 'proration_charge'
  /** The plan's or add-on's id, or the coupon's code. */
  readonly id: string
  readonly quantity: number
  readonly amount: number
  readonly period: Period
}

/** What becomes true once its invoice is paid: an upgrade changes nothing before. */
export interface Gate {
  readonly terms: Terms
  readonly anchor: Instant
  readonly period: Period
  /** What stays scheduled afterwards; a change of plan clears it. */
  readonly pendingChange: PendingChange | null
  /** The quote dies here: after 24 hours or at the period's end, whichever comes first. */
  readonly expiresAt: Instant
}

export const DECLINE_CODES = [
  'insufficient_funds',
  'expired_card',
  'authentication_required',
  'do_not_honor',
  'lost_or_stolen',
  'fraud',
  'limit_exceeded',
  'processing_error',
  'unknown',
] as const

/** Why a payment was declined, and what helps: wait, nothing, or the customer. */
export interface Decline {
  readonly code: (typeof DECLINE_CODES)[number]
  readonly retry: 'later' | 'never' | 'with_customer'
}

export type InvoiceReason = 'first' | 'renewal' | 'change' | 'restart'

/** An invoice that is not settled yet. `due = total − credit`, never negative. */
export interface Invoice {
  readonly id: string
  readonly group: string
  readonly reason: InvoiceReason
  readonly currency: string
  readonly lines: readonly Line[]
  /** What its items count as charged once it is paid: lines net of discounts. */
  readonly charged: readonly Charged[]
  readonly total: number
  readonly credit: number
  readonly due: number
  readonly period: Period
  readonly openedAt: Instant
  readonly dueAt: Instant
  readonly renewals: Renewals
  /** Collection attempts made by us. */
  readonly attempts: number
  /** The last attempt on a saved method, where the gateway wants time between them. */
  readonly tried?: { readonly method: string; readonly at: Instant }
  readonly nextAttemptAt: Instant | null
  readonly firstFailedAt: Instant | null
  /** Gateway ids of the failed payments: the same failure told twice counts once. */
  readonly failures: readonly string[]
  readonly decline: Decline | null
  /** A payment page the customer was sent. */
  readonly link: string | null
  /** The gateway's id of that page, where it told one; how often it was asked about it. */
  readonly page?: string
  readonly lookups?: number
  /** Where the customer confirms the attempt that is under way; gone with its answer. */
  readonly actionUrl: string | null
  /** An attempt whose outcome nobody knows yet: nothing is tried again until it is known. */
  readonly unknown: boolean
  readonly gate: Gate | null
}

/** A hosted checkout that is not paid yet. The plan that was live before stays live beside it. */
export interface Checkout {
  readonly reference: string
  readonly purpose: 'subscribe' | 'move'
  readonly group: string
  readonly gateway: string
  readonly renewals: Renewals
  readonly terms: Terms
  readonly coupon: AppliedCoupon | null
  readonly trialDays: number | null
  readonly trialKeys: readonly string[]
  /** A move that waits for the end of what is paid for; absent when it does not. */
  readonly switchesAt?: Instant
  /** Who moves has signed up: what the other gateway saved, to be charged from `switchesAt` on. */
  readonly signedUp?: { readonly method: PaymentMethod | null }
  /** The gateway's own subscription, which it may tell us of before it tells of the money. */
  readonly gatewayRef: string | null
  /** The gateway's id of its page, where it told one. */
  readonly page?: string
  readonly currency: string
  readonly lines: readonly Line[]
  readonly charged: readonly Charged[]
  readonly total: number
  /** Account credit set aside for it; given back when it closes unpaid. */
  readonly credit: number
  readonly amount: number
  readonly openedAt: Instant
  readonly expiresAt: Instant
  /** How often its gateway was asked whether it was paid, without having told. */
  readonly lookups?: number
}

export interface ClosedCheckout extends Checkout {
  readonly closed: 'completed' | 'expired' | 'superseded'
}

export interface PaymentMethod {
  readonly gateway: string
  readonly id: string
  /** False for wallets that cannot be charged again (GCash, QR Ph): they renew by payment link. */
  readonly reusable: boolean
  readonly brand: string | null
  readonly last4: string | null
  readonly expires: string | null
  readonly fingerprint: string | null
}

/** A settled payment. Only the newest stay in the document; older ones are rows. */
export interface Payment {
  readonly id: string
  readonly gateway: string
  readonly invoice: string | null
  readonly group: string | null
  readonly amount: number
  readonly currency: string
  readonly at: Instant
  readonly refunded: number
  /** Asked of the gateway, not confirmed yet. */
  readonly refunding: number
  /** Gateway ids of refunds already counted. */
  readonly refunds: readonly string[]
  /** A closed one stays closed: told again, or in the other order, it opens nothing. */
  readonly dispute: 'open' | 'closed' | null
}

/** A trial was really started: kept for ever, never freed. */
export interface TrialMark {
  readonly key: string
  readonly plan: string
  readonly at: Instant
}

export type IncidentKind =
  | 'amount_mismatch'
  | 'currency_mismatch'
  | 'stray_payment'
  | 'renewal_unconfirmed'
  | 'unknown_outcome'
  | 'unknown_plan'

/** Something only a person can decide; money in it waits for `refund` or `credit`. */
export interface Incident {
  readonly id: string
  readonly kind: IncidentKind
  readonly at: Instant
  readonly payment: string | null
  readonly amount: number
  readonly currency: string | null
  readonly group: string | null
}

/** The aggregate: one per customer, changed only by folding billing events. */
export interface Account {
  readonly schemaVersion: 1
  readonly id: string
  /** Events folded so far; the storage compares it before it writes. */
  readonly version: number
  /** The newest time applied: the clock of an account never runs backwards. */
  readonly asOf: Instant
  /** Last number given to a subscription, invoice, checkout or incident. */
  readonly sequence: number
  readonly registeredAt: Instant | null
  readonly gateway: string | null
  readonly gatewayCustomers: Readonly<Record<string, string>>
  readonly paymentMethod: PaymentMethod | null
  /** When the newest method was saved: what is told late does not bring an older one back. */
  readonly methodSavedAt: Instant | null
  readonly subscriptions: Readonly<Record<string, Subscription>>
  readonly checkouts: Readonly<Record<string, Checkout>>
  readonly closedCheckouts: readonly ClosedCheckout[]
  readonly invoices: readonly Invoice[]
  readonly credit: Readonly<Record<string, number>>
  readonly payments: readonly Payment[]
  readonly trials: readonly TrialMark[]
  readonly couponsUsed: readonly string[]
  readonly archived: Readonly<Record<string, readonly string[]>>
  readonly incidents: readonly Incident[]
}

/** An account before its first event. */
export function emptyAccount(id: string): Account {
  return {
    schemaVersion: 1,
    id,
    version: 0,
    asOf: 0 as Instant,
    sequence: 0,
    registeredAt: null,
    gateway: null,
    gatewayCustomers: {},
    paymentMethod: null,
    methodSavedAt: null,
    subscriptions: {},
    checkouts: {},
    closedCheckouts: [],
    invoices: [],
    credit: {},
    payments: [],
    trials: [],
    couponsUsed: [],
    archived: {},
    incidents: [],
  }
}

/** A subscription that has not ended. */
export type LiveSubscription = Exclude<Subscription, Canceled | Expired>

export function isLive(subscription: Subscription | undefined): subscription is LiveSubscription {
  return (
    subscription !== undefined &&
    subscription.status !== 'canceled' &&
    subscription.status !== 'expired'
  )
}

/** A live subscription that costs money, as opposed to the free default plan. */
export function isPaid(subscription: Subscription | undefined): subscription is LiveSubscription {
  return isLive(subscription) && subscription.price !== null
}

/** A trial, or what is left of one that ended unpaid: nothing was paid, so it is bought, not changed. */
export function isUnbought({ status, paidThrough }: LiveSubscription): boolean {
  if (status === 'paused') return paidThrough === null
  return status === 'trialing' || status === 'unpaid'
}
