/**
 * Our reference as PayMongo carries it: on the page as its reference number, and on the page and its
 * payments in the metadata. It says what it is, because a webhook may show only one of the two.
 */
import type { PaymentSubject } from 'billwright/core'

/** What a page of ours collects: never a period of the vendor's own subscription. */
export type Sold = Exclude<PaymentSubject, { readonly subscription: string }>

/** The metadata's key. */
export const REFERENCE_KEY = 'billwright'

export function writeReference(sold: Sold): string {
  return 'checkout' in sold ? `checkout:${sold.checkout}` : `invoice:${sold.invoice}`
}

/** What a text that PayMongo shows refers to; `null` when it is none of ours. */
export function readReference(text: unknown): Sold | null {
  if (typeof text !== 'string') return null
  const [, kind, id] = /^(checkout|invoice):([\s\S]+)$/.exec(text) ?? []
  if (id === undefined) return null
  return kind === 'checkout' ? { checkout: id } : { invoice: id }
}
