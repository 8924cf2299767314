/** Invoices, what paid them, and the events that were told. */
import type { Call, EmulatedEvent, Routes } from 'billwright/testing'
import type { WireEvent } from './open-books.ts'
import type { Invoice, Vendor } from './vendor.ts'
import { previewInvoice } from './changes.ts'
import { customerOf, methodOf } from './customer-routes.ts'
import { expanded } from './expand.ts'
import { payInvoice, tellInvoice } from './invoices.ts'
import { PAGING, pageOf } from './paging.ts'
import { listIn, paramsOf, text, within } from './params.ts'
import { showError } from './show.ts'
import { listOf, showInvoice, showInvoicePayments } from './show-billing.ts'
import { itemChangeIn } from './subscription-routes.ts'
import { settled, touch } from './subscriptions.ts'
import { known } from './vendor.ts'
import { impossible, missing, vendorError } from './vendor-error.ts'

export function lookUpRoutes(vendor: Vendor, events: readonly EmulatedEvent<WireEvent>[]): Routes {
  const found = ({ params: { id = '' } }: Call): Invoice => {
    const invoice = vendor.invoices.get(id)
    if (!invoice) throw missing('invoice', id, 'invoice')
    return invoice
  }
  const show = (each: Invoice) => showInvoice(vendor, each)
  return {
    'GET /v1/invoices': (call) => {
      const params = paramsOf(call, `customer subscription status ${PAGING}`)
      const [customer, of] = [text(params, 'customer'), text(params, 'subscription')]
      if (customer !== null) customerOf(vendor, customer)
      const status = text(params, 'status')
      const invoices = [...vendor.invoices.values()].filter(
        (each) =>
          (customer === null || each.customer === customer) &&
          (of === null || each.subscription === of) &&
          (status === null || each.status === status),
      )
      const page = pageOf(params, invoices, { url: '/v1/invoices', show })
      return Response.json(expanded(vendor, page, params.expand))
    },
    'GET /v1/invoices/:id': (call) => {
      const { expand } = paramsOf(call, '')
      return Response.json(expanded(vendor, show(found(call)), expand))
    },
    'POST /v1/invoices/create_preview': (call) => {
      const params = paramsOf(call, 'customer subscription subscription_details')
      const id = text(params, 'subscription') ?? ''
      const subscription = vendor.subscriptions.get(id)
      if (!subscription) throw missing('subscription', id, 'subscription')
      const names = 'items proration_behavior proration_date'
      const details = within(params, 'subscription_details', names)
      const change = itemChangeIn(vendor, subscription, details, subscription.metadata)
      return Response.json(show(previewInvoice(vendor, subscription, change)))
    },
    'POST /v1/invoices/:id/pay': (call) => {
      const params = paramsOf(call, 'payment_method off_session')
      const invoice = found(call)
      const named = text(params, 'payment_method')
      payNow(vendor, invoice, named === null ? null : methodOf(vendor, named).id)
      return Response.json(expanded(vendor, show(invoice), params.expand))
    },
    'GET /v1/invoice_payments': (call) => {
      const params = paramsOf(call, `payment invoice status ${PAGING}`)
      const { payment_intent } = within(params, 'payment', 'type payment_intent')
      const paid = [...vendor.invoices.values()].filter(({ intent }) => intent === payment_intent)
      const payments = paid.flatMap((invoice) => showInvoicePayments(vendor, invoice))
      return Response.json(listOf(payments, '/v1/invoice_payments'))
    },
    'GET /v1/events': (call) => {
      const params = paramsOf(call, `type types ${PAGING}`)
      const types = listIn(params, 'types')
      if (types.length > 20) throw impossible('You may pass up to 20 types.')
      const told = events
        .map(({ data }) => data)
        .filter(({ type }) => types.length === 0 || types.includes(type))
      return Response.json(pageOf(params, told, { url: '/v1/events', show: (each) => each }))
    },
  }
}

/** Somebody has an open invoice tried once more. */
function payNow(vendor: Vendor, invoice: Invoice, method: string | null): void {
  if (invoice.status !== 'open') throw impossible('Invoice is already paid', 'invoice_not_editable')
  const { attempts } = invoice
  const outcome = payInvoice(vendor, invoice, 'clock', method)
  // After the first only Stripe's own attempts are counted: this one does not move its schedule.
  invoice.attempts = Math.max(1, attempts)
  const subscription = known(vendor.subscriptions, invoice.subscription)
  if (outcome === 'paid') settled(subscription)
  tellInvoice(vendor, invoice)
  touch(vendor, subscription)
  if (outcome === 'paid') return
  const intent = vendor.intents.get(invoice.intent ?? '')
  const shown = intent ? (showError(vendor, intent) as Record<string, string>) : {}
  const { code = 'card_declined', decline_code } = shown
  const told = decline_code === undefined ? {} : { decline_code }
  throw vendorError(402, { type: 'card_error', code, message: 'Your card was declined.', ...told })
}
