/** Pause: no access and no charge; what was paid and not used comes back as credit, by policy. */

import type { Command } from '../input.ts'
import type { Instant } from '../instant.ts'
import { boundary, periodAt } from '../calendar.ts'
import { type Draft, liveIn, record, type Verdict } from '../draft.ts'
import { addCredit, unusedPart } from '../invoice.ts'
import { refuse } from '../refusal.ts'
import { isPaid, isUnbought, type LiveSubscription } from '../state.ts'
import { dropQuote } from './change-terms.ts'
import { dropEarlyInvoice } from './end.ts'
import { refusedByMove } from './held-move.ts'
import { atGateway, openRequest } from './request.ts'
import { restart } from './restart.ts'
import { startPaying } from './trial.ts'

export function pause(
  draft: Draft,
  command: Extract<Command, { readonly type: 'pause' }>,
): Verdict {
  const { group = 'default', until = null } = command
  const current = liveIn(draft, group)
  if (!isPaid(current)) return refuse('subscription_required')
  if (current.status === 'paused') return undefined
  if (current.cancelAt !== null) return refuse('ending', { cancelAt: current.cancelAt })
  if (current.status !== 'active') return refuse('past_due', { status: current.status })
  if (until !== null && until <= draft.at) return refuse('cancel_date_invalid', { at: until })
  if (current.request) return refuse('in_progress')
  if (owes(draft, current)) return refuse('in_progress')
  const moving = refusedByMove(draft, group)
  if (moving) return moving
  const open = dropQuote(draft, group)
  if (open) return open
  const remote = atGateway(current)
  if (remote) {
    const effect = { kind: 'subscription.pause', ...remote, until } as const
    openRequest(draft, current, { kind: 'pause', cancelAt: until }, effect)
    return undefined
  }
  dropEarlyInvoice(draft, current)
  const credited = draft.catalog.policies.pause === 'credit'
  const unused = credited ? unusedPart(current, draft.at, draft.catalog.policies) : 0
  record(draft, { type: 'subscription.paused', group, resumesAt: until, credited })
  addCredit(draft, current.price?.currency ?? '', unused, 'pause')
  return undefined
}

function owes(draft: Draft, { group }: LiveSubscription): boolean {
  return draft.account.invoices.some(
    (invoice) => invoice.group === group && invoice.gate === null && invoice.dueAt <= draft.at,
  )
}

export function unpause(draft: Draft, { group = 'default' }: { readonly group?: string }): Verdict {
  const current = liveIn(draft, group)
  if (current?.status !== 'paused') return refuse('not_paused')
  const remote = atGateway(current)
  if (remote) {
    if (current.request) return refuse('in_progress')
    openRequest(draft, current, { kind: 'unpause' }, { kind: 'subscription.unpause', ...remote })
    return undefined
  }
  if (isUnbought(current)) {
    if (!draft.account.paymentMethod?.reusable) return refuse('no_saved_payment_method')
    startPaying(draft, current, draft.at)
  } else goOn(draft, current)
  return undefined
}

/** Goes on with what is still paid for, else restarts with the rest of the period. */
export function goOn(draft: Draft, current: LiveSubscription): void {
  const { group, paidThrough, anchor, period, charged } = current
  const stillPaid = paidThrough !== null && paidThrough > draft.at && period.end > draft.at
  if (stillPaid) record(draft, { type: 'subscription.resumed', group, anchor, period, charged })
  else restart(draft, { ...current, anchor: anchorAfter(current, draft) })
}

const MONTH = { unit: 'month', count: 1 } as const

/**
 * Nothing is paid for after a pause, so a year or a quarter begins anew with the running month, on
 * its old day («Kill Bill»). Shorter intervals, and years that begin in January, go on as they were.
 */
function anchorAfter({ price, anchor }: LiveSubscription, { at, catalog }: Draft): Instant {
  const { policies } = catalog
  const unit = price?.interval.unit
  const months = unit === 'month' || unit === 'year'
  if (!months || policies.alignment === 'calendar' || anchor > at) return anchor
  let { index, start } = periodAt(anchor, MONTH, at, policies)
  // Not from a month that is too short for the day: January 31 must not become the 28th.
  while (index > 0 && boundary(start, MONTH, -index, policies) !== anchor) {
    index -= 1
    start = boundary(anchor, MONTH, index, policies)
  }
  return start
}
