/** Products, prices and coupons, made when they are first sold. */
import type { PerformContext } from 'billwright'
import type { Interval, Subscription, Terms } from 'billwright/core'
import type { Desk } from './desk.ts'
import { listAt, textAt } from '../fields.ts'
import { toStripe } from '../money.ts'
import {
  lookupKeyOf,
  marksOf,
  type Priced,
  priceParams,
  productIdOf,
  word,
} from '../price-names.ts'

/** One thing that a subscription bills: the plan, or an add-on. */
export interface Item extends Priced {
  readonly quantity: number
}

/** What terms bill. Add-ons are billed with the plan, so they have its interval. */
export function itemsOf({ plan, price, quantity, addOns }: Terms): readonly Item[] {
  if (price === null) return []
  const { amount, currency, interval } = price
  const bought = addOns.map((each): Item => {
    const { amount: costs } = each.price
    return {
      kind: 'add_on',
      id: each.id,
      amount: costs,
      currency,
      interval,
      quantity: each.quantity,
    }
  })
  return [{ kind: 'plan', id: plan, amount, currency, interval, quantity }, ...bought]
}

/** Stripe's price of an item, or why there cannot be one. */
export async function priceOf(
  desk: Desk,
  item: Item,
  context: PerformContext,
): Promise<{ readonly id: string } | { readonly refused: string }> {
  const params = priceParams(item)
  if (params === null) return { refused: 'amount_not_expressible' }
  const lookup = lookupKeyOf(item)
  const known = await priceAt(desk, lookup, context)
  if (known !== null) return { id: known }
  const product = productIdOf(item)
  // Whatever it says: made now, or there already, perhaps under another title.
  await desk.ensure(`product/${product}`, context, (stripe, options) =>
    stripe.products.create(
      { id: product, name: context.titleOf(item.id), metadata: marksOf(item) },
      options,
    ),
  )
  const made = await desk.ensure(`price/${lookup}`, context, (stripe, options) =>
    stripe.prices.create(params, options),
  )
  const price = made.ok ? textAt(made.data, 'id') : await priceAt(desk, lookup, context)
  return price === null ? { refused: made.ok ? 'price_unreadable' : made.code } : { id: price }
}

async function priceAt(
  { read }: Desk,
  lookup: string,
  context: PerformContext,
): Promise<string | null> {
  const query = { lookup_keys: [lookup], active: true, limit: 1 }
  const found = await read.one(context, (stripe) => stripe.prices.list(query))
  return textAt(listAt(found, 'data')[0], 'id')
}

/**
 * Stripe's coupon for one of ours, or why there cannot be one. It counts months, we count periods: a
 * coupon for several periods of weeks or days cannot be said.
 */
export async function couponOf(
  desk: Desk,
  coupon: NonNullable<Subscription['coupon']>,
  price: { readonly currency: string; readonly interval: Interval },
  context: PerformContext,
): Promise<{ readonly id: string } | { readonly refused: string }> {
  const { code, percent, amountOff, periodsLeft } = coupon
  const months = monthsOf(periodsLeft, price.interval)
  if (months === undefined) return { refused: 'coupon_duration' }
  const off = amountOff === null ? null : toStripe(amountOff, price.currency)
  const worth = off === null ? `${percent}pct` : `${off}${price.currency}`
  const lasts = periodsLeft === null ? 'forever' : months === null ? 'once' : `${months}months`
  const id = `bw_${word(code)}_${String(worth).replace('.', '_')}_${lasts}`
  const value =
    off === null
      ? { percent_off: percent ?? 0 }
      : { amount_off: off, currency: price.currency.toLowerCase() }
  const duration =
    months === null
      ? { duration: periodsLeft === null ? ('forever' as const) : ('once' as const) }
      : { duration: 'repeating' as const, duration_in_months: months }
  const made = await desk.ensure(`coupon/${id}`, context, (stripe, options) =>
    stripe.coupons.create({ id, name: code.slice(0, 40), ...value, ...duration }, options),
  )
  if (made.ok || made.code === 'resource_already_exists') return { id }
  return { refused: made.code }
}

/** Months that periods last; `null` where Stripe has a word of its own, `undefined` where it has none. */
function monthsOf(periods: number | null, { unit, count }: Interval): number | null | undefined {
  if (periods === null || periods === 1) return null
  if (unit === 'month') return periods * count
  return unit === 'year' ? periods * count * 12 : undefined
}
