/** The payment method: saved where the gateway shows its page, charged again only if it can be. */

import type { Command, GatewayEvent } from '../input.ts'
import type { Invoice, PaymentMethod } from '../state.ts'
import { gatewayOf } from '../catalog.ts'
import { ask, type Draft, record, type Verdict } from '../draft.ts'
import { refuse } from '../refusal.ts'
import { collect, isInFlight } from './collect.ts'

type Told<Type extends GatewayEvent['type']> = Extract<GatewayEvent, { readonly type: Type }>

/**
 * Opens the gateway's page for another method. Where nothing can be saved the open payment link
 * serves instead, so there is nothing to ask for; without one it is refused.
 */
export function updatePaymentMethod(
  draft: Draft,
  {
    returnUrl = null,
  }: { readonly returnUrl?: string | null } & Omit<
    Extract<Command, { readonly type: 'update_payment_method' }>,
    'returnUrl'
  >,
): Verdict {
  const { account } = draft
  const { paymentMethod, gateway, invoices } = account
  const native = Object.values(account.subscriptions).some(({ gatewayRef }) => gatewayRef !== null)
  if (!paymentMethod?.reusable && !native)
    return invoices.some(({ link }) => link !== null)
      ? undefined
      : refuse('no_saved_payment_method')
  const at = paymentMethod?.gateway ?? gateway
  if (at === null) return refuse('gateway_required')
  const customer = account.gatewayCustomers[at] ?? null
  ask(draft, { kind: 'method.update', gateway: at, customer, returnUrl }, at)
  return undefined
}

/** A method was saved: what is owed is tried with it at once, it may be all that was missing. */
export function methodSaved(draft: Draft, { method }: Told<'method.saved'>): void {
  if (isSameMethod(draft.account.paymentMethod, method) || isHeld(draft, method)) return
  record(draft, { type: 'method.saved', method })
  if (!method.reusable) return
  for (const invoice of draft.account.invoices) {
    const waits = invoice.gate === null && invoice.firstFailedAt !== null && !isInFlight(invoice)
    if (waits && isTriedByUs(draft, invoice, method.gateway)) collect(draft, invoice)
  }
}

/** Not where a page to pay is open, which could be paid as well, nor where the gateway tries by itself. */
function isTriedByUs(draft: Draft, invoice: Invoice, gateway: string): boolean {
  if (invoice.renewals === 'billwright') return invoice.link === null && invoice.actionUrl === null
  const at = draft.account.subscriptions[invoice.group]?.gateway
  return at === gateway && gatewayOf(draft.catalog, gateway)?.retriesWhenAsked === true
}

/** What a gateway saves for a move at the period's end is charged from then on. */
function isHeld(draft: Draft, method: PaymentMethod): boolean {
  const held = Object.values(draft.account.checkouts).find(
    ({ gateway, switchesAt }) => gateway === method.gateway && switchesAt !== undefined,
  )
  if (held?.signedUp) {
    const { group, reference } = held
    record(draft, { type: 'checkout.signed_up', group, reference, method })
  }
  return held !== undefined
}

/** Two gateways may give two methods one id. */
export function isSameMethod(known: PaymentMethod | null, { id, gateway }: PaymentMethod): boolean {
  return known !== null && known.id === id && known.gateway === gateway
}

export function methodRemoved(draft: Draft, { gateway, method: id }: Told<'method.removed'>): void {
  const known = draft.account.paymentMethod
  if (known?.id === id && known.gateway === gateway) record(draft, { type: 'method.removed' })
}
