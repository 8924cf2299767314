/** What an earlier attempt of an effect did, by the mark that it left. */
import type { Gateway, PerformContext } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import type { Fields } from './fields.ts'
import type { Read } from './read.ts'
import { withAnswers } from './answer.ts'
import { markOf } from './marks.ts'
import { intentEvents, refundEvents } from './translate.ts'

/**
 * Charges and refunds are found by their mark, in lists that Stripe keeps up to date; its search is not
 * used, because it lags. Everything else is simply sent again under its key.
 */
export function find(gateway: string, read: Read): Gateway['find'] {
  return async (effect, context) => {
    if (effect.kind === 'payment.collect') {
      const made = await intentOf(read, effect, context)
      return made && { events: withAnswers(effect, intentEvents(gateway, made)) }
    }
    if (effect.kind === 'payment.refund') {
      const refunds = await read.all(context, (stripe, page) =>
        stripe.refunds.list({ ...page, payment_intent: effect.payment }),
      )
      const made = refunds.find((refund) => markOf(refund, 'effect') === effect.key)
      return made ? { events: withAnswers(effect, refundEvents(gateway, made)) } : null
    }
    return null
  }
}

async function intentOf(
  read: Read,
  { customer, key }: Extract<GatewayEffect, { readonly kind: 'payment.collect' }>,
  context: PerformContext,
): Promise<Fields | null> {
  if (customer === null) return null
  const intents = await read.all(context, (stripe, page) =>
    stripe.paymentIntents.list({ ...page, customer, expand: ['data.latest_charge'] }),
  )
  return (intents.find((intent) => markOf(intent, 'effect') === key) as Fields) ?? null
}
