/** Add-ons: they raise limits and the price at once; taking them off waits for the period's end. */

import type { Catalog } from '../catalog.ts'
import type { Command } from '../input.ts'
import { type Draft, liveIn, type Verdict } from '../draft.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { type AddOnTerms, isPaid, type Terms } from '../state.ts'
import { quantityOf, withAddOn } from '../terms.ts'
import { changeAmount } from './quantity.ts'
import { addOnTerms } from './start.ts'

export function setAddOn(
  draft: Draft,
  command: Extract<Command, { readonly type: 'set_add_on' }>,
): Verdict {
  const { group = 'default', addOn: id, quantity, quote } = command
  const current = liveIn(draft, group)
  if (!isPaid(current) || current.price === null || current.status === 'unpaid')
    return refuse('subscription_required')
  if (current.status === 'trialing') return refuse('subscription_required', { status: 'trialing' })
  const addOn = within(draft.catalog, current, id, quantity)
  if ('code' in addOn) return addOn
  const direction = quantity > quantityOf(current, id) ? 'upgrade' : 'downgrade'
  const set = (terms: Terms): Terms => {
    // A scheduled plan that it is not sold with stays without it.
    const there = within(draft.catalog, terms, id, quantity)
    return 'code' in there ? terms : withAddOn(terms, there)
  }
  return changeAmount(draft, current, set, { direction, quote })
}

/** The add-on as it would stand in these terms, at the price of their interval. */
function within(
  catalog: Catalog,
  { plan, price, addOns }: Terms,
  id: string,
  quantity: number,
): AddOnTerms | Refusal {
  if (price === null) return refuse('subscription_required')
  const held = addOns.find((each) => each.id === id)
  // One that is not sold any more can still be had less often, or not at all.
  const less = Number.isSafeInteger(quantity) && quantity >= 0
  if (held && less && quantity <= held.quantity) return { ...held, quantity }
  const sold = addOnTerms(catalog, plan, price.interval, price.currency, id, quantity)
  if ('code' in sold) return sold
  // Units bought before keep their price; the catalog's price of today is for a first purchase.
  return { ...sold, price: held?.price ?? sold.price }
}
