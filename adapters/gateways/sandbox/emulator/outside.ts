/** What others do to a payment: the customer's bank, and people in the vendor's dashboard. */

import type { Vendor } from './vendor.ts'
import { showCharge } from './render.ts'
import { expirePage } from './sessions.ts'
import { cancelNow } from './subscriptions.ts'

export interface Outside {
  /** The vendor gives a page up, as if its time were over. */
  expire(pageUrl: string): void
  /** The customer's bank disputes a charge. */
  dispute(charge: string): void
  decideDispute(charge: string, outcome: 'won' | 'lost'): void
  /** Somebody ends a subscription in the vendor's dashboard, now. */
  cancelInDashboard(subscription: string): void
}

export function outside(vendor: Vendor): Outside {
  const decide = (id: string, dispute: 'open' | 'won' | 'lost'): void => {
    const charge = vendor.charges.get(id)
    if (!charge) return
    charge.dispute = dispute
    const type = dispute === 'open' ? 'dispute.opened' : 'dispute.closed'
    vendor.emit(type, charge.live, showCharge(vendor, charge))
  }
  return {
    dispute: (charge) => decide(charge, 'open'),
    decideDispute: decide,
    expire(pageUrl) {
      const page = vendor.pages.get(new URL(pageUrl).pathname.replace('/pay/', ''))
      if (page) expirePage(vendor, page)
    },
    cancelInDashboard(id) {
      const subscription = vendor.subscriptions.get(id)
      if (subscription) cancelNow(vendor, subscription)
    },
  }
}
