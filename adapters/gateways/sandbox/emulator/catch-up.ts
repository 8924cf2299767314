/** Time at the vendor: everything that fell due is done in its order, each at its own instant. */
import type { Instant } from 'billwright/core'
import type { Vendor } from './vendor.ts'
import { expirePage } from './sessions.ts'
import { doDue, dueAt } from './subscriptions.ts'

interface Due {
  readonly at: Instant
  readonly run: () => void
}

/** Does everything due up to `now`; `at` sets the vendor's clock to each instant on the way. */
export function catchUp(vendor: Vendor, now: Instant, at: (time: Instant) => void): void {
  for (let due = earliest(vendor); due && due.at <= now; due = earliest(vendor)) {
    at(due.at)
    due.run()
  }
}

function earliest(vendor: Vendor): Due | null {
  let first: Due | null = null
  const consider = (at: Instant | null, run: () => void) => {
    if (at !== null && (first === null || at < first.at)) first = { at, run }
  }
  for (const page of vendor.pages.values())
    if (page.status === 'open') consider(page.expiresAt, () => expirePage(vendor, page))
  for (const subscription of vendor.subscriptions.values())
    consider(dueAt(subscription), () => doDue(vendor, subscription))
  return first
}
