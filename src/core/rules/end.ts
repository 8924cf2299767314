/** How a subscription ends: what is open is closed, what no longer fits is archived, the default plan returns. */

import type { EndReason, Invoice, LiveSubscription } from '../state.ts'
import { ask, type Draft, record } from '../draft.ts'
import { owed } from '../dunning.ts'
import { excessOf, type Keep, toArchive } from '../fit.ts'
import { voidInvoice } from '../invoice.ts'
import { dropMove, heldMove } from './held-move.ts'
import { dropLink } from './page.ts'
import { startDefault } from './start.ts'

/** Ends a subscription now. After dunning its open invoices are uncollectible, otherwise void. */
export function end(
  draft: Draft,
  subscription: LiveSubscription,
  reason: EndReason | 'expired',
): void {
  const { group } = subscription
  const moving = heldMove(draft, group)
  if (moving) dropMove(draft, moving, true)
  closeInvoices(draft, group, reason === 'dunning')
  if (reason === 'expired') record(draft, { type: 'subscription.expired', group })
  else record(draft, { type: 'subscription.canceled', group, reason })
  startDefault(draft, group)
  archiveExcess(draft, group, {})
}

/**
 * Ends it where we own the clock; asks the gateway where it does. Access falls with the date, the
 * subscription ends with the gateway's word: no terminal event comes from our clock alone.
 */
export function endOrAsk(draft: Draft, subscription: LiveSubscription, reason: EndReason): void {
  const { group, gateway, gatewayRef, renewals } = subscription
  if (renewals === 'billwright' || gateway === null || gatewayRef === null) {
    end(draft, subscription, reason)
    return
  }
  record(draft, { type: 'subscription.cancel_scheduled', group, cancelAt: draft.at, reason })
  const effect = { kind: 'subscription.cancel', gateway, group, subscription: gatewayRef } as const
  ask(draft, { ...effect, at: 'now' }, subscription.id)
}

/** Closes every open invoice of a group; a payment link of one is withdrawn. */
function closeInvoices(draft: Draft, group: string, uncollectible: boolean): void {
  for (const invoice of draft.account.invoices)
    if (invoice.group === group)
      dropInvoice(
        draft,
        invoice,
        uncollectible && invoice.gate === null ? 'uncollectible' : 'voided',
      )
}

/** Closes one invoice unpaid and withdraws its payment link. */
export function dropInvoice(
  draft: Draft,
  invoice: Invoice,
  how: 'voided' | 'uncollectible' = 'voided',
): void {
  voidInvoice(draft, invoice, how)
  dropLink(draft, invoice)
}

/**
 * Archives what a change left no room for. Where a downgrade that doesn't fit is refused nobody chose
 * what goes: what was added after it was scheduled stays, and nothing more can be.
 */
export function archiveAfterChange(draft: Draft, group: string, keep: Keep): void {
  if (draft.catalog.policies.downgradeFit !== 'refuse') archiveExcess(draft, group, keep)
}

/** Archives what the terms that hold now no longer allow: the newest not kept first. */
function archiveExcess(draft: Draft, group: string, keep: Keep): void {
  const { account, catalog, usage } = draft
  const subscription = account.subscriptions[group]
  const ended = subscription?.status === 'canceled' || subscription?.status === 'expired'
  const terms = subscription && !ended ? subscription : null
  for (const { feature, limit, resources } of excessOf(catalog, group, terms, usage)) {
    const ids = resources ? toArchive(resources, keep[feature] ?? [], limit) : []
    if (ids.length === 0) continue
    record(draft, { type: 'resource.archived', group, feature, ids })
    ask(draft, { kind: 'resource.archive', group, feature, ids }, `${group}/${feature}`)
  }
}

/** A renewal invoice that was sent ahead is reissued at its time: it no longer says the right amount. */
export function dropEarlyInvoice(draft: Draft, { group, period }: LiveSubscription): void {
  for (const invoice of owed(draft.account, group))
    if (invoice.reason === 'renewal' && invoice.period.start >= period.end)
      dropInvoice(draft, invoice)
}
