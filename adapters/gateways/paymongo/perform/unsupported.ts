/** What the pages of PayMongo cannot do: saved methods, and the vendor's own subscriptions. */
import type { EffectHandlers } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import { type PerformContext, type Performed, refusedEffect } from 'billwright'

type OfSubscription = Extract<GatewayEffect, { readonly subscription: string | null }>
type Kind = OfSubscription['kind'] | 'method.update' | 'method.detach'

export function unsupportedEffects(): Pick<EffectHandlers, Kind> {
  const refuse =
    (code: string) =>
    async (effect: GatewayEffect): Promise<Performed> => ({
      events: [refusedEffect(effect, code)],
    })
  const native = refuse('native_subscriptions_unsupported')
  return {
    'method.update': refuse('saved_methods_unsupported'),
    // Nothing is kept there, so it is as good as gone.
    'method.detach': async ({ gateway, key: answers, method }, _: PerformContext) => ({
      events: [{ type: 'method.removed', gateway, answers, method }],
    }),
    'subscription.change': native,
    'subscription.schedule': native,
    'subscription.unschedule': native,
    'subscription.cancel': native,
    'subscription.discount': native,
    'subscription.resume': native,
    'subscription.pause': native,
    'subscription.unpause': native,
    'subscription.extend_trial': native,
    'subscription.lookup': native,
  }
}
