/** Opening and closing checkouts. A payment link is closed like a checkout, by the invoice's id. */
import type { EffectHandlers } from 'billwright'
import type { Desk } from './desk.ts'
import { asLines, asSale } from '../wire-terms.ts'

export function checkoutEffects(
  desk: Desk,
): Pick<EffectHandlers, 'checkout.open' | 'checkout.expire'> {
  return {
    'checkout.open': async (effect, context) => {
      const { checkout, successUrl, cancelUrl } = effect
      const { reference, amount, currency, expiresAt, lines, credit } = checkout
      const body = {
        customer: await desk.customerOf(effect.customer, context),
        ...{ reference, amount, currency, successUrl, cancelUrl, expiresAt },
        lines: asLines(lines, { credit, ...context }),
        sells: asSale(effect),
      }
      return desk.post(effect, context, { path: '/v1/checkouts', body })
    },
    'checkout.expire': (effect, context) => {
      const body = { reference: effect.reference }
      return desk.post(effect, context, { path: '/v1/pages/expire', body })
    },
  }
}
