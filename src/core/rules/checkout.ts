/**
 * Checkout: at most one is open per customer and group, and until it is paid nothing has changed.
 * Whichever of the redirect, the webhook and a look-up comes first completes it; the others find it done.
 */
import type { GatewayProfile } from '../catalog-options.ts'
import type { GatewayEvent, PaymentFact } from '../input.ts'
import { ask, type Draft, nextId, record, type Verdict } from '../draft.ts'
import { HOUR, type Instant, secondOf } from '../instant.ts'
import { addCredit, billPeriod, creditFor } from '../invoice.ts'
import { refuse } from '../refusal.ts'
import {
  type AppliedCoupon,
  type Checkout,
  type ClosedCheckout,
  isLive,
  type PaymentMethod,
  type Terms,
} from '../state.ts'
import { sameTerms } from '../terms.ts'
import { activate, canActivate } from './activate.ts'
import { finishMove, holdMove } from './finish-move.ts'
import { dropMove } from './held-move.ts'
import { checkAmount, findInvoice, isExact, isKnown, unexplained } from './ledger.ts'
import { isSameMethod } from './method.ts'
import { lookUpInvoice, pageOf } from './page.ts'
import { firstPeriod } from './start.ts'
import { strayPayment } from './stray.ts'
import { isTrialUsed, startTrialing } from './trial.ts'

export interface CheckoutInput {
  readonly group: string
  readonly terms: Terms
  readonly coupon: AppliedCoupon | null
  readonly gateway: GatewayProfile
  readonly trial: { readonly days: number; readonly keys: readonly string[] } | null
  readonly purpose?: Checkout['purpose']
  readonly startsAt?: Instant
  readonly switchesAt?: Instant
  readonly successUrl: string | null
  readonly cancelUrl: string | null
}

/** Opens a checkout. The same one asked for twice stays one; a different one supersedes it. */
export function openCheckout(draft: Draft, input: CheckoutInput): Verdict {
  const { group, terms, coupon, gateway, trial, purpose = 'subscribe' } = input
  const open = draft.account.checkouts[group]
  if (open && isSameCheckout(open, input)) return undefined
  if (open) closeCheckout(draft, open, 'superseded')
  const { policies } = draft.catalog
  if (terms.price === null) return refuse('price_not_found', { plan: terms.plan })
  const { period, full } = firstPeriod(draft.at, terms.price.interval, policies)
  const free = trial !== null || purpose === 'move'
  const bill = billPeriod(terms, period, full, coupon, policies)
  const { currency } = terms.price
  const total = free ? 0 : bill.total
  const credit = gateway.renewals === 'gateway' ? 0 : creditFor(draft, currency, total)
  const checkout: Checkout = {
    reference: nextId(draft.account, 'chk'),
    purpose,
    group,
    gateway: gateway.name,
    renewals: gateway.renewals,
    terms,
    coupon,
    trialDays: trial?.days ?? null,
    trialKeys: trial?.keys ?? [],
    ...(input.switchesAt === undefined ? {} : { switchesAt: input.switchesAt }),
    gatewayRef: null,
    currency,
    lines: free ? [] : bill.lines,
    charged: free ? [] : bill.charged,
    total,
    credit,
    amount: total - credit,
    openedAt: draft.at,
    expiresAt: (draft.at + policies.checkoutHours * HOUR) as Instant,
  }
  record(draft, { type: 'checkout.opened', checkout })
  const { reference } = checkout
  if (credit > 0) record(draft, { type: 'credit.used', currency, amount: credit, for: reference })
  // Nothing to pay and nothing to save: no page is needed.
  if (!free && checkout.amount === 0 && gateway.renewals === 'billwright') {
    activate(draft, checkout, null)
    return undefined
  }
  // Where nothing can be saved the next period is paid on a page of its own.
  if (purpose === 'move' && !gateway.savesMethods) {
    moveOn(draft, checkout, null)
    return undefined
  }
  const customer = draft.account.gatewayCustomers[gateway.name] ?? null
  const { successUrl, cancelUrl, startsAt = draft.at } = input
  const effect = { kind: 'checkout.open', gateway: gateway.name, checkout, customer } as const
  ask(draft, { ...effect, startsAt, successUrl, cancelUrl }, reference, 0)
  return undefined
}

/**
 * Closes a checkout that was not paid: the credit set aside for it comes back, its page goes, and so
 * does a subscription that the gateway made for one that another took the place of.
 */
export function closeCheckout(
  draft: Draft,
  checkout: Checkout,
  outcome: 'expired' | 'superseded',
): void {
  const { group, reference, gateway, gatewayRef, signedUp } = checkout
  if (signedUp) {
    dropMove(draft, checkout)
    return
  }
  record(draft, { type: 'checkout.closed', group, reference, outcome })
  addCredit(draft, checkout.currency, checkout.credit, 'checkout_closed')
  const customer = draft.account.gatewayCustomers[gateway] ?? null
  const page = pageOf(checkout)
  ask(draft, { kind: 'checkout.expire', gateway, reference, customer, ...page }, reference, 0)
  if (gatewayRef !== null && outcome === 'superseded') letGo(draft, checkout, gatewayRef)
}

