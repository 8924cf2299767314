/** What an app sells, price by price, as a vendor's catalog would list it. */
import type { Good } from '../gateway-setup.ts'
import { type AddOn, type Catalog, formatMoney, type Plan, titleOf } from '../core/index.ts'

/** Every price that can be bought. Plans that are archived, and what is free, need none at a vendor. */
export function goodsOf(catalog: Pick<Catalog, 'plans' | 'addOns'>): readonly Good[] {
  const sold = [...catalog.plans.values()].filter(({ archived }) => archived !== true)
  const priced = ({ id, prices }: Pick<Plan | AddOn, 'id' | 'prices'>) =>
    prices
      .filter(({ amount }) => amount > 0)
      .map((price) => ({ id, title: titleOf(catalog, id), price }))
  return [
    ...sold.flatMap((plan) => priced(plan).map((each): Good => ({ ...each, kind: 'plan' }))),
    ...[...catalog.addOns.values()].flatMap(({ plans, ...addOn }) =>
      priced(addOn).map((each): Good => ({ ...each, kind: 'add_on', ...(plans && { plans }) })),
    ),
  ]
}

/** A good in words: `pro, $49.00 every month`. */
export function wordsOf({ id, price }: Pick<Good, 'id' | 'price'>): string {
  const { amount, currency, interval } = price
  const often = interval.count === 1 ? interval.unit : `${interval.count} ${interval.unit}s`
  return `${id}, ${formatMoney(amount, currency)} every ${often}`
}
