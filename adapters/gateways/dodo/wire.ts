/** Dodo's payments and subscriptions as this adapter reads them: checked, and in our units. */
import type { Instant, Interval, PaymentMethod, Period } from 'billwright/core'

/** What we write into metadata: it comes back with the payment, and with every renewal. */
export const META = {
  /** Our checkout's reference, and when it was opened. */
  checkout: 'bw_checkout',
  opened: 'bw_opened',
  /** Our invoice's id, and when its change was asked for. */
  invoice: 'bw_invoice',
  asked: 'bw_asked',
  /** Our customer. */
  customer: 'bw_customer',
  /** The key of the effect. */
  effect: 'bw_effect',
} as const

export interface DodoRefund {
  readonly id: string
  readonly amount: number
  readonly status: string
}

export interface DodoPayment {
  readonly id: string
  readonly customer: string
  readonly subscription: string | null
  readonly session: string | null
  readonly status: string
  /** With tax. */
  readonly amount: number
  readonly currency: string
  readonly at: Instant
  readonly metadata: Readonly<Record<string, unknown>>
  /** Made only to save another method. */
  readonly savesMethod: boolean
  readonly method: Omit<PaymentMethod, 'gateway'> | null
  readonly errorCode: string
  readonly link: string | null
  readonly refunds: readonly DodoRefund[]
  readonly disputes: readonly string[]
}

export interface DodoSubscription {
  readonly id: string
  readonly customer: string
  readonly product: string
  readonly quantity: number
  readonly status: string
  readonly period: Period
  readonly interval: Interval
  readonly createdAt: Instant
  readonly trialDays: number
  readonly endsWithPeriod: boolean
  readonly canceledAt: Instant | null
  readonly method: string | null
  readonly hasScheduledChange: boolean
  readonly addons: readonly { readonly addon_id: string; readonly quantity: number }[]
}
