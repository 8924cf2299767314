/**
 * Payments are a set keyed by the gateway's id: told twice they count once, in any order. A payment
 * settles exactly one invoice; money that fits nothing becomes credit, a refund or an incident.
 */

import type { Command, GatewayEvent, PaymentFact } from '../input.ts'
import type { Instant } from '../instant.ts'
import type { Decline, Invoice } from '../state.ts'
import { attemptGap, waitsUntil } from '../attempt-gap.ts'
import { type Draft, record, type Verdict } from '../draft.ts'
import { nextRetry } from '../dunning.ts'
import { effectKey } from '../effect.ts'
import { addCredit } from '../invoice.ts'
import { refuse } from '../refusal.ts'
import { checkoutBehind, checkoutPaid, findCheckout } from './checkout.ts'
import { collect, isInFlight, markPaid } from './collect.ts'
import { restage } from './dunning.ts'
import { dropInvoice } from './end.ts'
import { switchOver } from './finish-move.ts'
import { checkAmount, findInvoice, isExact, isKnown, recordPayment, unexplained } from './ledger.ts'
import { periodFailed, periodPaid } from './renewal-facts.ts'
import { restartIfLapsed } from './restart.ts'
import { strayPayment } from './stray.ts'

type Told<Type extends GatewayEvent['type']> = Extract<GatewayEvent, { readonly type: Type }>

export function paymentSucceeded(draft: Draft, event: Told<'payment.succeeded'>): void {
  const { payment, gateway } = event
  if (isKnown(draft, gateway, payment.id)) return
  const { subject } = payment
  if (subject && 'method' in subject) strayPayment(draft, gateway, payment)
  else if (subject && 'checkout' in subject) {
    const checkout = findCheckout(draft, subject.checkout)
    if (checkout && checkout.gateway === gateway) checkoutPaid(draft, checkout, payment)
    else unexplained(draft, gateway, payment)
  } else if (subject && 'invoice' in subject) {
    const invoice = findInvoice(draft, subject.invoice)
    if (invoice) invoicePaid(draft, gateway, invoice, payment)
    else strayPayment(draft, gateway, payment)
  } else if (!subject || !periodPaid(draft, gateway, payment, subject)) {
    // The gateway may tell of the money before it tells of the checkout that the money is for.
    const checkout = subject && checkoutBehind(draft, gateway, subject.subscription, payment)
    if (subject && checkout?.signedUp) {
      // The new gateway's clock is ahead of ours: its period has begun.
      switchOver(draft, checkout)
      periodPaid(draft, gateway, payment, subject)
    } else if (checkout) checkoutPaid(draft, checkout, payment)
    else unexplained(draft, gateway, payment)
  }
}

export function paymentFailed(draft: Draft, event: Told<'payment.failed'>): void {
  const { subject } = event
  // A checkout that was declined is still open: nothing had changed, nothing changes.
  if ('checkout' in subject) return
  if ('subscription' in subject) periodFailed(draft, event, subject)
  else decline(draft, subject.invoice, event.payment, event.decline, event.at)
}

/** Records a decline once; one that comes after the payment changes nothing. */
export function decline(
  draft: Draft,
  id: string,
  payment: string,
  why: Decline,
  at: Instant,
): void {
  const invoice = findInvoice(draft, id)
  if (!invoice || invoice.failures.includes(payment)) return
  const gateway = draft.account.subscriptions[invoice.group]?.gateway ?? ''
  if (isKnown(draft, gateway, payment)) return
  // A link may be tried before the period ends; what counts is whether it is paid by then.
  if (invoice.gate === null && draft.at < invoice.dueAt) return
  const failedAt = Math.min(draft.at, Math.max(at, invoice.dueAt)) as Instant
  const first = invoice.firstFailedAt ?? failedAt
  const ours = invoice.gate === null && invoice.renewals === 'billwright' && invoice.link === null
  const timing = { ...draft.catalog.policies, gap: attemptGap(draft, invoice) }
  const nextAttemptAt = ours ? nextRetry(first, failedAt, why, timing) : null
  record(draft, {
    type: 'invoice.declined',
    invoice: id,
    payment,
    decline: why,
    failedAt,
    nextAttemptAt,
  })
  if (invoice.gate === null) restage(draft, invoice.group)
}

