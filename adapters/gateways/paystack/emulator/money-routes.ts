/** The API: pages, charges, refunds, disputes. */
import type { Routes } from 'billwright/testing'
import type { Refund, Vendor } from './vendor.ts'
import { ok, vendorError } from './access.ts'
import { chargeSaved, customerOf, openTransaction } from './charges.ts'
import { emailOf, metadataOf, moneyOf, referenceOf, required, textOf } from './read-body.ts'
import {
  showCharge,
  showDispute,
  showFetched,
  showListed,
  showNewRefund,
  showRefund,
  showTransaction,
  tellRefund,
} from './render.ts'
import { refundedOf } from './vendor.ts'

export function moneyRoutes(vendor: Vendor): Routes {
  return {
    ...{ ...transactionRoutes(vendor), ...refundRoutes(vendor), ...otherRoutes(vendor) },
    'GET /balance': () => ok('Balances retrieved', [{ currency: 'NGN', balance: 0 }]),
  }
}

function transactionRoutes(vendor: Vendor): Routes {
  return {
    'POST /transaction/initialize': ({ body }) => {
      const customer = customerOf(vendor, emailOf(body))
      const metadata = metadataOf(body)
      const opened = openTransaction(vendor, {
        ...moneyOf(body),
        reference: referenceOf(body, vendor.nextId('T').replace('_', '')),
        ...{ customer, metadata, isCharge: false },
        callbackUrl: textOf(body.callback_url),
        cancelUrl: textOf(metadata.cancel_action),
      })
      const { accessCode: access_code, reference } = opened
      const authorization_url = vendor.pageUrl(access_code)
      return ok('Authorization URL created', { authorization_url, access_code, reference })
    },
    'GET /transaction': ({ url }) => {
      const all = [...vendor.transactions.values()].map((each) => ({ ...each, at: each.createdAt }))
      const { rows, meta } = pageOf(all, url)
      const shown = rows.map((each) => showListed(vendor, each))
      return ok('Transactions retrieved', shown, { ...meta, total_volume: 0 })
    },
    'GET /transaction/:id': ({ params }) => {
      const all = [...vendor.transactions.values()]
      const found = all.find(({ id }) => String(id) === params.id)
      if (!found) throw vendorError(404, 'transaction_not_found', 'Transaction not found')
      return ok('Transaction retrieved', showFetched(vendor, found))
    },
    'GET /transaction/verify/:reference': ({ params }) => {
      const found = vendor.transactions.get(params.reference ?? '')
      if (!found)
        throw vendorError(400, 'transaction_not_found', 'Transaction reference not found.')
      return ok('Verification successful', showTransaction(vendor, found))
    },
    'POST /transaction/charge_authorization': ({ body }) => {
      const email = emailOf(body)
      const saved = vendor.authorizations.get(required(body, 'authorization_code'))
      if (!saved?.active || !saved.reusable)
        throw vendorError(400, 'invalid_authorization', 'Invalid authorization code')
      if (saved.customer.email !== email)
        throw vendorError(400, 'email_mismatch', 'Email does not match Authorization code')
      const opened = openTransaction(vendor, {
        ...moneyOf(body),
        reference: referenceOf(body, vendor.nextId('T').replace('_', '')),
        ...{ customer: saved.customer, metadata: metadataOf(body), isCharge: true },
        ...{ callbackUrl: textOf(body.callback_url), cancelUrl: null },
      })
      const { reference, accessCode } = opened
      if (chargeSaved(vendor, opened, saved)) {
        const authorization_url = vendor.pageUrl(accessCode)
        return ok('Please, redirect your customer', { authorization_url, reference, paused: true })
      }
      return ok('Charge attempted', showCharge(vendor, opened))
    },
  }
}

function refundRoutes(vendor: Vendor): Routes {
  return {
    'POST /refund': ({ body }) => {
      const reference = required(body, 'transaction')
      const paid = vendor.transactions.get(reference)
      if (!paid) throw vendorError(404, 'transaction_not_found', 'Transaction not found')
      const { amount = paid.amount } = body
      const left = paid.paidAt === null ? 0 : paid.amount - refundedOf(vendor, paid)
      if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount <= 0)
        throw vendorError(400, 'invalid_amount', 'Invalid Amount Sent')
      if (amount > left)
        throw vendorError(400, 'amount_too_large', 'Refund amount cannot be more than is left')
      const merchantNote = textOf(body.merchant_note) ?? 'Refund'
      const made: Refund = {
        ...{ id: vendor.nextNumber(), transaction: paid, amount, merchantNote },
        ...{ at: vendor.now(), status: 'pending' },
      }
      vendor.refunds.push(made)
      const shown = showNewRefund(vendor, made)
      vendor.emit('refund.pending', tellRefund(vendor, made))
      made.status = 'processed'
      if (refundedOf(vendor, paid) === paid.amount) paid.status = 'reversed'
      vendor.emit('refund.processed', tellRefund(vendor, made))
      return ok('Refund has been queued for processing', shown)
    },
    'GET /refund': ({ url }) => {
      const { rows, meta } = pageOf(vendor.refunds, url)
      const shown = rows.map((each) => showRefund(vendor, each))
      return ok('Refunds retrieved', shown, meta)
    },
  }
}

function otherRoutes(vendor: Vendor): Routes {
  return {
    'GET /dispute': ({ url }) => {
      const { rows, meta } = pageOf(vendor.disputes, url)
      const shown = rows.map((each) => showDispute(vendor, each))
      return ok('Disputes retrieved', shown, meta)
    },
    'POST /customer/authorization/deactivate': ({ body }) => {
      const saved = vendor.authorizations.get(required(body, 'authorization_code'))
      if (!saved) throw vendorError(404, 'authorization_not_found', 'Authorization not found')
      saved.active = false
      return ok('Authorization has been deactivated', undefined)
    },
  }
}

interface Row {
  readonly at: number
  readonly transaction?: { readonly id: number }
}

/** One page of what was made from an instant on, newest first; of one transaction where one is asked for. */
function pageOf<Each extends Row>(all: readonly Each[], { searchParams }: URL) {
  const asked = (name: string) => searchParams.get(name)
  const from = Date.parse(asked('from') ?? '') || 0
  const id = asked('transaction')
  const found = all
    .filter((each) => each.at >= from && (id === null || String(each.transaction?.id) === id))
    .reverse()
  const [perPage, page] = [Number(asked('perPage') ?? 50), Number(asked('page') ?? 1)]
  const skipped = (page - 1) * perPage
  const pageCount = Math.max(1, Math.ceil(found.length / perPage))
  const meta = { total: found.length, skipped, perPage, page, pageCount }
  return { rows: found.slice(skipped, skipped + perPage), meta }
}
