/** What can reach the core: something asked, something that happened outside, or time that passed. */

import type { Interval } from './calendar.ts'
import type { Instant, Period } from './instant.ts'
import type { Price } from './price.ts'
import type { BlockReason, Decline, Payment, PaymentMethod } from './state.ts'

type Ask<Type extends string, Data = unknown> = { readonly type: Type } & Data
/** The plan group a command is about; `default` when left out. */
type AskIn<Type extends string, Data = unknown> = Ask<Type, { readonly group?: string } & Data>

/** What a preview pinned: the charge computed at `at`. A command that brings it pays exactly `due`. */
export interface Quote {
  readonly at: Instant
  readonly due: number
  readonly currency: string
}

/** Something asked by the app or the customer. A command can be refused; nothing else can. */
export type Command =
  | Ask<'register'>
  | Ask<
      'subscribe',
      {
        readonly plan: string
        readonly interval?: Interval['unit'] | Interval
        readonly currency?: string
        readonly quantity?: number
        readonly addOns?: Readonly<Record<string, number>>
        readonly coupon?: string
        /** `false` sells at once although a trial is open to the customer. */
        readonly trial?: boolean
        readonly trialKeys?: readonly string[]
        /** Trial keys that some account used already, as loaded from the storage. */
        readonly trialKeysTaken?: readonly string[]
        readonly gateway?: string
        readonly successUrl?: string
        readonly cancelUrl?: string
      }
    >
  | Ask<
      'start_trial',
      {
        readonly plan: string
        readonly interval?: Interval['unit'] | Interval
        readonly currency?: string
        readonly trialKeys?: readonly string[]
        readonly trialKeysTaken?: readonly string[]
      }
    >
  | Ask<'verify', { readonly reference: string }>
  | Ask<
      'change_plan',
      {
        readonly plan: string
        readonly interval?: Interval['unit'] | Interval
        readonly currency?: string
        readonly quantity?: number
        readonly direction?: 'upgrade' | 'downgrade'
        readonly keep?: Readonly<Record<string, readonly string[]>>
        readonly quote?: Quote
        readonly successUrl?: string
        readonly cancelUrl?: string
      }
    >
  | AskIn<'undo_change'>
  | AskIn<'cancel', { readonly at: 'period_end' | 'now' | Instant }>
  | AskIn<'resume'>
  | AskIn<'pause', { readonly until?: Instant }>
  | AskIn<'unpause'>
  | AskIn<'set_quantity', { readonly quantity: number; readonly quote?: Quote }>
  | AskIn<
      'set_add_on',
      { readonly addOn: string; readonly quantity: number; readonly quote?: Quote }
    >
  | AskIn<'apply_coupon', { readonly coupon: string }>
  | AskIn<'remove_coupon'>
  | Ask<'update_payment_method', { readonly returnUrl?: string }>
  | AskIn<'retry_payment'>
  | Ask<'refund', { readonly payment: Payment; readonly amount?: number }>
  | Ask<'grant_credit', { readonly amount: number; readonly currency: string }>
  | AskIn<'extend_trial', { readonly days: number }>
  | AskIn<'extend_grace', { readonly days: number }>
  | AskIn<'migrate_price'>
  | AskIn<'remind_payment'>
  | AskIn<
      'move',
      {
        readonly to: string
        /** Default `now`. */
        readonly at?: 'now' | 'period_end'
        readonly successUrl?: string
        readonly cancelUrl?: string
      }
    >
  | Ask<
      'adopt',
      {
        readonly plan: string
        readonly gateway: string
        /** Of the gateway as the app runs it. */
        readonly mode: 'live' | 'test'
        readonly found: ForeignSubscription
        /** What of it belongs to another account, as loaded from the storage. */
        readonly takenElsewhere?: readonly ('subscription' | 'customer')[]
      }
    >
  | Ask<
      'resolve_unknown',
      { readonly invoice: string; readonly outcome: 'paid' | 'failed'; readonly payment: string }
    >
  | Ask<
      'resolve_incident',
      { readonly incident: string; readonly choice: 'refund' | 'credit' | 'none' }
    >
  | AskIn<'block', { readonly reason: BlockReason }>
  | AskIn<'unblock', { readonly reason: BlockReason }>
  | Ask<'restore_resources', { readonly feature: string; readonly ids: readonly string[] }>
  | Ask<'note_usage', { readonly feature: string; readonly before: number; readonly after: number }>

/** What a payment is for: our checkout, our invoice, or a period the gateway bills by itself. */
export type PaymentSubject =
  | { readonly checkout: string }
  | { readonly invoice: string }
  | { readonly subscription: string; readonly period: Period }

/** The small charge that some gateways check a new method with, by the method's id. Nobody owes it. */
export interface MethodCheck {
  readonly method: string
}

