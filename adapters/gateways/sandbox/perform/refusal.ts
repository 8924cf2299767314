/** A definite no of the sandbox, in the word that the core has for it. */

import type { GatewayEffect, GatewayEvent, Instant } from 'billwright/core'
import { refusedEffect } from 'billwright'

export function refusal(
  effect: GatewayEffect,
  code: string,
  now: Instant,
): readonly GatewayEvent[] {
  const { gateway, key: answers } = effect
  if (effect.kind === 'payment.refund') {
    const { payment, amount } = effect
    return [{ type: 'payment.refund_failed', gateway, answers, payment, amount }]
  }
  if (effect.kind === 'payment.collect' && effect.method !== null) {
    // A method that cannot be charged at all: the customer must bring another one.
    const { invoice, amount, currency } = effect
    const decline = { code: 'unknown', retry: 'with_customer' } as const
    const told = { payment: answers, subject: { invoice }, decline, amount, currency, at: now }
    return [{ type: 'payment.failed', gateway, answers, ...told }]
  }
  // Nothing is open under that reference: it is as closed as was asked.
  if (effect.kind === 'checkout.expire' && code === 'not_found') return []
  return [refusedEffect(effect, code)]
}
