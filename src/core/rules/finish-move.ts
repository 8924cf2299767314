/** The customer has signed up at the new gateway: it collects from now on, the old one lets go. */

import type { Checkout, PaymentMethod } from '../state.ts'
import { ask, type Draft, liveIn, record } from '../draft.ts'
import { changeBoundary } from './change-terms.ts'
import { dropEarlyInvoice } from './end.ts'
import { atGateway } from './request.ts'

export function finishMove(
  draft: Draft,
  { group, gateway, renewals, gatewayRef }: Checkout,
  saved: PaymentMethod | null,
): void {
  const current = liveIn(draft, group)
  if (!current || current.gateway === gateway) return
  const before = atGateway(current)
  const method = draft.account.paymentMethod
  // A payment link that the old gateway sent ahead goes; the new one collects the next period.
  dropEarlyInvoice(draft, current)
  record(draft, { type: 'subscription.moved', group, gateway, renewals })
  if (gatewayRef !== null) {
    const linked = { gateway, customer: null, group, checkout: null, subscription: gatewayRef }
    record(draft, { type: 'gateway.linked', ...linked })
  }
  if (before) ask(draft, { kind: 'subscription.cancel', ...before, at: 'now' }, current.id)
  else if (method && method.gateway !== gateway) {
    ask(draft, { kind: 'method.detach', gateway: method.gateway, method: method.id }, method.id)
    record(draft, { type: 'method.removed' })
  }
  if (saved) record(draft, { type: 'method.saved', method: saved })
}

/** Signed up before the period's end: the old gateway is told that this period is its last one. */
export function holdMove(
  draft: Draft,
  { group, reference, switchesAt }: Checkout,
  method: PaymentMethod | null,
): void {
  const current = liveIn(draft, group)
  if (!current || switchesAt === undefined) return
  record(draft, { type: 'checkout.signed_up', group, reference, method })
  dropEarlyInvoice(draft, current)
  const before = atGateway(current)
  if (before)
    ask(draft, { kind: 'subscription.cancel', ...before, at: changeBoundary(current) }, current.id)
}

/** The period is over: what was held comes true. */
export function switchOver(draft: Draft, held: Checkout): void {
  const { group, reference, signedUp } = held
  record(draft, { type: 'checkout.closed', group, reference, outcome: 'completed' })
  finishMove(draft, held, signedUp?.method ?? null)
}
