/** What an operator may do: credit, blocks, a new price, decisions about incidents. */

import type { Command } from '../input.ts'
import { findPrice } from '../catalog.ts'
import { type Draft, liveIn, record, type Verdict } from '../draft.ts'
import { owed } from '../dunning.ts'
import { refuse } from '../refusal.ts'
import { isPaid } from '../state.ts'
import { remindOfPayment } from '../tell.ts'
import { sameTerms, termsOf } from '../terms.ts'
import { scheduleChange } from './change-terms.ts'
import { creditArrived } from './credit.ts'
import { giveBack } from './give-back.ts'
import { refusedByMove } from './held-move.ts'

type Asked<Type extends Command['type']> = Extract<Command, { readonly type: Type }>

/** Withholds access for a reason of its own; other reasons are not touched. */
export function block(draft: Draft, { group = 'default', reason }: Asked<'block'>): Verdict {
  const subscription = liveIn(draft, group)
  if (!subscription) return refuse('subscription_required')
  if (!subscription.blocks.includes(reason)) record(draft, { type: 'block.added', group, reason })
  return undefined
}

/** Lifts one reason; access returns only when no other is left. */
export function unblock(draft: Draft, { group = 'default', reason }: Asked<'unblock'>): Verdict {
  const subscription = liveIn(draft, group)
  if (!subscription) return refuse('subscription_required')
  if (subscription.blocks.includes(reason)) record(draft, { type: 'block.lifted', group, reason })
  return undefined
}

/** Moves a subscription to the plan's price and version of today, from its next period on. */
export function migratePrice(draft: Draft, { group = 'default' }: Asked<'migrate_price'>): Verdict {
  const current = liveIn(draft, group)
  if (!isPaid(current) || current.price === null) return refuse('subscription_required')
  if (current.cancelAt !== null) return refuse('ending', { cancelAt: current.cancelAt })
  if (current.request) return refuse('in_progress')
  const moving = refusedByMove(draft, group)
  if (moving) return moving
  // Whoever leaves the plan anyway needs no new price for it.
  const leaves = current.pendingChange && current.pendingChange.terms.plan !== current.plan
  if (leaves) return undefined
  const plan = draft.catalog.plans.get(current.plan)
  const { interval, currency } = current.price
  const price = plan && findPrice(plan.prices, interval, currency)
  if (!plan || !price) return refuse('price_not_found', { plan: current.plan, currency })
  const terms = { ...termsOf(current), price, planVersion: plan.version }
  if (sameTerms(terms, current) && plan.version === current.planVersion) return undefined
  return scheduleChange(draft, current, terms, { newPrice: true })
}

/** Sends the customer a reminder of the oldest invoice that is due. */
export function remindPayment(
  draft: Draft,
  { group = 'default' }: Asked<'remind_payment'>,
): Verdict {
  const due = owed(draft.account, group).find(({ dueAt }) => dueAt <= draft.at)
  if (!due) return refuse('nothing_to_pay')
  remindOfPayment(draft, group, due)
  return undefined
}

/** Decides about money that granted nothing. */
export function resolveIncident(draft: Draft, command: Asked<'resolve_incident'>): Verdict {
  const incident = draft.account.incidents.find(({ id }) => id === command.incident)
  if (!incident) return refuse('incident_unknown', { incident: command.incident })
  const { id, amount, currency } = incident
  const { choice } = command
  const payment = draft.account.payments.find((each) => each.id === incident.payment)
  if (choice === 'refund' && !payment) return refuse('amount_invalid', { incident: id })
  record(draft, { type: 'incident.resolved', incident: id, choice })
  if (choice === 'credit' && currency !== null)
    creditArrived(draft, currency, amount, 'stray_payment')
  if (choice === 'refund' && payment && amount > 0) giveBack(draft, payment, amount)
  return undefined
}
