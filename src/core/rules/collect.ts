/** Collection: an open invoice is tried, and a settled one makes true what it was for. */

import type { PaymentFact } from '../input.ts'
import { attemptGap } from '../attempt-gap.ts'
import { ask, type Draft, record } from '../draft.ts'
import { type Invoice, isLive } from '../state.ts'
import { countCoupon } from './coupon.ts'
import { archiveAfterChange, dropEarlyInvoice } from './end.ts'
import { pageOf } from './page.ts'

/** Where a page leads back to. */
export interface Back {
  readonly successUrl?: string
  readonly cancelUrl?: string
}

/** Tries an invoice: charges the saved method, or sends a payment link where there is none. */
export function collect(draft: Draft, invoice: Invoice, back: Back = {}): void {
  if (invoice.due === 0) {
    markPaid(draft, invoice, null)
    return
  }
  const { account } = draft
  const subscription = account.subscriptions[invoice.group]
  const gateway = subscription?.gateway ?? account.gateway
  const attempt = invoice.attempts + 1
  const saved = account.paymentMethod
  const method = saved?.reusable && saved.gateway === gateway ? saved : null
  const timed = method !== null && attemptGap(draft, invoice) > 0 ? { method: method.id } : {}
  record(draft, { type: 'invoice.collecting', invoice: invoice.id, unattended: true, ...timed })
  if (gateway === null) return
  const { id, due, currency, lines, dueAt, gate } = invoice
  ask(
    draft,
    {
      kind: 'payment.collect',
      gateway,
      invoice: id,
      amount: due,
      currency,
      lines,
      attempt,
      method,
      customer: account.gatewayCustomers[gateway] ?? null,
      ...pageOf(invoice),
      dueAt,
      expiresAt: gate?.expiresAt ?? null,
      ...back,
    },
    id,
    attempt,
  )
}

/** The invoice is settled. A gated change comes true now, and not before. */
export function markPaid(draft: Draft, invoice: Invoice, payment: PaymentFact | null): void {
  const { id: paid, gate, group } = invoice
  // Where the gateway bills, the invoice is what it says, not what we computed.
  const imported = invoice.renewals === 'gateway' && payment !== null
  const row = imported ? { ...invoice, total: payment.amount, due: payment.amount } : invoice
  record(draft, { type: 'invoice.paid', invoice: paid, payment: payment?.id ?? null, row })
  const subscription = draft.account.subscriptions[group]
  if (!isLive(subscription)) return
  if (invoice.reason === 'renewal' && invoice.period.start >= subscription.period.end)
    countCoupon(draft, invoice)
  if (!gate) return
  dropEarlyInvoice(draft, subscription)
  const { terms, anchor, period } = gate
  // What was scheduled may have been undone since.
  const pendingChange = subscription.pendingChange && gate.pendingChange
  const changed = { terms, anchor, period, pendingChange, charged: invoice.charged }
  record(draft, { type: 'subscription.changed', group, ...changed, carried: subscription.carried })
  archiveAfterChange(draft, group, {})
}

/** An attempt was made and nobody has answered yet. */
export function isInFlight({ attempts, failures, link, unknown }: Invoice): boolean {
  return unknown || (attempts > failures.length && link === null)
}
