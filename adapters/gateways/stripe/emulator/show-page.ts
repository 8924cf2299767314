/** The hosted pages: what is bought, what it costs, and every way it can go. */
import type { Invoice, Page, Portal, Session, Vendor } from './vendor.ts'
import { formatMoney } from 'billwright/core'
import { type Html, hostedPage, html } from 'billwright/testing'
import { currencyOf, fromStripe } from '../money.ts'
import { STRIPE_TEST_CARDS, type StripeTestCard } from '../test-cards.ts'
import { firstAmount } from './sessions.ts'

const BRAND = 'Stripe emulator: no real money moves here'

/** A checkout or portal page as the customer sees it now. */
export function showHostedPage(vendor: Vendor, page: Page): Response {
  if (page.status === 'complete') return closedPage(page, doneWords(page))
  if (page.status === 'expired')
    return closedPage(page, ['This page has expired', 'Nothing was paid. Start again in the app.'])
  if (page.confirming) return confirmation(amountOf(vendor, page))
  const isFlow = page.kind === 'portal' && page.flow.type !== 'payment_method_update'
  const body = isFlow ? flowForm(vendor, page) : form(vendor, page)
  return hostedPage({ brand: BRAND, title: titleOf(vendor, page), body })
}

function amountOf(vendor: Vendor, page: Page): string | null {
  if (page.kind === 'portal') return null
  const amount = firstAmount(vendor, page)
  return amount === 0 ? null : money(amount, page.currency)
}

function titleOf(vendor: Vendor, page: Page): string {
  if (page.kind === 'portal') return PORTAL_TITLES[page.flow.type]
  return amountOf(vendor, page) === null ? 'Save a card to start' : 'Pay'
}

const PORTAL_TITLES: Readonly<Record<Portal['flow']['type'], string>> = {
  payment_method_update: 'Update your payment method',
  subscription_update_confirm: 'Confirm your update',
  subscription_cancel: 'Cancel your subscription',
}

/** A change or an ending: it asks for no card. */
function flowForm(vendor: Vendor, { id, flow, returnUrl, decline }: Portal): Html {
  const price = flow.type === 'subscription_update_confirm' ? flow.price : null
  const { amount = 0, currency = '' } = vendor.prices.get(price ?? '') ?? {}
  const what = price === null ? 'It ends with the period that is paid.' : money(amount, currency)
  return html`${decline === null ? null : html`<p class="bad" role="alert">${declineWords(decline)}</p>`}
<form method="post" action="${vendor.pageUrl(id)}">
<section>
<p>${what}</p>
<button class="main" name="action" value="confirm">Confirm</button>
<p><a href="${returnUrl}">Back to the app</a></p>
</section>
</form>`
}

function form(vendor: Vendor, page: Page): Html {
  const cancelUrl = page.kind === 'checkout' ? page.cancelUrl : page.returnUrl
  const verb = amountOf(vendor, page) === null ? 'Save card' : 'Pay'
  return html`${page.kind === 'checkout' ? summary(vendor, page) : null}
${page.decline === null ? null : html`<p class="bad" role="alert">${declineWords(page.decline)}</p>`}
<form method="post" action="${vendor.pageUrl(page.id)}">
<section>
<h2>Card</h2>
<label for="number">Card number</label>
<input id="number" name="number" value="4242 4242 4242 4242" inputmode="numeric"
 autocomplete="off" required>
<button class="main" name="action" value="pay">${verb}</button>
${cancelUrl === null ? null : html`<button name="action" value="cancel" formnovalidate>Cancel</button>`}
</section>
${cards()}
</form>`
}

function summary(vendor: Vendor, session: Session): Html | null {
  const amount = amountOf(vendor, session)
  if (amount === null && session.lines.length === 0) return null
  const rows = session.lines.map(({ name, quantity, amount: each }) => {
    const times = quantity === 1 ? '' : ` × ${quantity}`
    return html`<tr><td>${name}${times}</td><td>${money(each, session.currency)}</td></tr>`
  })
  return html`<section aria-labelledby="buys">
<h2 id="buys">What you pay</h2>
<p class="amount">${amount ?? 'Nothing today'}</p>
<table>${rows}</table>
</section>`
}

function cards(): Html {
  return html`<section aria-labelledby="cards">
<h2 id="cards">Or use a test card</h2>
<ul>${STRIPE_TEST_CARDS.map(cardButton)}</ul>
</section>`
}

function cardButton({ number, label }: StripeTestCard): Html {
  const spaced = number.replace(/(\d{4})(?=\d)/g, '$1 ')
  return html`<li><button name="card" value="${number}" formnovalidate><span>${label}</span>
<span class="soft">${spaced}</span></button></li>`
}

function confirmation(amount: string | null): Response {
  const what = amount === null ? 'saving your card' : `a payment of ${amount}`
  const body = html`<section>
<p>Your bank asks whether you made ${what}.</p>
<form method="post">
<button class="main" name="action" value="confirm">Confirm</button>
<button name="action" value="refuse">Refuse</button>
</form>
</section>`
  return hostedPage({ brand: BRAND, title: 'Confirm with your bank', body })
}

/** Stripe's own page of an open invoice. */
export function showHostedInvoice(
  vendor: Vendor,
  invoice: Invoice,
  decline: string | null,
): Response {
  const amount = money(invoice.due, invoice.currency)
  if (invoice.status !== 'open') {
    const text = invoice.status === 'paid' ? 'It was charged once.' : 'Nothing was paid.'
    const title = invoice.status === 'paid' ? 'This has been paid' : 'This invoice is closed'
    return hostedPage({ brand: BRAND, title, body: html`<section><p>${text}</p></section>` })
  }
  const body = html`${decline === null ? null : html`<p class="bad" role="alert">${declineWords(decline)}</p>`}
<section><p class="amount">${amount}</p></section>
<form method="post" action="${vendor.pageUrl(invoice.id)}">
<section>
<p>Your bank asks whether you made a payment of ${amount}.</p>
<button class="main" name="action" value="confirm">Confirm</button>
<button name="action" value="refuse">Refuse</button>
</section>
${cards()}
</form>`
  return hostedPage({ brand: BRAND, title: 'Pay your invoice', body })
}

function doneWords(page: Page): readonly [string, string] {
  if (page.kind === 'portal' && page.flow.type !== 'payment_method_update')
    return ['This is done', 'You can close this page.']
  if (page.kind === 'portal' || page.amount === 0)
    return ['Your card is saved', 'Nothing was charged.']
  return ['This has been paid', 'It was charged once. You can close this page.']
}

function closedPage(page: Page, [title = '', text = '']: readonly string[]): Response {
  const back = page.kind === 'portal' ? page.returnUrl : backFrom(page)
  const link = back === null ? null : html`<p><a href="${back}">Back to the app</a></p>`
  return hostedPage({ brand: BRAND, title, body: html`<section><p>${text}</p>${link}</section>` })
}

function backFrom({ status, successUrl, cancelUrl }: Session): string | null {
  return status === 'complete' ? successUrl : cancelUrl
}

function money(amount: number, currency: string): string {
  const code = currencyOf(currency)
  return formatMoney(fromStripe(amount, code), code)
}

/** A decline in the customer's words. */
function declineWords(code: string): string {
  if (code === 'card_unknown') return 'This is none of the test cards. Choose one below.'
  if (code === 'authentication_required') return 'The payment was not confirmed. Try again.'
  return `The card was declined: ${code.replaceAll('_', ' ')}. Try another one.`
}
