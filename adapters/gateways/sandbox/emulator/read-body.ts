/** Reads what the adapter sent; what is not as it must be is refused like a vendor would. */
import type { WireCoupon, WireInterval, WireLine, WireTerms } from '../wire.ts'
import { type Instant, instant, isCurrency } from 'billwright/core'

type Fields = Readonly<Record<string, unknown>>

/** A refusal in the vendor's words. */
export interface VendorError extends Error {
  readonly status: number
  readonly code: string
}

export function vendorError(status: number, code: string): VendorError {
  return Object.assign(new Error(code), { status, code })
}

export function isVendorError(error: unknown): error is VendorError {
  return error instanceof Error && 'status' in error && 'code' in error
}

/** A field that is missing or wrong. */
function invalid(name: string): VendorError {
  return vendorError(400, `invalid_${name}`)
}

export function readText(body: Fields, name: string): string {
  const value = body[name]
  if (typeof value !== 'string' || value === '' || value.length > 2000) throw invalid(name)
  return value
}

function readTextOrNull(body: Fields, name: string): string | null {
  return body[name] === null || body[name] === undefined ? null : readText(body, name)
}

/** A link to follow: nothing that runs. */
export function readUrlOrNull(body: Fields, name: string): string | null {
  const value = readTextOrNull(body, name)
  const safe = value === null || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))
  if (!safe) throw invalid(name)
  return value
}

/** Whole minor units, never fewer than none. */
export function readAmount(body: Fields, name = 'amount'): number {
  const value = body[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw invalid(name)
  return value
}

export function readCurrency(body: Fields): string {
  const value = readText(body, 'currency')
  if (!isCurrency(value)) throw invalid('currency')
  return value
}

export function readTime(body: Fields, name: string): Instant {
  const value = body[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw invalid(name)
  return instant(value)
}

export function readTimeOrNull(body: Fields, name: string): Instant | null {
  return body[name] === null || body[name] === undefined ? null : readTime(body, name)
}

export function readFields(body: Fields, name: string): Fields {
  const value = body[name]
  if (!isFields(value)) throw invalid(name)
  return value
}

function readList(body: Fields, name: string): readonly Fields[] {
  const value = body[name]
  if (!Array.isArray(value) || !value.every(isFields)) throw invalid(name)
  return value
}

export function readTerms(body: Fields, name = 'terms'): WireTerms {
  const terms = readFields(body, name)
  const interval = readFields(terms, 'interval')
  return {
    plan: readText(terms, 'plan'),
    interval: { unit: readUnit(interval), count: readAmount(interval, 'count') },
    quantity: readAmount(terms, 'quantity'),
    amount: readAmount(terms),
    addOns: readList(terms, 'addOns').map((each) => ({
      id: readText(each, 'id'),
      quantity: readAmount(each, 'quantity'),
      amount: readAmount(each),
    })),
  }
}

export function readCoupon(body: Fields): WireCoupon | null {
  if (body.coupon === null || body.coupon === undefined) return null
  const coupon = readFields(body, 'coupon')
  const optional = (name: string) => (coupon[name] === null ? null : readAmount(coupon, name))
  return {
    code: readText(coupon, 'code'),
    percent: optional('percent'),
    amountOff: optional('amountOff'),
    periodsLeft: optional('periodsLeft'),
  }
}

/** Amounts of lines may be negative: a discount. */
export function readLines(body: Fields): readonly WireLine[] {
  return readList(body, 'lines').map((line) => {
    const { amount } = line
    if (typeof amount !== 'number' || !Number.isSafeInteger(amount)) throw invalid('lines')
    return { label: readText(line, 'label'), quantity: readAmount(line, 'quantity'), amount }
  })
}

function readUnit(interval: Fields): WireInterval['unit'] {
  const { unit } = interval
  if (unit === 'day' || unit === 'week' || unit === 'month' || unit === 'year') return unit
  throw invalid('interval')
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
