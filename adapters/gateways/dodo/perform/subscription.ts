/** Requests that set a state of Dodo's subscription: sent twice they are one. */
import type { EffectHandlers, PerformContext, Performed } from 'billwright'
import type { GatewayEffect } from 'billwright/core'
import type { DodoPayments } from 'dodopayments'
import { DAY } from 'billwright/core'
import { withAnswers } from '../answer.ts'
import { readSubscription } from '../read.ts'
import { isTrial, observed } from '../translate.ts'
import { codeOf, type Desk, refused } from './desk.ts'

type OfSubscription = Extract<GatewayEffect, { readonly subscription: string | null }>
type State = Parameters<DodoPayments['subscriptions']['update']>[1]
type Kinds =
  | 'subscription.cancel'
  | 'subscription.resume'
  | 'subscription.pause'
  | 'subscription.unpause'
  | 'subscription.extend_trial'
  | 'subscription.lookup'

const BY_CUSTOMER = 'cancelled_by_customer'

export function subscriptionEffects(desk: Desk): Pick<EffectHandlers, Kinds> {
  const set =
    <Effect extends OfSubscription>(state: State) =>
    (effect: Effect, context: PerformContext) =>
      update(desk, effect, state, context)
  return {
    'subscription.cancel': async (effect, context) => {
      const { subscription: id, at } = effect
      if (at === 'now') {
        const now: State = { status: 'cancelled', cancel_reason: BY_CUSTOMER }
        return update(desk, effect, now, context)
      }
      const shown = id === null ? null : await desk.look.subscription(id, context)
      // A period's end is all that Dodo can end one at.
      if (shown && Math.abs(shown.subscription.period.end - at) > DAY)
        return refused(effect, 'cancel_date_not_supported')
      const then: State = { cancel_at_next_billing_date: true, cancel_reason: BY_CUSTOMER }
      return update(desk, effect, then, context)
    },
    'subscription.resume': set({ cancel_at_next_billing_date: false }),
    'subscription.pause': set({ status: 'paused' }),
    'subscription.unpause': set({ status: 'active' }),
    'subscription.extend_trial': async (effect, context) => {
      const { subscription: id, endsAt } = effect
      const shown = id === null ? null : await desk.look.subscription(id, context)
      // Of one that is paid for, another billing date would be a period for nothing.
      if (shown && !isTrial(shown.subscription, shown.at))
        return refused(effect, 'trial_not_running')
      return update(desk, effect, { next_billing_date: new Date(endsAt).toISOString() }, context)
    },
    'subscription.lookup': async (effect, context) => {
      const { subscription: id, period } = effect
      if (id === null) return refused(effect, 'subscription_unknown')
      const events = await desk.lookUp({ kind: 'subscription', id, since: period.start }, context)
      return { events: withAnswers(effect, events) }
    },
  }
}

async function update(
  { call, settings }: Desk,
  effect: OfSubscription,
  state: State,
  context: PerformContext,
): Promise<Performed> {
  const { subscription: id } = effect
  if (id === null) return refused(effect, 'subscription_unknown')
  const reply = await call.write(context, (dodo, options) =>
    dodo.subscriptions.update(id, state, options),
  )
  if (!reply.ok) return refused(effect, codeOf(reply))
  const shown = readSubscription(reply.data)
  return { events: shown ? withAnswers(effect, observed(settings, shown, reply.at)) : [] }
}
