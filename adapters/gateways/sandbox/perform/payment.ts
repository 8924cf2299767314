/** Charging a saved method, sending a link where there is none, and giving money back. */
import type { EffectHandlers } from 'billwright'
import type { Desk } from './desk.ts'
import { withAnswers } from '../answer.ts'
import { asLines } from '../wire-terms.ts'

export function paymentEffects(
  desk: Desk,
): Pick<EffectHandlers, 'payment.collect' | 'payment.refund' | 'payment.lookup'> {
  return {
    'payment.collect': async (effect, context) => {
      const { invoice: reference, amount, currency, method, lines, expiresAt } = effect
      const { successUrl = null, cancelUrl = null } = effect
      if (method !== null) {
        const body = { reference, amount, currency, method: method.id }
        return desk.post(effect, context, { path: '/v1/charges', body })
      }
      const body = {
        customer: await desk.customerOf(effect.customer, context),
        ...{ reference, amount, currency, expiresAt, successUrl, cancelUrl },
        lines: asLines(lines, { credit: 0, ...context }),
      }
      return desk.post(effect, context, { path: '/v1/links', body })
    },
    'payment.refund': (effect, context) => {
      const body = { charge: effect.payment, amount: effect.amount }
      return desk.post(effect, context, { path: '/v1/refunds', body })
    },
    'payment.lookup': async (effect, context) => {
      const { reference } = effect
      const checkout = await desk.lookUp({ kind: 'checkout', reference }, context)
      const invoice = await desk.lookUp({ kind: 'invoice', invoice: reference }, context)
      return { events: withAnswers(effect, [...checkout, ...invoice]) }
    },
  }
}
