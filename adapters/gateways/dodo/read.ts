/** Reads what Dodo wrote. Authentic is not well-formed: what cannot be read is `null`. */

import type { DodoPayment, DodoRefund, DodoSubscription } from './wire.ts'
import { type Instant, type Interval, instant, isCurrency } from 'billwright/core'

export type Fields = Readonly<Record<string, unknown>>

export interface DodoEvent {
  readonly type: string
  readonly business: string | null
  /** When it happened. */
  readonly at: Instant | null
  readonly data: Fields
}

export function readEvent(body: Uint8Array): DodoEvent | null {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return null
  }
  if (!isFields(value) || typeof value.type !== 'string' || !isFields(value.data)) return null
  const { type, timestamp, data } = value
  return { type: type.slice(0, 100), business: text(value.business_id), at: time(timestamp), data }
}

export function readPayment(data: unknown): DodoPayment | null {
  if (!isFields(data)) return null
  const id = text(data.payment_id)
  const at = time(data.created_at)
  const customer = customerOf(data)
  const { total_amount: amount, currency } = data
  if (id === null || at === null || customer === null || !isWhole(amount)) return null
  if (typeof currency !== 'string' || !isCurrency(currency)) return null
  return {
    ...{ id, customer, at, amount, currency },
    subscription: subscriptionOf(data),
    session: text(data.checkout_session_id),
    status: text(data.status) ?? '',
    metadata: isFields(data.metadata) ? data.metadata : {},
    savesMethod: data.is_update_payment_method === true,
    method: methodOf(data),
    errorCode: text(data.error_code) ?? '',
    link: text(data.payment_link),
    refunds: listOf(data.refunds).flatMap((each) => readRefund(each) ?? []),
    disputes: listOf(data.disputes).flatMap((each) => text(each.dispute_status) ?? []),
  }
}

export function readRefund(data: unknown): DodoRefund | null {
  if (!isFields(data)) return null
  const [id, status] = [text(data.refund_id), text(data.status)]
  const { amount } = data
  return id !== null && status !== null && isWhole(amount) ? { id, status, amount } : null
}

export function readSubscription(data: unknown): DodoSubscription | null {
  if (!isFields(data)) return null
  const [id, product, status] = ['subscription_id', 'product_id', 'status'].map((name) =>
    text(data[name]),
  )
  const customer = customerOf(data)
  const createdAt = time(data.created_at)
  const [start, end] = [time(data.previous_billing_date), time(data.next_billing_date)]
  const interval = intervalOf(data)
  const { quantity } = data
  if (!id || !product || !status || customer === null || !isWhole(quantity)) return null
  if (createdAt === null || start === null || end === null || start >= end) return null
  if (interval === null) return null
  return {
    ...{ id, customer, product, quantity, status, interval, createdAt, period: { start, end } },
    trialDays: isWhole(data.trial_period_days) ? data.trial_period_days : 0,
    endsWithPeriod: data.cancel_at_next_billing_date === true,
    canceledAt: time(data.cancelled_at),
    method: text(data.payment_method_id),
    hasScheduledChange: isFields(data.scheduled_change),
    addons: listOf(data.addons).flatMap(({ addon_id, quantity: units }) =>
      typeof addon_id === 'string' && isWhole(units) ? [{ addon_id, quantity: units }] : [],
    ),
  }
}

const UNITS = new Map<unknown, Interval['unit']>([
  ['Day', 'day'],
  ['Week', 'week'],
  ['Month', 'month'],
  ['Year', 'year'],
])

function intervalOf(data: Fields): Interval | null {
  const unit = UNITS.get(data.payment_frequency_interval)
  const count = data.payment_frequency_count
  return unit !== undefined && isWhole(count) && count > 0 ? { unit, count } : null
}

/** The card that paid, where Dodo names the saved method. */
function methodOf(data: Fields): DodoPayment['method'] {
  const id = text(data.payment_method_id)
  if (id === null) return null
  const brand = text(data.card_network)?.toLowerCase() ?? text(data.payment_method)
  const last4 = text(data.card_last_four)
  return { id, reusable: true, brand, last4, expires: null, fingerprint: null }
}

/** A payment for several subscriptions at once is none of ours: we sell one at a time. */
function subscriptionOf(data: Fields): string | null {
  const all = Array.isArray(data.subscription_ids) ? data.subscription_ids : []
  return text(data.subscription_id) ?? (all.length === 1 ? text(all[0]) : null)
}

function customerOf({ customer }: Fields): string | null {
  return isFields(customer) ? text(customer.customer_id) : null
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : []
}

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function time(value: unknown): Instant | null {
  if (typeof value !== 'string') return null
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? null : instant(ms)
}

export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
