/** The API's pages, payments and refunds. */
import type { Call, Routes } from 'billwright/testing'
import type { Payment, Refund, Session, Vendor } from './vendor.ts'
import { isLive, vendorError } from './access.ts'
import {
  readAmount,
  readAttributes,
  readLineItems,
  readMetadata,
  readMethods,
  readText,
  readTextOrNull,
  readUrlOrNull,
} from './read-body.ts'
import { showPayment, showRefund, showSession } from './render.ts'
import { expire, isOpen } from './sessions.ts'
import { keep, totalOf } from './vendor.ts'

/** PHP 20.00 for a payment, PHP 1.00 for a refund. */
const MINIMUM = { payment: 2000, refund: 100 }
const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer', 'others']

export function apiRoutes(vendor: Vendor): Routes {
  const sessionOf = (call: Call) => owned(vendor.sessions, call)
  const reply = (data: object) => Response.json({ data })
  return {
    'POST /v1/checkout_sessions': (call) => reply(showSession(vendor, openSession(vendor, call))),
    'GET /v1/checkout_sessions/:id': (call) => reply(showSession(vendor, sessionOf(call))),
    'POST /v1/checkout_sessions/:id/expire': (call) => {
      const session = sessionOf(call)
      if (!isOpen(vendor, session)) throw vendorError(400, 'resource_state_invalid')
      expire(vendor, session)
      return reply(showSession(vendor, session))
    },
    'GET /v1/payments': (call) =>
      listed(call, [...vendor.payments.values()], (each) => showPayment(vendor, each)),
    'GET /v1/payments/:id': (call) => reply(showPayment(vendor, owned(vendor.payments, call))),
    'POST /v1/refunds': (call) => reply(makeRefund(vendor, call)),
    'GET /v1/refunds/:id': (call) => reply(showRefund(owned(vendor.refunds, call))),
    'GET /v1/refunds': (call) => {
      const payment = call.url.searchParams.get('payment_id')
      const all = [...vendor.refunds.values()]
      return listed(
        call,
        payment === null ? all : all.filter((refund) => refund.payment === payment),
        showRefund,
      )
    },
  }
}

function openSession(vendor: Vendor, call: Call): Session {
  const from = readAttributes(call)
  const reference = readTextOrNull(from, 'reference_number')
  const session: Omit<Session, 'id'> = {
    live: isLive(call),
    lineItems: readLineItems(from),
    methods: readMethods(from, vendor.enabled),
    reference,
    metadata: readMetadata(from),
    description: readTextOrNull(from, 'description'),
    billing: from.billing,
    successUrl: readUrlOrNull(from, 'success_url'),
    cancelUrl: readUrlOrNull(from, 'cancel_url'),
    createdAt: vendor.now(),
    ...{ status: 'active', confirming: null, decline: null },
  }
  if (totalOf({ id: '', ...session }) < MINIMUM.payment)
    throw vendorError(400, 'parameter_below_minimum', 'amount')
  return keep(vendor, vendor.sessions, 'cs', (id) => ({ id, ...session }))
}

/** Made now, and told as done afterwards: the reply says that it is on its way. */
function makeRefund(vendor: Vendor, call: Call): object {
  const from = readAttributes(call)
  const [amount, reason] = [readAmount(from), readText(from, 'reason')]
  if (!REASONS.includes(reason)) throw vendorError(400, 'parameter_invalid', 'reason')
  const payment = vendor.payments.get(readText(from, 'payment_id'))
  const live = isLive(call)
  if (!payment || payment.live !== live) throw vendorError(404, 'payment_not_found', 'payment_id')
  if (payment.status !== 'paid') throw vendorError(400, 'payment_not_refundable')
  if (amount < MINIMUM.refund) throw vendorError(400, 'parameter_below_minimum', 'amount')
  if (amount > refundable(vendor, payment)) throw vendorError(400, 'refund_amount_exceeds_payment')
  const metadata = readMetadata(from)
  const made = keep(vendor, vendor.refunds, 'ref', (id): Refund => {
    const of = { id, live, payment: payment.id, amount, reason, metadata }
    return { ...of, at: vendor.now(), status: 'pending' }
  })
  const reply = showRefund(made)
  made.status = 'succeeded'
  vendor.emit('payment.refunded', live, showPayment(vendor, payment))
  vendor.emit('payment.refund.updated', live, showRefund(made))
  return reply
}

function refundable({ refunds }: Vendor, { id, amount }: Payment): number {
  const given = [...refunds.values()].filter(({ payment }) => payment === id)
  return amount - given.reduce((sum, each) => sum + each.amount, 0)
}

/** An object of the key's own mode. */
function owned<Kept extends { readonly live: boolean }>(
  table: ReadonlyMap<string, Kept>,
  call: Call,
): Kept {
  const found = table.get(call.params.id ?? '')
  if (!found || found.live !== isLive(call)) throw vendorError(404, 'resource_not_found')
  return found
}

/** Newest first, a page at a time. */
function listed<Kept extends { readonly id: string; readonly live: boolean }>(
  call: Call,
  all: readonly Kept[],
  show: (each: Kept) => object,
): Response {
  const { searchParams } = call.url
  const limit = Number(searchParams.get('limit') ?? 10)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw vendorError(400, 'parameter_invalid', 'limit')
  const mine = all.filter(({ live }) => live === isLive(call)).reverse()
  const after = searchParams.get('after')
  const start = after === null ? 0 : mine.findIndex(({ id }) => id === after) + 1
  const data = mine.slice(start, start + limit).map(show)
  return Response.json({ data, has_more: start + limit < mine.length })
}
