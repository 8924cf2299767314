/** What the verbs take besides their subject. */
import type { Interval, Quote } from './core/index.ts'

/** Who is billed: the id, or the id with what a gateway wants to know of them. */
export type CustomerRef = string | Customer

export interface Customer {
  readonly id: string
  readonly email?: string
  readonly name?: string
}

/** How a command is made repeatable and who asked for it. */
export interface CallOptions {
  /** The same key with the same arguments does it once and answers the same; with others it is refused. */
  readonly idempotencyKey?: string
  /** For the audit log: who asked. Default: nobody named, the app itself. */
  readonly actor?: string
}

/** What a purchase may say besides the plan. */
export interface SubscribeOptions<AddOnId extends string, CouponId extends string>
  extends CallOptions {
  /** Default: the plan's first price. */
  readonly interval?: Interval['unit'] | Interval
  readonly currency?: string
  readonly quantity?: number
  readonly addOns?: Readonly<Partial<Record<AddOnId, number>>>
  readonly coupon?: CouponId | (string & {})
  /** `false` sells at once although a trial is open to the customer. */
  readonly trial?: boolean
  /** Besides the customer: what else may have only one trial, such as a card's fingerprint. */
  readonly trialKeys?: readonly string[]
  readonly gateway?: string
  /** One of the configured origins. */
  readonly successUrl?: string
  readonly cancelUrl?: string
}

export interface ChangeOptions extends CallOptions {
  readonly interval?: Interval['unit'] | Interval
  readonly quantity?: number
  /** Refused with `wrong_direction` when the change goes the other way. */
  readonly direction?: 'upgrade' | 'downgrade'
  /** Per limit, the ids of what to keep when more is used than the plan allows. */
  readonly keep?: Readonly<Record<string, readonly string[]>>
  readonly quote?: Quote
  /** For a change that is paid on a page: where it leads back to. One of the configured origins. */
  readonly successUrl?: string
  readonly cancelUrl?: string
}

export type InGroup = { readonly group?: string }
export type MoveOptions = InGroup & { readonly to: string; readonly at?: 'now' | 'period_end' }
export type Quoted = InGroup & { readonly quote?: Quote }

/** The subscription at the gateway that is taken over, by the gateway's own id. */
export interface AdoptOptions {
  readonly gateway: string
  readonly subscription: string
}
