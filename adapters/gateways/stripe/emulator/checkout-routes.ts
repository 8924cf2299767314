/** Checkout Sessions: made, looked at, listed and expired. */
import type { Call, Routes } from 'billwright/testing'
import type { Session, SessionLine, Vendor } from './vendor.ts'
import { customerOf } from './customer-routes.ts'
import { expanded } from './expand.ts'
import { PAGING, pageOf } from './paging.ts'
import {
  amountOf,
  currencyOf,
  integer,
  listIn,
  metadataIn,
  oneOf,
  type Params,
  paramsOf,
  required,
  text,
  urlOf,
  within,
} from './params.ts'
import { expireSession, firstAmount } from './sessions.ts'
import { showSession } from './show.ts'
import { keep, known } from './vendor.ts'
import { impossible, invalid, missing } from './vendor-error.ts'

const DAY = 86_400

export function checkoutRoutes(vendor: Vendor): Routes {
  const found = ({ params: { id = '' } }: Call): Session => {
    const session = vendor.sessions.get(id)
    if (!session) throw missing('checkout.session', id)
    return session
  }
  return {
    'POST /v1/checkout/sessions': (call) => {
      const made = makeSession(vendor, call)
      return Response.json(showSession(vendor, made))
    },
    'GET /v1/checkout/sessions': (call) => {
      const params = paramsOf(call, `customer status subscription payment_intent ${PAGING}`)
      const customer = text(params, 'customer')
      if (customer !== null) customerOf(vendor, customer)
      const sessions = [...vendor.sessions.values()].filter(
        (each) => customer === null || each.customer === customer,
      )
      const show = (each: Session) => showSession(vendor, each)
      const page = pageOf(params, sessions, { url: '/v1/checkout/sessions', show })
      return Response.json(expanded(vendor, page, params.expand))
    },
    'GET /v1/checkout/sessions/:id': (call) => {
      const { expand } = paramsOf(call, '')
      return Response.json(expanded(vendor, showSession(vendor, found(call)), expand))
    },
    'POST /v1/checkout/sessions/:id/expire': (call) => {
      paramsOf(call, '')
      const session = found(call)
      if (session.status !== 'open')
        throw impossible(`Only Checkout Sessions with a status in ["open"] can be expired.`)
      expireSession(vendor, session)
      return Response.json(showSession(vendor, session))
    },
  }
}

const NAMES = [
  'mode customer client_reference_id line_items success_url cancel_url metadata expires_at',
  'subscription_data payment_intent_data setup_intent_data payment_method_collection discounts',
  'automatic_tax adaptive_pricing currency customer_update locale',
].join(' ')

function makeSession(vendor: Vendor, call: Call): Session {
  const params = paramsOf(call, NAMES)
  const mode = oneOf(params, 'mode', ['payment', 'setup', 'subscription'])
  if (mode === null) throw invalid('mode', 'parameter_missing', 'Missing required param: mode.')
  const { id: customer } = customerOf(vendor, required(params, 'customer'))
  const lines = listIn(params, 'line_items').map((line) => lineOf(vendor, line as Params, mode))
  if ((mode === 'setup') !== (lines.length === 0)) throw invalid('line_items', 'parameter_invalid')
  const now = vendor.now()
  const expiresAt = integer(params, 'expires_at') ?? now + DAY
  if (expiresAt < now + 1800 || expiresAt > now + DAY)
    throw invalid(
      'expires_at',
      'parameter_invalid',
      'The `expires_at` timestamp must be 30 minutes to 24 hours from now.',
    )
  const inner = innerOf(params, mode)
  const made = keep(
    vendor,
    vendor.sessions,
    'cs',
    (id): Session => ({
      ...{ id, kind: 'checkout', created: now, mode, customer, lines, expiresAt },
      ...{ reference: text(params, 'client_reference_id'), metadata: metadataIn(params) },
      innerMetadata: metadataIn(inner),
      currency: mode === 'setup' ? currencyOf(params) : currencyIn(vendor, params, lines),
      coupon: couponIn(vendor, params),
      trialEnd: trialIn(inner, now),
      anchor: integer(inner, 'billing_cycle_anchor'),
      ...{ successUrl: urlOf(params, 'success_url') ?? '', cancelUrl: urlOf(params, 'cancel_url') },
      ...{ status: 'open', amount: 0, confirming: null, decline: null },
      ...{ subscription: null, invoice: null, intent: null, setup: null },
    }),
  )
  if (made.successUrl === '') throw invalid('success_url', 'parameter_missing')
  made.amount = firstAmount(vendor, made)
  return made
}

function innerOf(params: Params, mode: Session['mode']): Params {
  if (mode === 'payment')
    return within(params, 'payment_intent_data', 'metadata setup_future_usage description')
  if (mode === 'setup') return within(params, 'setup_intent_data', 'metadata description')
  return within(
    params,
    'subscription_data',
    'metadata billing_mode trial_period_days trial_end trial_settings billing_cycle_anchor description',
  )
}

function trialIn(inner: Params, now: number): Session['trialEnd'] {
  const days = integer(inner, 'trial_period_days')
  const end = integer(inner, 'trial_end')
  if (days !== null && days < 1)
    throw invalid('subscription_data[trial_period_days]', 'parameter_invalid_integer')
  if (end !== null && end < now + 2 * DAY)
    throw invalid(
      'subscription_data[trial_end]',
      'parameter_invalid',
      'The `trial_end` date has to be at least 2 days in the future.',
    )
  return (paidAt) => (days === null ? end : paidAt + days * DAY)
}

function lineOf(vendor: Vendor, line: Params, mode: Session['mode']): SessionLine {
  const quantity = integer(line, 'quantity') ?? 1
  if (quantity < 1) throw invalid('line_items[0][quantity]', 'parameter_invalid_integer')
  if (mode === 'payment') {
    const data = within(line, 'price_data', 'currency unit_amount product_data')
    const { name } = within(data, 'product_data', 'name description metadata')
    const amount = amountOf(data, 'unit_amount') * quantity
    return { name: String(name), amount, quantity, price: null }
  }
  const id = required(line, 'price')
  const price = vendor.prices.get(id)
  if (!price) throw missing('price', id, 'line_items[0][price]')
  const { name } = known(vendor.products, price.product)
  return { name, amount: price.amount * quantity, quantity, price: id }
}

function currencyIn(vendor: Vendor, params: Params, lines: readonly SessionLine[]): string {
  const price = vendor.prices.get(lines[0]?.price ?? '')
  if (price) return price.currency
  const [first] = listIn(params, 'line_items')
  return currencyOf(within(first as Params, 'price_data', 'currency unit_amount product_data'))
}

function couponIn(vendor: Vendor, params: Params): string | null {
  const [discount] = listIn(params, 'discounts')
  if (discount === undefined) return null
  const id = required(discount as Params, 'coupon')
  if (!vendor.coupons.has(id)) throw missing('coupon', id, 'discounts[0][coupon]')
  return id
}
