/** What customers do on a page: pay with a card or a wallet, confirm, leave. Each page is paid once. */
import type { Paying, Payment, Session, Vendor } from './vendor.ts'
import { showPayment, showSession } from './render.ts'
import { isPaid, keep, totalOf } from './vendor.ts'

export function isOpen(vendor: Vendor, session: Session): boolean {
  return session.status === 'active' && !isPaid(vendor, session)
}

/** Starts to pay. A page that is paid or closed stays as it is: a second click pays nothing. */
export function pay(vendor: Vendor, session: Session, paying: Paying): void {
  if (!isOpen(vendor, session) || !session.methods.includes(paying.type)) return
  session.decline = null
  session.confirming = null
  const asks = paying.card === null || paying.card.behavior.kind.includes('authentication')
  if (asks) session.confirming = paying
  else settle(vendor, session, paying)
}

/** The customer answers the bank or the wallet. */
export function answer(vendor: Vendor, session: Session, outcome: 'confirms' | 'refuses'): void {
  const { confirming: paying } = session
  if (paying === null || !isOpen(vendor, session)) return
  session.confirming = null
  if (outcome === 'confirms') settle(vendor, session, paying)
  else fail(vendor, session, paying, 'authentication_failed')
}

/** Nobody is told: the vendor has no event for it. */
export function expire(vendor: Vendor, session: Session): void {
  if (!isOpen(vendor, session)) return
  session.status = 'expired'
  session.confirming = null
}

function settle(vendor: Vendor, session: Session, paying: Paying): void {
  const behavior = paying.card?.behavior
  if (behavior?.kind === 'declines') fail(vendor, session, paying, behavior.code)
  else if (behavior?.kind === 'fails_after_authentication')
    fail(vendor, session, paying, 'generic_decline')
  else {
    const paid = take(vendor, session, paying, null)
    // The same money is told twice, as of the page and as of the payment.
    vendor.emit('checkout_session.payment.paid', session.live, showSession(vendor, session))
    vendor.emit('payment.paid', session.live, showPayment(vendor, paid))
  }
}

function fail(vendor: Vendor, session: Session, paying: Paying, code: string): void {
  session.decline = code
  const failed = take(vendor, session, paying, code)
  vendor.emit('payment.failed', session.live, showPayment(vendor, failed))
}

function take(
  vendor: Vendor,
  session: Session,
  { type }: Paying,
  failedCode: string | null,
): Payment {
  const source = { id: vendor.nextId(type === 'card' ? 'card' : 'src'), type }
  return keep(vendor, vendor.payments, 'pay', (id) => ({
    ...{ id, live: session.live, session: session.id, amount: totalOf(session), source },
    ...{ status: failedCode === null ? 'paid' : 'failed', failedCode, at: vendor.now() },
    dispute: null,
  }))
}