/** Settles an invoice: a gated change comes true, and dunning ends once nothing is owed. */
function invoicePaid(draft: Draft, gateway: string, invoice: Invoice, payment: PaymentFact): void {
  const { due: amount, currency, group, renewals } = invoice
  const ours = renewals === 'billwright'
  if (ours && !checkAmount(draft, gateway, payment, { amount, currency, group })) return
  recordPayment(draft, gateway, payment, invoice)
  markPaid(draft, invoice, payment)
  if (ours && isExact(draft, gateway))
    addCredit(draft, currency, payment.amount - amount, 'overpaid')
  restage(draft, group)
  if (restartIfLapsed(draft, group)) restage(draft, group)
}

/** Tries again by hand: the oldest unpaid invoice, else a declined change that is still quoted. */
export function retryPayment(
  draft: Draft,
  { group = 'default' }: { readonly group?: string },
): Verdict {
  const open = draft.account.invoices.filter((invoice) => invoice.group === group)
  const invoice = open.find(({ gate }) => gate === null) ?? open[0]
  if (!invoice) return refuse('nothing_to_pay')
  // The page that is open is the way to pay: another attempt beside it could charge twice.
  if (invoice.link !== null || invoice.actionUrl !== null) return undefined
  // A change that the gateway makes is paid there; nobody here can try it again.
  const theirs = invoice.gate !== null && invoice.renewals === 'gateway'
  if (theirs || isInFlight(invoice)) return refuse('in_progress', { invoice: invoice.id })
  const at = waitsUntil(draft, invoice)
  if (at !== null) return refuse('retry_too_soon', { invoice: invoice.id, at })
  collect(draft, invoice)
  return undefined
}

/** The gateway sent a payment page for an invoice. */
export function linkDelivered(draft: Draft, { invoice, url }: Told<'link.delivered'>): void {
  const open = findInvoice(draft, invoice)
  if (open && open.link !== url) record(draft, { type: 'invoice.linked', invoice, url })
}

/**
 * Nobody knows whether an attempt went through: nothing is tried again until somebody does. One that
 * was answered meanwhile is known.
 */
export function outcomeUnknown(draft: Draft, { invoice }: Told<'outcome.unknown'>): void {
  const open = findInvoice(draft, invoice)
  if (!open || open.unknown) return
  const { attempts, failures, link } = open
  const answered = link !== null || (failures.length > 0 && failures.length >= attempts)
  if (!answered) record(draft, { type: 'invoice.outcome_lost', invoice })
}

/** A person found out what became of an attempt. */
export function resolveUnknown(
  draft: Draft,
  command: Extract<Command, { readonly type: 'resolve_unknown' }>,
): Verdict {
  const invoice = findInvoice(draft, command.invoice)
  if (!invoice) return refuse('invoice_unknown', { invoice: command.invoice })
  const gateway = draft.account.subscriptions[invoice.group]?.gateway ?? ''
  const { payment: id } = command
  if (command.outcome === 'paid') {
    const { due: amount, currency } = invoice
    invoicePaid(draft, gateway, invoice, { id, subject: null, amount, currency, at: draft.at })
  } else decline(draft, invoice.id, id, { code: 'unknown', retry: 'later' }, draft.at)
  return undefined
}

/** The gateway refused what we asked: nothing has changed, the attempt is on record. */
export function effectRefused(draft: Draft, { answers }: Told<'effect.refused'>): void {
  const { account } = draft
  for (const subscription of Object.values(account.subscriptions))
    if (subscription.request?.key === answers)
      record(draft, { type: 'request.closed', group: subscription.group, outcome: 'refused' })
  for (const invoice of account.invoices)
    if (invoice.gate && answers === effectKey('subscription.change', account.id, invoice.id, 0))
      dropInvoice(draft, invoice)
}

/** The bank wants the customer to confirm: neither paid nor declined, but somebody must be told. */
export function paymentPending(
  draft: Draft,
  { subject, actionUrl }: Told<'payment.pending'>,
): void {
  const invoice = 'invoice' in subject ? findInvoice(draft, subject.invoice) : undefined
  if (invoice && actionUrl !== null && invoice.actionUrl !== actionUrl)
    record(draft, { type: 'invoice.action_required', invoice: invoice.id, url: actionUrl })
}
