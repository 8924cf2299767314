/** A purchase: a trial that is open to the customer starts, otherwise a checkout opens. */

import type { Command } from '../input.ts'
import type { Plan } from '../plan.ts'
import { gatewayOf } from '../catalog.ts'
import { type Draft, liveIn, type Verdict } from '../draft.ts'
import { refuse } from '../refusal.ts'
import { type AppliedCoupon, isUnbought, type LiveSubscription } from '../state.ts'
import { openCheckout } from './checkout.ts'
import { couponFor } from './coupon.ts'
import { startDefault, termsFor } from './start.ts'
import { isTrialUsed, startTrialing, trialKeysOf } from './trial.ts'

export type Purchase = Omit<Extract<Command, { readonly type: 'subscribe' }>, 'type'>

export function buy(draft: Draft, command: Purchase, plan: Plan): Verdict {
  const current = liveIn(draft, plan.group)
  if (current?.cancelAt) return refuse('ending', { cancelAt: current.cancelAt })
  if (plan.default) {
    startDefault(draft, plan.group)
    return undefined
  }
  const terms = termsFor(draft.catalog, plan, command)
  if ('code' in terms) return terms
  // A coupon that a trial holds already goes over to the purchase.
  const held = current?.coupon ?? null
  const other = command.coupon !== undefined && command.coupon !== held?.code
  const coupon = other ? couponFor(draft, command.coupon ?? '', terms) : held
  if (coupon && 'message' in coupon) return coupon
  const keys = trialKeysOf(draft, command.trialKeys)
  const trial = offersTrial(draft, plan, current, command) ? plan.trial : undefined
  if (trial?.payment === 'none') {
    startTrialing(draft, terms, trial.days, { keys, coupon })
    return undefined
  }
  return checkOut(draft, command, plan, {
    terms,
    coupon,
    trial: trial && { days: trial.days, keys },
  })
}

/** Opens the hosted checkout of a purchase, at the gateway asked for or the customer's own. */
function checkOut(
  draft: Draft,
  command: Purchase,
  { group }: Plan,
  {
    terms,
    coupon,
    trial,
  }: {
    readonly terms: Parameters<typeof openCheckout>[1]['terms']
    readonly coupon: AppliedCoupon | null
    readonly trial: { readonly days: number; readonly keys: readonly string[] } | undefined
  },
): Verdict {
  const gateway = gatewayOf(draft.catalog, command.gateway ?? draft.account.gateway)
  if (!gateway) return refuse('gateway_required', { gateway: command.gateway ?? null })
  const { successUrl = null, cancelUrl = null } = command
  const pages = { successUrl, cancelUrl }
  return openCheckout(draft, { group, terms, coupon, gateway, trial: trial ?? null, ...pages })
}

/** Something is paid for, so it is changed; free, trial and unpaid subscriptions are bought out of. */
export function isBought(subscription: LiveSubscription): boolean {
  return subscription.price !== null && !isUnbought(subscription)
}

function offersTrial(
  draft: Draft,
  plan: Plan,
  current: LiveSubscription | undefined,
  command: Purchase,
): boolean {
  if (!plan.trial || command.trial === false) return false
  const running = current?.status === 'trialing' || current?.status === 'unpaid'
  const keys = trialKeysOf(draft, command.trialKeys)
  return !running && !isTrialUsed(draft, keys, command.trialKeysTaken)
}
