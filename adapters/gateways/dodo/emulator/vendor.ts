/** The emulated Dodo's own books: what it would keep in its database. */
import type { Instant, Interval } from 'billwright/core'
import type { NextId } from 'billwright/testing'
import type { DodoTestCard } from '../test-cards.ts'

export interface Product {
  /** `pdt_…` */
  readonly id: string
  readonly name: string
  /** Minor units, before tax. */
  readonly price: number
  readonly currency: string
  readonly interval: Interval
  /** Default: none. */
  readonly metadata?: Metadata
  /** Add-ons that can be bought with it. Default: none are named. */
  readonly addons?: readonly string[]
  /** Not for sale any more. Default `false`. */
  readonly archived?: boolean
}

export interface AddonProduct {
  /** `adn_…` */
  readonly id: string
  readonly name: string
  readonly price: number
  /** Default `USD`. */
  readonly currency?: string
}

/** Where webhooks go, as it is registered. */
export interface Endpoint {
  readonly id: string
  readonly at: Instant
  readonly url: string
  readonly disabled: boolean
  /** Empty: all of them. */
  readonly types: readonly string[]
}

export interface Discount {
  readonly code: string
  /** Hundredths of a percent, or minor units. */
  readonly type: 'percentage' | 'flat'
  readonly amount: number
  /** How many billings it lasts; `null` for all. */
  readonly cycles: number | null
}

export interface Cart {
  readonly product: string
  /** What the product cost when it was put in: a price that is edited counts for new sales only. */
  readonly price: number
  readonly quantity: number
  readonly addons: readonly { readonly addon_id: string; readonly quantity: number }[]
}

export type Metadata = Readonly<Record<string, string>>

export interface Customer {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly metadata: Metadata
  readonly at: Instant
}

export interface Method {
  readonly id: string
  readonly customer: string
  readonly card: DodoTestCard
  removed: boolean
}

/** One thing that was paid for, and may be given back. */
export interface Item {
  readonly id: string
  readonly amount: number
  readonly prorated: boolean
}

export interface Payment {
  readonly id: string
  readonly customer: string
  readonly subscription: string | null
  readonly session: string | null
  readonly method: Method
  readonly amount: number
  readonly tax: number
  readonly currency: string
  readonly at: Instant
  readonly metadata: Metadata
  readonly savesMethod: boolean
  readonly retry: number
  readonly items: readonly Item[]
  status: 'succeeded' | 'failed' | 'requires_customer_action'
  errorCode: string | null
  /** Where the customer confirms it. */
  page: string | null
  dispute: { readonly id: string; readonly at: Instant; status: string } | null
}

export interface Refund {
  readonly id: string
  readonly payment: string
  readonly amount: number
  readonly metadata: Metadata
  readonly at: Instant
  readonly partial: boolean
  status: 'pending' | 'succeeded'
}

export interface Change {
  readonly cart: Cart
  readonly discounts: readonly string[] | null
  /** The billing cycle begins anew with it. */
  readonly resets: boolean
  /** What it leaves over for the next billings. */
  readonly credit: number
}

export interface Subscription {
  readonly id: string
  readonly customer: string
  readonly currency: string
  readonly createdAt: Instant
  readonly trialDays: number
  readonly metadata: Metadata
  cart: Cart
  status: 'active' | 'past_due' | 'on_hold' | 'paused' | 'cancelled' | 'failed' | 'expired'
  start: Instant
  end: Instant
  /** Billing dates are counted from here. */
  anchor: Instant
  method: Method
  discounts: { readonly code: string; left: number | null }[]
  endsWithPeriod: boolean
  cancelledAt: Instant | null
  pausedAt: Instant | null
  /** A billing that failed: when, and how often it was tried again. */
  unpaid: { readonly since: Instant; retries: number } | null
  scheduled: { readonly id: string; readonly cart: Cart; readonly at: Instant } | null
  /** A change that waits for its payment. */
  pending: Change | null
  credit: number
}

/** A page: a checkout session, another card, or a payment to confirm. */
export interface Page {
  readonly id: string
  readonly kind: 'checkout' | 'method' | 'confirm'
  readonly customer: string
  readonly cart: Cart | null
  readonly trialDays: number
  readonly discounts: readonly string[]
  readonly metadata: Metadata
  /** The subscription that another card is for. */
  readonly subscription: string | null
  readonly returnUrl: string | null
  readonly cancelUrl: string | null
  payment: string | null
  status: 'open' | 'done' | 'gone'
  confirming: DodoTestCard | null
  decline: string | null
}

/** What a merchant may have chosen in the dashboard, and what the documents leave open. */
export interface Business {
  readonly id: string
  /** Percent that is added to every price. */
  readonly taxPercent: number
  /** Whether a change that is charged now begins a new billing cycle. The documents say both. */
  readonly changes: 'keep_billing_date' | 'reset_billing_date'
  /** Hours after a failed renewal at which it is tried again; the vendor's default is never. */
  readonly retryHours: readonly number[]
}

export interface Vendor {
  /** The clock's time, or the time of what is being caught up with. */
  now(): Instant
  readonly nextId: NextId
  /** The address of a page. */
  pageUrl(page: string): string
  readonly business: Business
  readonly products: Map<string, Product>
  readonly addons: Map<string, AddonProduct>
  readonly endpoints: Map<string, Endpoint>
  readonly discounts: ReadonlyMap<string, Discount>
  readonly customers: Map<string, Customer>
  readonly payments: Map<string, Payment>
  readonly refunds: Map<string, Refund>
  readonly pages: Map<string, Page>
  readonly subscriptions: Map<string, Subscription>
  readonly methods: Map<string, Method>
  emit(type: string, data: Readonly<Record<string, unknown>>): void
}

/** Makes an object and keeps it under a new id. */
export function keep<Kept extends { readonly id: string }>(
  vendor: Pick<Vendor, 'nextId'>,
  table: Map<string, Kept>,
  prefix: string,
  make: (id: string) => Kept,
): Kept {
  const made = make(vendor.nextId(prefix))
  table.set(made.id, made)
  return made
}
