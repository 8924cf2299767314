/** A page for each period, money that goes back, and looking payments up. */

import type { GatewayEffect, GatewayEvent } from 'billwright/core'
import { type EffectHandlers, type PerformContext, type Performed, refusedEffect } from 'billwright'
import { readRefund } from '../read-resource.ts'
import { REFERENCE_KEY } from '../reference.ts'
import { isPaid, refundEvents, sessionEvents } from '../translate.ts'
import { type Desk, withAnswers } from './desk.ts'
import { closePage, openPage } from './page.ts'

type Of<Kind extends GatewayEffect['kind']> = Extract<GatewayEffect, { readonly kind: Kind }>

export function paymentEffects(
  desk: Desk,
): Pick<EffectHandlers, 'payment.collect' | 'payment.refund' | 'payment.lookup'> {
  return {
    'payment.collect': (effect, context) => sendLink(desk, effect, context),
    'payment.refund': (effect, context) => refund(desk, effect, context),
    'payment.lookup': async (effect, context) => {
      const events = await desk.lookUp({ ...effect, kind: 'checkout' }, context)
      return { events: withAnswers(effect, events) }
    },
  }
}

/** One open page for each invoice: an older one is closed first, and what was paid on it is paid. */
async function sendLink(
  desk: Desk,
  effect: Of<'payment.collect'>,
  context: PerformContext,
): Promise<Performed> {
  const { invoice, method, page } = effect
  const { name: gateway, returnUrl } = desk
  if (method !== null) return { events: [refusedEffect(effect, 'saved_methods_unsupported')] }
  const older = await closePage(desk, page, context)
  if (older && 'refused' in older) return { events: [refusedEffect(effect, older.refused)] }
  if (older?.session.payments.some(isPaid))
    return { events: withAnswers(effect, sessionEvents(gateway, older.session)) }
  const sold = { invoice }
  const { successUrl = returnUrl, cancelUrl = returnUrl } = effect
  const urls = { successUrl, cancelUrl }
  const opened = await openPage(desk, effect, context, { sold, bill: effect, ...urls })
  if ('type' in opened) return { events: [opened] }
  const { id, url } = opened
  const told: readonly GatewayEvent[] = [
    { type: 'link.delivered', gateway, invoice, url },
    { type: 'page.opened', gateway, reference: invoice, page: id },
  ]
  return { events: withAnswers(effect, told), page: { url } }
}

/** The vendor forgets its keys after a day: before it is sent again, it is looked for. */
async function refund(
  desk: Desk,
  effect: Of<'payment.refund'>,
  context: PerformContext,
): Promise<Performed> {
  const { payment, amount, key } = effect
  const known = context.attempt > 1 ? await desk.find(effect, context) : null
  if (known) return known
  const attributes = {
    amount,
    payment_id: payment,
    reason: 'requested_by_customer',
    metadata: { [REFERENCE_KEY]: key },
  }
  const { signal } = context
  const reply = await desk.call({ method: 'POST', path: '/v1/refunds', attributes, key, signal })
  if (!reply.ok) {
    const { name: gateway } = desk
    const failed = { type: 'payment.refund_failed', gateway, payment, amount } as const
    return { events: withAnswers(effect, [failed]) }
  }
  const made = readRefund(reply.data)
  // One that is on its way is told by webhook, or found in the list.
  return { events: made ? withAnswers(effect, refundEvents(desk.name, made)) : [] }
}
