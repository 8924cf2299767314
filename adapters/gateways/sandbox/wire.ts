/**
 * The sandbox's API in types: what its adapter sends and its emulator answers. Amounts are minor
 * units, times epoch milliseconds.
 */

export interface WireInterval {
  readonly unit: 'day' | 'week' | 'month' | 'year'
  readonly count: number
}

export interface WirePeriod {
  readonly start: number
  readonly end: number
}

/** What is bought again every period. */
export interface WireTerms {
  readonly plan: string
  readonly interval: WireInterval
  readonly quantity: number
  /** Per unit. */
  readonly amount: number
  readonly addOns: readonly {
    readonly id: string
    readonly quantity: number
    readonly amount: number
  }[]
}

export interface WireCoupon {
  readonly code: string
  readonly percent: number | null
  readonly amountOff: number | null
  readonly periodsLeft: number | null
}

export interface WireLine {
  readonly label: string
  readonly quantity: number
  readonly amount: number
}

export interface WireCustomer {
  readonly object: 'customer'
  readonly id: string
  readonly reference: string
}

export interface WireMethod {
  readonly object: 'method'
  readonly id: string
  readonly customer: string
  readonly reusable: boolean
  readonly brand: string
  readonly last4: string
  readonly expires: string | null
  readonly fingerprint: string
}

export type WireSubject =
  | { readonly checkout: string }
  | { readonly invoice: string }
  | { readonly subscription: string; readonly period: WirePeriod }

export interface WireCharge {
  readonly object: 'charge'
  readonly id: string
  readonly customer: string
  readonly subject: WireSubject
  readonly amount: number
  readonly currency: string
  readonly status: 'succeeded' | 'failed' | 'pending'
  readonly decline: { readonly code: string; readonly advice: string } | null
  /** Where the customer confirms a pending charge. */
  readonly actionUrl: string | null
  readonly at: number
  readonly refunds: readonly WireRefund[]
  readonly dispute: 'open' | 'won' | 'lost' | null
}

export interface WireRefund {
  readonly object: 'refund'
  readonly id: string
  readonly charge: string
  readonly amount: number
  readonly status: 'succeeded' | 'failed'
}

/** A page on which something is paid, saved or confirmed. */
export interface WirePage {
  readonly object: 'page'
  readonly id: string
  readonly kind: 'checkout' | 'link' | 'method' | 'confirm'
  readonly reference: string
  readonly status: 'open' | 'done' | 'expired'
  readonly url: string
  readonly customer: string
  readonly subscription: string | null
  readonly method: WireMethod | null
  readonly charge: WireCharge | null
  readonly doneAt: number | null
}

export interface WireSubscription {
  readonly object: 'subscription'
  readonly id: string
  readonly customer: string
  readonly status: 'trialing' | 'active' | 'past_due' | 'paused' | 'canceled'
  readonly period: WirePeriod
  readonly cancelAt: number | null
  readonly plan: string
  readonly interval: WireInterval
  readonly quantity: number
  /** Rises with every change. */
  readonly changedAt: number
}

/** A change of a subscription and the charge that it waits for. */
export interface WireChange {
  readonly object: 'change'
  readonly id: string
  readonly charge: WireCharge | null
  readonly subscription: WireSubscription
}

export type WireObject =
  | WireCustomer
  | WireMethod
  | WireCharge
  | WireRefund
  | WirePage
  | WireSubscription
  | WireChange

export interface WireEvent {
  readonly object: 'event'
  readonly id: string
  readonly type: string
  readonly live: boolean
  readonly at: number
  readonly data: WireObject
}

export interface WireList<Item> {
  readonly object: 'list'
  readonly data: readonly Item[]
  readonly cursor: string | null
}

export interface WireError {
  readonly error: { readonly code: string; readonly message: string }
}
