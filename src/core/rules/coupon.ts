/** Coupons: one in force at a time, each used once by a customer, counted down by the periods it paid. */

import type { Command } from '../input.ts'
import type { Coupon } from '../plan.ts'
import { ask, type Draft, liveIn, record, type Verdict } from '../draft.ts'
import { type Refusal, refuse } from '../refusal.ts'
import {
  type AppliedCoupon,
  type Invoice,
  isPaid,
  type LiveSubscription,
  type Terms,
} from '../state.ts'
import { refusedByMove } from './held-move.ts'
import { atGateway } from './request.ts'

/** The coupon as it would apply to these terms now, or why it doesn't. */
export function couponFor(draft: Draft, code: string, terms: Terms): AppliedCoupon | Refusal {
  const coupon = draft.catalog.coupons.get(code)
  if (!coupon) return refuse('unknown_coupon', { coupon: code })
  if (isTaken(draft, code, terms)) return refuse('coupon_used', { coupon: code })
  if (!isValid(coupon, draft.at)) return refuse('coupon_expired', { coupon: code })
  const plan = coupon.plans?.includes(terms.plan) ?? true
  const currency = coupon.amountOff === undefined || coupon.currency === terms.price?.currency
  if (!plan || !currency) return refuse('coupon_not_applicable', { coupon: code })
  const { duration = 'once', percent = null, amountOff = null } = coupon
  const periodsLeft = duration === 'forever' ? null : duration === 'once' ? 1 : duration.periods
  return { code, percent, amountOff, periodsLeft }
}

/** Used already, or about to be: it stands in the open checkout of another group. */
function isTaken({ account, catalog }: Draft, code: string, { plan }: Terms): boolean {
  const group = catalog.plans.get(plan)?.group
  const elsewhere = Object.values(account.checkouts).filter((open) => open.group !== group)
  return account.couponsUsed.includes(code) || elsewhere.some(({ coupon }) => coupon?.code === code)
}

/** Puts a coupon on the subscription: it takes effect with the next invoice. */
export function applyCoupon(
  draft: Draft,
  { coupon: code, group = 'default' }: Extract<Command, { readonly type: 'apply_coupon' }>,
): Verdict {
  const subscription = liveIn(draft, group)
  if (!isPaid(subscription)) return refuse('subscription_required')
  if (subscription.cancelAt !== null) return refuse('ending', { cancelAt: subscription.cancelAt })
  const moving = refusedByMove(draft, group)
  if (moving) return moving
  if (subscription.coupon) return refuse('coupon_active', { coupon: subscription.coupon.code })
  const coupon = couponFor(draft, code, subscription)
  if ('message' in coupon) return coupon
  const single = draft.catalog.coupons.get(code)?.single ?? false
  record(draft, { type: 'coupon.applied', group, coupon, single })
  tellGateway(draft, subscription, coupon)
  return undefined
}

/** Where the gateway bills, it must know what to take off. */
function tellGateway(
  draft: Draft,
  subscription: LiveSubscription,
  coupon: AppliedCoupon | null,
): void {
  const remote = atGateway(subscription)
  if (remote) ask(draft, { kind: 'subscription.discount', ...remote, coupon }, subscription.id)
}

/** Takes the coupon off; it stays used. */
export function removeCoupon(
  draft: Draft,
  { group = 'default' }: { readonly group?: string },
): Verdict {
  const subscription = liveIn(draft, group)
  if (!subscription) return refuse('subscription_required')
  if (subscription.cancelAt !== null) return refuse('ending', { cancelAt: subscription.cancelAt })
  if (!subscription.coupon) return undefined
  const moving = refusedByMove(draft, group)
  if (moving) return moving
  record(draft, { type: 'coupon.ended', group, code: subscription.coupon.code })
  tellGateway(draft, subscription, null)
  return undefined
}

/** A period was billed with it: one less is left, and the last one ends it. */
export function consumeCoupon(draft: Draft, group: string): void {
  const coupon = draft.account.subscriptions[group]?.coupon
  if (!coupon || coupon.periodsLeft === null) return
  const periodsLeft = coupon.periodsLeft - 1
  if (periodsLeft > 0) record(draft, { type: 'coupon.counted', group, periodsLeft })
  else record(draft, { type: 'coupon.ended', group, code: coupon.code })
}

/**
 * The same for an invoice that may have been sent ahead: it counts when it is paid or when its period
 * begins. One that was withdrawn before has used nothing.
 */
export function countCoupon(draft: Draft, { group, lines }: Invoice): void {
  const code = draft.account.subscriptions[group]?.coupon?.code
  if (lines.some(({ kind, id }) => kind === 'discount' && id === code)) consumeCoupon(draft, group)
}

function isValid({ validFrom, validUntil }: Coupon, at: number): boolean {
  const from = validFrom === undefined ? Number.NEGATIVE_INFINITY : +new Date(validFrom)
  const until = validUntil === undefined ? Number.POSITIVE_INFINITY : +new Date(validUntil)
  return at >= from && at < until
}
