/** Requests to a subscription of the gateway: there is none, the core owns the clock. */
import type { EffectHandlers, Performed } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import { refused } from '../answer.ts'

type OfSubscription = Extract<GatewayEffect, { readonly subscription: string | null }>

const no = async (effect: GatewayEffect): Promise<Performed> =>
  refused(effect, 'subscription_unknown')

export const subscriptionEffects: Pick<EffectHandlers, OfSubscription['kind']> = {
  'subscription.change': no,
  'subscription.schedule': no,
  'subscription.unschedule': no,
  'subscription.cancel': no,
  'subscription.discount': no,
  'subscription.resume': no,
  'subscription.pause': no,
  'subscription.unpause': no,
  'subscription.extend_trial': no,
  'subscription.lookup': no,
}
