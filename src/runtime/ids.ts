/** Customer ids and idempotency keys: refused by one rule before any storage sees them. */
import type { Customer, CustomerRef } from '../bill.ts'
import { BillingError } from '../errors.ts'

const LONGEST = 200

/**
 * The customer of a call. Throws `invalid_id` for ids that not every storage can hold faithfully. A
 * customer's id stands percent-encoded in references and keys, which some databases must index, so it
 * is as an encoded word that it may have 200 characters.
 */
export function customerOf(ref: CustomerRef): Customer {
  const customer = typeof ref === 'string' ? { id: ref } : ref
  checkId(customer.id, 'customer id')
  if (encodeURIComponent(customer.id).length > LONGEST) throw invalidId('customer id')
  return customer
}

/**
 * Throws `invalid_id` unless it is 1 … 200 characters without control characters, lone surrogates or a
 * byte order mark at its start.
 */
export function checkId(id: unknown, what: string): asserts id is string {
  if (typeof id === 'string' && id.length > 0 && id.length <= LONGEST && isFaithful(id)) return
  throw invalidId(what)
}

function invalidId(what: string): BillingError {
  return new BillingError(
    'request',
    'invalid_id',
    `The ${what} must be 1 to ${LONGEST} characters without control characters.`,
    { what },
  )
}

function isFaithful(id: string): boolean {
  if (id.startsWith('\uFEFF')) return false
  for (const character of id) {
    const point = character.codePointAt(0) ?? 0
    // A lone surrogate iterates as itself; a pair as one code point beyond.
    if (point < 0x20 || point === 0x7f || (point >= 0xd800 && point <= 0xdfff)) return false
  }
  return true
}
