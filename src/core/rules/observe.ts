/**
 * A subscription as its gateway shows it. An older observation changes nothing; of two at the same
 * time the terminal one wins. The reply to a request, a webhook and a look-up all come through here.
 */

import type { GatewayEvent, Observation } from '../input.ts'
import { findPrice } from '../catalog.ts'
import { type Draft, record } from '../draft.ts'
import { effectKey } from '../effect.ts'
import { HOUR, type Period } from '../instant.ts'
import { type EndReason, isLive, type LiveSubscription, type PendingRequest } from '../state.ts'
import { sameInterval, sameTerms, termsOf } from '../terms.ts'
import { quoteOf } from './change-terms.ts'
import { markPaid } from './collect.ts'
import { end } from './end.ts'
import { switchOver } from './finish-move.ts'
import { heldMove } from './held-move.ts'
import { findByRef, raise } from './ledger.ts'
import { enterPeriod } from './renewal-facts.ts'

export function observed(
  draft: Draft,
  event: Extract<GatewayEvent, { readonly type: 'subscription.observed' }>,
): void {
  const { observation, gateway, answers } = event
  const subscription = findByRef(draft, gateway, observation.subscription)
  if (!subscription) return
  const { group, request } = subscription
  const terminal = observation.state === 'canceled' || observation.state === 'expired'
  const answered = request !== null && answers === request.key
  const fresh = isFresh(subscription, observation, terminal || answered)
  if (fresh && observation.observedAt !== subscription.observedAt)
    record(draft, { type: 'subscription.observed', group, observedAt: observation.observedAt })
  const moving = heldMove(draft, group)
  if (fresh && terminal && moving) {
    switchOver(draft, moving)
    return
  }
  if (fresh && terminal) {
    end(draft, subscription, observation.state === 'expired' ? 'expired' : reasonOf(subscription))
    return
  }
  if (answered) confirm(draft, subscription, request, observation)
  confirmChange(draft, group, answers)
  if (!fresh) return
  mirrorCancel(draft, group, observation)
  mirrorPause(draft, group, observation, request)
  mirrorTrial(draft, group, observation, answered)
  mirrorPeriod(draft, group, observation)
  mirrorTerms(draft, group, observation)
}

/** Why the gateway has ended it: we asked for it, dunning was over, or it was done there. */
function reasonOf({ status, cancelAt, request }: LiveSubscription): EndReason {
  if (request?.kind === 'cancel') return 'requested'
  if (status === 'suspended') return 'dunning'
  return cancelAt === null ? 'gateway' : 'requested'
}

/** Newer than what we know. Of two at one time the terminal one wins, and the answer to our request. */
function isFresh(
  { observedAt }: LiveSubscription,
  observation: Observation,
  wins: boolean,
): boolean {
  if (observedAt === null || observation.observedAt > observedAt) return true
  return observation.observedAt === observedAt && wins
}

/** The reply to a change that costs nothing now: no payment will say that it is true. */
function confirmChange(draft: Draft, group: string, answers: string | undefined): void {
  const quoted = quoteOf(draft, group)
  if (quoted?.due !== 0) return
  const key = effectKey('subscription.change', draft.account.id, quoted.id, 0)
  if (answers === key) markPaid(draft, quoted, null)
}

/** The reply to our request: what we asked for is true now. */
function confirm(
  draft: Draft,
  subscription: LiveSubscription,
  { kind, change }: PendingRequest,
  { cancelAt, period }: Observation,
): void {
  const { group, cancelAt: ending } = subscription
  // Dunning may have ended it while the request was under way: nothing is scheduled while ending.
  if (kind === 'schedule' && change && ending === null)
    record(draft, { type: 'subscription.change_scheduled', group, change, newPrice: false })
  if (kind === 'unschedule') record(draft, { type: 'subscription.change_undone', group })
  // What the gateway did not take over is not confirmed by being answered.
  const ignored =
    (kind === 'cancel' && cancelAt === null) ||
    (kind === 'extend' && period.end <= subscription.period.end)
  record(draft, { type: 'request.closed', group, outcome: ignored ? 'refused' : 'confirmed' })
}

function mirrorCancel(draft: Draft, group: string, { cancelAt }: Observation): void {
  const subscription = draft.account.subscriptions[group]
  // That a gateway ends what moves away from it was asked by us, and ends nothing here.
  if (!isLive(subscription) || subscription.cancelAt === cancelAt || heldMove(draft, group)) return
  if (cancelAt !== null) {
    record(draft, { type: 'subscription.cancel_scheduled', group, cancelAt, reason: 'requested' })
    closeRequest(draft, subscription, 'cancel')
  } else {
    // What has ended already, after dunning or a lost dispute, is not taken back by a snapshot.
    if (subscription.cancelAt !== null && subscription.cancelAt <= draft.at) return
    record(draft, { type: 'subscription.cancel_undone', group })
    closeRequest(draft, subscription, 'resume')
  }
}

