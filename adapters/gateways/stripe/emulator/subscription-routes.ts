/** Subscriptions: read, changed, ended, paused and resumed. */
import type { Call, Routes } from 'billwright/testing'
import type { Item, Subscription, Vendor } from './vendor.ts'
import { boundary } from 'billwright/core'
import { changeItems, type ItemChange } from './changes.ts'
import { customerOf, methodOf } from './customer-routes.ts'
import { expanded } from './expand.ts'
import { openInvoice, payInvoice, tellInvoice } from './invoices.ts'
import { PAGING, pageOf } from './paging.ts'
import {
  flag,
  integer,
  listIn,
  metadataIn,
  oneOf,
  type Params,
  paramsOf,
  required,
  text,
  within,
} from './params.ts'
import { showSubscription } from './show-billing.ts'
import { couponEnd, endNow, intervalOf, periodLines, touch } from './subscriptions.ts'
import { toInstant, toSeconds } from './vendor.ts'
import { impossible, invalid, missing } from './vendor-error.ts'

export function subscriptionRoutes(vendor: Vendor): Routes {
  const found = ({ params: { id = '' } }: Call): Subscription => {
    const subscription = vendor.subscriptions.get(id)
    if (!subscription) throw missing('subscription', id)
    return subscription
  }
  const shown = (subscription: Subscription, { expand }: Params) =>
    Response.json(expanded(vendor, showSubscription(vendor, subscription), expand))
  return {
    'GET /v1/subscriptions/:id': (call) => shown(found(call), paramsOf(call, '')),
    'GET /v1/subscriptions': (call) => {
      const params = paramsOf(call, `customer status price ${PAGING}`)
      const customer = text(params, 'customer')
      if (customer !== null) customerOf(vendor, customer)
      const all = text(params, 'status') === 'all'
      const price = text(params, 'price')
      const subscriptions = [...vendor.subscriptions.values()].filter(
        (each) =>
          (customer === null || each.customer === customer) &&
          (price === null || each.items.some((item) => item.price === price)) &&
          (all || each.status !== 'canceled'),
      )
      const show = (each: Subscription) => showSubscription(vendor, each)
      return Response.json(pageOf(params, subscriptions, { url: '/v1/subscriptions', show }))
    },
    'POST /v1/subscriptions/:id': (call) => {
      const subscription = found(call)
      const params = paramsOf(call, NAMES)
      update(vendor, subscription, params)
      return shown(subscription, params)
    },
    'DELETE /v1/subscriptions/:id': (call) => {
      const params = paramsOf(call, 'invoice_now prorate cancellation_details')
      const subscription = found(call)
      if (subscription.status === 'canceled') throw missing('subscription', subscription.id)
      endNow(vendor, subscription)
      return shown(subscription, params)
    },
    'POST /v1/subscriptions/:id/pause': (call) => {
      const params = paramsOf(call, 'type bill_for invoicing_behavior')
      const subscription = found(call)
      pause(vendor, subscription, params)
      return shown(subscription, params)
    },
    'POST /v1/subscriptions/:id/resume': (call) => {
      const params = paramsOf(
        call,
        'billing_cycle_anchor proration_behavior proration_date payment_behavior',
      )
      const subscription = found(call)
      resume(vendor, subscription, params)
      return shown(subscription, params)
    },
  }
}

const NAMES = [
  'items proration_behavior proration_date payment_behavior metadata cancel_at_period_end',
  'cancel_at discounts default_payment_method cancellation_details off_session trial_end',
].join(' ')

function update(vendor: Vendor, subscription: Subscription, params: Params): void {
  if (subscription.status === 'canceled')
    throw impossible(
      'A canceled subscription can only update its cancellation_details and metadata.',
      'invalid_canceled_subscription_fields',
    )
  const managed =
    params.items ?? params.cancel_at ?? params.cancel_at_period_end ?? params.trial_end
  if (subscription.schedule !== null && managed !== undefined)
    throw impossible(
      `The subscription is managed by the subscription schedule \`${subscription.schedule}\`.`,
    )
  assertPending(params)
  const metadata = metadataIn(params, subscription.metadata)
  if (params.items !== undefined) updateItems(vendor, subscription, params, metadata)
  subscription.metadata = metadata
  updateMethod(vendor, subscription, params)
  updateTrial(subscription, params, vendor.now())
  updateEnding(subscription, params, vendor.now())
  updateDiscount(vendor, subscription, params)
  touch(vendor, subscription)
}

const PENDING = new Set([
  'items',
  'proration_behavior',
  'proration_date',
  'payment_behavior',
  'expand',
])

function assertPending(params: Params): void {
  if (params.payment_behavior !== 'pending_if_incomplete') return
  const other = Object.keys(params).find((name) => !PENDING.has(name))
  if (other !== undefined)
    throw invalid(other, 'parameter_invalid', `Not supported with pending_if_incomplete: ${other}`)
}

function updateItems(
  vendor: Vendor,
  subscription: Subscription,
  params: Params,
  metadata: Subscription['metadata'],
): void {
  changeItems(vendor, subscription, itemChangeIn(vendor, subscription, params, metadata))
}

/** The items as they are asked for, and how they are to be billed. */
export function itemChangeIn(
  vendor: Vendor,
  subscription: Subscription,
  params: Params,
  metadata: Subscription['metadata'],
): ItemChange {
  const behaviors = ['create_prorations', 'always_invoice', 'none'] as const
  const payments = ['error_if_incomplete', 'pending_if_incomplete', 'allow_incomplete'] as const
  const at = integer(params, 'proration_date') ?? vendor.now()
  if (at < subscription.start || at > subscription.end)
    throw invalid('proration_date', 'parameter_invalid', 'Outside the current period.')
  return {
    items: itemsAfter(vendor, subscription, listIn(params, 'items') as readonly Params[]),
    behavior: oneOf(params, 'proration_behavior', behaviors) ?? 'create_prorations',
    payment: oneOf(params, 'payment_behavior', payments) ?? 'allow_incomplete',
    at,
    metadata,
  }
}

