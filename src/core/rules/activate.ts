/** Activation: a checkout was paid, so the subscription begins. Nothing was true before. */

import type { NewTerms } from '../event.ts'
import type { PaymentFact } from '../input.ts'
import type { Price } from '../price.ts'
import { ask, type Draft, record } from '../draft.ts'
import { type Instant, secondOf } from '../instant.ts'
import { addCredit, creditFor, recordInvoice } from '../invoice.ts'
import {
  type AppliedCoupon,
  type Checkout,
  isLive,
  isPaid,
  isUnbought,
  type Renewals,
} from '../state.ts'
import { isExact, recordPayment } from './ledger.ts'
import { atGateway } from './request.ts'
import { firstPeriod, newSubscription } from './start.ts'

/** A paid subscription that runs already keeps a second one out, whatever was paid. */
export function canActivate(draft: Draft, { group }: Checkout): boolean {
  const current = draft.account.subscriptions[group]
  return !isPaid(current) || isUnbought(current)
}

/**
 * Starts the paid subscription of a checkout, or converts the trial it ends. The period starts at the
 * payment, not when we heard of it: redirect and webhook give the same dates.
 */
export function activate(
  draft: Draft,
  checkout: Checkout,
  payment: PaymentFact | null,
  at: Instant = draft.at,
): void {
  const { group, reference, terms, gateway, renewals, currency } = checkout
  if (terms.price === null) return
  const reopened = draft.account.checkouts[group]?.reference !== reference
  // An expired checkout gave its credit back; it is taken again.
  const credit = reopened ? creditFor(draft, currency, checkout.credit) : checkout.credit
  if (reopened && credit > 0)
    record(draft, { type: 'credit.used', currency, amount: credit, for: reference })
  record(draft, { type: 'checkout.closed', group, reference, outcome: 'completed' })
  const { anchor, period } = boughtPeriod(draft, checkout, terms.price, payment?.at ?? at)
  const { start } = period
  const charged = checkout.charged.map((each) => ({ ...each, from: start }))
  const coupon = afterFirstPeriod(checkout.coupon)
  const { gatewayRef } = checkout
  begin(draft, checkout, { terms, anchor, period, charged, gateway, gatewayRef, renewals, coupon })
  if (checkout.coupon) markCoupon(draft, group, checkout.coupon, coupon)
  const lines = checkout.lines.map((line) => ({ ...line, period }))
  const bill = { lines, charged, total: checkout.total }
  const input = { group, reason: 'first', bill, currency, period, dueAt: start, renewals } as const
  const invoice = recordInvoice(draft, { ...input, credit })
  if (payment) recordPayment(draft, gateway, payment, invoice)
  record(draft, {
    type: 'invoice.paid',
    invoice: invoice.id,
    payment: payment?.id ?? null,
    row: invoice,
  })
  // Where the vendor adds tax or converts, what is above our amount is not an overpayment.
  if (payment && isExact(draft, gateway))
    addCredit(draft, currency, payment.amount - invoice.due, 'overpaid')
}

type Begun = NewTerms & {
  readonly gateway: string
  readonly gatewayRef: string | null
  readonly renewals: Renewals
  readonly coupon: AppliedCoupon | null
}

function begin(draft: Draft, { group }: Checkout, begun: Begun): void {
  const current = draft.account.subscriptions[group]
  if (isLive(current) && isUnbought(current)) {
    const trial = atGateway(current)
    if (trial) ask(draft, { kind: 'subscription.cancel', ...trial, at: 'now' }, trial.subscription)
    if (current.status === 'trialing')
      record(draft, { type: 'trial.ended', group, converted: true })
    record(draft, { type: 'subscription.activated', group, ...begun })
    return
  }
  const { terms, charged, coupon, gatewayRef, ...start } = begun
  const base = newSubscription(draft, group, terms, { ...start, at: start.period.start })
  const subscription = { ...base, charged, coupon, gatewayRef, status: 'active' } as const
  record(draft, { type: 'subscription.started', group, subscription })
}

/** The first period used one of the coupon's. */
function afterFirstPeriod(coupon: AppliedCoupon | null): AppliedCoupon | null {
  if (coupon === null || coupon.periodsLeft === null) return coupon
  return coupon.periodsLeft > 1 ? { ...coupon, periodsLeft: coupon.periodsLeft - 1 } : null
}

function markCoupon(
  draft: Draft,
  group: string,
  used: AppliedCoupon,
  left: AppliedCoupon | null,
): void {
  const single = draft.catalog.coupons.get(used.code)?.single ?? false
  record(draft, { type: 'coupon.applied', group, coupon: left ?? used, single })
  if (!left) record(draft, { type: 'coupon.ended', group, code: used.code })
}

/**
 * What the payment buys: the period from the payment on. A stub whose end came before the payment
 * stays the stub that was priced, or the next whole period would go for the price of a day.
 */
function boughtPeriod(
  draft: Draft,
  { openedAt }: Checkout,
  { interval }: Price,
  paidAt: Instant,
): ReturnType<typeof firstPeriod> {
  const { policies } = draft.catalog
  const start = Math.min(draft.at, Math.max(secondOf(openedAt), paidAt)) as Instant
  const priced = firstPeriod(openedAt, interval, policies)
  const isStub = priced.period.start > priced.full.start
  return isStub && start >= priced.period.end ? priced : firstPeriod(start, interval, policies)
}
