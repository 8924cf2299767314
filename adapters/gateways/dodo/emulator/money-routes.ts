/** The API's money: payments and what they were for, refunds. */
import type { Call, Routes } from 'billwright/testing'
import type { Payment, Vendor } from './vendor.ts'
import { invalid, vendorError } from './access.ts'
import { refund, refundable, refundsOf, settleRefund } from './charges.ts'
import {
  type Fields,
  known,
  page,
  readList,
  readMetadata,
  readText,
  readWhole,
} from './read-body.ts'
import { showPayment, showPaymentInList, showRefund } from './render.ts'

export function moneyRoutes(vendor: Vendor): Routes {
  return {
    'GET /payments': (call) => {
      const found = [...vendor.payments.values()].filter(matching(call)).reverse()
      return Response.json({
        items: page(call, found).map((each) => showPaymentInList(vendor, each)),
      })
    },
    'GET /payments/:id': ({ params }) => {
      const { payload_type: _, ...shown } = showPayment(vendor, known(vendor.payments, params.id))
      return Response.json(shown)
    },
    'GET /payments/:id/line-items': ({ params }) => {
      const payment = known(vendor.payments, params.id)
      const items = itemsOf(vendor, payment).map(({ id, amount, left, tax }) => ({
        items_id: id,
        ...{ amount, tax },
        refundable_amount: left,
        name: vendor.products.get(id)?.name ?? vendor.addons.get(id)?.name ?? null,
        description: null,
      }))
      return Response.json({ currency: payment.currency, items })
    },
    'POST /refunds': ({ body }) => {
      const payment = known(vendor.payments, readText(body, 'payment_id'))
      const amount = refundAmount(vendor, payment, body)
      const made = refund(vendor, payment, { amount, metadata: readMetadata(body) })
      const reply = Response.json(showRefund(vendor, made))
      settleRefund(vendor, made)
      return reply
    },
    'GET /refunds/:id': ({ params }) =>
      Response.json(showRefund(vendor, known(vendor.refunds, params.id))),
  }
}

function matching({ url: { searchParams } }: Call): (payment: Payment) => boolean {
  const [customer, subscription] = ['customer_id', 'subscription_id'].map((name) =>
    searchParams.get(name),
  )
  const since = searchParams.get('created_at_gte')
  if (since !== null && Number.isNaN(Date.parse(since))) throw invalid('created_at_gte')
  return (payment) =>
    (!customer || payment.customer === customer) &&
    (!subscription || payment.subscription === subscription) &&
    (since === null || payment.at >= Date.parse(since))
}

/** The lines with their tax, and what of each can still go back; refunds use them up in order. */
function itemsOf(vendor: Vendor, payment: Payment) {
  let gone = refundsOf(vendor, payment).reduce((sum, { amount }) => sum + amount, 0)
  const before = payment.amount - payment.tax
  let taxLeft = payment.tax
  return payment.items.map((item, index) => {
    const share = before > 0 ? Math.round((payment.tax * item.amount) / before) : 0
    const tax = index === payment.items.length - 1 ? taxLeft : share
    taxLeft -= tax
    const amount = item.amount + tax
    const used = Math.min(gone, amount)
    gone -= used
    return { ...item, amount, tax, left: amount - used }
  })
}

function refundAmount(vendor: Vendor, payment: Payment, body: Fields): number {
  if (payment.status !== 'succeeded') throw vendorError(422, 'PAYMENT_NOT_SUCCEEDED')
  if (payment.amount === 0) throw vendorError(422, 'ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED')
  const left = refundable(vendor, payment)
  if (left === 0) throw vendorError(422, 'PAYMENT_ALREADY_REFUNDED')
  const wanted = readList(body, 'items')
  if (wanted.length === 0) return left
  const items = itemsOf(vendor, payment)
  const amount = wanted.reduce((sum, each) => {
    const item = items.find(({ id }) => id === readText(each, 'item_id'))
    if (!item) throw vendorError(404, 'ITEM_NOT_FOUND')
    if (item.prorated) throw vendorError(422, 'LINE_ITEM_PRORATED')
    const part = readWhole(each, 'amount', 1)
    if (part > item.left) throw vendorError(422, 'REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT')
    return sum + part
  }, 0)
  return amount
}
