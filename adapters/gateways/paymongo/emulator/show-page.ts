/** The hosted pages: what is bought, what it costs, and every way it can be paid. */

import type { Session, Vendor } from './vendor.ts'
import { formatMoney } from 'billwright/core'
import { type Html, hostedPage, html } from 'billwright/testing'
import { PAYMONGO_TEST_CARDS, type PaymongoTestCard } from '../test-cards.ts'
import { isPaid, totalOf } from './vendor.ts'

export const BRAND = 'PayMongo emulator: no real money moves here'

const WALLETS: Readonly<Record<string, string>> = {
  gcash: 'GCash',
  paymaya: 'Maya',
  grab_pay: 'GrabPay',
  qrph: 'QR Ph',
  billease: 'BillEase',
  dob: 'Online banking',
}

/** The page as the customer sees it now. */
export function showHostedPage(vendor: Vendor, session: Session): Response {
  if (isPaid(vendor, session))
    return closedPage(session.successUrl, ['This has been paid', 'It was charged once.'])
  if (session.status === 'expired')
    return closedPage(session.cancelUrl, ['This page has expired', 'Nothing was paid.'])
  if (session.confirming) return confirmation(session)
  return hostedPage({ brand: BRAND, title: 'Pay', body: form(vendor, session) })
}

function form(vendor: Vendor, session: Session): Html {
  const { decline, cancelUrl, methods } = session
  return html`${summary(session)}
${decline === null ? null : html`<p class="bad" role="alert">${declineWords(decline)}</p>`}
<form method="post" action="${vendor.pageUrl(session.id)}">
${wallets(methods)}
${methods.includes('card') ? cardForm() : null}
${cancelUrl === null ? null : html`<button name="action" value="cancel" formnovalidate>Cancel</button>`}
</form>`
}

function summary(session: Session): Html {
  const rows = session.lineItems.map(({ name, quantity, amount, currency }) => {
    const times = quantity === 1 ? '' : ` × ${quantity}`
    return html`<tr><td>${name}${times}</td><td>${formatMoney(amount * quantity, currency)}</td></tr>`
  })
  return html`<section aria-labelledby="buys">
<h2 id="buys">What you pay</h2>
<p class="amount">${formatMoney(totalOf(session), 'PHP')}</p>
<table>${rows}</table>
</section>`
}

function wallets(methods: readonly string[]): Html | null {
  const offered = methods.filter((method) => method !== 'card')
  if (offered.length === 0) return null
  const buttons = offered.map(
    (method) =>
      html`<li><button name="wallet" value="${method}" formnovalidate>${WALLETS[method] ?? method}</button></li>`,
  )
  return html`<section aria-labelledby="wallets"><h2 id="wallets">Wallets and banks</h2>
<ul>${buttons}</ul></section>`
}

function cardForm(): Html {
  return html`<section>
<h2>Card</h2>
<label for="number">Card number</label>
<input id="number" name="number" value="4343 4343 4343 4345" inputmode="numeric"
 autocomplete="off" required>
<button class="main" name="action" value="pay">Pay</button>
</section>
<section aria-labelledby="cards">
<h2 id="cards">Or use a test card</h2>
<ul>${PAYMONGO_TEST_CARDS.map(cardButton)}</ul>
</section>`
}

function cardButton({ number, label }: PaymongoTestCard): Html {
  const spaced = number.replace(/(\d{4})(?=\d)/g, '$1 ')
  return html`<li><button name="card" value="${number}" formnovalidate><span>${label}</span>
<span class="soft">${spaced}</span></button></li>`
}

function confirmation(session: Session): Response {
  const who = WALLETS[session.confirming?.type ?? ''] ?? 'Your bank'
  const body = html`<section>
<p>${who} asks whether you pay ${formatMoney(totalOf(session), 'PHP')}.</p>
<form method="post">
<button class="main" name="action" value="confirm">Confirm</button>
<button name="action" value="refuse">Refuse</button>
</form>
</section>`
  return hostedPage({ brand: BRAND, title: 'Confirm the payment', body })
}

function closedPage(back: string | null, [title = '', text = '']: readonly string[]): Response {
  const link = back === null ? null : html`<p><a href="${back}">Back to the app</a></p>`
  return hostedPage({ brand: BRAND, title, body: html`<section><p>${text}</p>${link}</section>` })
}

/** A decline in the customer's words; a reason that is for the merchant alone is not told. */
function declineWords(code: string): string {
  if (code === 'card_unknown') return 'This is none of the test cards. Choose one below.'
  if (code === 'authentication_failed') return 'The payment was not confirmed. Try again.'
  return `The payment was declined: ${code.replaceAll('_', ' ')}. Try another way to pay.`
}
