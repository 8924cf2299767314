/** The API of subscriptions: how they stand, what is set on them, and changes of what is sold. */
import type { Call, Routes } from 'billwright/testing'
import type { Cart, Change, Payment, Subscription, Vendor } from './vendor.ts'
import { boundary, instant } from 'billwright/core'
import { vendorError } from './access.ts'
import { charge } from './charges.ts'
import { changeAmount, taxOn } from './prices.ts'
import { type Fields, known, page, readCart, readCodes, readMetadata } from './read-body.ts'
import { showSubscription, showSubscriptionInList, tellSubscription, time } from './render.ts'
import { decided, openPage } from './sessions.ts'
import { applyChange, cancelNow, unpause } from './subscriptions.ts'

const MODES = ['prorated_immediately', 'full_immediately', 'difference_immediately', 'do_not_bill']

export function subscriptionRoutes(vendor: Vendor): Routes {
  const on = (act: (subscription: Subscription, call: Call) => Response) => (call: Call) =>
    act(known(vendor.subscriptions, call.params.id), call)
  const show = (subscription: Subscription) => Response.json(showSubscription(vendor, subscription))
  return {
    'GET /subscriptions': (call) => {
      const customer = call.url.searchParams.get('customer_id')
      const found = [...vendor.subscriptions.values()].filter(
        (each) => customer === null || each.customer === customer,
      )
      const items = page(call, found.reverse())
      return Response.json({ items: items.map((each) => showSubscriptionInList(vendor, each)) })
    },
    'GET /subscriptions/:id': on(show),
    'PATCH /subscriptions/:id': on((subscription, { body }) => {
      patch(vendor, subscription, body)
      return show(subscription)
    }),
    'POST /subscriptions/:id/change-plan': on((subscription, { body }) =>
      Response.json(changePlan(vendor, subscription, body)),
    ),
    'POST /subscriptions/:id/change-plan/preview': on((subscription, { body }) =>
      Response.json(previewPlan(vendor, subscription, body)),
    ),
    'DELETE /subscriptions/:id/change-plan/scheduled': on((subscription) => {
      if (!subscription.scheduled) throw vendorError(404, 'SCHEDULED_PLAN_CHANGE_NOT_FOUND')
      subscription.scheduled = null
      tellSubscription(vendor, 'updated', subscription)
      return new Response(null, { status: 204 })
    }),
  }
}

function patch(vendor: Vendor, subscription: Subscription, body: Fields): void {
  const { status, cancel_at_next_billing_date: ends } = body
  const over = ['cancelled', 'failed', 'expired'].includes(subscription.status)
  if (over) {
    // What has ended stays as it ended; asking for it again is no error.
    if (status !== 'cancelled') throw vendorError(422, 'SUBSCRIPTION_INACTIVE')
    return
  }
  if (body.next_billing_date !== undefined) moveBilling(vendor, subscription, body)
  if (typeof ends === 'boolean') {
    subscription.endsWithPeriod = ends
    tellSubscription(vendor, 'updated', subscription)
  }
  if (status === 'cancelled') cancelNow(vendor, subscription)
  else if (status === 'paused') pause(vendor, subscription, body)
  else if (status === 'active') resume(vendor, subscription, body)
  else if (status !== undefined) throw vendorError(422, 'INVALID_REQUEST_BODY')
}

/** Puts the next charge off, or brings it forward: the cycle goes on from there. */
function moveBilling(vendor: Vendor, subscription: Subscription, body: Fields): void {
  const at = Date.parse(String(body.next_billing_date))
  if (!(at > vendor.now())) throw vendorError(422, 'INVALID_REQUEST_PARAMETERS')
  subscription.end = instant(at)
  subscription.anchor = subscription.end
  tellSubscription(vendor, 'updated', subscription)
}

/** Pausing and going on are asked for alone. */
function assertAlone(body: Fields): void {
  if (Object.keys(body).length > 1) throw vendorError(422, 'INVALID_REQUEST_BODY')
}

function pause(vendor: Vendor, subscription: Subscription, body: Fields): void {
  assertAlone(body)
  if (subscription.status === 'paused') return
  if (subscription.status !== 'active') throw vendorError(422, 'SUBSCRIPTION_INACTIVE')
  subscription.status = 'paused'
  subscription.pausedAt = vendor.now()
  tellSubscription(vendor, 'paused', subscription)
}

function resume(vendor: Vendor, subscription: Subscription, body: Fields): void {
  assertAlone(body)
  if (subscription.status === 'active') return
  if (subscription.status !== 'paused') throw vendorError(422, 'SUBSCRIPTION_INACTIVE')
  unpause(vendor, subscription)
}

const NO_PAYMENT = { payment_id: null, payment_link: null, client_secret: null, expires_on: null }

