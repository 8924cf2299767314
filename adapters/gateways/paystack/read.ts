/** Paystack's objects as far as they are used. What cannot be read is nothing. */
import type { Instant } from 'billwright/core'
import { instant } from 'billwright/core'

export interface PaystackTransaction {
  readonly id: string
  readonly reference: string
  readonly domain: string
  readonly status: string
  /** As Paystack writes it. */
  readonly amount: number
  readonly currency: string
  readonly gatewayResponse: string
  readonly paidAt: Instant | null
  readonly createdAt: Instant | null
  readonly authorization: PaystackAuthorization | null
  readonly customer: { readonly code: string; readonly email: string } | null
}

export interface PaystackAuthorization {
  readonly code: string
  readonly reusable: boolean
  readonly brand: string | null
  readonly last4: string | null
  readonly expires: string | null
  readonly signature: string | null
}

export interface PaystackRefund {
  readonly id: string
  readonly amount: number
  readonly currency: string
  readonly status: string
  readonly note: string | null
}

export interface PaystackDispute {
  readonly status: string
  readonly resolution: string | null
}

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The body of a webhook: `null` when it is none. */
export function readEvent(
  body: Uint8Array,
): { readonly type: string; readonly data: unknown } | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (!isFields(value) || typeof value.event !== 'string') return null
    return { type: value.event.slice(0, 100), data: value.data }
  } catch {
    return null
  }
}

export function readTransaction(data: unknown): PaystackTransaction | null {
  if (!isFields(data)) return null
  const id = idOf(data.id)
  const [reference, status, currency] = [
    text(data.reference),
    text(data.status),
    text(data.currency),
  ]
  const amount = wholeAmount(data.amount)
  if (!id || !reference || !status || !currency || amount === null) return null
  return {
    ...{ id, reference, status, currency, amount },
    domain: text(data.domain) ?? '',
    gatewayResponse: text(data.gateway_response) ?? text(data.message) ?? '',
    paidAt: time(data.paid_at) ?? time(data.paidAt),
    createdAt: time(data.created_at) ?? time(data.createdAt),
    authorization: readAuthorization(data.authorization),
    customer: readCustomer(data.customer),
  }
}

function readAuthorization(data: unknown): PaystackAuthorization | null {
  if (!isFields(data)) return null
  const code = text(data.authorization_code)
  if (code === null) return null
  const [month, year] = [text(data.exp_month), text(data.exp_year)]
  const dated = month !== null && year !== null && /^\d{4}$/.test(year)
  return {
    code,
    reusable: data.reusable === true,
    // The type comes with a space behind it.
    brand: text(data.brand) ?? text(text(data.card_type)?.trim()),
    last4: text(data.last4),
    expires: dated ? `${year}-${month.padStart(2, '0')}` : null,
    signature: text(data.signature),
  }
}

function readCustomer(data: unknown): PaystackTransaction['customer'] {
  if (!isFields(data)) return null
  const [code, email] = [text(data.customer_code), text(data.email)]
  return code === null || email === null ? null : { code, email }
}

export function readRefund(data: unknown): PaystackRefund | null {
  if (!isFields(data)) return null
  const [id, status, currency] = [idOf(data.id), text(data.status), text(data.currency)]
  const amount = wholeAmount(data.amount)
  if (!id || !status || !currency || amount === null) return null
  return { id, status, currency, amount, note: text(data.merchant_note) }
}

export function readDispute(data: unknown): PaystackDispute | null {
  if (!isFields(data)) return null
  const status = text(data.status)
  return status === null ? null : { status, resolution: text(data.resolution) }
}

/** Ids reach beyond what a number holds; the ones of today do not. */
function idOf(value: unknown): string | null {
  return Number.isSafeInteger(value) ? String(value) : text(value)
}

/** Refund webhooks write amounts as text. */
function wholeAmount(value: unknown): number | null {
  const amount = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof amount === 'number' && Number.isSafeInteger(amount) && amount >= 0 ? amount : null
}

function time(value: unknown): Instant | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : instant(at)
}
