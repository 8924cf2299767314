/** Charging a saved card, sending a link where there is none, and giving money back. */
import type { EffectHandlers, PerformContext, Performed } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import { outcomeUnknown } from 'billwright'
import { amountRefusal, toPaystack } from '../amounts.ts'
import { refused, withAnswers } from '../answer.ts'
import { isFields, readRefund, text } from '../read.ts'
import { writeReference } from '../reference.ts'
import { pendingEvents, readMethod, refundEvents, transactionEvents } from '../translate.ts'
import { type Desk, openPage } from './desk.ts'

type Collect = Extract<GatewayEffect, { readonly kind: 'payment.collect' }>
type Refund = Extract<GatewayEffect, { readonly kind: 'payment.refund' }>

export function paymentEffects(
  desk: Desk,
): Pick<EffectHandlers, 'payment.collect' | 'payment.refund' | 'payment.lookup'> {
  return {
    'payment.collect': (effect, context) =>
      effect.method === null
        ? sendLink(desk, effect, context)
        : charge(desk, effect, { id: effect.method.id, context }),
    'payment.refund': (effect, context) => giveBack(desk, effect, context),
    'payment.lookup': async (effect, context) => {
      const { reference } = effect
      const checkout = await desk.look.thing({ kind: 'checkout', reference }, context)
      const invoice = await desk.look.thing({ kind: 'invoice', invoice: reference }, context)
      return { events: withAnswers(effect, [...checkout, ...invoice]) }
    },
  }
}

/** The reply tells less than the transaction, so the transaction is read again: then all tell alike. */
async function charge(
  desk: Desk,
  effect: Collect,
  { id, context }: { readonly id: string; readonly context: PerformContext },
): Promise<Performed> {
  const { settings, call } = desk
  const { invoice, attempt, amount, currency, successUrl } = effect
  const method = readMethod(id)
  if (method === null) return refused(effect, 'method_unknown')
  const wrong = amountRefusal(settings, amount, currency)
  if (wrong !== null) return refused(effect, wrong)
  const ours = { purpose: 'charge', id: invoice, attempt, page: 1 } as const
  const reference = writeReference(settings.prefix, ours)
  const body = {
    authorization_code: method.code,
    email: method.email,
    ...{ amount: toPaystack(amount, currency, settings.xof), currency, reference },
    // Only a bank that wants a confirmation leads there.
    ...(successUrl !== undefined && { callback_url: successUrl }),
  }
  const path = '/transaction/charge_authorization'
  const reply = await call({ method: 'POST', path, body, signal: context.signal })
  if (!reply.ok && reply.code !== 'duplicate_reference') return refused(effect, reply.code)
  const url = reply.ok ? challengeOf(reply.data) : null
  if (url !== null) {
    const events = withAnswers(effect, pendingEvents(settings, ours, url))
    return { events, page: { url } }
  }
  return settled(desk, effect, { reference, context })
}

/** Where the bank wants the customer to confirm. */
function challengeOf(data: unknown): string | null {
  return isFields(data) && data.paused === true ? text(data.authorization_url) : null
}

/** What became of a charge that was made. Not to learn it is not to know it. */
async function settled(
  { settings, look }: Desk,
  effect: Collect,
  { reference, context }: { readonly reference: string; readonly context: PerformContext },
): Promise<Performed> {
  const unknown = (vendorCode: string) => outcomeUnknown(settings.name, { vendorCode })
  const found = await look.transaction(reference, context).catch(() => {
    throw unknown('verify_failed')
  })
  const events = found ? transactionEvents(settings, found) : []
  if (events.length === 0) throw unknown('transaction_unreadable')
  return { events: withAnswers(effect, events) }
}

async function sendLink(desk: Desk, effect: Collect, context: PerformContext): Promise<Performed> {
  const { invoice, attempt, amount, currency, gateway } = effect
  const of = { purpose: 'link', id: invoice, attempt, amount, currency } as const
  const { successUrl = null, cancelUrl = null } = effect
  const urls = { successUrl, cancelUrl, recurring: false }
  const made = await openPage(desk, effect, context, { ...of, ...urls })
  if (!made.page) return made
  const { url } = made.page
  const delivered = { type: 'link.delivered', gateway, invoice, url } as const
  return { ...made, events: withAnswers(effect, [delivered]) }
}

/** Paystack would give back twice what is asked twice: what was made under our key is looked for. */
async function giveBack(
  { settings, call, look }: Desk,
  effect: Refund,
  context: PerformContext,
): Promise<Performed> {
  const { payment, amount, currency, gateway, key: merchant_note } = effect
  const failed: Performed = {
    events: withAnswers(effect, [{ type: 'payment.refund_failed', gateway, payment, amount }]),
  }
  const paid = await look.transaction(payment, context)
  if (paid === null) return failed
  const made = (await look.refunds(paid.id, context)).find(({ note }) => note === merchant_note)
  if (made) return { events: withAnswers(effect, refundEvents(settings, payment, made)) }
  const body = {
    transaction: payment,
    amount: toPaystack(amount, currency, settings.xof),
    merchant_note,
  }
  const reply = await call({ method: 'POST', path: '/refund', body, signal: context.signal })
  if (!reply.ok) return failed
  const refund = readRefund(reply.data)
  const events = refund ? refundEvents(settings, payment, refund) : []
  return { events: withAnswers(effect, events) }
}
