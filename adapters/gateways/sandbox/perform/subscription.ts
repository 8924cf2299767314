/** Requests to a subscription whose clock the sandbox owns. */

import type { GatewayEffect } from 'billwright/core'
import type { Content, Desk } from './desk.ts'
import { type EffectHandlers, type PerformContext, type Performed, refusedEffect } from 'billwright'
import { withAnswers } from '../answer.ts'
import { asCoupon, asTerms } from '../wire-terms.ts'

type OfSubscription = Extract<GatewayEffect, { readonly subscription: string | null }>

export function subscriptionEffects(desk: Desk): Pick<EffectHandlers, OfSubscription['kind']> {
  /** One request about one subscription, with what it says. */
  const request =
    <Effect extends OfSubscription>(verb: string, content: (effect: Effect) => Content) =>
    async (effect: Effect, context: PerformContext): Promise<Performed> => {
      const { subscription } = effect
      if (subscription === null) return { events: [refusedEffect(effect, 'subscription_unknown')] }
      const path = `/v1/subscriptions/${encodeURIComponent(subscription)}/${verb}`
      return desk.post(effect, context, { path, body: content(effect) })
    }
  return {
    'subscription.change': request('change', (effect) => {
      const { invoice, terms, at, expected, behavior, resetsAnchor } = effect
      return { invoice, terms: asTerms(terms), at, expected, behavior, resetsAnchor }
    }),
    'subscription.schedule': request('schedule', ({ terms, at }) => ({
      terms: asTerms(terms),
      at,
    })),
    'subscription.unschedule': request('unschedule', () => ({})),
    'subscription.cancel': request('cancel', ({ at }) => ({ at: at === 'now' ? null : at })),
    'subscription.discount': request('discount', ({ coupon }) => ({ coupon: asCoupon(coupon) })),
    'subscription.resume': request('resume', () => ({})),
    'subscription.pause': request('pause', ({ until }) => ({ until })),
    'subscription.unpause': request('unpause', () => ({})),
    'subscription.extend_trial': request('extend-trial', ({ endsAt }) => ({ at: endsAt })),
    'subscription.lookup': async (effect, context) => {
      const { subscription: id, period } = effect
      if (id === null) return { events: [refusedEffect(effect, 'subscription_unknown')] }
      const { start: since } = period
      const events = await desk.lookUp({ kind: 'subscription', id, since }, context)
      return { events: withAnswers(effect, events) }
    },
  }
}
