/** Customers, their cards, and the portal that asks for another one. */
import type { Routes } from 'billwright/testing'
import type { Customer, Method, Portal, Vendor } from './vendor.ts'
import { metadataIn, oneOf, paramsOf, required, text, urlOf, within } from './params.ts'
import { showCustomer, showMethod, showPortal } from './show.ts'
import { keep } from './vendor.ts'
import { impossible, invalid, missing } from './vendor-error.ts'

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
    'POST /v1/billing_portal/sessions': (call) => {
      const params = paramsOf(call, 'customer return_url configuration flow_data locale')
      const flow = within(params, 'flow_data', 'type after_completion')
      if (oneOf(flow, 'type', ['payment_method_update']) === null)
        throw invalid('flow_data[type]', 'parameter_missing')
      const { id: customer } = customerOf(vendor, required(params, 'customer'))
      const returnUrl = urlOf(params, 'return_url') ?? ''
      const made = keep(
        vendor,
        vendor.portals,
        'bps',
        (id): Portal => ({
          ...{ id, kind: 'portal', created: vendor.now(), customer, returnUrl, status: 'open' },
          ...{ confirming: null, decline: null },
        }),
      )
      return Response.json(showPortal(vendor, made))
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
