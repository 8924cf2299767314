/**
 * Trials: one per trial key, consumed when it really starts and never freed. A trial without payment
 * is ours alone; one with a method saved upfront converts by itself.
 */

import type { Command } from '../input.ts'
import type { Instant } from '../instant.ts'
import type { AppliedCoupon, LiveSubscription, Renewals, Terms, Trialing } from '../state.ts'
import { addDays } from '../calendar.ts'
import { type Draft, liveIn, record, type Verdict } from '../draft.ts'
import { billPeriod, openInvoice } from '../invoice.ts'
import { refuse } from '../refusal.ts'
import { termsOf } from '../terms.ts'
import { collect } from './collect.ts'
import { consumeCoupon } from './coupon.ts'
import { end } from './end.ts'
import { atGateway, openRequest } from './request.ts'
import { firstPeriod, newSubscription } from './start.ts'

export interface TrialStart {
  readonly keys: readonly string[]
  readonly coupon: AppliedCoupon | null
  /** The gateway where a method was saved for it. */
  readonly upfront?: { readonly gateway: string; readonly renewals: Renewals }
  readonly at?: Instant
}

/** Starts a trial of `days` civil days. */
export function startTrialing(draft: Draft, terms: Terms, days: number, start: TrialStart): void {
  const { keys, coupon, upfront, at = draft.at } = start
  const { policies, plans } = draft.catalog
  const endsAt = addDays(at, days, policies)
  const group = plans.get(terms.plan)?.group ?? 'default'
  const base = newSubscription(draft, group, terms, {
    at,
    anchor: endsAt,
    period: { start: at, end: endsAt },
    gateway: upfront?.gateway ?? null,
    renewals: upfront?.renewals ?? 'billwright',
  })
  const trial = { startedAt: at, endsAt, payment: upfront ? 'upfront' : 'none' } as const
  const subscription: Trialing = { ...base, coupon, trial, status: 'trialing' }
  record(draft, { type: 'subscription.started', group, subscription })
  record(draft, { type: 'trial.started', group, plan: terms.plan, keys })
  if (!coupon) return
  const single = draft.catalog.coupons.get(coupon.code)?.single ?? false
  record(draft, { type: 'coupon.applied', group, coupon, single })
}

/** The keys a trial would consume: the customer's own and those the app adds (a card's fingerprint). */
export function trialKeysOf(draft: Draft, more: readonly string[] = []): readonly string[] {
  return [`customer:${draft.account.id}`, ...more]
}

/** Whether any of the keys was used, by this account or, as the storage found, by another. */
export function isTrialUsed(
  draft: Draft,
  keys: readonly string[],
  taken: readonly string[] = [],
): boolean {
  const used = new Set([...draft.account.trials.map(({ key }) => key), ...taken])
  return keys.some((key) => used.has(key))
}

/** The trial is over: what it saved is charged, or the policy for unpaid trials applies. */
export function endTrial(draft: Draft, subscription: Trialing): void {
  const { group, trial, cancelAt } = subscription
  if (cancelAt !== null && cancelAt <= trial.endsAt) {
    record(draft, { type: 'trial.ended', group, converted: false })
    end(draft, subscription, 'requested')
    return
  }
  if (trial.payment === 'upfront' || draft.account.paymentMethod?.reusable) {
    record(draft, { type: 'trial.ended', group, converted: true })
    startPaying(draft, subscription, trial.endsAt)
    return
  }
  record(draft, { type: 'trial.ended', group, converted: false })
  const { policies, defaults } = draft.catalog
  if (policies.trialEnd === 'cancel') end(draft, subscription, 'trial_ended')
  else if (policies.trialEnd === 'downgrade' && defaults.has(group))
    end(draft, subscription, 'trial_ended')
  else if (policies.trialEnd === 'pause')
    record(draft, { type: 'subscription.paused', group, resumesAt: null, credited: false })
  else record(draft, { type: 'subscription.unpaid', group })
}

/** A method is saved: the paid period begins, where the trial ends, and is collected like a renewal. */
export function startPaying(draft: Draft, subscription: LiveSubscription, at: Instant): void {
  const { group, price, gatewayRef, renewals, coupon } = subscription
  if (price === null) return
  const { policies } = draft.catalog
  const terms = termsOf(subscription)
  const { anchor, period, full } = firstPeriod(at, price.interval, policies)
  const bill = billPeriod(terms, period, full, coupon, policies)
  const gateway = subscription.gateway ?? draft.account.paymentMethod?.gateway ?? null
  const { charged } = bill
  const begun = { terms, anchor, period, charged, gateway, gatewayRef, renewals, coupon }
  record(draft, { type: 'subscription.activated', group, ...begun })
  const { currency } = price
  const input = { group, reason: 'first', bill, currency, period, dueAt: at, renewals } as const
  const invoice = openInvoice(draft, input)
  consumeCoupon(draft, group)
  collect(draft, invoice)
}

/** Gives a running trial more days. A gateway that owns the clock must agree, or it charges too early. */
export function extendTrial(
  draft: Draft,
  { days, group = 'default' }: Extract<Command, { readonly type: 'extend_trial' }>,
): Verdict {
  const subscription = liveIn(draft, group)
  if (subscription?.status !== 'trialing') return refuse('trial_not_running')
  if (!Number.isSafeInteger(days) || days < 1) return refuse('quantity_invalid', { days })
  const endsAt = addDays(subscription.trial.endsAt, days, draft.catalog.policies)
  const remote = atGateway(subscription)
  if (!remote) {
    record(draft, { type: 'trial.extended', group, endsAt })
    return undefined
  }
  // The gateway ends it with the trial: a later end of one would put off the other.
  const { request, cancelAt } = subscription
  if (cancelAt !== null) return refuse('ending', { cancelAt })
  if (request) return refuse('in_progress')
  const effect = { kind: 'subscription.extend_trial', ...remote, endsAt } as const
  openRequest(draft, subscription, { kind: 'extend' }, effect)
  return undefined
}
