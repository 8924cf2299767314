/**
 * Change of plan: an upgrade takes effect at once and only when it is paid, a downgrade waits for the
 * period's end in the one slot there is. Rank decides which is which, else the annualized price.
 */

import type { Catalog } from '../catalog.ts'
import type { Command } from '../input.ts'
import type { Plan } from '../plan.ts'
import { addDays, daysBetween } from '../calendar.ts'
import { type Draft, liveIn, record, type Verdict } from '../draft.ts'
import { changeDirection } from '../price.ts'
import { refuse } from '../refusal.ts'
import { isUnbought, type LiveSubscription, type Terms, type Trialing } from '../state.ts'
import { sameInterval, sameTerms, termsOf } from '../terms.ts'
import { buy } from './buy.ts'
import { cancel } from './cancel.ts'
import { changeNow, changeRefused, scheduleChange, undoChange } from './change-terms.ts'
import { termsFor } from './start.ts'

type ChangePlan = Extract<Command, { readonly type: 'change_plan' }>

export function changePlan(draft: Draft, command: ChangePlan): Verdict {
  const plan = draft.catalog.plans.get(command.plan)
  if (!plan) return refuse('unknown_plan', { plan: command.plan })
  const { group } = plan
  const current = liveIn(draft, group)
  if (!current) return refuse('subscription_required')
  if (current.cancelAt !== null) return refuse('ending', { cancelAt: current.cancelAt })
  if (plan.default) return toDefault(draft, plan, current, command)
  if (current.price === null && command.direction === 'downgrade')
    return refuse('wrong_direction', { direction: 'upgrade' })
  if (current.price === null || (isUnbought(current) && current.status !== 'trialing'))
    return buy(draft, command, plan)
  const { currency } = current.price
  if ((command.currency ?? currency) !== currency) return refuse('currency_change', { currency })
  const target = targetTerms(draft, plan, current, command)
  if ('code' in target) return target
  const direction = directionOf(draft, current, target)
  if (direction !== 'same' && command.direction && command.direction !== direction)
    return refuse('wrong_direction', { direction })
  if (current.status === 'trialing') return changeInTrial(draft, current, plan, target, command)
  if (direction === 'same') return sameAgain(draft, current)
  const refused = changeRefused(draft, current, target, direction)
  if (refused) return refused
  const { quote, successUrl, cancelUrl } = command
  const back = { ...(successUrl && { successUrl }), ...(cancelUrl && { cancelUrl }) }
  return direction === 'upgrade'
    ? changeNow(draft, current, target, { quote, back })
    : scheduleChange(draft, current, target, { keep: command.keep ?? {} })
}

/** Up, down or nothing: another plan that ties is an upgrade; one plan only changes interval or quantity. */
export function directionOf(
  { catalog }: Pick<Draft, 'catalog'>,
  from: Terms,
  to: Terms,
): 'upgrade' | 'downgrade' | 'same' {
  if (from.price === null || to.price === null)
    return from.price === to.price ? 'same' : from.price === null ? 'upgrade' : 'downgrade'
  const ranks = [catalog.plans.get(from.plan)?.rank, catalog.plans.get(to.plan)?.rank]
  const samePlan = from.plan === to.plan
  // Equal ranks say «one plan», so that the interval decides and not the discount of the longer one.
  const [a, b] = samePlan ? [0, 0] : ranks[0] === ranks[1] ? [] : ranks
  const direction = changeDirection({ price: from.price, rank: a }, { price: to.price, rank: b })
  if (!samePlan) return direction === 'same' ? 'upgrade' : direction
  if (!sameInterval(from.price.interval, to.price.interval)) return direction
  // A new price of the same plan is no change the customer asked for.
  return to.quantity === from.quantity
    ? 'same'
    : to.quantity > from.quantity
      ? 'upgrade'
      : 'downgrade'
}

/** What the customer would have: the interval, currency and quantity stay unless the command says. */
function targetTerms(
  draft: Draft,
  plan: Plan,
  current: LiveSubscription,
  command: ChangePlan,
): Terms | ReturnType<typeof refuse> {
  const same = plan.id === current.plan
  const interval = command.interval ?? current.price?.interval
  const currency = current.price?.currency
  const quantity = command.quantity ?? (plan.quantity ? current.quantity : undefined)
  const addOns = Object.fromEntries(
    current.addOns
      .filter(({ id }) => isSoldWith(draft.catalog, id, plan))
      .map(({ id, quantity: count }) => [id, count]),
  )
  const wanted = termsFor(draft.catalog, same ? { ...plan, archived: false } : plan, {
    interval,
    currency,
    quantity,
    addOns,
  })
  if ('code' in wanted) return wanted
  const { price } = current
  const keeps = price && wanted.price && sameInterval(wanted.price.interval, price.interval)
  if (!keeps) return wanted
  // What was bought keeps its price and version: a deploy changes nobody's price.
  if (same) return { ...termsOf(current), quantity: wanted.quantity }
  const held = new Map(current.addOns.map((each) => [each.id, each]))
  return { ...wanted, addOns: wanted.addOns.map((each) => held.get(each.id) ?? each) }
}

/** An add-on goes along to a plan that it is sold with. */
function isSoldWith({ addOns }: Catalog, id: string, plan: Plan): boolean {
  const addOn = addOns.get(id)
  return addOn !== undefined && (addOn.plans?.includes(plan.id) ?? true)
}

/** Asking for the plan one has clears what was scheduled, and changes nothing otherwise. */
function sameAgain(draft: Draft, { group, pendingChange }: LiveSubscription): Verdict {
  return pendingChange ? undoChange(draft, { group }) : undefined
}

/** Down to the free plan is a cancellation at the period's end: paid is paid. */
function toDefault(
  draft: Draft,
  plan: Plan,
  current: LiveSubscription,
  command: ChangePlan,
): Verdict {
  if (current.plan === plan.id) return undefined
  if (command.direction === 'upgrade') return refuse('wrong_direction', { direction: 'downgrade' })
  return cancel(draft, { type: 'cancel', at: 'period_end', group: plan.group })
}

/**
 * In a trial a change is immediate and unprorated. The clock is kept: the new plan's days count from
 * the first start («Lago»). A plan without trial, or whose days are over, is bought instead.
 */
function changeInTrial(
  draft: Draft,
  current: Trialing,
  plan: Plan,
  terms: Terms,
  command: ChangePlan,
): Verdict {
  const { group, trial } = current
  const { policies } = draft.catalog
  // Days that were added by hand stay added.
  const days = draft.catalog.plans.get(current.plan)?.trial?.days ?? 0
  const planned = addDays(trial.startedAt, days, policies)
  const extended = daysBetween(planned, trial.endsAt, policies)
  const endsAt = plan.trial && addDays(trial.startedAt, plan.trial.days + extended, policies)
  const ours = current.renewals === 'billwright'
  if (endsAt === undefined || endsAt <= draft.at || !ours) return buy(draft, command, plan)
  if (sameTerms(terms, current)) return undefined
  const { anchor, period } = current
  const changed = { terms, anchor, period, charged: [], carried: [], pendingChange: null }
  record(draft, { type: 'subscription.changed', group, ...changed })
  if (plan.id !== current.plan) record(draft, { type: 'trial.extended', group, endsAt })
  return undefined
}