/** `request` is what was asked before the reply closed it: only it knows when a pause ends. */
function mirrorPause(
  draft: Draft,
  group: string,
  { state, period }: Observation,
  request: PendingRequest | null,
): void {
  const subscription = draft.account.subscriptions[group]
  if (!isLive(subscription)) return
  if (state === 'paused' && subscription.status === 'active') {
    const resumesAt = request?.kind === 'pause' ? request.cancelAt : null
    record(draft, { type: 'subscription.paused', group, resumesAt, credited: false })
    closeRequest(draft, subscription, 'pause')
  } else if ((state === 'active' || state === 'past_due') && subscription.status === 'paused') {
    const { anchor, charged } = subscription
    // A boundary passed meanwhile: `mirrorPeriod` enters the new period, with what was scheduled for it.
    const passed = period.start >= subscription.period.end
    const resumed = { anchor, period: passed ? subscription.period : period, charged }
    record(draft, { type: 'subscription.resumed', group, ...resumed })
    closeRequest(draft, subscription, 'unpause')
  }
}

/** A trial that was put off, by our request or by hand there. Two clocks never differ by an hour. */
function mirrorTrial(
  draft: Draft,
  group: string,
  { state, period: { end } }: Observation,
  answered: boolean,
): void {
  const subscription = draft.account.subscriptions[group]
  if (subscription?.status !== 'trialing' || state !== 'trialing') return
  if (end <= subscription.trial.endsAt + (answered ? 0 : HOUR)) return
  record(draft, { type: 'trial.extended', group, endsAt: end })
  closeRequest(draft, subscription, 'extend')
}

function mirrorPeriod(draft: Draft, group: string, { state, period }: Observation): void {
  const subscription = draft.account.subscriptions[group]
  if (!isLive(subscription) || (state !== 'active' && state !== 'past_due')) return
  if (isMoved(draft, subscription, period)) movePeriod(draft, subscription, period)
  else enterPeriod(draft, subscription, period)
}

/**
 * Whether the gateway has begun another cycle inside the running period, as some do with a change, or
 * has put its end off. An hour is more than two clocks ever differ.
 */
function isMoved(draft: Draft, subscription: LiveSubscription, period: Period): boolean {
  const { status, group, period: known } = subscription
  const inside = period.start >= known.start && period.start < known.end
  const open = quoteOf(draft, group) !== undefined
  return status === 'active' && !open && inside && period.end > known.end + HOUR
}

/** What was paid for is paid for to the new end: the gateway owns the clock, and it says so. */
function movePeriod(draft: Draft, subscription: LiveSubscription, period: Period): void {
  const { group, charged, carried, pendingChange, paidThrough } = subscription
  const paid = paidThrough !== null && paidThrough >= subscription.period.end
  const terms = termsOf(subscription)
  const moved = { terms, anchor: period.start, period, charged, carried, pendingChange, paid }
  record(draft, { type: 'subscription.changed', group, ...moved })
}

/**
 * The plan at the gateway. The target of a gated change that costs nothing is confirmed by being
 * seen; the target of a scheduled one is seen early and waits; anything else was done by hand there.
 */
function mirrorTerms(draft: Draft, group: string, { plan, quantity }: Observation): void {
  const subscription = draft.account.subscriptions[group]
  if (!isLive(subscription)) return
  const declared = plan && draft.catalog.plans.get(plan.id)
  if (!declared) {
    raise(draft, 'unknown_plan', null, group)
    return
  }
  const same = subscription.plan === declared.id
  const currency = subscription.price?.currency
  const held = subscription.price
  const kept = same && held !== null && sameInterval(held.interval, plan.interval)
  const price = kept ? held : findPrice(declared.prices, plan.interval, currency)
  if (!price) {
    raise(draft, 'unknown_plan', null, group)
    return
  }
  const planVersion = same ? subscription.planVersion : declared.version
  const { addOns } = subscription
  const terms = { plan: declared.id, planVersion, price, quantity, addOns }
  const gated = quoteOf(draft, group)
  if (gated?.gate && sameTerms(gated.gate.terms, terms)) {
    if (gated.due === 0) markPaid(draft, gated, null)
    return
  }
  const scheduled = subscription.pendingChange ?? subscription.request?.change
  if (sameTerms(subscription, terms) || (scheduled && sameTerms(scheduled.terms, terms))) return
  const { anchor, period, charged, carried, pendingChange } = subscription
  const changed = { terms, anchor, period, charged, carried, pendingChange }
  record(draft, { type: 'subscription.changed', group, ...changed })
}

function closeRequest(
  draft: Draft,
  { group }: LiveSubscription,
  kind: PendingRequest['kind'],
): void {
  if (draft.account.subscriptions[group]?.request?.kind === kind)
    record(draft, { type: 'request.closed', group, outcome: 'confirmed' })
}
