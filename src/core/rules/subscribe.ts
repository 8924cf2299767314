/**
 * Subscribe: one call for a new purchase, a trial and a plan change. A customer who pays already gets
 * a change of the one subscription there is, never a second.
 */

import type { Command } from '../input.ts'
import { type Draft, liveIn, type Verdict } from '../draft.ts'
import { refuse } from '../refusal.ts'
import { buy, isBought } from './buy.ts'
import { changePlan } from './change-plan.ts'

type Subscribe = Extract<Command, { readonly type: 'subscribe' }>

export function subscribe(draft: Draft, command: Subscribe): Verdict {
  const plan = draft.catalog.plans.get(command.plan)
  if (!plan) return refuse('unknown_plan', { plan: command.plan })
  const current = liveIn(draft, plan.group)
  const changes = current !== undefined && (isBought(current) || plan.default === true)
  // A change takes over what runs; extras have commands of their own, and none is dropped silently.
  if (changes && command.coupon !== undefined)
    return refuse('coupon_not_applicable', { coupon: command.coupon, use: 'apply_coupon' })
  if (changes && command.addOns !== undefined)
    return refuse('already_subscribed', { plan: current.plan, use: 'set_add_on' })
  return changes
    ? changePlan(draft, { ...command, type: 'change_plan' })
    : buy(draft, command, plan)
}
