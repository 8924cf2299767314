/** Refunds and disputes: money that goes back, never more than came in, each counted once. */

import type { Command, GatewayEvent } from '../input.ts'
import { type Draft, record, type Verdict } from '../draft.ts'
import { isAmount } from '../money.ts'
import { refuse } from '../refusal.ts'
import { isPaid, type Payment } from '../state.ts'
import { endOrAsk } from './end.ts'
import { giveBack } from './give-back.ts'
import { raise } from './ledger.ts'

type Told<Type extends GatewayEvent['type']> = Extract<GatewayEvent, { readonly type: Type }>

/** Asks the gateway for a refund of a payment, in full or in part. Access is not touched. */
export function refund(
  draft: Draft,
  command: Extract<Command, { readonly type: 'refund' }>,
): Verdict {
  const payment =
    findPayment(draft, { ...command.payment, payment: command.payment.id }) ?? command.payment
  const left = payment.amount - payment.refunded - payment.refunding
  const amount = command.amount ?? left
  if (!isAmount(amount) || amount <= 0) return refuse('amount_invalid', { amount })
  if (amount > left) return refuse('amount_too_high', { amount, left })
  giveBack(draft, payment, amount)
  return undefined
}

/** Money went back, whoever asked for it. */
export function paymentRefunded(draft: Draft, event: Told<'payment.refunded'>): void {
  const payment = findPayment(draft, event)
  if (!payment || payment.refunds.includes(event.refund)) return
  const amount = Math.min(event.amount, payment.amount - payment.refunded)
  if (!isAmount(amount) || amount <= 0) return
  record(draft, { type: 'payment.refunded', payment, refund: event.refund, amount })
}

/** The gateway could not refund: a person must find another way. */
export function refundFailed(draft: Draft, event: Told<'payment.refund_failed'>): void {
  const payment = findPayment(draft, event)
  if (!payment || payment.refunding === 0) return
  const amount = Math.min(event.amount, payment.refunding)
  record(draft, { type: 'payment.refund_failed', payment, amount })
  raise(
    draft,
    'unknown_outcome',
    { id: payment.id, amount, currency: payment.currency },
    payment.group,
  )
}

/** The customer's bank took the side of the customer for now. The free plan is nobody's to withhold. */
export function disputed(draft: Draft, event: Told<'payment.disputed'>): void {
  const payment = findPayment(draft, event)
  if (!payment || payment.dispute !== null) return
  record(draft, { type: 'payment.disputed', payment, open: true })
  const { group } = payment
  const blocks = draft.catalog.policies.disputes === 'block'
  if (group !== null && blocks && isPaid(draft.account.subscriptions[group]))
    record(draft, { type: 'block.added', group, reason: 'dispute' })
}

/** A closed dispute lifts its block; a lost one ends the subscription. */
export function disputeClosed(draft: Draft, event: Told<'payment.dispute_closed'>): void {
  const payment = findPayment(draft, event)
  if (!payment || payment.dispute === 'closed') return
  record(draft, { type: 'payment.disputed', payment, open: false })
  const { group } = payment
  const subscription = group === null ? undefined : draft.account.subscriptions[group]
  if (group === null || !isPaid(subscription)) return
  if (subscription.blocks.includes('dispute') && !stillDisputed(draft, group))
    record(draft, { type: 'block.lifted', group, reason: 'dispute' })
  if (event.outcome === 'lost') endOrAsk(draft, subscription, 'dispute')
}

function stillDisputed(draft: Draft, group: string): boolean {
  return draft.account.payments.some(
    (payment) => payment.dispute === 'open' && payment.group === group,
  )
}

function findPayment(
  draft: Draft,
  { gateway, payment, row }: { gateway: string; payment: string; row?: Payment },
): Payment | undefined {
  const known = draft.account.payments.find((each) => {
    return each.id === payment && each.gateway === gateway
  })
  return known ?? row
}
