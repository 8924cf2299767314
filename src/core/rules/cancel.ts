/** Cancel: by default at the end of what is paid for; until then nothing changes but the ending. */

import type { Command } from '../input.ts'
import type { Instant } from '../instant.ts'
import { type Draft, liveIn, record, type Verdict } from '../draft.ts'
import { addCredit, unusedPart } from '../invoice.ts'
import { refuse } from '../refusal.ts'
import { isPaid, type LiveSubscription } from '../state.ts'
import { changeBoundary, dropQuote } from './change-terms.ts'
import { dropEarlyInvoice, end } from './end.ts'
import { dropMove, heldMove } from './held-move.ts'
import { atGateway, openRequest } from './request.ts'

export function cancel(
  draft: Draft,
  command: Extract<Command, { readonly type: 'cancel' }>,
): Verdict {
  const { group = 'default' } = command
  const current = liveIn(draft, group)
  if (!isPaid(current)) return refuse('subscription_required')
  const at = cancelDate(draft, current, command.at)
  if (at === null) return refuse('cancel_date_invalid', { at: command.at })
  if (current.cancelAt === at) return undefined
  const { request } = current
  if (request) {
    const again = request.kind === 'cancel' && request.cancelAt === at
    return again ? undefined : refuse('in_progress')
  }
  const now = at <= draft.at
  if (!now) {
    const open = dropQuote(draft, group)
    if (open) return open
  }
  const moving = heldMove(draft, group)
  if (moving) dropMove(draft, moving, true)
  const remote = atGateway(current)
  if (remote) {
    const effect = { kind: 'subscription.cancel', ...remote, at: now ? 'now' : at } as const
    openRequest(draft, current, { kind: 'cancel', cancelAt: at }, effect)
    return undefined
  }
  if (now) endNow(draft, current)
  else {
    record(draft, {
      type: 'subscription.cancel_scheduled',
      group,
      cancelAt: at,
      reason: 'requested',
    })
    if (at <= changeBoundary(current)) dropEarlyInvoice(draft, current)
  }
  return undefined
}

/**
 * When it ends. The end of the period is the end of what was paid, or of the trial; a subscription
 * that gives no access has nothing to wait for («Kill Bill: end of term with nothing charged is now»).
 */
function cancelDate(
  draft: Draft,
  current: LiveSubscription,
  at: 'period_end' | 'now' | Instant,
): Instant | null {
  const { status } = current
  if (at === 'now') return draft.at
  if (at !== 'period_end') return Number.isSafeInteger(at) && at > draft.at ? at : null
  if (status === 'trialing') return current.trial.endsAt
  return status === 'active' || status === 'past_due' ? changeBoundary(current) : draft.at
}

function endNow(draft: Draft, current: LiveSubscription): void {
  const { policies } = draft.catalog
  const unused = policies.cancelNow === 'credit' ? unusedPaid(draft, current) : 0
  end(draft, current, 'requested')
  addCredit(draft, current.price?.currency ?? '', unused, 'canceled')
}

/** Only what was paid comes back. */
function unusedPaid(draft: Draft, current: LiveSubscription): number {
  const paid = current.paidThrough !== null && current.paidThrough >= current.period.end
  return paid ? unusedPart(current, draft.at, draft.catalog.policies) : 0
}

/** Takes an ending back: as if it had never been asked for. */
export function resume(draft: Draft, { group = 'default' }: { readonly group?: string }): Verdict {
  const current = liveIn(draft, group)
  if (!current) return refuse('subscription_required')
  if (current.request) return current.request.kind === 'resume' ? undefined : refuse('in_progress')
  if (current.cancelAt === null || current.cancelAt <= draft.at) return refuse('not_ending')
  const remote = atGateway(current)
  if (remote)
    openRequest(draft, current, { kind: 'resume' }, { kind: 'subscription.resume', ...remote })
  else record(draft, { type: 'subscription.cancel_undone', group })
  return undefined
}
