/**
 * What happened, in the past tense: the journal. Folding it gives the state back exactly.
 * Every event carries `at`, the instant it is dated, which may lie before the run of a late worker.
 */
import type { Instant, Period } from './instant.ts'
import type { NoticeName } from './notice.ts'
import type {
  AppliedCoupon,
  BlockReason,
  Charged,
  Checkout,
  ClosedCheckout,
  Decline,
  EndReason,
  Incident,
  Invoice,
  Line,
  Payment,
  PaymentMethod,
  PendingChange,
  PendingRequest,
  Renewals,
  Subscription,
  Terms,
} from './state.ts'

type On<Type extends string, Data = unknown> = { readonly type: Type; readonly at: Instant } & Data
type OnGroup<Type extends string, Data = unknown> = On<Type, { readonly group: string } & Data>
type OnInvoice<Type extends string, Data = unknown> = On<Type, { readonly invoice: string } & Data>

/** Terms, clock and charges as they stand after an activation or a change. */
export interface NewTerms {
  readonly terms: Terms
  readonly anchor: Instant
  readonly period: Period
  readonly charged: readonly Charged[]
}

export type BillingEvent =
  | On<'account.registered'>
  | On<
      'gateway.linked',
      {
        readonly gateway: string
        readonly customer: string | null
        /** The group whose subscription is the gateway's `subscription`; `null` when none is yet. */
        readonly group: string | null
        /** The checkout that the gateway's `subscription` came from. */
        readonly checkout: string | null
        readonly subscription: string | null
      }
    >
  | On<'checkout.opened', { readonly checkout: Checkout }>
  /** The gateway's page for a checkout or an invoice, by our reference. */
  | On<'page.opened', { readonly reference: string; readonly page: string }>
  /** Nobody told whether that page was paid: its gateway is asked, for the nth time. */
  | On<'page.awaited', { readonly reference: string; readonly lookups: number }>
  | OnGroup<
      'checkout.closed',
      { readonly reference: string; readonly outcome: ClosedCheckout['closed'] }
    >
  /** Who moves at the period's end has signed up at the other gateway: it collects from then on. */
  | OnGroup<
      'checkout.signed_up',
      { readonly reference: string; readonly method: PaymentMethod | null }
    >
  | OnGroup<'subscription.started', { readonly subscription: Subscription }>
  | OnGroup<
      'subscription.activated',
      NewTerms & {
        readonly gateway: string | null
        readonly gatewayRef: string | null
        readonly renewals: Renewals
        readonly coupon: AppliedCoupon | null
      }
    >
  | OnGroup<
      'subscription.renewed',
      { readonly period: Period; readonly charged: readonly Charged[]; readonly paid: boolean }
    >
  | OnGroup<
      'subscription.changed',
      NewTerms & {
        readonly carried: readonly Line[]
        readonly pendingChange: PendingChange | null
        /** The period is paid to its end: a gateway that owns the clock has moved it. */
        readonly paid?: boolean
      }
    >
  | OnGroup<
      'subscription.change_scheduled',
      { readonly change: PendingChange; readonly newPrice: boolean }
    >
  | OnGroup<'subscription.change_undone'>
  | OnGroup<'subscription.past_due'>
  | OnGroup<'subscription.recovered'>
  | OnGroup<'subscription.suspended'>
  | OnGroup<'subscription.unpaid'>
  | OnGroup<
      'subscription.paused',
      /** `credited`: the unused part was given back, so nothing is paid for any more. */
      { readonly resumesAt: Instant | null; readonly credited: boolean }
    >
  | OnGroup<
      'subscription.resumed',
      {
        readonly anchor: Instant
        readonly period: Period
        readonly charged: readonly Charged[]
      }
    >
  | OnGroup<
      'subscription.cancel_scheduled',
      { readonly cancelAt: Instant; readonly reason: EndReason }
    >
  | OnGroup<'subscription.cancel_undone'>
  | OnGroup<'subscription.canceled', { readonly reason: EndReason }>
  | OnGroup<'subscription.expired'>
  | OnGroup<'subscription.moved', { readonly gateway: string; readonly renewals: Renewals }>
  | OnGroup<'subscription.observed', { readonly observedAt: Instant }>
  | OnGroup<'request.opened', { readonly request: PendingRequest }>
  | OnGroup<'request.closed', { readonly outcome: 'confirmed' | 'refused' }>
  | OnGroup<'renewal.awaited'>
  | OnGroup<'block.added', { readonly reason: BlockReason }>
  | OnGroup<'block.lifted', { readonly reason: BlockReason }>
  | OnGroup<'trial.started', { readonly plan: string; readonly keys: readonly string[] }>
  | OnGroup<'trial.extended', { readonly endsAt: Instant }>
  | OnGroup<'trial.ended', { readonly converted: boolean }>
  | OnGroup<'grace.extended', { readonly days: number }>
  | On<'invoice.opened', { readonly opened: Invoice }>
  | OnInvoice<'invoice.collecting', { readonly unattended: boolean; readonly method?: string }>
  | OnInvoice<
      'invoice.declined',
      {
        readonly payment: string
        readonly decline: Decline
        readonly failedAt: Instant
        readonly nextAttemptAt: Instant | null
      }
    >
  | OnInvoice<'invoice.linked', { readonly url: string }>
  | OnInvoice<'invoice.action_required', { readonly url: string }>
  | OnInvoice<'invoice.outcome_lost'>
  | OnInvoice<'invoice.paid', { readonly payment: string | null; readonly row: Invoice }>
  | OnInvoice<'invoice.voided'>
  | OnInvoice<'invoice.uncollectible'>
  | On<'payment.recorded', { readonly payment: Payment }>
  | On<'payment.refunding', { readonly payment: Payment; readonly amount: number }>
  | On<
      'payment.refunded',
      { readonly payment: Payment; readonly refund: string; readonly amount: number }
    >
  | On<'payment.refund_failed', { readonly payment: Payment; readonly amount: number }>
  | On<'payment.disputed', { readonly payment: Payment; readonly open: boolean }>
  | On<
      'credit.added',
      { readonly currency: string; readonly amount: number; readonly because: CreditReason }
    >
  | On<'credit.used', { readonly currency: string; readonly amount: number; readonly for: string }>
  | OnGroup<'coupon.applied', { readonly coupon: AppliedCoupon; readonly single: boolean }>
  | OnGroup<'coupon.counted', { readonly periodsLeft: number }>
  | OnGroup<'coupon.ended', { readonly code: string }>
  | On<'method.saved', { readonly method: PaymentMethod }>
  | On<'method.removed'>
  | On<
      'resource.archived',
      { readonly group: string; readonly feature: string; readonly ids: readonly string[] }
    >
  | On<'resource.restored', { readonly feature: string; readonly ids: readonly string[] }>
  | On<'limit.approached', UsageCrossing>
  | On<'limit.reached', UsageCrossing>
  | On<'incident.raised', { readonly incident: Incident }>
  | On<
      'incident.resolved',
      { readonly incident: string; readonly choice: 'refund' | 'credit' | 'none' }
    >
  | OnGroup<'notice.due', { readonly notice: NoticeName; readonly for: Instant }>

/** A limit or meter passed 80 % or 100 %. */
export interface UsageCrossing {
  readonly feature: string
  readonly used: number
  readonly limit: number
}

export type CreditReason =
  | 'granted'
  | 'proration'
  | 'overpaid'
  | 'stray_payment'
  | 'voided'
  | 'checkout_closed'
  | 'pause'
  | 'canceled'
