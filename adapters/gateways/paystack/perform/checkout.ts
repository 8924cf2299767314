/** Opening checkouts. Paystack cannot close one: money for it afterwards is a stray payment. */
import type { EffectHandlers } from 'billwright'
import { withAnswers } from '../answer.ts'
import { CAPABILITIES } from '../capabilities.ts'
import { type Desk, openPage } from './desk.ts'

export function checkoutEffects(
  desk: Desk,
): Pick<EffectHandlers, 'checkout.open' | 'checkout.expire'> {
  return {
    'checkout.open': (effect, context) => {
      const { reference: id, purpose, currency, amount: due } = effect.checkout
      // A card is saved by a charge only. Who moves owes nothing: the smallest one, which comes back.
      const amount = purpose === 'move' ? (CAPABILITIES.minimum[currency] ?? 0) : due
      const { successUrl, cancelUrl } = effect
      const of = { purpose: 'checkout', id, attempt: 1, amount, currency } as const
      return openPage(desk, effect, context, { ...of, successUrl, cancelUrl, recurring: true })
    },
    'checkout.expire': async (effect, context) => {
      const { reference } = effect
      const checkout = await desk.look.thing({ kind: 'checkout', reference }, context)
      return { events: withAnswers(effect, checkout) }
    },
  }
}
