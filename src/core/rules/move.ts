/** Moving to another gateway: plan, anchor, period and usage stay; only who collects changes. */

import type { GatewayProfile } from '../catalog-options.ts'
import type { Command } from '../input.ts'
import type { Instant } from '../instant.ts'
import { addDays } from '../calendar.ts'
import { gatewayOf } from '../catalog.ts'
import { type Draft, liveIn, type Verdict } from '../draft.ts'
import { refuse } from '../refusal.ts'
import { isPaid } from '../state.ts'
import { termsOf } from '../terms.ts'
import { changeBoundary, dropQuote } from './change-terms.ts'
import { openCheckout } from './checkout.ts'
import { switchOver } from './finish-move.ts'
import { heldMove } from './held-move.ts'

export function move(draft: Draft, command: Extract<Command, { readonly type: 'move' }>): Verdict {
  const { group = 'default', at = 'now', successUrl = null, cancelUrl = null } = command
  const current = liveIn(draft, group)
  if (!isPaid(current) || current.status === 'trialing' || current.status === 'unpaid')
    return refuse('subscription_required')
  if (current.cancelAt !== null) return refuse('ending', { cancelAt: current.cancelAt })
  const gateway = gatewayOf(draft.catalog, command.to)
  if (!gateway) return refuse('gateway_required', { gateway: command.to })
  if (gateway.name === current.gateway) return undefined
  if (current.status === 'paused') return refuse('paused')
  if (current.status !== 'active') return refuse('past_due')
  if (current.request) return refuse('in_progress')
  // A bill there is agreed on its page: it would not know what is scheduled here.
  if (current.pendingChange && gateway.renewals === 'gateway')
    return refuse('in_progress', { scheduled: current.pendingChange.at })
  const held = heldMove(draft, group)
  if (held?.gateway === gateway.name) {
    if (at === 'now') switchOver(draft, held)
    return undefined
  }
  const open = dropQuote(draft, group)
  if (open) return open
  const startsAt = changeBoundary(current)
  return openCheckout(draft, {
    group,
    terms: termsOf(current),
    coupon: null,
    gateway,
    trial: null,
    purpose: 'move',
    startsAt,
    ...(at === 'period_end' ? { switchesAt: switchDate(draft, startsAt, gateway) } : {}),
    successUrl,
    cancelUrl,
  })
}

/** Where nothing is saved the next period is paid on a page, which is sent ahead. */
function switchDate(
  { catalog: { policies } }: Draft,
  boundary: Instant,
  { savesMethods }: GatewayProfile,
): Instant {
  return savesMethods ? boundary : addDays(boundary, -policies.reminders.renewalDays, policies)
}
