/** Giving money back. Dodo charges by itself: there is nothing to collect here. */
import type { EffectHandlers, PerformContext, Performed } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import type { DodoPayment } from '../wire.ts'
import { withAnswers } from '../answer.ts'
import { readRefund } from '../read.ts'
import { refundEvents } from '../translate.ts'
import { META } from '../wire.ts'
import { type Desk, refused } from './desk.ts'

type Refund = Extract<GatewayEffect, { readonly kind: 'payment.refund' }>

export function paymentEffects(
  desk: Desk,
): Pick<EffectHandlers, 'payment.collect' | 'payment.refund' | 'payment.lookup'> {
  return {
    'payment.collect': async (effect) => refused(effect, 'renewals_billwright_not_supported'),
    'payment.refund': (effect, context) => refund(desk, effect, context),
    'payment.lookup': async (effect, context) => {
      const { reference, customer } = effect
      const checkout = await desk.lookUp({ kind: 'checkout', reference, customer }, context)
      const invoice = await desk.lookUp({ kind: 'invoice', invoice: reference, customer }, context)
      return { events: withAnswers(effect, [...checkout, ...invoice]) }
    },
  }
}

async function refund(desk: Desk, effect: Refund, context: PerformContext): Promise<Performed> {
  const { payment: payment_id, amount } = effect
  const { name: gateway } = desk.settings
  const payment = await desk.look.payment(payment_id, context)
  const failed: Performed = {
    events: withAnswers(effect, [
      { type: 'payment.refund_failed', gateway, payment: payment_id, amount },
    ]),
  }
  if (!payment || amount > leftOf(payment)) return failed
  const items = await itemsOf(desk, payment, amount, context)
  const reply = await desk.call.write(context, (dodo, options) =>
    dodo.refunds.create(
      { payment_id, metadata: { [META.effect]: markOf(effect) }, ...(items && { items }) },
      options,
    ),
  )
  const made = reply.ok ? readRefund(reply.data) : null
  if (!reply.ok) return failed
  return { events: made ? withAnswers(effect, refundEvents(gateway, payment_id, made)) : [] }
}

/** What is written into metadata of an effect's key, which may be longer than Dodo keeps. */
export function markOf({ key }: GatewayEffect): string {
  return key.slice(-500)
}

/** What can still go back; what is under way counts as gone. */
function leftOf({ amount, refunds }: DodoPayment): number {
  const gone = refunds.filter(({ status }) => status !== 'failed')
  return amount - gone.reduce((sum, each) => sum + each.amount, 0)
}

/** A part is refunded of the things that were bought, one after the other; all of it as a whole. */
async function itemsOf(
  { call }: Desk,
  payment: DodoPayment,
  amount: number,
  context: PerformContext,
) {
  if (amount === payment.amount) return null
  const reply = await call.read(context, (dodo, options) =>
    dodo.payments.retrieveLineItems(payment.id, options),
  )
  let left = amount
  const items: { item_id: string; amount: number; tax_inclusive: true }[] = []
  for (const { items_id, refundable_amount } of reply.ok ? reply.data.items : []) {
    const part = Math.min(left, refundable_amount)
    if (part > 0) items.push({ item_id: items_id, amount: part, tax_inclusive: true })
    left -= part
  }
  const [first] = items
  // More than its lines hold: Dodo decides, and says no.
  if (first && left > 0) first.amount += left
  return items
}
