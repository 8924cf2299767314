/** One function per kind of effect; the kinds that belong together share a file. */
import type { EffectHandlers } from 'billwright'
import type { Desk } from './perform/desk.ts'
import { checkoutEffects } from './perform/checkout.ts'
import { methodEffects } from './perform/method.ts'
import { paymentEffects } from './perform/payment.ts'
import { subscriptionEffects } from './perform/subscription.ts'

export function effects(desk: Desk): EffectHandlers {
  return {
    ...checkoutEffects(desk),
    ...paymentEffects(desk),
    ...methodEffects(desk),
    ...subscriptionEffects,
  }
}
