/** What a comparison of the catalog needs, and when a price at Stripe is the one of a good. */
import type { Good, SetupContext } from 'billwright/setup'
import type { Read } from '../read.ts'
import type { Transport } from '../transport.ts'
import { dig, textAt } from '../fields.ts'
import { marksOf, type Priced, priceParams } from '../price-names.ts'

export interface Comparing {
  readonly name: string
  readonly call: Transport
  readonly read: Read
  readonly goods: readonly Good[]
  readonly context: SetupContext
}

export function pricedOf({ kind, id, price }: Good): Priced {
  return { kind, id, ...price }
}

/** Whether a price bills what it is called for. */
export function isPriceOf(good: Good, shown: unknown): boolean {
  const params = priceParams(pricedOf(good))
  return (
    dig(shown, 'unit_amount') === params?.unit_amount &&
    dig(shown, 'currency') === params?.currency &&
    dig(shown, 'recurring', 'interval') === good.price.interval.unit &&
    dig(shown, 'recurring', 'interval_count') === good.price.interval.count
  )
}

/** Whether the adapter would know what it is for. */
export function isMarkedAs(good: Good, shown: unknown): boolean {
  return Object.entries(marksOf(good)).every(
    ([name, value]) => textAt(shown, 'metadata', name) === value,
  )
}
