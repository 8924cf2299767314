/** The hosted page over HTTP: forms for people, the same in JSON for tests. */

import type { Transaction, Vendor } from './vendor.ts'
import { formatMoney } from 'billwright/core'
import { type Call, type Html, hostedPage, html, type Routes } from 'billwright/testing'
import { DOCUMENTED_XOF, fromPaystack } from '../amounts.ts'
import { PAYSTACK_TEST_CARDS, type PaystackTestCard, testCard } from '../test-cards.ts'
import { confirm, isOpen, payPage } from './charges.ts'

const BRAND = 'Paystack, emulated: no real money moves here'

export function pageRoutes(vendor: Vendor): Routes {
  const on = (act: (transaction: Transaction, call: Call) => Response) => (call: Call) => {
    const all = [...vendor.transactions.values()]
    const found = all.find(({ accessCode }) => accessCode === call.params.code)
    return found ? act(found, call) : notFound()
  }
  return {
    'GET /pay/:code': on((transaction) => show(transaction)),
    'POST /pay/:code': on((transaction, { body, headers }) => {
      act(vendor, transaction, body)
      const { status, gatewayResponse } = transaction
      if (headers.get('content-type')?.includes('json'))
        return Response.json({ status, gatewayResponse })
      const back = body.action === 'cancel' ? transaction.cancelUrl : returnUrl(transaction)
      return back === null ? show(transaction) : redirect(back)
    }),
  }
}

function act(vendor: Vendor, transaction: Transaction, body: Call['body']): void {
  const { action, card, number } = body
  const given = typeof card === 'string' ? card : action === 'pay' ? number : null
  const known = typeof given === 'string' ? testCard(given) : undefined
  if (known && !transaction.isCharge) payPage(vendor, transaction, known)
  else if (action === 'confirm') confirm(vendor, transaction, true)
  else if (action === 'refuse') confirm(vendor, transaction, false)
}

/** A hint for the app, never a proof. */
function returnUrl({ status, callbackUrl, reference }: Transaction): string | null {
  if (status !== 'success' || callbackUrl === null) return null
  const url = new URL(callbackUrl)
  url.searchParams.set('trxref', reference)
  url.searchParams.set('reference', reference)
  return url.href
}

function show(transaction: Transaction): Response {
  const { confirming, amount, currency, status, gatewayResponse, isCharge } = transaction
  const money = formatMoney(fromPaystack(amount, currency, DOCUMENTED_XOF), currency)
  if (confirming) return page('Confirm with your bank', confirmation(money))
  if (!isOpen(transaction) || isCharge)
    return page(
      status === 'failed' ? 'This was not paid' : 'This is done',
      html`<section><p>You can close this page.</p></section>`,
    )
  const wrong =
    status === 'failed' ? html`<p class="bad" role="alert">${gatewayResponse}</p>` : null
  return page('Pay', html`<section><p class="amount">${money}</p>${wrong}</section>${form()}`)
}

function form(): Html {
  return html`<form method="post">
<section>
<label for="number">Card number</label>
<input id="number" name="number" value="4084 0840 8408 4081" inputmode="numeric" required>
<button class="main" name="action" value="pay">Pay</button>
<button name="action" value="cancel" formnovalidate>Back</button>
</section>
<section aria-labelledby="cards">
<h2 id="cards">Or use a test card</h2>
<ul>${PAYSTACK_TEST_CARDS.map(cardButton)}</ul>
</section>
</form>`
}

function cardButton({ number, label }: PaystackTestCard): Html {
  const spaced = number.replace(/(\d{4})(?=\d)/g, '$1 ')
  return html`<li><button name="card" value="${number}" formnovalidate><span>${label}</span>
<span class="soft">${spaced}</span></button></li>`
}

function confirmation(money: string): Html {
  return html`<section>
<p>Your bank asks whether you made a payment of ${money}.</p>
<form method="post">
<button class="main" name="action" value="confirm">Confirm</button>
<button name="action" value="refuse">Refuse</button>
</form>
</section>`
}

function page(title: string, body: Html): Response {
  return hostedPage({ brand: BRAND, title, body })
}

function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } })
}

function notFound(): Response {
  const body = html`<section><p>There is no such page.</p></section>`
  return hostedPage({ brand: BRAND, title: 'Not found', body, status: 404 })
}
