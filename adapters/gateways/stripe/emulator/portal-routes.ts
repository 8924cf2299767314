/** The customer portal: one page that saves another card, changes a subscription, or ends it. */
import type { Routes } from 'billwright/testing'
import type { Portal, PortalFlow, Subscription, Vendor } from './vendor.ts'
import { customerOf } from './customer-routes.ts'
import {
  integer,
  listIn,
  oneOf,
  type Params,
  paramsOf,
  required,
  text,
  urlOf,
  within,
} from './params.ts'
import { showPortal } from './show.ts'
import { keep } from './vendor.ts'
import { impossible, invalid, missing } from './vendor-error.ts'

export function portalRoutes(vendor: Vendor): Routes {
  return {
    'POST /v1/billing_portal/sessions': (call) => {
      const params = paramsOf(call, 'customer return_url configuration flow_data locale')
      const { id: customer } = customerOf(vendor, required(params, 'customer'))
      const flow = flowIn(vendor, params, customer)
      const returnUrl = urlOf(params, 'return_url') ?? ''
      const made = keep(
        vendor,
        vendor.portals,
        'bps',
        (id): Portal => ({
          ...{ id, kind: 'portal', created: vendor.now(), customer, flow, returnUrl },
          ...{ status: 'open', confirming: null, decline: null },
        }),
      )
      return Response.json(showPortal(vendor, made))
    },
  }
}

const TYPES = [
  'payment_method_update',
  'subscription_update_confirm',
  'subscription_cancel',
] as const

function flowIn(vendor: Vendor, params: Params, customer: string): PortalFlow {
  const names = `type after_completion ${TYPES.slice(1).join(' ')}`
  const flow = within(params, 'flow_data', names)
  const type = oneOf(flow, 'type', TYPES)
  if (type === null) throw invalid('flow_data[type]', 'parameter_missing')
  if (type === 'payment_method_update') return { type }
  const inner = within(flow, type, 'subscription items discounts retention')
  const subscription = runningOf(vendor, required(inner, 'subscription'), customer)
  if (type === 'subscription_update_confirm')
    return { type, subscription: subscription.id, ...changeIn(vendor, subscription, inner) }
  if (subscription.cancelAt !== null)
    throw impossible(
      `The subscription \`${subscription.id}\` is already set to be canceled at period end.`,
    )
  return { type, subscription: subscription.id }
}

function runningOf(vendor: Vendor, id: string, customer: string): Subscription {
  const found = vendor.subscriptions.get(id)
  if (found?.customer !== customer) throw missing('subscription', id, 'flow_data')
  if (found.status === 'canceled') throw impossible(`The subscription \`${id}\` is canceled.`)
  return found
}

/** The one item that a page changes. The price must be another one, or the quantity. */
function changeIn(vendor: Vendor, subscription: Subscription, inner: Params) {
  if (subscription.schedule !== null)
    throw impossible(`The subscription \`${subscription.id}\` is managed by a schedule.`)
  const [first, second] = listIn(inner, 'items') as readonly Params[]
  if (first === undefined || second !== undefined)
    throw impossible('A page of the portal changes one item.')
  const params = within({ item: first }, 'item', 'id price quantity')
  const item = required(params, 'id')
  const old = subscription.items.find(({ id }) => id === item)
  if (!old) throw missing('subscription_item', item, 'flow_data')
  const price = text(params, 'price') ?? old.price
  if (!vendor.prices.has(price)) throw missing('price', price, 'flow_data')
  const quantity = integer(params, 'quantity') ?? old.quantity
  if (price === old.price && quantity === old.quantity)
    throw impossible('The subscription update would change nothing.')
  return { item, price, quantity }
}
