/** A move that waits for the period's end: signed up at the new gateway, still collected by the old. */

import type { Checkout } from '../state.ts'
import { ask, type Draft, liveIn, record, type Verdict } from '../draft.ts'
import { refuse } from '../refusal.ts'
import { atGateway } from './request.ts'

/** The move of a group whose customer has signed up already. */
export function heldMove({ account }: Draft, group: string): Checkout | undefined {
  const open = account.checkouts[group]
  return open?.signedUp ? open : undefined
}

/** What the other gateway will charge was agreed on its page, so until then the terms stay. */
export function refusedByMove(draft: Draft, group: string): Verdict {
  const held = heldMove(draft, group)
  return held && refuse('in_progress', { movesTo: held.gateway, at: held.switchesAt })
}

/** Takes it back: the new gateway lets go, and the old one goes on unless the subscription ends. */
export function dropMove(draft: Draft, held: Checkout, ends = false): void {
  const { group, reference, gateway, gatewayRef: subscription, signedUp } = held
  const current = liveIn(draft, group)
  record(draft, { type: 'checkout.closed', group, reference, outcome: 'superseded' })
  if (subscription !== null)
    ask(
      draft,
      { kind: 'subscription.cancel', gateway, group, subscription, at: 'now' },
      subscription,
    )
  const method = signedUp?.method?.id
  if (method !== undefined) ask(draft, { kind: 'method.detach', gateway, method }, method)
  const before = !ends && current ? atGateway(current) : null
  if (before && current) ask(draft, { kind: 'subscription.resume', ...before }, current.id)
}
