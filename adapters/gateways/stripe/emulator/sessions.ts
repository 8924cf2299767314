/** What customers do on pages: pay, save a card, confirm, leave. Each page is done once. */
import type { StripeTestCard } from '../test-cards.ts'
import type {
  Invoice,
  Method,
  Page,
  Portal,
  Session,
  Setup,
  Subscription,
  Vendor,
} from './vendor.ts'
import { boundary, percentOf, prorate } from 'billwright/core'
import { applyPending } from './changes.ts'
import { charge, chargeAgain, saveMethod, tellIntent, tellMethod } from './charges.ts'
import { tellInvoice } from './invoices.ts'
import { showCustomer, showSession } from './show.ts'
import { showSubscription } from './show-billing.ts'
import { firstInvoice, settled, startSubscription, touch } from './subscriptions.ts'
import { keep, known, toInstant } from './vendor.ts'

/** What a page costs now: the first invoice, or nothing where a trial comes first. */
export function firstAmount(vendor: Vendor, session: Session): number {
  const now = vendor.now()
  if (session.mode === 'setup' || session.trialEnd(now) !== null) return 0
  const total = session.lines.reduce((sum, line) => sum + shareOf(vendor, session, line), 0)
  const coupon = vendor.coupons.get(session.coupon ?? '')
  if (!coupon) return total
  const { percentOff, amountOff } = coupon
  return (
    total - (percentOff === null ? Math.min(total, amountOff ?? 0) : percentOf(total, percentOff))
  )
}

function shareOf(vendor: Vendor, session: Session, line: Session['lines'][number]): number {
  const { anchor } = session
  const price = vendor.prices.get(line.price ?? '')
  if (anchor === null || !price) return line.amount
  const to = toInstant(anchor)
  const period = { start: boundary(to, price.interval, -1), end: to }
  const from = toInstant(vendor.now())
  return prorate({ amount: line.amount, period, from, to, granularity: 'second' })
}

/** Pays or saves with a card. A page that is done stays as it is: a second click pays nothing. */
export function payPage(vendor: Vendor, page: Page, card: StripeTestCard): void {
  if (page.status !== 'open') return
  page.decline = null
  page.confirming = null
  if (card.behavior.kind === 'needs_authentication') page.confirming = card
  else complete(vendor, page, card)
}

/** The customer answers their bank. */
export function confirmPage(vendor: Vendor, page: Page, outcome: 'confirms' | 'refuses'): void {
  const { confirming: card, status } = page
  if (status !== 'open' || !card) return
  page.confirming = null
  if (outcome === 'confirms') complete(vendor, page, card)
  else page.decline = 'authentication_required'
}

function complete(vendor: Vendor, page: Page, card: StripeTestCard): void {
  const { behavior } = card
  if (behavior.kind === 'declines') {
    page.decline = behavior.declineCode
    return
  }
  const method = saveMethod(vendor, page.customer, card)
  if (page.kind === 'portal') finishPortal(vendor, page, method)
  else finishSession(vendor, page, method)
}

/** Another card for what Stripe bills: it becomes the customer's default. */
function finishPortal(vendor: Vendor, page: Portal, method: Method): void {
  const customer = known(vendor.customers, page.customer)
  page.status = 'complete'
  customer.method = method.id
  tellMethod(vendor, method)
  vendor.emit('customer.updated', showCustomer(customer))
}

function finishSession(vendor: Vendor, session: Session, method: Method): void {
  session.status = 'complete'
  session.amount = firstAmount(vendor, session)
  if (session.mode === 'subscription') subscribe(vendor, session, method)
  else if (session.mode === 'payment') payOnce(vendor, session, method)
  else {
    const { customer, innerMetadata: metadata } = session
    const made = keep(vendor, vendor.setups, 'seti', (id): Setup => {
      return { id, created: vendor.now(), customer, method: method.id, metadata }
    })
    session.setup = made.id
    tellMethod(vendor, method)
  }
  vendor.emit('checkout.session.completed', showSession(vendor, session))
}

function payOnce(vendor: Vendor, session: Session, method: Method): void {
  const { customer, amount, currency, innerMetadata: metadata } = session
  const asked = { method, customer, amount, currency, metadata, keeps: true } as const
  const made = charge(vendor, { ...asked, by: 'customer' })
  session.intent = made.id
  tellIntent(vendor, made)
  tellMethod(vendor, method)
}

/** The subscription of a page begins with its payment, and not before. */
function subscribe(vendor: Vendor, session: Session, method: Method): void {
  const subscription = startSubscription(vendor, session, method.id)
  const invoice = firstInvoice(vendor, subscription)
  session.subscription = subscription.id
  session.invoice = invoice.id
  if (invoice.due > 0) {
    const { customer, currency, due: amount, id } = invoice
    const asked = { method, customer, currency, amount, invoice: id, by: 'customer' } as const
    invoice.intent = charge(vendor, asked).id
    invoice.attempts = 1
  }
  invoice.status = 'paid'
  invoice.paidAt = vendor.now()
  tellMethod(vendor, method)
  vendor.emit('customer.subscription.created', showSubscription(vendor, subscription))
  tellInvoice(vendor, invoice)
}

/** Stripe gives a page up. */
export function expireSession(vendor: Vendor, session: Session): void {
  if (session.status !== 'open') return
  session.status = 'expired'
  session.confirming = null
  vendor.emit('checkout.session.expired', showSession(vendor, session))
}

/** An open invoice is paid on its own page, by the card that it was tried with or by another. */
export function payHosted(
  vendor: Vendor,
  invoice: Invoice,
  card: StripeTestCard | null,
): string | null {
  if (invoice.status !== 'open') return null
  if (card?.behavior.kind === 'declines') return card.behavior.declineCode
  const subscription = known(vendor.subscriptions, invoice.subscription)
  const intent = known(vendor.intents, invoice.intent)
  const tried = known(vendor.methods, intent.method)
  const method = card ? saveMethod(vendor, invoice.customer, card) : tried
  chargeAgain(vendor, intent, method, 'customer')
  invoice.status = 'paid'
  invoice.paidAt = vendor.now()
  afterwards(vendor, subscription, invoice)
  return null
}

function afterwards(vendor: Vendor, subscription: Subscription, invoice: Invoice): void {
  if (subscription.pending?.invoice === invoice.id) {
    applyPending(vendor, subscription, invoice)
    return
  }
  settled(subscription)
  tellInvoice(vendor, invoice)
  touch(vendor, subscription)
}