/** The customer came back from a page: look the payment up, unless we know already. */
export function verify(draft: Draft, { reference }: { readonly reference: string }): Verdict {
  const invoice = findInvoice(draft, reference)
  if (invoice) lookUpInvoice(draft, invoice)
  if (invoice || draft.account.payments.some((paid) => paid.invoice === reference)) return undefined
  const checkout = findCheckout(draft, reference)
  if (!checkout) return refuse('checkout_unknown', { reference })
  if ('closed' in checkout && checkout.closed === 'completed') return undefined
  const { gateway } = checkout
  const customer = draft.account.gatewayCustomers[gateway] ?? null
  const page = pageOf(checkout)
  ask(draft, { kind: 'payment.lookup', gateway, reference, customer, ...page }, reference)
  return undefined
}

/** The gateway gave the checkout up. One that was paid stays paid. */
export function checkoutExpired(
  draft: Draft,
  { reference, gateway }: Extract<GatewayEvent, { readonly type: 'checkout.expired' }>,
): void {
  const checkout = Object.values(draft.account.checkouts).find((c) => c.reference === reference)
  if (checkout?.gateway === gateway && !checkout.signedUp) closeCheckout(draft, checkout, 'expired')
}

/** A gateway's customer was made for a checkout. The one that we know already stays. */
export function customerLinked(
  draft: Draft,
  { gateway, customer }: Extract<GatewayEvent, { readonly type: 'customer.linked' }>,
): void {
  if (draft.account.gatewayCustomers[gateway] !== undefined) return
  const none = { group: null, checkout: null, subscription: null }
  record(draft, { type: 'gateway.linked', gateway, customer, ...none })
}

type Completed = Extract<GatewayEvent, { readonly type: 'checkout.completed' }>

/** The customer went through with it: link what the gateway made, then activate once it is paid. */
export function checkoutCompleted(draft: Draft, event: Completed): void {
  const { reference, payment } = event
  const checkout = findCheckout(draft, reference)
  if (!checkout || checkout.gateway !== event.gateway) {
    if (payment) unexplained(draft, event.gateway, payment)
    return
  }
  const closed = 'closed' in checkout ? checkout.closed : null
  // A page that can only save a method with a charge: the money comes back, by policy.
  const saved = checkout.purpose === 'move'
  if (payment && saved) strayPayment(draft, event.gateway, payment)
  else if (payment) checkoutPaid(draft, checkout, payment)
  if ((saved || !payment) && checkout.amount === 0 && (closed === null || closed === 'expired'))
    completeUnpaid(draft, checkout, event)
  link(draft, checkout, event)
}

/** Money for a checkout arrived. */
export function checkoutPaid(
  draft: Draft,
  checkout: Checkout | ClosedCheckout,
  payment: PaymentFact,
): void {
  if (isKnown(draft, checkout.gateway, payment.id)) return
  const closed = 'closed' in checkout ? checkout.closed : null
  // Paid after it expired here is still paid; after another one took its place it is a stray.
  const late = closed === 'expired' && isCovered(draft, checkout, payment)
  if ((closed !== null && !late) || !canActivate(draft, checkout)) {
    strayPayment(draft, checkout.gateway, payment)
    return
  }
  if (!checkAmount(draft, checkout.gateway, payment, checkout)) return
  supersedeNewer(draft, checkout)
  activate(draft, checkout, payment)
}

/** Any checkout we remember, open or closed. */
export function findCheckout(
  draft: Draft,
  reference: string,
): Checkout | ClosedCheckout | undefined {
  const { checkouts, closedCheckouts } = draft.account
  return [...Object.values(checkouts), ...closedCheckouts].find((c) => c.reference === reference)
}

/**
 * The one open checkout that a subscription we have not heard of can come from. One that we had before
 * is none: it may go on charging by mistake, and that buys nothing.
 */
export function checkoutBehind(
  draft: Draft,
  gateway: string,
  subscription: string,
  { at }: PaymentFact,
): Checkout | undefined {
  const { checkouts, subscriptions } = draft.account
  const had = Object.values(subscriptions).some(({ gatewayRef }) => gatewayRef === subscription)
  const open = Object.values(checkouts).filter(
    (each) =>
      each.gateway === gateway && each.renewals === 'gateway' && secondOf(each.openedAt) <= at,
  )
  const [checkout] = open
  if (had || !checkout || open.length > 1) return undefined
  const { group, reference, gatewayRef } = checkout
  if (gatewayRef !== null) return gatewayRef === subscription ? checkout : undefined
  const linked = { gateway, customer: null, group: null, checkout: reference, subscription }
  record(draft, { type: 'gateway.linked', ...linked })
  return draft.account.checkouts[group]
}

