/** Time at the vendor: everything that fell due is done in its order, each at its own instant. */
import type { Instant } from 'billwright/core'
import type { Subscription, Vendor } from './vendor.ts'
import { doDue, dueAt } from './subscriptions.ts'

/** Does everything due up to `now`; `at` sets the vendor's clock to each instant on the way. */
export function catchUp(vendor: Vendor, now: Instant, at: (time: Instant) => void): void {
  for (let due = earliest(vendor); due && due.at <= now; due = earliest(vendor)) {
    at(due.at)
    doDue(vendor, due.subscription)
  }
}

interface Due {
  readonly at: Instant
  readonly subscription: Subscription
}

function earliest(vendor: Vendor): Due | null {
  let first: Due | null = null
  for (const subscription of vendor.subscriptions.values()) {
    const at = dueAt(vendor, subscription)
    if (at !== null && (first === null || at < first.at)) first = { at, subscription }
  }
  return first
}
