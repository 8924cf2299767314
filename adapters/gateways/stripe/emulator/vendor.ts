/** The books of the emulated Stripe: what it would keep in its database. Times are unix seconds. */
import type { Instant, Interval } from 'billwright/core'
import type { NextId } from 'billwright/testing'
import type { StripeTestCard } from '../test-cards.ts'

export type Metadata = Readonly<Record<string, string>>

export interface Customer {
  readonly id: string
  readonly created: number
  email: string | null
  name: string | null
  metadata: Metadata
  /** Charged where a subscription has no card of its own. */
  method: string | null
  /** Negative: credit for the next invoice. */
  balance: number
}

export interface Method {
  readonly id: string
  readonly created: number
  readonly card: StripeTestCard
  /** `null` once it was detached, or was never kept. */
  customer: string | null
}

export interface Product {
  readonly id: string
  readonly created: number
  name: string
  metadata: Metadata
  active: boolean
}

export interface Price {
  readonly id: string
  readonly created: number
  readonly product: string
  readonly currency: string
  readonly amount: number
  readonly interval: Interval
  lookupKey: string | null
  metadata: Metadata
  active: boolean
}

/** Where webhooks go, as it is registered. */
export interface Endpoint {
  readonly id: string
  readonly created: number
  readonly apiVersion: string | null
  url: string
  events: readonly string[]
  disabled: boolean
}

export interface Coupon {
  readonly id: string
  readonly created: number
  readonly name: string | null
  readonly percentOff: number | null
  readonly amountOff: number | null
  readonly currency: string | null
  readonly duration: 'once' | 'forever' | 'repeating'
  readonly months: number | null
}

/** A line of a page: what it says, and the price that is bought again every period. */
export interface SessionLine {
  readonly name: string
  readonly amount: number
  readonly quantity: number
  readonly price: string | null
}

export interface Session {
  readonly id: string
  readonly kind: 'checkout'
  readonly created: number
  readonly mode: 'payment' | 'setup' | 'subscription'
  readonly customer: string
  readonly reference: string | null
  readonly metadata: Metadata
  /** Of the subscription, payment intent or setup intent that comes of it. */
  readonly innerMetadata: Metadata
  readonly currency: string
  readonly lines: readonly SessionLine[]
  readonly coupon: string | null
  readonly trialEnd: (now: number) => number | null
  readonly anchor: number | null
  readonly successUrl: string
  readonly cancelUrl: string | null
  readonly expiresAt: number
  status: 'open' | 'complete' | 'expired'
  amount: number
  /** The card whose bank wants a confirmation. */
  confirming: StripeTestCard | null
  /** Why the last attempt on it failed. */
  decline: string | null
  subscription: string | null
  invoice: string | null
  intent: string | null
  setup: string | null
}

/** What a page of the customer portal is for. */
export type PortalFlow =
  | { readonly type: 'payment_method_update' }
  | { readonly type: 'subscription_cancel'; readonly subscription: string }
  | {
      readonly type: 'subscription_update_confirm'
      readonly subscription: string
      readonly item: string
      readonly price: string
      readonly quantity: number
    }

/** A page of the customer portal: it does one thing. */
export interface Portal {
  readonly id: string
  readonly kind: 'portal'
  readonly created: number
  readonly customer: string
  readonly flow: PortalFlow
  readonly returnUrl: string
  status: 'open' | 'complete'
  confirming: StripeTestCard | null
  decline: string | null
}

export interface Intent {
  readonly id: string
  readonly created: number
  readonly customer: string
  readonly amount: number
  readonly currency: string
  readonly metadata: Metadata
  readonly description: string | null
  readonly invoice: string | null
  readonly keeps: boolean
  method: string
  status: 'succeeded' | 'requires_payment_method' | 'requires_action' | 'canceled'
  error: { readonly code: string; readonly declineCode: string } | null
  /** The newest try. */
  charge: { readonly id: string; readonly created: number } | null
}

export interface Setup {
  readonly id: string
  readonly created: number
  readonly customer: string
  readonly method: string
  readonly metadata: Metadata
}

