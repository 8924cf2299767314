/**
 * Products, prices and coupons, made when they are first sold. A price is found by what it is: item,
 * amount, currency and interval make its lookup key. So a new amount is a new price, and no price
 * that somebody pays is ever touched.
 */
import type { PerformContext } from 'billwright'
import type { Interval, Subscription, Terms } from 'billwright/core'
import type { Desk } from './desk.ts'
import { listAt, textAt } from '../fields.ts'
import { MARK } from '../marks.ts'
import { toStripe } from '../money.ts'

/** One thing that a subscription bills: the plan, or an add-on. */
export interface Item {
  readonly kind: 'plan' | 'add_on'
  readonly id: string
  readonly amount: number
  readonly currency: string
  readonly interval: Interval
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
  const { kind, id, amount, currency, interval } = item
  const unit = toStripe(amount, currency)
  if (unit === null) return { refused: 'amount_not_expressible' }
  const lookup = `bw_${kind}_${word(id)}_${interval.count}${interval.unit}_${amount}${currency}`
  const known = await priceAt(desk, lookup, context)
  if (known !== null) return { id: known }
  const product = `bw_${kind}_${word(id)}`
  const metadata = { [MARK.kind]: kind, [MARK.item]: id }
  // Whatever it says: made now, or there already, perhaps under another title.
  await desk.ensure(`product/${product}`, context, (stripe, options) =>
    stripe.products.create({ id: product, name: context.titleOf(id), metadata }, options),
  )
  const made = await desk.ensure(`price/${lookup}`, context, (stripe, options) =>
    stripe.prices.create(
      {
        product,
        currency: currency.toLowerCase(),
        unit_amount: unit,
        recurring: { interval: interval.unit, interval_count: interval.count },
        lookup_key: lookup,
        metadata,
      },
      options,
    ),
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

/** An id in the letters that Stripe's own ids may have; two never become one. */
function word(id: string): string {
  return id.replace(/[^A-Za-z0-9-]/g, (each) => `_${each.codePointAt(0)?.toString(16)}_`)
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
