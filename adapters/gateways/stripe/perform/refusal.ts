/** A definite no of Stripe, in the word that the core has for it. */

import type { GatewayEffect, GatewayEvent, Instant } from 'billwright/core'
import type { Reply } from '../transport.ts'
import { type Performed, refusedEffect } from 'billwright'
import { declineOf } from '../decline.ts'
import { textAt } from '../fields.ts'

type Refused = Extract<Reply, { readonly ok: false }>

export function refusal(effect: GatewayEffect, reply: Refused, now: Instant): Performed {
  return { events: eventsOf(effect, reply, now) }
}

function eventsOf(effect: GatewayEffect, reply: Refused, now: Instant): readonly GatewayEvent[] {
  const { gateway, key: answers } = effect
  if (effect.kind === 'payment.refund') {
    const { payment, amount } = effect
    return [{ type: 'payment.refund_failed', gateway, answers, payment, amount }]
  }
  const charges = effect.kind === 'payment.collect' || effect.kind === 'subscription.change'
  // A saved card that cannot be charged at all: the customer must bring another one.
  const uncharged = effect.kind === 'payment.collect' && reply.status < 500
  if (charges && (reply.status === 402 || uncharged)) {
    const { invoice } = effect
    const decline = reply.status === 402 ? declineOf(reply.error) : NEEDS_CUSTOMER
    const payment = textAt(reply.error, 'payment_intent', 'id') ?? `declined:${answers}`
    const [amount, currency] =
      effect.kind === 'payment.collect'
        ? [effect.amount, effect.currency]
        : [effect.expected, effect.terms.price?.currency ?? '']
    const told = { payment, subject: { invoice }, decline, amount, currency, at: now }
    return [{ type: 'payment.failed', gateway, answers, ...told }]
  }
  return [refusedEffect(effect, reply.code)]
}

const NEEDS_CUSTOMER = { code: 'unknown', retry: 'with_customer' } as const
