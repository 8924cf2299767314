/** Opening and closing checkouts. A payment link is closed like a checkout, by its page. */
import { type EffectHandlers, refusedEffect } from 'billwright'
import { sessionEvents } from '../translate.ts'
import { type Desk, withAnswers } from './desk.ts'
import { closePage, openPage } from './page.ts'

export function checkoutEffects(
  desk: Desk,
): Pick<EffectHandlers, 'checkout.open' | 'checkout.expire'> {
  const { name: gateway } = desk
  return {
    'checkout.open': async (effect, context) => {
      const { checkout, successUrl, cancelUrl } = effect
      const { reference } = checkout
      // Without a payment there is nothing that a page could collect, and no card is ever saved.
      if (checkout.trialDays !== null || checkout.purpose === 'move')
        return { events: [refusedEffect(effect, 'saved_methods_unsupported')] }
      const page = { sold: { checkout: reference }, bill: checkout, successUrl, cancelUrl }
      const opened = await openPage(desk, effect, context, page)
      if ('type' in opened) return { events: [opened] }
      const told = { type: 'page.opened', gateway, reference, page: opened.id } as const
      return { events: withAnswers(effect, [told]), page: { url: opened.url } }
    },
    'checkout.expire': async (effect, context) => {
      const closed = await closePage(desk, effect.page, context)
      if (closed === null) return { events: [] }
      if ('refused' in closed) return { events: [refusedEffect(effect, closed.refused)] }
      return { events: withAnswers(effect, sessionEvents(gateway, closed.session)) }
    },
  }
}
