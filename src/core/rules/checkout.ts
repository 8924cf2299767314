/**
 * Checkout: at most one is open per customer and group, and until it is paid nothing has changed.
 * Whichever of the redirect, the webhook and a look-up comes first completes it; the others find it done.
 */
import type { GatewayProfile } from '../catalog-options.ts'
import type { GatewayEvent, PaymentFact } from '../input.ts'
import type { AppliedCoupon, Checkout, ClosedCheckout, Terms } from '../state.ts'
import { ask, type Draft, nextId, record, type Verdict } from '../draft.ts'
import { HOUR, type Instant } from '../instant.ts'
import { addCredit, billPeriod, creditFor } from '../invoice.ts'
import { refuse } from '../refusal.ts'
import { sameTerms } from '../terms.ts'
import { activate, canActivate } from './activate.ts'
import { finishMove } from './finish-move.ts'
import { checkAmount, isKnown, strayPayment } from './ledger.ts'
import { firstPeriod } from './start.ts'
import { startTrialing } from './trial.ts'

export interface CheckoutInput {
  readonly group: string
  readonly terms: Terms
  readonly coupon: AppliedCoupon | null
  readonly gateway: GatewayProfile
  readonly trial: { readonly days: number; readonly keys: readonly string[] } | null
  readonly purpose?: Checkout['purpose']
  readonly startsAt?: Instant
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
  const customer = draft.account.gatewayCustomers[gateway.name] ?? null
  const { successUrl, cancelUrl, startsAt = draft.at } = input
  const effect = { kind: 'checkout.open', gateway: gateway.name, checkout, customer } as const
  ask(draft, { ...effect, startsAt, successUrl, cancelUrl }, reference, 0)
  return undefined
}

/** Closes a checkout that was not paid: the credit set aside for it comes back, its page goes. */
export function closeCheckout(
  draft: Draft,
  checkout: Checkout,
  outcome: 'expired' | 'superseded',
): void {
  const { group, reference, gateway } = checkout
  record(draft, { type: 'checkout.closed', group, reference, outcome })
  addCredit(draft, checkout.currency, checkout.credit, 'checkout_closed')
  ask(draft, { kind: 'checkout.expire', gateway, reference }, reference, 0)
}

/** The customer came back: look the payment up, unless we know already. */
export function verify(draft: Draft, { reference }: { readonly reference: string }): Verdict {
  const checkout = findCheckout(draft, reference)
  if (!checkout) return refuse('checkout_unknown', { reference })
  if ('closed' in checkout && checkout.closed === 'completed') return undefined
  ask(draft, { kind: 'payment.lookup', gateway: checkout.gateway, reference }, reference)
  return undefined
}

/** The gateway gave the checkout up. One that was paid stays paid. */
export function checkoutExpired(draft: Draft, { reference }: { readonly reference: string }): void {
  const checkout = Object.values(draft.account.checkouts).find((c) => c.reference === reference)
  if (checkout) closeCheckout(draft, checkout, 'expired')
}

type Completed = Extract<GatewayEvent, { readonly type: 'checkout.completed' }>

/** The customer went through with it: link what the gateway made, then activate once it is paid. */
export function checkoutCompleted(draft: Draft, event: Completed): void {
  const { reference, payment } = event
  const checkout = findCheckout(draft, reference)
  if (!checkout || checkout.gateway !== event.gateway) {
    if (payment) strayPayment(draft, event.gateway, payment)
    return
  }
  if (payment) checkoutPaid(draft, checkout, payment)
  else if (checkout.amount === 0 && !('closed' in checkout))
    completeUnpaid(draft, checkout, event.at)
  link(draft, checkout, event)
}

/** Money for a checkout arrived. */
export function checkoutPaid(
  draft: Draft,
  checkout: Checkout | ClosedCheckout,
  payment: PaymentFact,
): void {
  if (isKnown(draft, payment.id)) return
  const closed = 'closed' in checkout ? checkout.closed : null
  // Paid after it expired here is still paid; after another one took its place it is a stray.
  const late = closed === 'expired' && isCovered(draft, checkout, payment)
  if ((closed !== null && !late) || !canActivate(draft, checkout)) {
    strayPayment(draft, checkout.gateway, payment)
    return
  }
  if (!checkAmount(draft, checkout.gateway, payment, checkout)) return
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

function completeUnpaid(draft: Draft, checkout: Checkout, at: Instant): void {
  const { group, reference, terms, trialDays, trialKeys, coupon } = checkout
  if (checkout.purpose === 'move') {
    record(draft, { type: 'checkout.closed', group, reference, outcome: 'completed' })
    finishMove(draft, checkout)
  } else if (trialDays !== null) {
    record(draft, { type: 'checkout.closed', group, reference, outcome: 'completed' })
    const { gateway, renewals } = checkout
    const upfront = { gateway, renewals }
    startTrialing(draft, terms, trialDays, { keys: trialKeys, coupon, upfront, at })
  } else activate(draft, checkout, null, at)
}

/** What the gateway made on the way: its customer, its subscription, a saved method. */
function link(draft: Draft, { group, gateway }: Checkout, event: Completed): void {
  const { account } = draft
  const { customer, subscription, method } = event
  const linked = account.subscriptions[group]
  const fresh = linked?.gateway === gateway && linked.gatewayRef === null ? subscription : null
  if (fresh !== null || (customer !== null && account.gatewayCustomers[gateway] !== customer))
    record(draft, { type: 'gateway.linked', gateway, customer, group, subscription: fresh })
  if (method && account.paymentMethod?.id !== method.id)
    record(draft, { type: 'method.saved', method })
}

function isCovered(draft: Draft, checkout: Checkout, payment: PaymentFact): boolean {
  return payment.amount + creditFor(draft, checkout.currency, checkout.credit) >= checkout.total
}

function isSameCheckout(open: Checkout, input: CheckoutInput): boolean {
  return (
    open.gateway === input.gateway.name &&
    open.purpose === (input.purpose ?? 'subscribe') &&
    open.coupon?.code === input.coupon?.code &&
    open.trialDays === (input.trial?.days ?? null) &&
    sameTerms(open.terms, input.terms)
  )
}
