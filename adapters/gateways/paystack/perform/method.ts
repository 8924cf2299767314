/** Another card, by the smallest charge on a page; and letting one go. */
import type { EffectHandlers } from 'billwright'
import { refused, withAnswers } from '../answer.ts'
import { readMethod } from '../translate.ts'
import { type Desk, openPage } from './desk.ts'

export function methodEffects(desk: Desk): Pick<EffectHandlers, 'method.update' | 'method.detach'> {
  const { settings, call } = desk
  return {
    'method.update': (effect, context) => {
      const { key: id, returnUrl: successUrl } = effect
      const { cardCheckCurrency: currency, capabilities } = settings
      const amount = capabilities.minimum[currency] ?? 0
      const of = { purpose: 'method', id, attempt: 1, amount, currency, recurring: true } as const
      return openPage(desk, effect, context, { ...of, successUrl, cancelUrl: null })
    },
    'method.detach': async (effect, { signal }) => {
      const { gateway, method } = effect
      const known = readMethod(method)
      if (known === null) return refused(effect, 'method_unknown')
      const body = { authorization_code: known.code }
      const path = '/customer/authorization/deactivate'
      const reply = await call({ method: 'POST', path, body, signal })
      // One that Paystack does not have any more is gone, too.
      if (!reply.ok && reply.status !== 404) return refused(effect, reply.code)
      return { events: withAnswers(effect, [{ type: 'method.removed', gateway, method }]) }
    },
  }
}
