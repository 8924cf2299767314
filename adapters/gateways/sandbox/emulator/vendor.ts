/** The sandbox's own books: what a vendor would keep in its database. */
import type { Instant } from 'billwright/core'
import type { NextId } from 'billwright/testing'
import type { TestCard } from '../test-cards.ts'
import type {
  WireCoupon,
  WireLine,
  WireObject,
  WirePeriod,
  WireSubject,
  WireTerms,
} from '../wire.ts'

export interface Customer {
  readonly id: string
  readonly live: boolean
  readonly reference: string
  /** The method that its subscriptions are charged with. */
  method: string | null
}

export interface Method {
  readonly id: string
  readonly live: boolean
  readonly customer: string
  readonly card: TestCard
  removed: boolean
}

/** What a charge makes true once it is paid. */
export type Purpose =
  | { readonly kind: 'none' }
  | { readonly kind: 'change'; readonly change: Change }

export interface Charge {
  readonly id: string
  readonly live: boolean
  readonly customer: string
  readonly method: string
  readonly subject: WireSubject
  readonly amount: number
  readonly currency: string
  readonly purpose: Purpose
  status: 'succeeded' | 'failed' | 'pending'
  decline: { readonly code: string; readonly advice: string } | null
  /** The page on which a pending charge is confirmed. */
  page: string | null
  at: Instant
  dispute: 'open' | 'won' | 'lost' | null
}

export interface Refund {
  readonly id: string
  readonly live: boolean
  readonly charge: string
  readonly amount: number
}

/** What a checkout sells when the sandbox owns the clock. */
export interface NewSubscription {
  readonly terms: WireTerms
  readonly coupon: WireCoupon | null
  readonly trialDays: number | null
  /** Where the first billed period begins, when not at the payment. */
  readonly startsAt: Instant | null
  /** Where the first period ends, when it is shorter than the others. */
  readonly firstPeriodEnd: Instant | null
}

export interface Page {
  readonly id: string
  readonly live: boolean
  readonly kind: 'checkout' | 'link' | 'method' | 'confirm'
  readonly customer: string
  /** Our reference: the checkout's, or the invoice's. */
  readonly reference: string
  readonly amount: number
  readonly currency: string
  readonly lines: readonly WireLine[]
  readonly sells: NewSubscription | null
  readonly successUrl: string | null
  readonly cancelUrl: string | null
  readonly expiresAt: Instant | null
  status: 'open' | 'done' | 'expired'
  /** The card whose bank wants a confirmation. */
  confirming: TestCard | null
  /** Why the last attempt on it failed. */
  decline: string | null
  subscription: string | null
  method: string | null
  charge: string | null
  doneAt: Instant | null
}

export interface Subscription {
  readonly id: string
  readonly live: boolean
  readonly customer: string
  readonly currency: string
  terms: WireTerms
  coupon: WireCoupon | null
  anchor: Instant
  period: WirePeriod
  status: 'trialing' | 'active' | 'past_due' | 'paused' | 'canceled'
  cancelAt: Instant | null
  resumesAt: Instant | null
  scheduled: { readonly terms: WireTerms; readonly at: Instant } | null
  /** The period that could not be collected. */
  unpaid: { readonly firstFailedAt: Instant; readonly retries: number } | null
  /** Proration that waits for the next charge. */
  carried: number
  changedAt: Instant
}

export interface Change {
  readonly id: string
  readonly live: boolean
  readonly subscription: string
  readonly terms: WireTerms
  readonly at: Instant
  readonly resetsAnchor: boolean
  /** Difference for the next charge. */
  readonly carried: number
  charge: string | null
}

export interface Vendor {
  /** The clock's time, or the time of what is being caught up with. */
  now(): Instant
  readonly nextId: NextId
  /** The address of a page. */
  pageUrl(page: string): string
  readonly customers: Map<string, Customer>
  readonly methods: Map<string, Method>
  readonly charges: Map<string, Charge>
  readonly refunds: Map<string, Refund>
  readonly pages: Map<string, Page>
  readonly subscriptions: Map<string, Subscription>
  readonly changes: Map<string, Change>
  emit(type: string, live: boolean, data: WireObject): void
}

/** Makes an object and keeps it under a new id. */
export function keep<Kept extends { readonly id: string }>(
  vendor: Vendor,
  table: Map<string, Kept>,
  prefix: string,
  make: (id: string) => Kept,
): Kept {
  const made = make(vendor.nextId(prefix))
  table.set(made.id, made)
  return made
}
