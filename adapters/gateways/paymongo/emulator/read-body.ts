/** Reads what a request asks, as strictly as PayMongo does. */
import type { Call } from 'billwright/testing'
import type { LineItem } from '../perform/line-items.ts'
import type { Fields } from '../wire.ts'
import { isFields } from '../read-resource.ts'
import { vendorError } from './access.ts'

/** The attributes of the envelope. */
export function readAttributes({ body, headers }: Call): Fields {
  if (!headers.get('content-type')?.includes('application/json'))
    throw vendorError(400, 'parameter_invalid')
  const attributes = isFields(body.data) ? body.data.attributes : undefined
  if (!isFields(attributes)) throw vendorError(400, 'parameter_required', 'data')
  return attributes
}

export function readText(from: Fields, name: string): string {
  const value = from[name]
  if (typeof value !== 'string' || value === '')
    throw vendorError(400, value === undefined ? 'parameter_required' : 'parameter_invalid', name)
  return value
}

export function readTextOrNull(from: Fields, name: string): string | null {
  return from[name] === undefined || from[name] === null ? null : readText(from, name)
}

export function readUrlOrNull(from: Fields, name: string): string | null {
  const url = readTextOrNull(from, name)
  if (url !== null && !(URL.canParse(url) && /^https?:/.test(url)))
    throw vendorError(400, 'parameter_format_invalid', name)
  return url
}

export function readAmount(from: Fields, name = 'amount'): number {
  const amount = from[name]
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount <= 0)
    throw vendorError(400, amount === undefined ? 'parameter_required' : 'parameter_invalid', name)
  return amount
}

/** String to string, and nothing deeper. */
export function readMetadata(from: Fields): Readonly<Record<string, string>> | null {
  const { metadata } = from
  if (metadata === undefined || metadata === null) return null
  if (!isFields(metadata) || !Object.values(metadata).every((each) => typeof each === 'string'))
    throw vendorError(400, 'parameter_invalid', 'metadata')
  return metadata as Readonly<Record<string, string>>
}

export function readLineItems(from: Fields): readonly LineItem[] {
  const { line_items: items } = from
  if (!Array.isArray(items) || items.length === 0)
    throw vendorError(400, 'parameter_required', 'line_items')
  return items.map((item) => {
    if (!isFields(item)) throw vendorError(400, 'parameter_invalid', 'line_items')
    const currency = readText(item, 'currency')
    if (currency !== 'PHP') throw vendorError(400, 'parameter_invalid', 'currency')
    const [name, amount] = [readText(item, 'name'), readAmount(item)]
    return { name, quantity: readAmount(item, 'quantity'), amount, currency }
  })
}

/** Only what is enabled for the account. */
export function readMethods(from: Fields, enabled: readonly string[]): readonly string[] {
  const { payment_method_types: methods } = from
  if (!Array.isArray(methods) || methods.length === 0)
    throw vendorError(400, 'parameter_required', 'payment_method_types')
  if (!methods.every((method) => enabled.includes(method)))
    throw vendorError(400, 'parameter_invalid', 'payment_method_types')
  return methods
}
