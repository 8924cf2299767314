/** Dunning: the status follows the stage of the oldest unpaid invoice, derived anew from facts. */

import type { Command } from '../input.ts'
import type { LiveSubscription } from '../state.ts'
import { type Draft, liveIn, record, type Verdict } from '../draft.ts'
import { dunningStage, oldestFailed } from '../dunning.ts'
import { refuse } from '../refusal.ts'
import { endOrAsk } from './end.ts'
import { restartIfLapsed } from './restart.ts'

/**
 * Brings the status in line with what is owed. Paying everything clears it at once; paying the oldest
 * re-anchors on the next. The end of dunning is time's doing, never a payment's.
 */
export function restage(draft: Draft, group: string): void {
  const subscription = draft.account.subscriptions[group]
  if (!subscription || !isInDunning(subscription.status)) return
  const { policies } = draft.catalog
  const oldest = oldestFailed(draft.account, group) ?? null
  const stage = dunningStage(oldest, draft.at, policies.dunning, {
    timeZone: policies.timeZone,
    extraDays: subscription.graceDays,
  })
  const { status } = subscription
  if (stage === 'clear' || stage === 'collecting') {
    if (status !== 'active') record(draft, { type: 'subscription.recovered', group })
  } else if (stage === 'past_due') {
    if (status !== 'past_due') record(draft, { type: 'subscription.past_due', group })
  } else if (status !== 'suspended') {
    if (status === 'active') record(draft, { type: 'subscription.past_due', group })
    record(draft, { type: 'subscription.suspended', group })
  }
}

function isInDunning(status: string): boolean {
  return status === 'active' || status === 'past_due' || status === 'suspended'
}

/** Dunning is over: the subscription is canceled and what was owed is uncollectible. */
export function endDunning(draft: Draft, subscription: LiveSubscription): void {
  endOrAsk(draft, subscription, 'dunning')
}

/** Gives an unpaid subscription more days; one that was suspended has access again meanwhile. */
export function extendGrace(
  draft: Draft,
  { days, group = 'default' }: Extract<Command, { readonly type: 'extend_grace' }>,
): Verdict {
  const subscription = liveIn(draft, group)
  if (subscription?.status !== 'past_due' && subscription?.status !== 'suspended')
    return refuse('nothing_to_pay')
  if (!Number.isSafeInteger(days) || days < 1) return refuse('quantity_invalid', { days })
  record(draft, { type: 'grace.extended', group, days })
  restage(draft, group)
  if (restartIfLapsed(draft, group)) restage(draft, group)
  return undefined
}
