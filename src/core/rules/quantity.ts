/** Quantity (seats): more is charged and given now, fewer count from the next period. */

import type { Command, Quote } from '../input.ts'
import { type Draft, liveIn, type Verdict } from '../draft.ts'
import { refuse } from '../refusal.ts'
import { isPaid, type LiveSubscription, type PendingChange, type Terms } from '../state.ts'
import { sameTerms, termsOf } from '../terms.ts'
import { changeNow, changeRefused, fitRefused, scheduleChange, undoChange } from './change-terms.ts'
import { atGateway } from './request.ts'
import { isQuantity } from './start.ts'

export function setQuantity(
  draft: Draft,
  command: Extract<Command, { readonly type: 'set_quantity' }>,
): Verdict {
  const { group = 'default', quantity, quote } = command
  const current = liveIn(draft, group)
  if (!isPaid(current) || current.status === 'unpaid') return refuse('subscription_required')
  const plan = draft.catalog.plans.get(current.plan)
  if (plan && !isQuantity(plan, quantity))
    return refuse('quantity_invalid', { plan: plan.id, quantity })
  const direction = quantity > current.quantity ? 'upgrade' : 'downgrade'
  const set = (terms: Terms): Terms => {
    const other = draft.catalog.plans.get(terms.plan)
    // A scheduled plan that can't be had this many times keeps its own quantity.
    return other && !isQuantity(other, quantity) ? terms : { ...terms, quantity }
  }
  return changeAmount(draft, current, set, { direction, quote })
}

/**
 * More or less of what one has. What is scheduled stays scheduled, with the new amount in it: an
 * added seat must not drop a plan change the customer asked for.
 */
export function changeAmount(
  draft: Draft,
  current: LiveSubscription,
  set: (terms: Terms) => Terms,
  {
    direction,
    quote,
  }: {
    readonly direction: 'upgrade' | 'downgrade'
    readonly quote: Quote | undefined
  },
): Verdict {
  const now = set(termsOf(current))
  const { pendingChange, group } = current
  const later = set(pendingChange?.terms ?? termsOf(current))
  if (sameTerms(now, current) && sameTerms(later, pendingChange?.terms ?? current)) return undefined
  const refused = changeRefused(draft, current, now, direction)
  if (refused) return refused
  // Trial days cost nothing, so less of it does not wait for their end either.
  const inTrial = current.status === 'trialing'
  const misfit = inTrial && direction === 'downgrade' && fitRefused(draft, group, now, {})
  if (misfit) return misfit
  if (inTrial || direction === 'upgrade') {
    const differs = pendingChange !== null && !sameTerms(later, now)
    // A gateway keeps one change: this one would drop what was scheduled there, unseen by us.
    if (differs && atGateway(current))
      return refuse('change_scheduled', { at: pendingChange.at, plan: pendingChange.terms.plan })
    const pending: PendingChange | null = differs ? { ...pendingChange, terms: later } : null
    return changeNow(draft, current, now, { quote, pendingChange: pending })
  }
  if (sameTerms(later, current)) return undoChange(draft, { group })
  return scheduleChange(draft, current, later, { keep: pendingChange?.keep ?? {} })
}
