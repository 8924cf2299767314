/** Add-ons: they raise limits and the price at once; taking them off waits for the period's end. */

import type { Command } from '../input.ts'
import { type Draft, liveIn, type Verdict } from '../draft.ts'
import { refuse } from '../refusal.ts'
import { isPaid } from '../state.ts'
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
  const { interval, currency } = current.price
  const sold = addOnTerms(draft.catalog, current.plan, interval, currency, id, quantity)
  if ('code' in sold) return sold
  // Units bought before keep their price; the catalog's price of today is for a first purchase.
  const held = current.addOns.find((each) => each.id === id)
  const addOn = { ...sold, price: held?.price ?? sold.price }
  const direction = quantity > quantityOf(current, id) ? 'upgrade' : 'downgrade'
  return changeAmount(draft, current, (terms) => withAddOn(terms, addOn), { direction, quote })
}
