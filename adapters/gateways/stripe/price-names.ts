/**
 * What a price and its product are called at Stripe. A price is found by what it is: item, amount,
 * currency and interval make its lookup key. So a new amount is a new price, and no price that somebody
 * pays is ever touched.
 */
import type { Interval } from 'billwright/core'
import type Stripe from 'stripe'
import { MARK } from './marks.ts'
import { toStripe } from './money.ts'

/** A plan or an add-on, at one price. */
export interface Priced {
  readonly kind: 'plan' | 'add_on'
  readonly id: string
  readonly amount: number
  readonly currency: string
  readonly interval: Interval
}

export function lookupKeyOf({ kind, id, amount, currency, interval }: Priced): string {
  return `bw_${kind}_${word(id)}_${interval.count}${interval.unit}_${amount}${currency}`
}

export function productIdOf({ kind, id }: Pick<Priced, 'kind' | 'id'>): string {
  return `bw_${kind}_${word(id)}`
}

/** Our words in the metadata of both. */
export function marksOf({ kind, id }: Pick<Priced, 'kind' | 'id'>): Record<string, string> {
  return { [MARK.kind]: kind, [MARK.item]: id }
}

/** The price as Stripe is asked to make it; `null` for an amount that it cannot express. */
export function priceParams(priced: Priced): Stripe.PriceCreateParams | null {
  const { amount, currency, interval } = priced
  const unit = toStripe(amount, currency)
  if (unit === null) return null
  return {
    product: productIdOf(priced),
    currency: currency.toLowerCase(),
    unit_amount: unit,
    recurring: { interval: interval.unit, interval_count: interval.count },
    lookup_key: lookupKeyOf(priced),
    metadata: marksOf(priced),
  }
}

/** An id in the letters that Stripe's own ids may have; two never become one. */
export function word(id: string): string {
  return id.replace(/[^A-Za-z0-9-]/g, (each) => `_${each.codePointAt(0)?.toString(16)}_`)
}
