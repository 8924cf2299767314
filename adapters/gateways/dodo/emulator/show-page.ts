/** The emulated hosted pages: what is bought, what it costs, and every way it can go. */
import type { Page, Vendor } from './vendor.ts'
import { formatMoney } from 'billwright/core'
import { type Html, hostedPage, html } from 'billwright/testing'
import { DODO_TEST_CARDS, type DodoTestCard } from '../test-cards.ts'
import { billOf, taxOn } from './prices.ts'

export const BRAND = 'Dodo Payments, emulated: no real money moves here'

/** The page as the customer sees it now. */
export function showHostedPage(vendor: Vendor, page: Page): Response {
  if (page.status === 'done') return closedPage(page, doneWords(page))
  if (page.status === 'gone') return closedPage(page, ['This page is over', 'Nothing was paid.'])
  if (page.kind === 'confirm' || page.confirming) return confirmation(vendor, page)
  const title = page.kind === 'method' ? 'Save another card' : 'Checkout'
  return hostedPage({ brand: BRAND, title, body: form(vendor, page) })
}

function form(vendor: Vendor, page: Page): Html {
  const { decline, cancelUrl } = page
  const verb = page.kind === 'checkout' && page.trialDays === 0 ? 'Pay' : 'Save card'
  return html`${summary(vendor, page)}
${decline === null ? null : html`<p class="bad" role="alert">${declineWords(decline)}</p>`}
<form method="post" action="${vendor.pageUrl(page.id)}">
<section>
<h2>Card</h2>
<label for="number">Card number</label>
<input id="number" name="number" value="4242 4242 4242 4242" inputmode="numeric"
 autocomplete="off" required>
<button class="main" name="action" value="pay">${verb}</button>
${cancelUrl === null ? null : html`<button name="action" value="cancel" formnovalidate>Back</button>`}
</section>
<section aria-labelledby="cards">
<h2 id="cards">Or use a test card</h2>
<ul>${DODO_TEST_CARDS.map(cardButton)}</ul>
</section>
</form>`
}

function summary(vendor: Vendor, { cart, discounts, trialDays }: Page): Html | null {
  const product = cart && vendor.products.get(cart.product)
  if (!cart || !product) return null
  const { amount } = billOf(vendor, cart, discounts)
  const tax = taxOn(vendor, amount)
  const money = (minor: number) => formatMoney(minor, product.currency)
  const extras = cart.addons.map(({ addon_id, quantity }) => {
    const { name = addon_id, price = 0 } = vendor.addons.get(addon_id) ?? {}
    return html`<tr><td>${name} × ${quantity}</td><td>${money(price * quantity)}</td></tr>`
  })
  const { quantity } = cart
  const main = html`<tr><td>${product.name} × ${quantity}</td><td>${money(product.price * quantity)}</td></tr>`
  return html`<section aria-labelledby="buys">
<h2 id="buys">What you buy</h2>
<p class="amount">${money(trialDays > 0 ? 0 : amount + tax)}</p>
${trialDays === 0 ? null : html`<p>${trialDays} days to try, then ${money(amount + tax)}.</p>`}
<table>${[main, ...extras]}<tr><td>Tax</td><td>${money(tax)}</td></tr></table>
</section>`
}

function cardButton({ number, label }: DodoTestCard): Html {
  const spaced = number.replace(/(\d{4})(?=\d)/g, '$1 ')
  return html`<li><button name="card" value="${number}" formnovalidate><span>${label}</span>
<span class="soft">${spaced}</span></button></li>`
}

function confirmation({ payments }: Vendor, page: Page): Response {
  const payment = payments.get(page.payment ?? '')
  const what = payment ? `a payment of ${formatMoney(payment.amount, payment.currency)}` : 'this'
  const body = html`<section>
<p>Your bank asks whether you made ${what}.</p>
<form method="post">
<button class="main" name="action" value="confirm">Confirm</button>
<button name="action" value="refuse">Refuse</button>
</form>
</section>`
  return hostedPage({ brand: BRAND, title: 'Confirm with your bank', body })
}

function doneWords({ kind, decline }: Page): readonly [string, string] {
  if (decline !== null) return ['This was not confirmed', 'Nothing was paid.']
  if (kind === 'method') return ['Your card is saved', 'What was owed has been paid with it.']
  return ['This is done', 'You can close this page.']
}

function closedPage({ returnUrl, cancelUrl, status }: Page, words: readonly string[]): Response {
  const [title = '', text = ''] = words
  const back = status === 'done' ? returnUrl : cancelUrl
  const link = back === null ? null : html`<p><a href="${back}">Back to the app</a></p>`
  return hostedPage({ brand: BRAND, title, body: html`<section><p>${text}</p>${link}</section>` })
}

/** A decline in the customer's words. */
function declineWords(code: string): string {
  if (code === 'CARD_UNKNOWN') return 'This is none of the test cards. Choose one below.'
  if (code === 'AUTHENTICATION_REQUIRED') return 'The payment was not confirmed. Try again.'
  return `The card was declined: ${code.replaceAll('_', ' ').toLowerCase()}. Try another one.`
}
