/** A page for another payment method, and letting one go. At Dodo a method belongs to a subscription. */
import type { EffectHandlers } from 'billwright'
import { withAnswers } from '../answer.ts'
import { text } from '../read.ts'
import { codeOf, type Desk, refused } from './desk.ts'

export function methodEffects({
  settings,
  call,
  look,
}: Desk): Pick<EffectHandlers, 'method.update' | 'method.detach'> {
  return {
    'method.update': async (effect, context) => {
      const customer = await look.customer(effect.customer, context)
      const id = customer && (await look.subscriptionOf(customer, context))
      if (!id) return refused(effect, 'no_live_subscription')
      const { returnUrl: return_url } = effect
      // Wrapped: unwrapped the package would send no body at all.
      const params = { payment_method: { type: 'new', return_url } as const }
      const reply = await call.write(context, (dodo, options) =>
        dodo.subscriptions.updatePaymentMethod(id, params, options),
      )
      if (!reply.ok) return refused(effect, codeOf(reply))
      const url = text(reply.data.payment_link)
      return url === null ? refused(effect, 'page_missing') : { events: [], page: { url } }
    },
    'method.detach': async (effect, context) => {
      const customer_id = await look.customer(null, context)
      if (customer_id === null) return refused(effect, 'customer_unknown')
      const reply = await call.write(context, (dodo, options) =>
        dodo.customers.deletePaymentMethod(effect.method, { customer_id }, options),
      )
      // Gone already is as gone as was asked.
      if (!reply.ok && reply.status !== 410) return refused(effect, codeOf(reply))
      const { name: gateway } = settings
      const removed = { type: 'method.removed', gateway, method: effect.method } as const
      return { events: withAnswers(effect, [removed]) }
    },
  }
}
