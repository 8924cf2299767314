/** The API's money: customers, charges of saved methods, refunds. */
import type { Routes } from 'billwright/testing'
import { charge, refund, refundable, tellCharge } from './charges.ts'
import { type IsLive, owned } from './owned.ts'
import { readAmount, readCurrency, readText, vendorError } from './read-body.ts'
import { showCharge, showMethod, showRefund } from './render.ts'
import { askToConfirm } from './sessions.ts'
import { keep, type Vendor } from './vendor.ts'

export function moneyRoutes(vendor: Vendor, isLive: IsLive): Routes {
  return {
    /** One customer for each reference, however often it is asked for. */
    'PUT /v1/customers/:reference': (call) => {
      const live = isLive(call)
      const reference = call.params.reference ?? ''
      const all = [...vendor.customers.values()]
      const known = all.find((each) => each.reference === reference && each.live === live)
      const { id } =
        known ??
        keep(vendor, vendor.customers, 'cus', (made) => {
          return { id: made, live, reference, method: null }
        })
      return Response.json({ object: 'customer', id, reference })
    },
    'POST /v1/charges': (call) => {
      const { body } = call
      const method = owned(vendor.methods, readText(body, 'method'), isLive(call))
      const subject = { invoice: readText(body, 'reference') }
      const [amount, currency] = [readAmount(body), readCurrency(body)]
      const made = charge(vendor, { method, subject, amount, currency, by: 'asked' })
      if (made.status === 'pending') askToConfirm(vendor, made)
      tellCharge(vendor, made)
      return Response.json(showCharge(vendor, made))
    },
    'POST /v1/refunds': (call) => {
      const made = owned(vendor.charges, readText(call.body, 'charge'), isLive(call))
      const amount = readAmount(call.body)
      if (amount === 0 || amount > refundable(vendor, made))
        throw vendorError(400, 'amount_too_high')
      return Response.json(showRefund(refund(vendor, made, amount)))
    },
    'DELETE /v1/methods/:id': (call) => {
      const method = owned(vendor.methods, call.params.id ?? '', isLive(call))
      if (!method.removed) vendor.emit('method.removed', method.live, showMethod(method))
      method.removed = true
      return Response.json(showMethod(method))
    },
  }
}
