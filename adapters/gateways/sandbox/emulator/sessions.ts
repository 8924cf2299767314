/** What customers do on pages: pay, save a card, confirm, leave. Each page is done once. */
import type { TestCard } from '../test-cards.ts'
import { charge, tellCharge } from './charges.ts'
import { showMethod, showPage } from './render.ts'
import { applyChange, collectUnpaid, startSubscription, touch } from './subscriptions.ts'
import { type Charge, keep, type Method, type Page, type Vendor } from './vendor.ts'

export type NewPage = Omit<
  Page,
  'id' | 'status' | 'confirming' | 'decline' | 'subscription' | 'method' | 'charge' | 'doneAt'
>

/** Opens a page. */
export function openPage(vendor: Vendor, page: NewPage): Page {
  return keep(vendor, vendor.pages, 'page', (id) => ({
    ...page,
    id,
    status: 'open',
    confirming: null,
    decline: null,
    subscription: null,
    method: null,
    charge: null,
    doneAt: null,
  }))
}

/** Opens the page on which a pending charge is confirmed. */
export function askToConfirm(vendor: Vendor, pending: Charge): void {
  const { live, customer, amount, currency, subject } = pending
  const reference = 'invoice' in subject ? subject.invoice : ''
  const page = openPage(vendor, {
    kind: 'confirm',
    ...{ live, customer, amount, currency, reference },
    ...{ lines: [], sells: null, successUrl: null, cancelUrl: null, expiresAt: null },
  })
  page.charge = pending.id
  pending.page = page.id
}

/** Pays or saves with a card. A page that is done stays as it is: a second click pays nothing. */
export function payPage(vendor: Vendor, page: Page, card: TestCard): void {
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
    confirmCharge(vendor, page, outcome)
    return
  }
  const { confirming: card } = page
  if (!card) return
  page.confirming = null
  if (outcome === 'confirms') complete(vendor, page, card)
  else complete(vendor, page, unconfirmed(card))
}

/** The vendor gives a page up. */
export function expirePage(vendor: Vendor, page: Page): void {
  if (page.status !== 'open') return
  page.status = 'expired'
  page.confirming = null
  vendor.emit('page.expired', page.live, showPage(vendor, page))
}

function complete(vendor: Vendor, page: Page, card: TestCard): void {
  const { live, customer, amount, currency, kind, reference } = page
  const method = keep(vendor, vendor.methods, 'pm', (id): Method => {
    return { id, live, customer, card, removed: false }
  })
  const subject = kind === 'link' ? { invoice: reference } : { checkout: reference }
  const paid =
    amount > 0 ? charge(vendor, { method, subject, amount, currency, by: 'customer' }) : null
  if (paid?.status === 'failed') {
    page.decline = paid.decline?.code ?? 'unknown'
    tellCharge(vendor, paid)
    return
  }
  page.charge = paid?.id ?? null
  page.status = 'done'
  page.doneAt = vendor.now()
  finish(vendor, page, method, paid)
}

function finish(vendor: Vendor, page: Page, method: Method, paid: Charge | null): void {
  if (page.kind === 'link') {
    if (paid) tellCharge(vendor, paid)
    return
  }
  const owner = vendor.customers.get(page.customer)
  if (owner) owner.method = method.id
  page.method = method.id
  if (page.kind === 'method') {
    vendor.emit('method.saved', page.live, showMethod(method))
    collectUnpaid(vendor, page.customer)
    return
  }
  const started = page.sells ? startSubscription(vendor, page, page.sells) : null
  page.subscription = started?.id ?? null
  vendor.emit('page.done', page.live, showPage(vendor, page))
  if (started) touch(vendor, started)
}

/** A saved card was charged and its bank had asked for the customer. */
function confirmCharge(vendor: Vendor, page: Page, outcome: 'confirms' | 'refuses'): void {
  const pending = vendor.charges.get(page.charge ?? '')
  page.status = 'done'
  page.doneAt = vendor.now()
  if (pending?.status !== 'pending') return
  pending.at = vendor.now()
  pending.status = outcome === 'confirms' ? 'succeeded' : 'failed'
  pending.decline = outcome === 'confirms' ? null : UNCONFIRMED
  page.decline = pending.decline?.code ?? null
  tellCharge(vendor, pending)
  if (pending.status === 'succeeded' && pending.purpose.kind === 'change')
    applyChange(vendor, pending.purpose.change)
}

const UNCONFIRMED = { code: 'authentication_required', advice: 'with_customer' }

function unconfirmed(card: TestCard): TestCard {
  return { ...card, behavior: { kind: 'declines', ...UNCONFIRMED } }
}
