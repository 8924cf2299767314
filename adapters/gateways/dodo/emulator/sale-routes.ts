/** The API that sells: customers, checkout sessions, pages for another card. */
import type { Routes } from 'billwright/testing'
import type { Vendor } from './vendor.ts'
import { vendorError } from './access.ts'
import {
  known,
  page,
  readCart,
  readCodes,
  readFields,
  readList,
  readMetadata,
  readText,
  readUrlOrNull,
  readWhole,
} from './read-body.ts'
import { showCustomer, time } from './render.ts'
import { openPage } from './sessions.ts'
import { keep } from './vendor.ts'

const LONGEST_TRIAL = 10_000

export function saleRoutes(vendor: Vendor): Routes {
  return {
    'GET /customers': (call) => {
      const email = call.url.searchParams.get('email')
      const all = [...vendor.customers.values()].filter(
        (each) => email === null || each.email === email,
      )
      // The newest first.
      return Response.json({
        items: page(call, all.reverse()).map((each) => showCustomer(vendor, each)),
      })
    },
    'POST /customers': ({ body }) => {
      const [email, name] = [readText(body, 'email'), readText(body, 'name')]
      if (!email.includes('@')) throw vendorError(422, 'INVALID_REQUEST_BODY_EMAIL')
      const metadata = readMetadata(body)
      const made = keep(vendor, vendor.customers, 'cus', (id) => {
        return { id, email, name, metadata, at: vendor.now() }
      })
      return Response.json(showCustomer(vendor, made))
    },
    'DELETE /customers/:id/payment-methods/:method': ({ params }) => {
      const customer = known(vendor.customers, params.id)
      const method = known(vendor.methods, params.method)
      if (method.customer !== customer.id) throw vendorError(404, 'NOT_FOUND')
      method.removed = true
      return new Response(null, { status: 204 })
    },
    'POST /checkouts': ({ body }) => {
      const [first, ...others] = readList(body, 'product_cart')
      if (!first || others.length > 0) throw vendorError(422, 'PRODUCT_CART_EMTPY')
      const cart = readCart(vendor, first)
      const { trial_period_days: days = 0 } = readFields(body, 'subscription_data')
      const trialDays = readWhole({ days }, 'days')
      if (trialDays > LONGEST_TRIAL) throw vendorError(422, 'INVALID_REQUEST_PARAMETERS')
      const customer = known(vendor.customers, readFields(body, 'customer').customer_id)
      const opened = openPage(vendor, {
        kind: 'checkout',
        customer: customer.id,
        ...{ cart, trialDays },
        discounts: readCodes(vendor, body) ?? [],
        metadata: readMetadata(body),
        returnUrl: readUrlOrNull(body, 'return_url'),
        cancelUrl: readUrlOrNull(body, 'cancel_url'),
      })
      return Response.json({ session_id: opened.id, checkout_url: vendor.pageUrl(opened.id) })
    },
    'POST /subscriptions/:id/update-payment-method': ({ params, body }) => {
      const { id, customer, status } = known(vendor.subscriptions, params.id)
      if (body.type !== 'new') throw vendorError(422, 'INVALID_REQUEST_BODY')
      if (['cancelled', 'failed', 'expired'].includes(status))
        throw vendorError(422, 'SUBSCRIPTION_INACTIVE')
      const returnUrl = readUrlOrNull(body, 'return_url')
      const opened = openPage(vendor, { kind: 'method', customer, subscription: id, returnUrl })
      const expires_on = time(vendor.now())
      const payment_link = vendor.pageUrl(opened.id)
      return Response.json({ payment_link, payment_id: null, client_secret: null, expires_on })
    },
  }
}
