/**
 * What the outside is asked to do, as data. The runtime commits effects with the events and performs
 * them after the commit; every answer comes back as a gateway event. Each has a deterministic key,
 * so a replay asks the same thing under the same key.
 */
import type { Instant, Period } from './instant.ts'
import type { Notice } from './notice.ts'
import type { Policies } from './policies.ts'
import type { AppliedCoupon, Checkout, Line, PaymentMethod, Terms } from './state.ts'

type Do<Kind extends string, Data> = { readonly kind: Kind; readonly key: string } & Data
type Ask<Kind extends string, Data> = Do<Kind, { readonly gateway: string } & Data>
type AskOf<Kind extends string, Data = unknown> = Ask<
  Kind,
  { readonly group: string; readonly subscription: string | null } & Data
>

/** A page that was opened before: by our reference, and by the gateway's id where it told one. */
interface Opened {
  readonly reference: string
  readonly page?: string
}

/** Effects that a gateway adapter performs. */
export type GatewayEffect =
  | Ask<
      'checkout.open',
      {
        readonly checkout: Checkout
        /** `null`: the adapter makes the gateway's customer first, under the same key. */
        readonly customer: string | null
        /** The paid period starts here: later than now when a subscription moves gateways. */
        readonly startsAt: Instant
        readonly successUrl: string | null
        readonly cancelUrl: string | null
      }
    >
  | Ask<'checkout.expire', Opened & { readonly customer: string | null }>
  | Ask<
      'payment.collect',
      {
        readonly invoice: string
        readonly amount: number
        readonly currency: string
        readonly lines: readonly Line[]
        readonly attempt: number
        /** Charge this method, or send the customer a payment link when there is none. */
        readonly method: PaymentMethod | null
        readonly customer: string | null
        /** The gateway's id of the page that an earlier attempt sent: it must not be paid as well. */
        readonly page?: string
        readonly dueAt: Instant
        readonly expiresAt: Instant | null
        /** Where its page leads back to, paid or given up; absent where nobody is at a browser. */
        readonly successUrl?: string
        readonly cancelUrl?: string
      }
    >
  | Ask<
      'payment.refund',
      { readonly payment: string; readonly amount: number; readonly currency: string }
    >
  | Ask<'payment.lookup', Opened & { readonly customer: string | null }>
  | Ask<'method.update', { readonly customer: string | null; readonly returnUrl: string | null }>
  | Ask<'method.detach', { readonly method: string }>
  | AskOf<
      'subscription.change',
      {
        readonly invoice: string
        readonly terms: Terms
        readonly at: Instant
        readonly expected: number
        /** When the difference is charged; a new interval is always charged now. */
        readonly behavior: Policies['proration']['behavior']
        readonly resetsAnchor: boolean
      }
    >
  | AskOf<
      'subscription.schedule',
      { readonly terms: Terms; readonly from: Terms; readonly at: Instant }
    >
  | AskOf<'subscription.unschedule', { readonly terms: Terms }>
  | AskOf<'subscription.cancel', { readonly at: Instant | 'now' }>
  | AskOf<'subscription.discount', { readonly coupon: AppliedCoupon | null }>
  | AskOf<'subscription.resume'>
  | AskOf<'subscription.pause', { readonly until: Instant | null }>
  | AskOf<'subscription.unpause'>
  /** Only a running trial; nothing is charged before its new end. */
  | AskOf<'subscription.extend_trial', { readonly endsAt: Instant }>
  | AskOf<'subscription.lookup', { readonly period: Period }>

/** Everything that is performed after the commit. */
export type Effect =
  | GatewayEffect
  | Do<'notice.send', { readonly notice: Notice }>
  | Do<
      'resource.archive',
      { readonly group: string; readonly feature: string; readonly ids: readonly string[] }
    >
  | Do<'resource.restore', { readonly feature: string; readonly ids: readonly string[] }>

/**
 * The key of an effect: the same decision on the same state gives the same key, and two different
 * effects never share one. It is readable on purpose; an adapter renders it in its vendor's alphabet.
 */
export function effectKey(kind: string, account: string, subject: string, n: number): string {
  return `${kind}/${encodeURIComponent(account)}/${encodeURIComponent(subject)}/${n}`
}
