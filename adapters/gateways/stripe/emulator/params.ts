/** Reads what a client sent; what is not as it must be is refused in Stripe's words. */
import type { Call } from 'billwright/testing'
import type { Metadata } from './vendor.ts'
import { isCurrency } from 'billwright/core'
import { parseBody } from 'billwright/testing'
import { impossible, invalid } from './vendor-error.ts'

export type Params = Readonly<Record<string, unknown>>

/** The parameters of a call, from its form or its query. Names that the endpoint does not know are refused. */
export function paramsOf({ method, url, body, text }: Call, names: string): Params {
  const form = 'application/x-www-form-urlencoded'
  const params = method === 'GET' ? parseBody(form, url.search.slice(1)) : text === '' ? {} : body
  const allowed = new Set([...names.split(' '), 'expand'])
  for (const name of Object.keys(params))
    if (!allowed.has(name))
      throw invalid(name, 'parameter_unknown', `Received unknown parameter: ${name}`)
  return params
}

/** The parameters below one, with names that are known there. */
export function within(params: Params, name: string, names: string): Params {
  const value = params[name]
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null)
    throw invalid(name, 'parameter_invalid', `Invalid ${name}.`)
  const allowed = new Set(names.split(' '))
  for (const each of Object.keys(value))
    if (!allowed.has(each)) {
      const param = `${name}[${each}]`
      throw invalid(param, 'parameter_unknown', `Received unknown parameter: ${param}`)
    }
  return value as Params
}

/** The members of a list that was sent as `name[0]…`. */
export function listIn(params: Params, name: string): readonly unknown[] {
  const value = params[name]
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}

export function text(params: Params, name: string): string | null {
  const value = params[name]
  if (value === undefined || value === '') return null
  if (typeof value !== 'string' || value.length > 5000) throw invalid(name, 'parameter_invalid')
  return value
}

export function required(params: Params, name: string): string {
  const value = text(params, name)
  if (value === null) throw invalid(name, 'parameter_missing', `Missing required param: ${name}.`)
  return value
}

export function oneOf<Word extends string>(
  params: Params,
  name: string,
  words: readonly Word[],
): Word | null {
  const value = text(params, name)
  if (value === null) return null
  const found = words.find((word) => word === value)
  if (found === undefined)
    throw invalid(name, 'parameter_invalid', `Invalid ${name}: must be one of ${words.join(', ')}`)
  return found
}

export function integer(params: Params, name: string): number | null {
  const value = text(params, name)
  if (value === null) return null
  if (!/^-?\d{1,12}$/.test(value))
    throw invalid(name, 'parameter_invalid_integer', `Invalid integer: ${value}`)
  return Number(value)
}

export function flag(params: Params, name: string): boolean | null {
  const value = oneOf(params, name, ['true', 'false'])
  return value === null ? null : value === 'true'
}

/** An amount that can be charged. */
export function amountOf(params: Params, name: string): number {
  const amount = integer(params, name)
  if (amount === null) throw invalid(name, 'parameter_missing', `Missing required param: ${name}.`)
  if (amount < 0) throw invalid(name, 'parameter_invalid_integer', 'Invalid non-negative integer')
  return amount
}

export function currencyOf(params: Params, name = 'currency'): string {
  const code = required(params, name)
  if (code !== code.toLowerCase() || !isCurrency(code.toUpperCase()))
    throw invalid(name, 'parameter_invalid', `Invalid currency: ${code}`)
  return code
}

/** A link to follow: nothing that runs. */
export function urlOf(params: Params, name: string): string | null {
  const value = text(params, name)
  if (value === null) return null
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw invalid(name, 'url_invalid', 'Not a valid URL')
  return value
}

/** Metadata as it is after a write: an empty value takes a name away. */
export function metadataIn(params: Params, before: Metadata = {}): Metadata {
  const given = params.metadata
  if (given === undefined) return before
  if (given === '') return {}
  if (typeof given !== 'object' || given === null) throw invalid('metadata', 'parameter_invalid')
  const after: Record<string, string> = { ...before }
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string' || value.length > 500 || name.length > 40)
      throw impossible('Metadata is limited to 40 characters a name and 500 a value.')
    if (value === '') delete after[name]
    else after[name] = value
  }
  return after
}
