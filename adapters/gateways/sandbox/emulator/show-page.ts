/** The sandbox's hosted pages: what is bought, what it costs, and every way it can go. */

import type { Page, Vendor } from './vendor.ts'
import { formatMoney } from 'billwright/core'
import { type Html, hostedPage, html } from 'billwright/testing'
import { TEST_CARDS, type TestCard } from '../test-cards.ts'

const BRAND = 'Sandbox: no real money moves here'

/** The page as the customer sees it now. */
export function showHostedPage(vendor: Vendor, page: Page): Response {
  if (page.status === 'done') return closedPage(page, doneWords(page))
  if (page.status === 'expired')
    return closedPage(page, ['This page has expired', 'Nothing was paid. Start again in the app.'])
  if (page.kind === 'confirm' || page.confirming) return confirmation(page)
  return hostedPage({ brand: BRAND, title: titleOf(page), body: form(vendor, page) })
}

function titleOf({ kind, amount }: Page): string {
  if (kind === 'link') return 'Pay your invoice'
  if (kind === 'method') return 'Save a payment method'
  return amount > 0 ? 'Pay' : 'Save a card to start'
}

function form(vendor: Vendor, page: Page): Html {
  const { decline, cancelUrl } = page
  const verb = page.amount > 0 ? 'Pay' : 'Save card'
  return html`${summary(page)}
${decline === null ? null : html`<p class="bad" role="alert">${declineWords(decline)}</p>`}
<form method="post" action="${vendor.pageUrl(page.id)}">
<section>
<h2>Card</h2>
<label for="number">Card number</label>
<input id="number" name="number" value="4242 4242 4242 4242" inputmode="numeric"
 autocomplete="off" required>
<button class="main" name="action" value="pay">${verb}</button>
${cancelUrl === null ? null : html`<button name="action" value="cancel" formnovalidate>Cancel</button>`}
</section>
<section aria-labelledby="cards">
<h2 id="cards">Or use a test card</h2>
<ul>${TEST_CARDS.map(cardButton)}</ul>
</section>
</form>`
}

function summary({ amount, currency, lines }: Page): Html | null {
  if (amount === 0 && lines.length === 0) return null
  const rows = lines.map(({ label, quantity, amount: each }) => {
    const times = quantity === 1 ? '' : ` × ${quantity}`
    return html`<tr><td>${label}${times}</td><td>${formatMoney(each, currency)}</td></tr>`
  })
  return html`<section aria-labelledby="buys">
<h2 id="buys">What you pay</h2>
<p class="amount">${formatMoney(amount, currency)}</p>
<table>${rows}</table>
</section>`
}

function cardButton({ number, label }: TestCard): Html {
  const spaced = number.replace(/(\d{4})(?=\d)/g, '$1 ')
  return html`<li><button name="card" value="${number}" formnovalidate><span>${label}</span>
<span class="soft">${spaced}</span></button></li>`
}

function confirmation(page: Page): Response {
  const { amount, currency } = page
  const what = amount > 0 ? `a payment of ${formatMoney(amount, currency)}` : 'saving your card'
  const body = html`<section>
<p>Your bank asks whether you made ${what}.</p>
<form method="post">
<button class="main" name="action" value="confirm">Confirm</button>
<button name="action" value="refuse">Refuse</button>
</form>
</section>`
  return hostedPage({ brand: BRAND, title: 'Confirm with your bank', body })
}

function doneWords({ kind, amount, decline }: Page): readonly [string, string] {
  if (decline !== null) return ['This was not confirmed', 'Nothing was paid.']
  if (kind === 'method' || amount === 0) return ['Your card is saved', 'Nothing was charged.']
  return ['This has been paid', 'It was charged once. You can close this page.']
}

function closedPage({ successUrl, cancelUrl, status }: Page, words: readonly string[]): Response {
  const [title = '', text = ''] = words
  const back = status === 'done' ? successUrl : cancelUrl
  const link = back === null ? null : html`<p><a href="${back}">Back to the app</a></p>`
  return hostedPage({ brand: BRAND, title, body: html`<section><p>${text}</p>${link}</section>` })
}

/** A decline in the customer's words. */
function declineWords(code: string): string {
  if (code === 'card_unknown') return 'This is none of the test cards. Choose one below.'
  if (code === 'authentication_required') return 'The payment was not confirmed. Try again.'
  return `The card was declined: ${code.replaceAll('_', ' ')}. Try another one.`
}
