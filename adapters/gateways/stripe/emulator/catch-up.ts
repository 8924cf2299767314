/** Time at Stripe: everything that fell due is done in its order, each at its own second. */
import type { Vendor } from './vendor.ts'
import { expirePending } from './changes.ts'
import { expireSession } from './sessions.ts'
import { doDue, dueAt } from './subscriptions.ts'

interface Due {
  readonly at: number
  readonly run: () => void
}

/** Does everything due up to `now`; `at` sets the vendor's clock to each second on the way. */
export function catchUp(vendor: Vendor, now: number, at: (time: number) => void): void {
  for (let due = earliest(vendor); due && due.at <= now; due = earliest(vendor)) {
    at(due.at)
    due.run()
  }
}

function earliest(vendor: Vendor): Due | null {
  let first: Due | null = null
  const consider = (at: number | null, run: () => void) => {
    if (at !== null && (first === null || at < first.at)) first = { at, run }
  }
  for (const session of vendor.sessions.values())
    if (session.status === 'open') consider(session.expiresAt, () => expireSession(vendor, session))
  for (const subscription of vendor.subscriptions.values()) {
    const { pending } = subscription
    if (pending) consider(pending.expiresAt, () => expirePending(vendor, subscription))
    consider(dueAt(subscription), () => doDue(vendor, subscription))
  }
  return first
}
