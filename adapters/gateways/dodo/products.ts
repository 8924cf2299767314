/** Which product of Dodo is which plan, interval and currency, and back. */
import type { Interval, Price } from 'billwright'
import type { Terms } from 'billwright/core'
import { gatewayConfigError } from 'billwright'

/** One product of the dashboard: Dodo keeps a price in the product, so there is one for each. */
export interface DodoProduct {
  /** `pdt_…` */
  readonly product: string
  readonly plan: string
  readonly interval: Interval['unit'] | Interval
  readonly currency: string
}

/** One add-on of the dashboard, with the interval and currency of the products that it belongs to. */
export interface DodoAddOn {
  /** `adn_…` */
  readonly addon: string
  readonly addOn: string
  readonly interval: Interval['unit'] | Interval
  readonly currency: string
}

/** A plan and its add-ons as the vendor's ids. */
export interface Cart {
  readonly product: string
  readonly quantity: number
  readonly addons: readonly { readonly addon_id: string; readonly quantity: number }[]
}

interface ProductOptions {
  readonly products: readonly DodoProduct[]
  readonly addOns?: readonly DodoAddOn[]
}

export interface ProductTable {
  /** The id that stands for a plan at a price, or `null`. */
  productOf(plan: string, price: Price): string | null
  addOnOf(addOn: string, price: Price): string | null
  /** `null` when a product or add-on is not in the table. */
  cartOf(terms: Terms): Cart | null
  /** `null` when the product is none of ours. */
  planOf(product: string): { readonly id: string; readonly interval: Interval } | null
}

/** Throws a `config` error where an id stands for two things, or two ids for one. */
export function productTable(
  gateway: string,
  { products, addOns = [] }: ProductOptions,
): ProductTable {
  const plans = new Map<string, string>()
  const byId = new Map<string, { readonly id: string; readonly interval: Interval }>()
  const extras = new Map<string, string>()
  const add = (
    table: Map<string, string>,
    [key, id]: readonly [string, string],
    option: string,
  ) => {
    if (typeof id !== 'string' || id === '')
      throw gatewayConfigError(gateway, option, 'lacks an id.')
    if (table.has(key)) throw gatewayConfigError(gateway, option, `has ${key} twice.`)
    table.set(key, id)
  }
  if (!Array.isArray(products)) throw gatewayConfigError(gateway, 'products', 'is missing.')
  for (const { product, plan, ...price } of products) {
    add(plans, [keyOf(plan, price), product], 'products')
    if (byId.has(product)) throw gatewayConfigError(gateway, 'products', `has ${product} twice.`)
    byId.set(product, { id: plan, interval: wholeInterval(price.interval) })
  }
  for (const { addon, addOn, ...price } of addOns)
    add(extras, [keyOf(addOn, price), addon], 'addOns')
  return {
    productOf: (plan, price) => plans.get(keyOf(plan, price)) ?? null,
    addOnOf: (addOn, price) => extras.get(keyOf(addOn, price)) ?? null,
    planOf: (product) => byId.get(product) ?? null,
    cartOf({ plan, price, quantity, addOns: bought }) {
      const product = price && plans.get(keyOf(plan, price))
      const addons = bought.flatMap(({ id, price: own, quantity: units }) => {
        const addon = extras.get(keyOf(id, own))
        return addon === undefined ? [] : [{ addon_id: addon, quantity: units }]
      })
      return product && addons.length === bought.length ? { product, quantity, addons } : null
    },
  }
}

type Priced = { readonly interval: Interval['unit'] | Interval; readonly currency: string }

function keyOf(id: string, { interval, currency }: Priced | Price): string {
  const { count, unit } = wholeInterval(interval)
  return `${id} every ${count} ${unit} in ${currency}`
}

function wholeInterval(interval: Interval['unit'] | Interval): Interval {
  return typeof interval === 'string' ? { unit: interval, count: 1 } : interval
}
