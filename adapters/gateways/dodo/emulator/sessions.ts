/** What customers do on pages: pay, save a card, confirm, leave. Each page is done once. */
import type { DodoTestCard } from '../test-cards.ts'
import { charge, tellPayment, UNCONFIRMED } from './charges.ts'
import { billOf } from './prices.ts'
import { tellSubscription } from './render.ts'
import { applyChange, collectOwed, startSubscription } from './subscriptions.ts'
import { keep, type Method, type Page, type Payment, type Vendor } from './vendor.ts'

export type NewPage = Pick<Page, 'kind' | 'customer'> &
  Partial<Omit<Page, 'id' | 'status' | 'confirming' | 'decline'>>

/** Opens a page: `cks_…` for a checkout. */
export function openPage(vendor: Vendor, page: NewPage): Page {
  return keep(vendor, vendor.pages, page.kind === 'checkout' ? 'cks' : 'pg', (id) => ({
    ...{ cart: null, trialDays: 0, discounts: [], metadata: {}, subscription: null },
    ...{ returnUrl: null, cancelUrl: null, payment: null },
    ...page,
    ...{ id, status: 'open', confirming: null, decline: null },
  }))
}

/** Pays or saves with a card. A page that is done stays as it is: a second click pays nothing. */
export function payPage(vendor: Vendor, page: Page, card: DodoTestCard): void {
  if (page.status !== 'open' || page.kind === 'confirm') return
  page.decline = null
  page.confirming = null
  if (card.behavior.kind === 'needs_authentication') page.confirming = card
  else complete(vendor, page, card)
}

/** The customer answers their bank. */
export function confirmPage(vendor: Vendor, page: Page, outcome: 'confirms' | 'refuses'): void {
  if (page.status !== 'open') return
  if (page.kind === 'confirm') {
    confirmPayment(vendor, page, outcome)
    return
  }
  const { confirming: card } = page
  if (!card) return
  page.confirming = null
  const refused: DodoTestCard = { ...card, behavior: { kind: 'declines', code: UNCONFIRMED } }
  complete(vendor, page, outcome === 'confirms' ? card : refused)
}

function complete(vendor: Vendor, page: Page, card: DodoTestCard): void {
  const { customer } = page
  const method = keep(vendor, vendor.methods, 'pm', (id): Method => {
    return { id, customer, card, removed: false }
  })
  if (page.kind === 'checkout') buy(vendor, page, method)
  else saveMethod(vendor, page, method)
}

/** Every try on a checkout makes a subscription; one that is not paid has failed for good. */
function buy(vendor: Vendor, page: Page, method: Method): void {
  const { customer, metadata, cart, trialDays, discounts } = page
  const started = startSubscription(vendor, page, { method })
  if (!started || !cart) return
  const bill = billOf(vendor, cart, discounts)
  const { items, amount } = trialDays > 0 ? { items: [], amount: 0 } : bill
  const { id: subscription, currency } = started
  const asked = { customer, subscription, session: page.id, method, metadata, items, currency }
  const paid = charge(vendor, { ...asked, amount, by: 'customer' })
  page.payment = paid.id
  if (paid.status === 'failed') {
    page.decline = paid.errorCode
    started.status = 'failed'
    tellPayment(vendor, paid)
    tellSubscription(vendor, 'failed', started)
    return
  }
  page.status = 'done'
  tellSubscription(vendor, 'active', started)
  tellPayment(vendor, paid)
  if (amount > 0) tellSubscription(vendor, 'renewed', started)
}

function saveMethod(vendor: Vendor, page: Page, method: Method): void {
  const subscription = vendor.subscriptions.get(page.subscription ?? '')
  if (!subscription) return
  page.status = 'done'
  subscription.method = method
  const owed = subscription.unpaid !== null
  collectOwed(vendor, subscription)
  if (!owed) {
    const { id, customer, currency, metadata } = subscription
    const asked = { customer, subscription: id, session: null, method, metadata, currency }
    const saved = { ...asked, items: [], amount: 0, by: 'customer', savesMethod: true } as const
    tellPayment(vendor, charge(vendor, saved))
  }
  tellSubscription(vendor, 'update_payment_method', subscription)
}

/** A saved card was charged for a change and its bank had asked for the customer. */
function confirmPayment(vendor: Vendor, page: Page, outcome: 'confirms' | 'refuses'): void {
  const payment = vendor.payments.get(page.payment ?? '')
  page.status = 'done'
  if (payment?.status !== 'requires_customer_action') return
  payment.status = outcome === 'confirms' ? 'succeeded' : 'failed'
  payment.errorCode = outcome === 'confirms' ? null : UNCONFIRMED
  page.decline = payment.errorCode
  decided(vendor, payment)
}

/** A payment that a change waited for is decided. */
export function decided(vendor: Vendor, payment: Payment): void {
  const subscription = vendor.subscriptions.get(payment.subscription ?? '')
  const change = subscription?.pending
  if (subscription && change && payment.status === 'succeeded')
    applyChange(vendor, subscription, change, payment)
  else {
    if (subscription) subscription.pending = null
    tellPayment(vendor, payment)
  }
}
