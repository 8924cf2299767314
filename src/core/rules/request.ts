/**
 * Where the gateway owns the clock, a change of the subscription is a request: it becomes true when
 * the gateway says so, and a refused one has changed nothing.
 */

import type { LiveSubscription, PendingRequest } from '../state.ts'
import { ask, type Draft, record, type Unkeyed } from '../draft.ts'
import { effectKey } from '../effect.ts'

/** The gateway's own subscription behind ours; `null` where we own the clock. */
export function atGateway({
  renewals,
  gateway,
  gatewayRef,
  group,
}: LiveSubscription): { gateway: string; subscription: string; group: string } | null {
  if (renewals !== 'gateway' || gateway === null || gatewayRef === null) return null
  return { gateway, subscription: gatewayRef, group }
}

/** Sends a request; until it is answered nothing else is asked of the subscription. */
export function openRequest(
  draft: Draft,
  { group, id }: LiveSubscription,
  { kind, cancelAt = null, change = null }: Partial<PendingRequest> & Pick<PendingRequest, 'kind'>,
  effect: Unkeyed,
): void {
  const { id: account, version } = draft.account
  const key = effectKey(effect.kind, account, id, version)
  record(draft, { type: 'request.opened', group, request: { kind, key, cancelAt, change } })
  ask(draft, effect, id, version)
}
