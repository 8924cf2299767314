/** Pause: no access and no charge; what was paid and not used comes back as credit, by policy. */

import type { Command } from '../input.ts'
import { type Draft, liveIn, record, type Verdict } from '../draft.ts'
import { addCredit, unusedPart } from '../invoice.ts'
import { refuse } from '../refusal.ts'
import { isPaid, type LiveSubscription } from '../state.ts'
import { dropEarlyInvoice, dropQuote } from './change-terms.ts'
import { atGateway, openRequest } from './request.ts'
import { restart } from './restart.ts'

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
  goOn(draft, current)
  return undefined
}

/** Goes on with what is still paid for, else restarts with the rest of the period. */
export function goOn(draft: Draft, current: LiveSubscription): void {
  const { group, paidThrough, period, charged } = current
  const stillPaid = paidThrough !== null && paidThrough > draft.at && period.end > draft.at
  if (stillPaid) record(draft, { type: 'subscription.resumed', group, period, charged })
  else restart(draft, current)
}
