/** The API: pages, charges, refunds, disputes. */
import type { Routes } from 'billwright/testing'
import type { Refund, Vendor } from './vendor.ts'
import { ok, vendorError } from './access.ts'
import { chargeSaved, customerOf, openTransaction } from './charges.ts'
import { emailOf, metadataOf, moneyOf, referenceOf, required, textOf } from './read-body.ts'
import {
  showCharge,
  showDispute,
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
        ...{ callbackUrl: null, cancelUrl: null },
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
      const id = url.searchParams.get('transaction')
      const found = vendor.refunds.filter(({ transaction }) => String(transaction.id) === id)
      const shown = found.map((each) => showRefund(vendor, each))
      return ok('Refunds retrieved', shown, meta(shown.length))
    },
  }
}

function otherRoutes(vendor: Vendor): Routes {
  return {
    'GET /dispute': ({ url }) => {
      const id = url.searchParams.get('transaction')
      const found = vendor.disputes.filter(({ transaction }) => String(transaction.id) === id)
      const shown = found.map((each) => showDispute(vendor, each))
      return ok('Disputes retrieved', shown, meta(shown.length))
    },
    'POST /customer/authorization/deactivate': ({ body }) => {
      const saved = vendor.authorizations.get(required(body, 'authorization_code'))
      if (!saved) throw vendorError(404, 'authorization_not_found', 'Authorization not found')
      saved.active = false
      return ok('Authorization has been deactivated', undefined)
    },
  }
}

function meta(total: number) {
  return { total, skipped: 0, perPage: 100, page: 1, pageCount: 1 }
}
