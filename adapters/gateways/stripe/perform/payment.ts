/** Charging a saved card, trying what Stripe could not collect, and giving money back. */
import type { EffectHandlers, PerformContext, Performed } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import type { Desk } from './desk.ts'
import { refusedEffect } from 'billwright'
import { withAnswers } from '../answer.ts'
import { textAt } from '../fields.ts'
import { isMarked, MARK, subscriptionMetadata } from '../marks.ts'
import { toStripe } from '../money.ts'
import { intentEvents, refundEvents } from '../translate.ts'
import { invoiceEvents, paymentOfInvoice } from '../translate-billing.ts'

type Collect = Extract<GatewayEffect, { readonly kind: 'payment.collect' }>

export function paymentEffects(
  desk: Desk,
): Pick<EffectHandlers, 'payment.collect' | 'payment.refund' | 'payment.lookup'> {
  const { name } = desk.settings
  /** Stripe forgets keys after a day: a repeat looks first. */
  const repeated = async (effect: GatewayEffect, context: PerformContext) =>
    context.attempt > 1 ? desk.find(effect, context) : null
  return {
    'payment.collect': async (effect, context) => {
      // What Stripe bills by itself is imported as a sum; what the core bills has lines.
      if (effect.lines.length === 0) return retryInvoice(desk, effect, context)
      return (await repeated(effect, context)) ?? charge(desk, effect, context)
    },
    'payment.refund': async (effect, context) => {
      const { payment: payment_intent, currency, key } = effect
      const amount = toStripe(effect.amount, currency)
      if (amount === null) return { events: [refusedEffect(effect, 'amount_not_expressible')] }
      const metadata = { [MARK.effect]: key.slice(0, 500) }
      const earlier = await repeated(effect, context)
      if (earlier) return earlier
      return desk.perform(effect, context, {
        run: (stripe, options) =>
          stripe.refunds.create(
            { payment_intent, amount, reason: 'requested_by_customer', metadata },
            options,
          ),
        tell: (refund) => refundEvents(name, refund),
      })
    },
    'payment.lookup': async (effect, context) => {
      const { reference, customer } = effect
      const checkout = await desk.lookUp({ kind: 'checkout', reference, customer }, context)
      const thing = { kind: 'invoice', invoice: reference, customer } as const
      const events = checkout.length > 0 ? checkout : await desk.lookUp(thing, context)
      return { events: withAnswers(effect, events) }
    },
  }
}

/** Charges the saved card while the customer is away. */
async function charge(desk: Desk, effect: Collect, context: PerformContext): Promise<Performed> {
  const { method, customer, invoice, currency, lines, key } = effect
  if (method === null || customer === null)
    return { events: [refusedEffect(effect, 'no_saved_payment_method')] }
  const amount = toStripe(effect.amount, currency)
  if (amount === null) return { events: [refusedEffect(effect, 'amount_not_expressible')] }
  const description = lines
    .map(({ id }) => context.titleOf(id))
    .join(', ')
    .slice(0, 500)
  const metadata = { [MARK.invoice]: invoice, [MARK.effect]: key.slice(0, 500) }
  return desk.perform(effect, context, {
    run: (stripe, options) =>
      stripe.paymentIntents.create(
        {
          ...{ amount, currency: currency.toLowerCase(), customer, payment_method: method.id },
          ...{ off_session: true, confirm: true, description, metadata, expand: ['latest_charge'] },
        },
        options,
      ),
    tell: (intent) => intentEvents(desk.settings.name, intent),
  })
}

/** Has Stripe try its own open invoice once more: the oldest of our subscriptions of the customer. */
async function retryInvoice(
  desk: Desk,
  effect: Collect,
  context: PerformContext,
): Promise<Performed> {
  const { customer, method } = effect
  const { name } = desk.settings
  const open =
    customer === null
      ? []
      : await desk.read.all(context, (stripe, page) =>
          stripe.invoices.list({ ...page, customer, status: 'open' }),
        )
  const ours = open.filter((invoice) => isMarked(subscriptionMetadata(invoice)))
  const id = textAt(ours.at(-1), 'id')
  if (id === null) return { events: [refusedEffect(effect, 'invoice_unknown')] }
  // A card of the subscription's own would be charged before the customer's.
  const body = { expand: ['payments'], ...(method && { payment_method: method.id }) }
  const reply = await desk.write(effect, context, (stripe, options) =>
    stripe.invoices.pay(id, body, options),
  )
  if (!reply.ok) return desk.refuse(effect, reply, context)
  const isPaid = paymentOfInvoice(reply.data) !== null
  return desk.answer(effect, isPaid ? invoiceEvents(name, reply.data) : [], 'not_paid')
}
