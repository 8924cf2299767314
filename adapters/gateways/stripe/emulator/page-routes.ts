/** The pages over HTTP: forms for people, the same in JSON for tests. */
import type { Invoice, Page, Vendor } from './vendor.ts'
import { type Call, hostedPage, html, pdf, type Routes } from 'billwright/testing'
import { testCard } from '../test-cards.ts'
import { confirmFlow } from './portal-flows.ts'
import { confirmPage, payHosted, payPage } from './sessions.ts'
import { showHostedInvoice, showHostedPage } from './show-page.ts'

export function pageRoutes(vendor: Vendor): Routes {
  const pageAt = ({ params: { id = '' } }: Call) =>
    vendor.sessions.get(id) ?? vendor.portals.get(id)
  return {
    'GET /pay/:id': (call) => {
      const page = pageAt(call)
      if (page) return showHostedPage(vendor, page)
      const invoice = vendor.invoices.get(call.params.id ?? '')
      return invoice ? showHostedInvoice(vendor, invoice, null) : notFound()
    },
    'GET /pay/:id/pdf': ({ params: { id = '' } }) =>
      vendor.invoices.has(id) ? pdf([`Invoice ${id.toUpperCase()}`]) : notFound(),
    'GET /pay/:id/receipt': ({ params: { id = '' } }) => {
      const paid = [...vendor.intents.values()].some(
        ({ charge, status }) => charge?.id === id && status === 'succeeded',
      )
      const body = html`<section><p>Receipt of ${id}.</p></section>`
      return paid ? hostedPage({ brand: 'Stripe emulator', title: 'Receipt', body }) : notFound()
    },
    'POST /pay/:id': (call) => {
      const page = pageAt(call)
      const invoice = vendor.invoices.get(call.params.id ?? '')
      if (invoice) return onInvoice(vendor, invoice, call)
      return page ? onPage(vendor, page, call) : notFound()
    },
  }
}

function onPage(vendor: Vendor, page: Page, call: Call): Response {
  const wasOpen = page.status === 'open'
  const { action, card, number } = call.body
  if (page.kind === 'portal' && page.flow.type !== 'payment_method_update') {
    if (action === 'confirm') confirmFlow(vendor, page)
  } else if (typeof card === 'string') pay(vendor, page, card)
  else if (action === 'pay') pay(vendor, page, typeof number === 'string' ? number : '')
  else if (action === 'confirm') confirmPage(vendor, page, 'confirms')
  else if (action === 'refuse') confirmPage(vendor, page, 'refuses')
  if (isJson(call)) return Response.json({ status: page.status, decline: page.decline })
  const leaves = action === 'cancel' && wasOpen && page.kind === 'checkout'
  const back = leaves ? page.cancelUrl : returnUrl(page)
  return back === null ? showHostedPage(vendor, page) : redirect(back)
}

function pay(vendor: Vendor, page: Page, number: string): void {
  const card = testCard(number)
  if (card) payPage(vendor, page, card)
  else if (page.status === 'open') page.decline = 'card_unknown'
}

/** An open invoice: confirmed by the customer, or paid with another card. */
function onInvoice(vendor: Vendor, invoice: Invoice, call: Call): Response {
  const { action, card } = call.body
  const other = typeof card === 'string' ? (testCard(card) ?? null) : null
  const declined = action === 'refuse' ? 'authentication_required' : null
  const decline = declined ?? payHosted(vendor, invoice, other)
  if (isJson(call)) return Response.json({ status: invoice.status, decline })
  return showHostedInvoice(vendor, invoice, decline)
}

function isJson({ headers }: Call): boolean {
  return headers.get('content-type')?.includes('json') === true
}

/** Where a finished page sends the customer. */
function returnUrl(page: Page): string | null {
  if (page.status !== 'complete') return null
  return page.kind === 'checkout'
    ? page.successUrl.replaceAll('{CHECKOUT_SESSION_ID}', page.id)
    : page.returnUrl
}

function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } })
}

function notFound(): Response {
  const body = html`<section><p>There is no such page.</p></section>`
  return hostedPage({ brand: 'Stripe emulator', title: 'Not found', body, status: 404 })
}
