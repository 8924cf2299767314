/** What a request must say, as strictly as Paystack reads it. */
import { vendorError } from './access.ts'

type Fields = Readonly<Record<string, unknown>>

export function required(body: Fields, name: string): string {
  const value = body[name]
  if (typeof value === 'string' && value !== '') return value
  throw vendorError(400, 'missing_params', `${name} is required`)
}

export function emailOf(body: Fields): string {
  const email = required(body, 'email')
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    throw vendorError(400, 'invalid_email', 'Invalid Email Address Passed')
  return email.toLowerCase()
}

const MINIMUM: Readonly<Record<string, number>> = {
  ...{ NGN: 5000, GHS: 10, ZAR: 100, KES: 300, USD: 200, XOF: 100 },
}

/** The amount and currency of a charge, within what Paystack takes. */
export function moneyOf(body: Fields): { readonly amount: number; readonly currency: string } {
  const { amount: given, currency = 'NGN' } = body
  const amount = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount))
    throw vendorError(400, 'invalid_amount', 'Invalid Amount Sent')
  const minimum = typeof currency === 'string' ? MINIMUM[currency] : undefined
  if (typeof currency !== 'string' || minimum === undefined)
    throw vendorError(400, 'unsupported_currency', 'Currency not supported by merchant')
  if (amount < minimum || amount > 1_000_000_000)
    throw vendorError(400, 'invalid_amount', 'Amount is outside of what can be processed')
  return { amount, currency }
}

export function referenceOf(body: Fields, made: string): string {
  const { reference = made } = body
  if (typeof reference !== 'string' || !/^[A-Za-z0-9.=-]{1,200}$/.test(reference))
    throw vendorError(400, 'invalid_reference', 'Invalid reference')
  return reference
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** `metadata` as an object, or as JSON. */
export function metadataOf({ metadata }: Fields): Fields {
  const value: unknown = typeof metadata === 'string' ? JSON.parse(metadata) : metadata
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
