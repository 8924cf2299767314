/** The items of a subscription, as they are and as they are to be. */
import type { PerformContext } from 'billwright'
import type { Terms } from 'billwright/core'
import type Stripe from 'stripe'
import type { Desk } from './desk.ts'
import { dig, idAt, listAt, numberAt, textAt } from '../fields.ts'
import { markOf } from '../marks.ts'
import { planItem } from '../translate-billing.ts'
import { itemsOf, priceOf } from './prices.ts'

export type ItemUpdate = Stripe.SubscriptionUpdateParams.Item

/** What turns the items of a subscription into those of some terms; empty when they are those already. */
export async function itemsFor(
  desk: Desk,
  shown: unknown,
  terms: Terms,
  context: PerformContext,
): Promise<readonly ItemUpdate[] | { readonly refused: string }> {
  const current = [...listAt(shown, 'items')]
  const updates: ItemUpdate[] = []
  for (const wanted of itemsOf(terms)) {
    const price = await priceOf(desk, wanted, context)
    if ('refused' in price) return price
    const item = wanted.kind === 'plan' ? planItem(shown) : addOnItem(current, wanted.id)
    const { quantity } = wanted
    if (item === undefined) {
      updates.push({ price: price.id, quantity })
      continue
    }
    current.splice(current.indexOf(item), 1)
    const same = idAt(item, 'price') === price.id && numberAt(item, 'quantity') === quantity
    // Without its id the price would be a second item: billed beside the first.
    if (!same) updates.push({ id: textAt(item, 'id') ?? '', price: price.id, quantity })
  }
  return [...updates, ...current.map((item) => ({ id: textAt(item, 'id') ?? '', deleted: true }))]
}

function addOnItem(items: readonly unknown[], id: string): unknown {
  return items.find((item) => {
    const price = dig(item, 'price')
    return markOf(price, 'kind') === 'add_on' && markOf(price, 'item') === id
  })
}
