/** The pages over HTTP: forms for people, the same in JSON for tests. */

import type { Session, Vendor } from './vendor.ts'
import { type Call, hostedPage, html, type Routes } from 'billwright/testing'
import { testCard } from '../test-cards.ts'
import { answer, isOpen, pay } from './sessions.ts'
import { BRAND, showHostedPage } from './show-page.ts'
import { isPaid } from './vendor.ts'

export function pageRoutes(vendor: Vendor): Routes {
  const on = (act: (session: Session, call: Call) => Response) => (call: Call) => {
    const session = vendor.sessions.get(call.params.id ?? '')
    return session ? act(session, call) : notFound()
  }
  return {
    'GET /checkout/:id': on((session) => showHostedPage(vendor, session)),
    'POST /checkout/:id': on((session, call) => {
      const wasOpen = isOpen(vendor, session)
      act(vendor, session, call.body)
      const json = call.headers.get('content-type')?.includes('json') === true
      return json ? asJson(vendor, session) : asPage(vendor, session, call, wasOpen)
    }),
  }
}

/** `card`: a test card's button; `wallet`: a wallet's; `action`: the form's own buttons. */
function act(vendor: Vendor, session: Session, body: Readonly<Record<string, unknown>>): void {
  const { action, card, number, wallet } = body
  if (typeof wallet === 'string') pay(vendor, session, { type: wallet, card: null })
  else if (typeof card === 'string') payByCard(vendor, session, card)
  else if (action === 'pay') payByCard(vendor, session, typeof number === 'string' ? number : '')
  else if (action === 'confirm') answer(vendor, session, 'confirms')
  else if (action === 'refuse') answer(vendor, session, 'refuses')
}

function payByCard(vendor: Vendor, session: Session, number: string): void {
  const card = testCard(number)
  if (card) pay(vendor, session, { type: 'card', card })
  else if (isOpen(vendor, session)) session.decline = 'card_unknown'
}

function asPage(vendor: Vendor, session: Session, { body }: Call, wasOpen: boolean): Response {
  const leaves = body.action === 'cancel' && wasOpen
  const back = leaves ? session.cancelUrl : returnUrl(vendor, session)
  if (back === null) return showHostedPage(vendor, session)
  return new Response(null, {
    status: 303,
    headers: { location: back, 'cache-control': 'no-store' },
  })
}

function asJson(vendor: Vendor, session: Session): Response {
  const { status, decline, confirming } = session
  const redirectUrl = returnUrl(vendor, session)
  const needsConfirmation = confirming !== null
  const paid = isPaid(vendor, session)
  return Response.json({ status, paid, decline, needsConfirmation, redirectUrl })
}

function returnUrl(vendor: Vendor, session: Session): string | null {
  return isPaid(vendor, session) ? session.successUrl : null
}

function notFound(): Response {
  const body = html`<section><p>There is no such page.</p></section>`
  return hostedPage({ brand: BRAND, title: 'Not found', body, status: 404 })
}
