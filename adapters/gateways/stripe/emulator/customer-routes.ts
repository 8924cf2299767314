/** Customers: made, changed, looked up and searched; and their cards. */
import type { Routes } from 'billwright/testing'
import type { Customer, Method, Vendor } from './vendor.ts'
import { searchCustomers } from './customer-search.ts'
import { PAGING, pageOf } from './paging.ts'
import { integer, metadataIn, paramsOf, required, text, within } from './params.ts'
import { showCustomer, showMethod } from './show.ts'
import { keep } from './vendor.ts'
import { impossible, missing } from './vendor-error.ts'

export function customerOf(vendor: Vendor, id: string): Customer {
  const found = vendor.customers.get(id)
  if (!found) throw missing('customer', id, 'customer')
  return found
}

export function methodOf(vendor: Vendor, id: string): Method {
  const found = vendor.methods.get(id)
  if (!found) throw missing('PaymentMethod', id, 'payment_method')
  return found
}

export function customerRoutes(vendor: Vendor): Routes {
  return {
    ...lookUps(vendor),
    'POST /v1/customers': (call) => {
      const params = paramsOf(call, 'email name metadata description phone')
      const made = keep(
        vendor,
        vendor.customers,
        'cus',
        (id): Customer => ({
          ...{
            id,
            created: vendor.now(),
            email: text(params, 'email'),
            name: text(params, 'name'),
          },
          ...{ metadata: metadataIn(params), method: null, balance: 0 },
        }),
      )
      return Response.json(showCustomer(made))
    },
    'POST /v1/customers/:id': (call) => {
      const params = paramsOf(call, 'email name metadata invoice_settings')
      const customer = customerOf(vendor, call.params.id ?? '')
      const settings = within(params, 'invoice_settings', 'default_payment_method')
      const method = text(settings, 'default_payment_method')
      if (method !== null) customer.method = methodOf(vendor, method).id
      customer.email = text(params, 'email') ?? customer.email
      customer.name = text(params, 'name') ?? customer.name
      customer.metadata = metadataIn(params, customer.metadata)
      vendor.emit('customer.updated', showCustomer(customer))
      return Response.json(showCustomer(customer))
    },
    'POST /v1/payment_methods/:id/detach': (call) => {
      paramsOf(call, '')
      const method = methodOf(vendor, call.params.id ?? '')
      if (method.customer === null)
        throw impossible('The payment method you provided is not attached to a customer.')
      method.customer = null
      letGo(vendor, method.id)
      vendor.emit('payment_method.detached', showMethod(method))
      return Response.json(showMethod(method))
    },
  }
}

function lookUps(vendor: Vendor): Routes {
  const { customers } = vendor
  return {
    'GET /v1/customers': (call) => {
      const params = paramsOf(call, `email ${PAGING}`)
      const email = text(params, 'email')
      const found = [...customers.values()].filter((each) => email === null || each.email === email)
      return Response.json(pageOf(params, found, { url: '/v1/customers', show: showCustomer }))
    },
    'GET /v1/customers/search': (call) => {
      const params = paramsOf(call, 'query limit page')
      const found = searchCustomers(customers.values(), required(params, 'query'))
      const start = integer(params, 'page') ?? 0
      const end = start + (integer(params, 'limit') ?? 10)
      const data = found.slice(start, end).map(showCustomer)
      const more = end < found.length ? { next_page: String(end) } : {}
      const rest = { ...more, has_more: end < found.length, url: '/v1/customers/search' }
      return Response.json({ object: 'search_result', data, ...rest })
    },
    'GET /v1/customers/:id': (call) => {
      paramsOf(call, '')
      return Response.json(showCustomer(customerOf(vendor, call.params.id ?? '')))
    },
  }
}

/** A card that is gone is nobody's default any more. */
function letGo(vendor: Vendor, method: string): void {
  for (const customer of vendor.customers.values())
    if (customer.method === method) customer.method = null
  for (const subscription of vendor.subscriptions.values())
    if (subscription.method === method) subscription.method = null
}
