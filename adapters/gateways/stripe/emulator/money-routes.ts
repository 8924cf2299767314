/** Payment intents, refunds and disputes. */
import type { Call, Routes } from 'billwright/testing'
import type { Dispute, Intent, Refund, Vendor } from './vendor.ts'
import { charge, failUnconfirmed, refund, refundable, tellIntent } from './charges.ts'
import { customerOf, methodOf } from './customer-routes.ts'
import { expanded } from './expand.ts'
import { PAGING, pageOf } from './paging.ts'
import {
  amountOf,
  currencyOf,
  flag,
  integer,
  metadataIn,
  oneOf,
  paramsOf,
  required,
  text,
} from './params.ts'
import { showDispute, showError, showIntent, showRefund } from './show.ts'
import { impossible, invalid, missing, vendorError } from './vendor-error.ts'

export function moneyRoutes(vendor: Vendor): Routes {
  const found = ({ params: { id = '' } }: Call): Intent => intentOf(vendor, id, 'intent')
  const show = (each: Intent) => showIntent(vendor, each)
  return {
    'POST /v1/payment_intents': (call) => chargeNow(vendor, call),
    'GET /v1/payment_intents': (call) => {
      const params = paramsOf(call, `customer ${PAGING}`)
      const customer = text(params, 'customer')
      if (customer !== null) customerOf(vendor, customer)
      const intents = [...vendor.intents.values()].filter(
        (each) => customer === null || each.customer === customer,
      )
      const page = pageOf(params, intents, { url: '/v1/payment_intents', show })
      return Response.json(expanded(vendor, page, params.expand))
    },
    'GET /v1/payment_intents/:id': (call) => {
      const { expand } = paramsOf(call, '')
      return Response.json(expanded(vendor, show(found(call)), expand))
    },
    'POST /v1/refunds': (call) => Response.json(showRefund(vendor, refundNow(vendor, call))),
    'GET /v1/refunds': (call) => {
      const params = paramsOf(call, `payment_intent charge ${PAGING}`)
      const of = (each: Refund) => each.intent === params.payment_intent
      const refunds = [...vendor.refunds.values()].filter(of)
      const url = '/v1/refunds'
      return Response.json(pageOf(params, refunds, { url, show: (r) => showRefund(vendor, r) }))
    },
    'GET /v1/disputes': (call) => {
      const params = paramsOf(call, `payment_intent charge ${PAGING}`)
      const of = (each: Dispute) => each.intent === params.payment_intent
      const disputes = [...vendor.disputes.values()].filter(of)
      const url = '/v1/disputes'
      return Response.json(pageOf(params, disputes, { url, show: (d) => showDispute(vendor, d) }))
    },
  }
}

function intentOf(vendor: Vendor, id: string, param: string): Intent {
  const intent = vendor.intents.get(id)
  if (!intent) throw missing('payment_intent', id, param)
  return intent
}

const NAMES =
  'amount currency customer payment_method off_session confirm description metadata setup_future_usage'

/** A charge of a saved card, made and confirmed in one call. */
function chargeNow(vendor: Vendor, call: Call): Response {
  const params = paramsOf(call, NAMES)
  const amount = amountOf(params, 'amount')
  const currency = currencyOf(params)
  if (amount < 1) throw invalid('amount', 'parameter_invalid_integer', 'Invalid positive integer')
  const customer = customerOf(vendor, required(params, 'customer'))
  const method = methodOf(vendor, required(params, 'payment_method'))
  if (method.customer !== customer.id)
    throw impossible('The provided PaymentMethod cannot be attached to the Customer.')
  if (flag(params, 'confirm') !== true || flag(params, 'off_session') !== true)
    throw impossible('This emulator charges saved cards only: confirm and off_session are true.')
  const description = text(params, 'description')
  const asked = { method, customer: customer.id, amount, currency, description }
  const made = charge(vendor, { ...asked, metadata: metadataIn(params), by: 'api' })
  failUnconfirmed(vendor, made)
  tellIntent(vendor, made)
  if (made.status === 'succeeded')
    return Response.json(expanded(vendor, showIntent(vendor, made), params.expand))
  const { code, decline_code } = showError(vendor, made) as Record<string, string>
  const told = decline_code === undefined ? {} : { decline_code }
  throw vendorError(402, {
    ...{ type: 'card_error', code: code ?? '', message: 'Your card was declined.', ...told },
    payment_intent: showIntent(vendor, made),
  })
}

const REASONS = ['requested_by_customer', 'duplicate', 'fraudulent'] as const

function refundNow(vendor: Vendor, call: Call): Refund {
  const params = paramsOf(call, 'payment_intent charge amount reason metadata')
  const intent = intentOf(vendor, required(params, 'payment_intent'), 'payment_intent')
  const left = refundable(vendor, intent)
  if (left <= 0) throw impossible('Charge has already been refunded.', 'charge_already_refunded')
  const amount = integer(params, 'amount') ?? left
  if (amount < 1 || amount > left)
    throw invalid('amount', 'amount_too_large', `Refund amount is greater than unrefunded amount.`)
  const reason = oneOf(params, 'reason', REASONS)
  return refund(vendor, intent.id, { amount, reason, metadata: metadataIn(params) })
}
