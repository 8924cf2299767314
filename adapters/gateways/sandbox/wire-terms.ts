/** What the core sells, as the sandbox's API takes it. */

import type { PerformContext } from 'billwright'
import type { WireCoupon, WireLine, WireTerms } from './wire.ts'
import {
  boundary,
  type GatewayEffect,
  type Line,
  type Subscription,
  type Terms,
} from 'billwright/core'

type Open = Extract<GatewayEffect, { readonly kind: 'checkout.open' }>

export function asTerms({ plan, price, quantity, addOns }: Terms): WireTerms {
  return {
    plan,
    interval: price?.interval ?? { unit: 'month', count: 1 },
    quantity,
    amount: price?.amount ?? 0,
    addOns: addOns.map((each) => ({
      id: each.id,
      quantity: each.quantity,
      amount: each.price.amount,
    })),
  }
}

export function asCoupon(coupon: Subscription['coupon']): WireCoupon | null {
  if (coupon === null) return null
  const { code, percent, amountOff, periodsLeft } = coupon
  return { code, percent, amountOff, periodsLeft }
}

/** What the page shows; credit that is set aside is a line of its own. */
export function asLines(
  lines: readonly Line[],
  { credit, titleOf }: { readonly credit: number } & Pick<PerformContext, 'titleOf'>,
): readonly WireLine[] {
  const shown = lines.map(({ id, quantity, amount }) => ({ label: titleOf(id), quantity, amount }))
  return credit > 0 ? [...shown, { label: 'Credit', quantity: 1, amount: -credit }] : shown
}

/** The subscription that a checkout starts where the sandbox owns the clock. */
export function asSale({ checkout, startsAt }: Open) {
  const { renewals, terms, coupon, trialDays, purpose, lines } = checkout
  if (renewals !== 'gateway') return null
  const first = lines[0]?.period
  const interval = terms.price?.interval
  const whole = first && interval && boundary(first.start, interval, 1) === first.end
  return {
    terms: asTerms(terms),
    coupon: asCoupon(coupon),
    trialDays,
    startsAt: purpose === 'move' ? startsAt : null,
    firstPeriodEnd: first && !whole ? first.end : null,
  }
}