/** The items as they are to be. One that is named without its id is another one. */
function itemsAfter(
  vendor: Vendor,
  subscription: Subscription,
  asked: readonly Params[],
): readonly Item[] {
  let items = [...subscription.items]
  for (const [index, each] of asked.entries()) {
    const params = within({ item: each }, 'item', 'id price quantity deleted metadata')
    const id = text(params, 'id')
    const old = items.find((item) => item.id === id)
    if (id !== null && !old) throw missing('subscription_item', id, `items[${index}][id]`)
    if (flag(params, 'deleted') === true) {
      items = items.filter((item) => item.id !== id)
      continue
    }
    const price = text(params, 'price') ?? old?.price ?? ''
    if (!vendor.prices.has(price)) throw missing('price', price, `items[${index}][price]`)
    const quantity = integer(params, 'quantity') ?? (old?.price === price ? old.quantity : 1)
    if (old) items = items.map((item) => (item === old ? { ...old, price, quantity } : item))
    else items.push(newItem(vendor, price, quantity))
  }
  if (items.length === 0) throw impossible('A subscription must have at least one item.')
  return items
}

function newItem(vendor: Vendor, price: string, quantity: number): Item {
  const created = vendor.now()
  const debited = { amount: 0, from: created }
  return { id: vendor.nextId('si'), created, price, quantity, debited }
}

function updateMethod(vendor: Vendor, subscription: Subscription, params: Params): void {
  if (params.default_payment_method === undefined) return
  const method = text(params, 'default_payment_method')
  subscription.method = method === null ? null : methodOf(vendor, method).id
}

/** The cycle begins with the new end, and so does what is billed. */
function updateTrial(subscription: Subscription, params: Params, now: number): void {
  const end = integer(params, 'trial_end')
  if (end === null) return
  if (end <= now)
    throw invalid('trial_end', 'parameter_invalid', 'Timestamp must be in the future.')
  if (params.proration_behavior !== 'none')
    throw impossible('This emulator extends a trial without proration only.')
  // One that is paid for is in a trial again: Stripe does not ask whether that was meant.
  const again = subscription.trial === null || subscription.status !== 'trialing'
  const start = again ? now : subscription.start
  const trial = { start, end }
  Object.assign(subscription, { status: 'trialing', trial, start, end, anchor: end })
}

function updateEnding(subscription: Subscription, params: Params, now: number): void {
  const atEnd = flag(params, 'cancel_at_period_end')
  if (atEnd !== null) {
    subscription.cancelAtPeriodEnd = atEnd
    subscription.cancelAt = atEnd ? subscription.end : null
    subscription.canceledAt = atEnd ? now : null
  }
  if (params.cancel_at === undefined) return
  const at = integer(params, 'cancel_at')
  if (at !== null && at <= now) throw invalid('cancel_at', 'parameter_invalid')
  subscription.cancelAtPeriodEnd = false
  subscription.cancelAt = at
  subscription.canceledAt = at === null ? null : now
}

function updateDiscount(vendor: Vendor, subscription: Subscription, params: Params): void {
  if (params.discounts === undefined) return
  const [discount] = listIn(params, 'discounts')
  if (discount === undefined) {
    subscription.coupon = null
    return
  }
  const id = required(discount as Params, 'coupon')
  if (!vendor.coupons.has(id)) throw missing('coupon', id, 'discounts[0][coupon]')
  subscription.coupon = { id, end: couponEnd(vendor, id, vendor.now()) }
}

function pause(vendor: Vendor, subscription: Subscription, params: Params): void {
  const bill = within(params, 'bill_for', 'unused_time_from outstanding_usage_through')
  const { type } = within(bill, 'unused_time_from', 'type')
  if (type !== 'none') throw impossible('This emulator pauses without credit only.')
  if (subscription.status !== 'active' && subscription.status !== 'trialing')
    throw impossible(`A subscription that is ${subscription.status} cannot be paused.`)
  if (subscription.schedule !== null)
    throw impossible('A subscription with a schedule cannot be paused.')
  subscription.status = 'paused'
  subscription.pausedAt = vendor.now()
  touch(vendor, subscription, 'paused')
}

/** Goes on with what is paid for, or begins a new period now and bills it. */
function resume(vendor: Vendor, subscription: Subscription, params: Params): void {
  if (subscription.status !== 'paused') throw impossible('The subscription is not paused.')
  const { type } = within(params, 'billing_cycle_anchor', 'type')
  subscription.status = 'active'
  subscription.pausedAt = null
  if (type === 'now') {
    const now = vendor.now()
    const interval = intervalOf(vendor, subscription.items)
    subscription.start = now
    subscription.anchor = now
    subscription.end = toSeconds(boundary(toInstant(now), interval, 1))
    const lines = periodLines(vendor, subscription)
    const asked = { reason: 'subscription_update', lines, discounted: true } as const
    const invoice = openInvoice(vendor, subscription, asked)
    subscription.invoice = invoice.id
    if (payInvoice(vendor, invoice, 'clock') !== 'paid') subscription.status = 'past_due'
    tellInvoice(vendor, invoice)
  }
  touch(vendor, subscription, 'resumed')
}