/** A page on which nothing was paid: a card was saved for a trial or a move, or the price is zero. */
function completeUnpaid(draft: Draft, checkout: Checkout, event: Completed): void {
  const { group, reference, terms, trialDays, trialKeys, coupon, openedAt } = checkout
  const at = Math.min(draft.at, Math.max(secondOf(openedAt), event.at)) as Instant
  const taken = trialDays !== null && isTrialUsed(draft, trialKeys, event.trialKeysTaken)
  if (checkout.purpose !== 'move' && (taken || !canActivate(draft, checkout))) {
    // While the page was open the trial was used elsewhere, or something was bought.
    record(draft, { type: 'checkout.closed', group, reference, outcome: 'superseded' })
    return
  }
  if (checkout.purpose === 'move') {
    moveOn(draft, checkout, event.method)
    return
  }
  supersedeNewer(draft, checkout)
  if (trialDays !== null) {
    record(draft, { type: 'checkout.closed', group, reference, outcome: 'completed' })
    const { gateway, renewals } = checkout
    const upfront = { gateway, renewals }
    startTrialing(draft, terms, trialDays, { keys: trialKeys, coupon, upfront, at })
  } else activate(draft, checkout, null, at)
}

/** Signed up for a move: it happens now, or waits for the end of the period. */
function moveOn(draft: Draft, checkout: Checkout, method: PaymentMethod | null): void {
  const { group, reference, switchesAt = draft.at, signedUp } = checkout
  if (draft.account.checkouts[group]?.reference === reference && switchesAt > draft.at) {
    if (!signedUp) holdMove(draft, checkout, method)
    return
  }
  supersedeNewer(draft, checkout)
  record(draft, { type: 'checkout.closed', group, reference, outcome: 'completed' })
  finishMove(draft, checkout, method)
}

/** One that had expired takes its place back from a checkout that was opened since. */
function supersedeNewer(draft: Draft, { group, reference }: Checkout): void {
  const open = draft.account.checkouts[group]
  if (open && open.reference !== reference) closeCheckout(draft, open, 'superseded')
}

/** What the gateway made on the way: its customer, its subscription, a saved method. */
function link(draft: Draft, { group, gateway, reference }: Checkout, event: Completed): void {
  const { account } = draft
  const { customer, method } = event
  const checkout = findCheckout(draft, reference)
  const told = checkout?.gatewayRef !== event.subscription
  const subscription = told ? event.subscription : null
  const closed = checkout && 'closed' in checkout ? checkout.closed : null
  const current = account.subscriptions[group]
  const ours = closed === 'completed' && isLive(current) && current.gateway === gateway
  const linked = subscription !== null && ours && current.gatewayRef === null ? group : null
  if (
    subscription !== null ||
    (customer !== null && account.gatewayCustomers[gateway] !== customer)
  )
    record(draft, {
      type: 'gateway.linked',
      gateway,
      customer,
      group: linked,
      checkout: subscription === null ? null : reference,
      subscription,
    })
  const over = closed === 'completed' || closed === 'superseded'
  if (subscription !== null && checkout && over && linked === null)
    letGo(draft, checkout, subscription)
  if (subscription !== null && checkout && (linked !== null || checkout.signedUp))
    bringCoupon(draft, checkout, subscription)
  const isOlder = account.methodSavedAt !== null && event.at <= account.methodSavedAt
  if (method && !isOlder && !checkout?.signedUp && !isSameMethod(account.paymentMethod, method))
    record(draft, { type: 'method.saved', method })
}

/** Where the new gateway bills, it must know what to take off. */
function bringCoupon(draft: Draft, { purpose, group, gateway }: Checkout, subscription: string) {
  const coupon = draft.account.subscriptions[group]?.coupon
  if (!coupon || purpose !== 'move') return
  ask(draft, { kind: 'subscription.discount', gateway, group, subscription, coupon }, subscription)
}

/** What the gateway started and nobody has must not go on charging there. */
function letGo(draft: Draft, { group, gateway }: Checkout, subscription: string): void {
  const remote = { gateway, group, subscription }
  ask(draft, { kind: 'subscription.cancel', ...remote, at: 'now' }, subscription)
}

/** Whether the payment and what is still there of the credit set aside make up the price. */
function isCovered(draft: Draft, checkout: Checkout, payment: PaymentFact): boolean {
  const credit = creditFor(draft, checkout.currency, checkout.credit)
  return isExact(draft, checkout.gateway)
    ? payment.amount + credit >= checkout.total
    : credit === checkout.credit
}

function isSameCheckout(open: Checkout, input: CheckoutInput): boolean {
  return (
    open.gateway === input.gateway.name &&
    open.purpose === (input.purpose ?? 'subscribe') &&
    open.coupon?.code === input.coupon?.code &&
    open.trialDays === (input.trial?.days ?? null) &&
    open.switchesAt === input.switchesAt &&
    sameTerms(open.terms, input.terms)
  )
}