function changePlan(vendor: Vendor, subscription: Subscription, body: Fields): unknown {
  const cart = readCart(vendor, body)
  const mode = String(body.proration_billing_mode)
  if (!MODES.includes(mode)) throw vendorError(422, 'INVALID_REQUEST_BODY')
  assertChangeable(subscription, body)
  subscription.scheduled = null
  if (body.effective_at === 'next_billing_date') {
    if (mode !== 'full_immediately')
      throw vendorError(422, 'INVALID_PRORATION_MODE_WITH_NEXT_BILLING_DATE')
    subscription.scheduled = { id: vendor.nextId('chg'), cart, at: vendor.now() }
    tellSubscription(vendor, 'updated', subscription)
    return NO_PAYMENT
  }
  return changeNow(vendor, subscription, { cart, mode, body })
}

function assertChangeable(subscription: Subscription, body: Fields): void {
  const { status, endsWithPeriod, pending, scheduled } = subscription
  if (status !== 'active') throw vendorError(422, 'INACTIVE_SUBSCRIPTION_PLAN_CHANGE_NOT_SUPPORTED')
  if (endsWithPeriod) throw vendorError(422, 'PLAN_CHANGE_NOT_ALLOWED_FOR_SCHEDULED_CANCELLATION')
  if (pending) throw vendorError(409, 'PENDING_PLAN_CHANGE_EXISTS')
  if (scheduled && body.cancel_scheduled_change_plan !== true)
    throw vendorError(422, 'SCHEDULED_PLAN_CHANGE_EXISTS')
}

/** What a change would come to; nothing is changed by asking. */
function previewPlan(vendor: Vendor, subscription: Subscription, body: Fields): unknown {
  const cart = readCart(vendor, body)
  const mode = String(body.proration_billing_mode)
  if (!MODES.includes(mode)) throw vendorError(422, 'INVALID_REQUEST_BODY')
  assertChangeable(subscription, { ...body, cancel_scheduled_change_plan: true })
  const resets = isNewCycle(vendor, subscription, cart, mode)
  const amount = changeAmount(vendor, subscription, cart, { mode, resets })
  const charged = Math.max(0, amount)
  const tax = taxOn(vendor, charged)
  const { currency } = subscription
  const settled = { settlement_currency: currency, settlement_tax: tax }
  const total_amount = charged + tax
  const summary = {
    ...{ total_amount, tax, currency, ...settled, settlement_amount: total_amount },
    customer_credits: Math.max(0, -amount),
  }
  const line = { type: 'subscription', id: cart.product, product_id: cart.product, currency }
  const priced = { unit_price: cart.price, quantity: cart.quantity, tax, tax_inclusive: false }
  const line_items = [{ ...line, ...priced, proration_factor: 1 }]
  const effective_at = time(vendor.now())
  const after = { ...subscription, cart, scheduled: null, ...(resets && newCycle(vendor, cart)) }
  const new_plan = showSubscription(vendor, after)
  return { immediate_charge: { effective_at, line_items, summary }, new_plan }
}

function newCycle(vendor: Vendor, { product }: Cart): Pick<Subscription, 'start' | 'end'> {
  const start = vendor.now()
  const interval = vendor.products.get(product)?.interval ?? { unit: 'month', count: 1 }
  return { start, end: boundary(start, interval, 1) }
}

interface Asked {
  readonly cart: Cart
  readonly mode: string
  readonly body: Fields
}

function changeNow(vendor: Vendor, subscription: Subscription, { cart, mode, body }: Asked) {
  const resets = isNewCycle(vendor, subscription, cart, mode)
  const amount = changeAmount(vendor, subscription, cart, { mode, resets })
  const codes = readCodes(vendor, body)
  const change: Change = { cart, discounts: codes, resets, credit: Math.max(0, -amount) }
  if (amount <= 0) {
    applyChange(vendor, subscription, change, null)
    return NO_PAYMENT
  }
  const { id, customer, currency, method } = subscription
  const metadata = body.metadata ? readMetadata(body) : subscription.metadata
  const items = [{ id: cart.product, amount, prorated: mode === 'prorated_immediately' }]
  const asked = { customer, subscription: id, session: null, method, metadata, items, currency }
  const payment = charge(vendor, { ...asked, amount, by: 'asked' })
  subscription.pending = change
  if (payment.status === 'requires_customer_action') askToConfirm(vendor, payment)
  else decided(vendor, payment)
  const payment_link = payment.page === null ? null : vendor.pageUrl(payment.page)
  const expires_on = payment.page === null ? null : time(vendor.now())
  return { payment_id: payment.id, payment_link, client_secret: null, expires_on }
}

/** Another interval begins anew, and so does every paid change where the business has it so. */
function isNewCycle(vendor: Vendor, subscription: Subscription, cart: Cart, mode: string): boolean {
  const { products, business } = vendor
  const [a, b] = [subscription.cart, cart].map(({ product }) => products.get(product)?.interval)
  if (a?.unit !== b?.unit || a?.count !== b?.count) return true
  return mode !== 'do_not_bill' && business.changes === 'reset_billing_date'
}

/** The bank wants the customer: there is a page, and the change waits for it. */
function askToConfirm(vendor: Vendor, payment: Payment): void {
  const { customer, id } = payment
  payment.page = openPage(vendor, { kind: 'confirm', customer, payment: id }).id
}
