/** The API that opens and closes pages: checkouts, payment links, pages for another method. */
import type { Call, Routes } from 'billwright/testing'
import type { Customer, NewSubscription, Page, Vendor } from './vendor.ts'
import { customerOf, type IsLive, pagesFor } from './owned.ts'
import {
  readAmount,
  readCoupon,
  readCurrency,
  readFields,
  readLines,
  readTerms,
  readText,
  readTimeOrNull,
  readUrlOrNull,
  vendorError,
} from './read-body.ts'
import { showPage } from './render.ts'
import { expirePage, openPage } from './sessions.ts'

type Fields = Call['body']

export function pageApiRoutes(vendor: Vendor, isLive: IsLive): Routes {
  const show = (page: Page) => Response.json(showPage(vendor, page))
  const owner = (call: Call) => customerOf(vendor, call, isLive(call))
  return {
    'POST /v1/checkouts': (call) => {
      const { sells } = call.body
      const sale = sells === null ? null : readSells(readFields(call.body, 'sells'))
      return show(openPage(vendor, { ...pageOf('checkout', owner(call), call.body), sells: sale }))
    },
    'POST /v1/links': (call) => {
      const page = pageOf('link', owner(call), call.body)
      // An older link for the same invoice goes: it could be paid beside this one.
      for (const older of pagesFor(vendor, page.reference, page.live)) expirePage(vendor, older)
      return show(openPage(vendor, { ...page, sells: null }))
    },
    'POST /v1/pages/expire': (call) => {
      const pages = pagesFor(vendor, readText(call.body, 'reference'), isLive(call))
      const page = pages.find(({ status }) => status === 'done') ?? pages.at(-1)
      if (!page) throw vendorError(404, 'not_found')
      expirePage(vendor, page)
      return show(page)
    },
    'POST /v1/method_pages': (call) => {
      const { id: customer, live } = owner(call)
      const back = readUrlOrNull(call.body, 'returnUrl')
      const nothing = { amount: 0, currency: 'USD', lines: [], sells: null, expiresAt: null }
      const urls = { successUrl: back, cancelUrl: back }
      const kind = 'method'
      return show(openPage(vendor, { kind, customer, live, reference: '', ...nothing, ...urls }))
    },
  }
}

function pageOf(kind: 'checkout' | 'link', { id: customer, live }: Customer, body: Fields) {
  return {
    kind,
    customer,
    live,
    reference: readText(body, 'reference'),
    amount: readAmount(body),
    currency: readCurrency(body),
    lines: readLines(body),
    successUrl: readUrlOrNull(body, 'successUrl'),
    cancelUrl: readUrlOrNull(body, 'cancelUrl'),
    expiresAt: readTimeOrNull(body, 'expiresAt'),
  } as const
}

function readSells(body: Fields): NewSubscription {
  return {
    terms: readTerms(body),
    coupon: readCoupon(body),
    trialDays: body.trialDays === null ? null : readAmount(body, 'trialDays'),
    startsAt: readTimeOrNull(body, 'startsAt'),
    firstPeriodEnd: readTimeOrNull(body, 'firstPeriodEnd'),
  }
}
