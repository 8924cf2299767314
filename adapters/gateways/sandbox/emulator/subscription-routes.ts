/** The API of subscriptions whose clock the sandbox owns. */

import type { Call, Routes } from 'billwright/testing'
import { changeProration, type Instant, prorate } from 'billwright/core'
import { charge, tellCharge } from './charges.ts'
import { type IsLive, owned } from './owned.ts'
import {
  readAmount,
  readCoupon,
  readTerms,
  readText,
  readTime,
  readTimeOrNull,
  vendorError,
} from './read-body.ts'
import { showChange, showSubscription } from './render.ts'
import { askToConfirm } from './sessions.ts'
import { applyChange, cancelNow, fullPrice, touch, unpause } from './subscriptions.ts'
import { type Change, keep, type Subscription, type Vendor } from './vendor.ts'

type Act = (subscription: Subscription, call: Call) => Response

export function subscriptionRoutes(vendor: Vendor, isLive: IsLive): Routes {
  const on = (act: Act) => (call: Call) =>
    act(owned(vendor.subscriptions, call.params.id ?? '', isLive(call)), call)
  /** A change of one that has not ended, answered with how it stands. */
  const changing = (act: (subscription: Subscription, body: Call['body']) => void) =>
    on((subscription, { body }) => {
      assertRunning(subscription)
      act(subscription, body)
      touch(vendor, subscription)
      return Response.json(showSubscription(subscription))
    })
  return {
    'POST /v1/subscriptions/:id/change': on((subscription, { body }) =>
      Response.json(change(vendor, subscription, body)),
    ),
    'POST /v1/subscriptions/:id/schedule': changing((subscription, body) => {
      subscription.scheduled = { terms: readTerms(body), at: readTime(body, 'at') }
    }),
    'POST /v1/subscriptions/:id/unschedule': changing((subscription) => {
      subscription.scheduled = null
    }),
    'POST /v1/subscriptions/:id/discount': changing((subscription, body) => {
      subscription.coupon = readCoupon(body)
    }),
    'POST /v1/subscriptions/:id/resume': changing((subscription) => {
      subscription.cancelAt = null
    }),
    'POST /v1/subscriptions/:id/pause': changing((subscription, body) => {
      subscription.status = 'paused'
      subscription.resumesAt = readTimeOrNull(body, 'until')
    }),
    'POST /v1/subscriptions/:id/unpause': on((subscription) => {
      if (subscription.status === 'paused') unpause(vendor, subscription)
      return Response.json(showSubscription(subscription))
    }),
    'POST /v1/subscriptions/:id/extend-trial': changing((subscription, body) => {
      extendTrial(subscription, readTime(body, 'at'))
    }),
    'POST /v1/subscriptions/:id/cancel': on((subscription, { body }) => {
      cancel(vendor, subscription, readTimeOrNull(body, 'at'))
      return Response.json(showSubscription(subscription))
    }),
  }
}

function assertRunning({ status }: Subscription): void {
  if (status === 'canceled') throw vendorError(400, 'subscription_canceled')
}

/** The first billed period begins with the new end. */
function extendTrial(subscription: Subscription, end: Instant): void {
  const { status, period } = subscription
  if (status !== 'trialing') throw vendorError(400, 'trial_not_running')
  subscription.period = { ...period, end }
  subscription.anchor = end
}

/** Ends it at a time, or now. One that has ended stays as it ended. */
function cancel(vendor: Vendor, subscription: Subscription, at: Instant | null): void {
  if (subscription.status === 'canceled') return
  if (at === null || at <= vendor.now()) {
    cancelNow(vendor, subscription)
    return
  }
  subscription.cancelAt = at
  subscription.scheduled = null
  touch(vendor, subscription)
}

/** Changes it once what is expected now is paid; nothing to pay changes it at once. */
function change(vendor: Vendor, subscription: Subscription, body: Call['body']): unknown {
  assertRunning(subscription)
  const { id, live, customer, currency } = subscription
  const [terms, expected] = [readTerms(body), readAmount(body, 'expected')]
  const resetsAnchor = body.resetsAnchor === true && subscription.status !== 'trialing'
  const at = readTime(body, 'at')
  const later = body.behavior === 'next_invoice' && !resetsAnchor
  const made = keep(
    vendor,
    vendor.changes,
    'chg',
    (change): Change => ({
      ...{ id: change, live, subscription: id, terms, at, resetsAnchor, charge: null },
      carried: resetsAnchor
        ? leftOver(subscription, terms, at)
        : later
          ? difference(subscription, terms, at)
          : 0,
    }),
  )
  const method = vendor.methods.get(vendor.customers.get(customer)?.method ?? '')
  if (expected > 0 && !method) throw vendorError(400, 'no_method')
  if (expected > 0 && method) {
    const subject = { invoice: readText(body, 'invoice') }
    const purpose = { kind: 'change', change: made } as const
    const asked = { method, subject, amount: expected, currency, purpose } as const
    const paid = charge(vendor, { ...asked, by: 'asked' })
    made.charge = paid.id
    if (paid.status === 'pending') askToConfirm(vendor, paid)
    tellCharge(vendor, paid)
    if (paid.status === 'succeeded') applyChange(vendor, made)
  } else applyChange(vendor, made)
  return showChange(vendor, made)
}

/** What is unused of the old period beyond the price of the new one, as a negative amount. */
function leftOver(subscription: Subscription, target: Change['terms'], at: Instant): number {
  const { terms, period } = subscription
  const whole = { start: period.start as Instant, end: period.end as Instant }
  const unused = { amount: fullPrice(terms), period: whole, from: at, to: whole.end }
  return Math.min(0, fullPrice(target) - prorate({ ...unused, granularity: 'second' }))
}

/** What the rest of the period costs more, or less. */
function difference(
  { terms, period, status }: Subscription,
  target: Change['terms'],
  at: Instant,
): number {
  if (status === 'trialing') return 0
  const whole = { start: period.start as Instant, end: period.end as Instant }
  const amounts = { from: fullPrice(terms), to: fullPrice(target) }
  return changeProration({ ...amounts, period: whole, at, granularity: 'second' }).net
}