/** Money that arrived, as the gateway tells it. `id` is the gateway's and unique for ever. */
export interface PaymentFact {
  readonly id: string
  readonly subject: PaymentSubject | MethodCheck | null
  readonly amount: number
  readonly currency: string
  readonly at: Instant
}

type Told<Type extends string, Data = unknown> = {
  readonly type: Type
  readonly gateway: string
  /** The effect this answers, when it is a reply rather than a webhook or a look-up. */
  readonly answers?: string
} & Data

/** A subscription as the gateway shows it. `observedAt` orders observations of the same one. */
export interface Observation {
  readonly subscription: string
  readonly observedAt: Instant
  readonly state: 'trialing' | 'active' | 'past_due' | 'paused' | 'canceled' | 'expired' | 'unknown'
  readonly period: Period
  readonly cancelAt: Instant | null
  /** The plan and interval its price belongs to; `null` when the price is none of ours. */
  readonly plan: { readonly id: string; readonly interval: Interval } | null
  readonly quantity: number
}

/** A subscription that was sold at the gateway without us, as its adapter reads it. */
export interface ForeignSubscription extends Omit<Observation, 'plan'> {
  readonly customer: string
  readonly mode: 'live' | 'test'
  readonly startedAt: Instant
  readonly anchor: Instant
  /** Of the first item, per unit. */
  readonly price: Price
  /** The plan that its price is known as there; `null` when nobody has said. */
  readonly plan: string | null
  /** Items and add-ons together. */
  readonly items: number
  /** Whether a coupon or a scheduled change is in force there. */
  readonly discounted: boolean
  readonly scheduled: boolean
  readonly collection: 'automatic' | 'by_invoice'
  readonly method: PaymentMethod | null
}

/** Something that happened outside. The API's reply, the webhook and a look-up are the same event. */
export type GatewayEvent =
  | Told<
      'checkout.completed',
      {
        readonly reference: string
        readonly customer: string | null
        readonly subscription: string | null
        readonly method: PaymentMethod | null
        readonly payment: PaymentFact | null
        /** Trial keys of the checkout that another account used meanwhile, as the storage found. */
        readonly trialKeysTaken?: readonly string[]
        readonly at: Instant
      }
    >
  | Told<'checkout.expired', { readonly reference: string }>
  /** The gateway's customer, as soon as there is one: look-ups at many gateways go by it. */
  | Told<'customer.linked', { readonly customer: string }>
  /** The page opened for a checkout or an invoice, by the gateway's id: not all find it by ours. */
  | Told<'page.opened', { readonly reference: string; readonly page: string }>
  | Told<'payment.succeeded', { readonly payment: PaymentFact }>
  | Told<
      'payment.failed',
      {
        readonly payment: string
        readonly subject: PaymentSubject
        readonly decline: Decline
        /** What was asked, where the gateway bills by itself; imported, never computed. */
        readonly amount: number
        readonly currency: string
        readonly at: Instant
      }
    >
  | Told<'payment.pending', { readonly subject: PaymentSubject; readonly actionUrl: string | null }>
  | Told<
      'payment.refunded',
      {
        readonly payment: string
        readonly refund: string
        readonly amount: number
        /** The payment's row, when it is too old to stand in the account. */
        readonly row?: Payment
      }
    >
  | Told<
      'payment.refund_failed',
      { readonly payment: string; readonly amount: number; readonly row?: Payment }
    >
  | Told<'payment.disputed', { readonly payment: string; readonly row?: Payment }>
  | Told<
      'payment.dispute_closed',
      { readonly payment: string; readonly outcome: 'won' | 'lost'; readonly row?: Payment }
    >
  | Told<'method.saved', { readonly method: PaymentMethod }>
  | Told<'method.removed', { readonly method: string }>
  | Told<'method.expiring', { readonly method: string }>
  | Told<'subscription.observed', { readonly observation: Observation }>
  | Told<'link.delivered', { readonly invoice: string; readonly url: string }>
  | Told<'outcome.unknown', { readonly invoice: string }>
  | Told<'effect.refused', { readonly answers: string; readonly code: string }>

/** Time passed: does the earliest thing that is due. */
export interface Tick {
  readonly type: 'tick'
}

export type Input = Command | GatewayEvent | Tick

/** A thing that occupies a limit, as the app's `list` callback shows it. */
export interface Resource {
  readonly id: string
  readonly label: string
  readonly createdAt: Instant
}

/** How much of one feature is used, as the storage counts it. */
export interface FeatureUsage {
  readonly used: number
  /** Meters: the start of the window that `used` counts; another window counts from zero. */
  readonly since?: Instant
  /** Limits: the things themselves, where the app lists them. */
  readonly resources?: readonly Resource[]
}

/** Usage by feature id; a feature that is absent is unused. */
export type Usage = Readonly<Record<string, FeatureUsage>>
