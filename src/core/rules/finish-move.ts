/** The customer has signed up at the new gateway: it collects from now on, the old one lets go. */

import type { Checkout } from '../state.ts'
import { ask, type Draft, liveIn, record } from '../draft.ts'
import { dropEarlyInvoice } from './end.ts'
import { atGateway } from './request.ts'

export function finishMove(draft: Draft, { group, gateway, renewals }: Checkout): void {
  const current = liveIn(draft, group)
  if (!current || current.gateway === gateway) return
  const before = atGateway(current)
  const method = draft.account.paymentMethod
  // A payment link that the old gateway sent ahead goes; the new one collects the next period.
  dropEarlyInvoice(draft, current)
  record(draft, { type: 'subscription.moved', group, gateway, renewals })
  if (before) ask(draft, { kind: 'subscription.cancel', ...before, at: 'now' }, current.id)
  else if (method && method.gateway !== gateway) {
    ask(draft, { kind: 'method.detach', gateway: method.gateway, method: method.id }, method.id)
    record(draft, { type: 'method.removed' })
  }
}