export interface Refund {
  readonly id: string
  readonly created: number
  readonly intent: string
  readonly amount: number
  readonly reason: string | null
  readonly metadata: Metadata
}

export interface Dispute {
  readonly id: string
  readonly created: number
  readonly intent: string
  status: 'needs_response' | 'won' | 'lost'
}

export interface InvoiceLine {
  readonly id: string
  readonly amount: number
  readonly start: number
  readonly end: number
  readonly price: string
  readonly quantity: number
  readonly item: string
  readonly proration: boolean
}

export interface Invoice {
  readonly id: string
  readonly created: number
  readonly customer: string
  readonly subscription: string
  readonly reason: 'subscription_create' | 'subscription_cycle' | 'subscription_update'
  readonly currency: string
  readonly lines: readonly InvoiceLine[]
  readonly discount: number
  readonly startingBalance: number
  readonly due: number
  /** The subscription's, as it was when the invoice was made. */
  readonly metadata: Metadata
  status: 'open' | 'paid' | 'void'
  attempts: number
  nextAttempt: number | null
  paidAt: number | null
  voidedAt: number | null
  intent: string | null
}

export interface Item {
  readonly id: string
  readonly created: number
  price: string
  quantity: number
  /** What was really charged for it, and from when to the end of the period. */
  debited: { readonly amount: number; readonly from: number }
}

export interface PendingUpdate {
  readonly items: readonly Item[]
  readonly start: number
  readonly end: number
  readonly anchor: number
  readonly invoice: string
  readonly expiresAt: number
}

export interface Subscription {
  readonly id: string
  readonly created: number
  readonly customer: string
  readonly currency: string
  items: readonly Item[]
  status: 'trialing' | 'active' | 'past_due' | 'paused' | 'canceled'
  anchor: number
  start: number
  end: number
  readonly trial: { readonly start: number; readonly end: number } | null
  cancelAt: number | null
  cancelAtPeriodEnd: boolean
  canceledAt: number | null
  endedAt: number | null
  pausedAt: number | null
  method: string | null
  metadata: Metadata
  invoice: string | null
  schedule: string | null
  coupon: { readonly id: string; readonly end: number | null } | null
  pending: PendingUpdate | null
  /** Proration lines for the next invoice. */
  waiting: readonly InvoiceLine[]
  failedSince: { readonly at: number; readonly tries: number } | null
}

export interface Phase {
  readonly items: readonly { readonly price: string; readonly quantity: number }[]
  readonly start: number
  readonly end: number
}

export interface Schedule {
  readonly id: string
  readonly created: number
  readonly customer: string
  readonly subscription: string
  metadata: Metadata
  phases: readonly Phase[]
  status: 'active' | 'released' | 'completed'
  releasedAt: number | null
}

export type Page = Session | Portal

export interface Vendor {
  /** The clock's time, or the time of what is being caught up with, in seconds. */
  now(): number
  readonly nextId: NextId
  /** The address of a page. */
  pageUrl(page: string): string
  readonly customers: Map<string, Customer>
  readonly methods: Map<string, Method>
  readonly products: Map<string, Product>
  readonly prices: Map<string, Price>
  readonly coupons: Map<string, Coupon>
  readonly endpoints: Map<string, Endpoint>
  readonly sessions: Map<string, Session>
  readonly portals: Map<string, Portal>
  readonly intents: Map<string, Intent>
  readonly setups: Map<string, Setup>
  readonly refunds: Map<string, Refund>
  readonly disputes: Map<string, Dispute>
  readonly invoices: Map<string, Invoice>
  readonly subscriptions: Map<string, Subscription>
  readonly schedules: Map<string, Schedule>
  /** Tells of an object as it is now. */
  emit(type: string, object: unknown): void
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

/** The object of an id that another object holds: it must be there. */
export function known<Kept>(table: ReadonlyMap<string, Kept>, id: string | null): Kept {
  const found = id === null ? undefined : table.get(id)
  if (found === undefined) throw new Error(`The books have no ${id}`)
  return found
}

export function toInstant(seconds: number): Instant {
  return (seconds * 1000) as Instant
}

export function toSeconds(at: number): number {
  return Math.floor(at / 1000)
}
