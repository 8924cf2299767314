/** A page for another payment method, and letting one go. */
import type { EffectHandlers } from 'billwright'
import type { Desk } from './desk.ts'

export function methodEffects(desk: Desk): Pick<EffectHandlers, 'method.update' | 'method.detach'> {
  return {
    'method.update': async (effect, context) => {
      const customer = await desk.customerOf(effect.customer, context)
      const body = { customer, returnUrl: effect.returnUrl }
      return desk.post(effect, context, { path: '/v1/method_pages', body })
    },
    'method.detach': (effect, context) => {
      const path = `/v1/methods/${encodeURIComponent(effect.method)}`
      return desk.write(effect, context, { method: 'DELETE', path })
    },
  }
}
