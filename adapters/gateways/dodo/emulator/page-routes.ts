/** The pages over HTTP: forms for people, the same in JSON for tests. */
import type { Page, Vendor } from './vendor.ts'
import { type Call, hostedPage, html, pdf, type Routes } from 'billwright/testing'
import { testCard } from '../test-cards.ts'
import { confirmPage, payPage } from './sessions.ts'
import { BRAND, showHostedPage } from './show-page.ts'

export function pageRoutes(vendor: Vendor): Routes {
  const on = (act: (page: Page, call: Call) => Response) => (call: Call) => {
    const page = vendor.pages.get(call.params.id ?? '')
    return page ? act(page, call) : notFound()
  }
  return {
    'GET /pay/:id': on((page) => showHostedPage(vendor, page)),
    // Dodo's file answers everybody who knows the payment's id.
    'GET /invoices/payments/:id': ({ params: { id = '' } }) =>
      vendor.payments.has(id) ? pdf([`Invoice of ${id}`]) : notFound(),
    'POST /pay/:id': on((page, call) => {
      const wasOpen = page.status === 'open'
      act(vendor, page, call.body)
      const json = call.headers.get('content-type')?.includes('json') === true
      return json ? asJson(vendor, page) : asPage(vendor, page, call, wasOpen)
    }),
  }
}

/** One card button, or the form's own card and button. */
function act(vendor: Vendor, page: Page, body: Readonly<Record<string, unknown>>): void {
  const { action, card, number } = body
  if (typeof card === 'string') pay(vendor, page, card)
  else if (action === 'pay') pay(vendor, page, typeof number === 'string' ? number : '')
  else if (action === 'confirm') confirmPage(vendor, page, 'confirms')
  else if (action === 'refuse') confirmPage(vendor, page, 'refuses')
}

function pay(vendor: Vendor, page: Page, number: string): void {
  const card = testCard(number)
  if (card) payPage(vendor, page, card)
  else if (page.status === 'open') page.decline = 'CARD_UNKNOWN'
}

function asPage(vendor: Vendor, page: Page, { body }: Call, wasOpen: boolean): Response {
  const back = body.action === 'cancel' && wasOpen ? page.cancelUrl : returnUrl(vendor, page)
  return back === null ? showHostedPage(vendor, page) : redirect(back)
}

function asJson(vendor: Vendor, page: Page): Response {
  const { status, decline, confirming } = page
  const redirectUrl = returnUrl(vendor, page)
  return Response.json({ status, decline, needsConfirmation: confirming !== null, redirectUrl })
}

/** Where a finished page sends the customer: a hint for the app, never a proof. */
function returnUrl(
  { payments }: Vendor,
  { status, returnUrl: back, payment }: Page,
): string | null {
  if (status !== 'done' || back === null) return null
  const url = new URL(back)
  const paid = payments.get(payment ?? '')
  if (paid?.subscription) url.searchParams.set('subscription_id', paid.subscription)
  if (paid) url.searchParams.set('status', 'active')
  return url.href
}

function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } })
}

function notFound(): Response {
  const body = html`<section><p>There is no such page.</p></section>`
  return hostedPage({ brand: BRAND, title: 'Not found', body, status: 404 })
}
