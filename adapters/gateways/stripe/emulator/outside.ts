/** What others do: the customer's bank, and people in Stripe's dashboard. */
import type { Dispute, Vendor } from './vendor.ts'
import { expireSession } from './sessions.ts'
import { showDispute } from './show.ts'
import { endNow } from './subscriptions.ts'
import { keep } from './vendor.ts'

export interface Outside {
  /** Stripe gives a page up, as if its time were over. */
  expire(pageUrl: string): void
  /** The customer's bank disputes a payment. */
  dispute(payment: string): void
  decideDispute(payment: string, outcome: 'won' | 'lost'): void
  /** Somebody ends a subscription in the dashboard, now. */
  cancelInDashboard(subscription: string): void
}

export function outside(vendor: Vendor): Outside {
  return {
    expire(pageUrl) {
      const session = vendor.sessions.get(new URL(pageUrl).pathname.replace('/pay/', ''))
      if (session) expireSession(vendor, session)
    },
    dispute(intent) {
      const made = keep(vendor, vendor.disputes, 'dp', (id): Dispute => {
        return { id, intent, created: vendor.now(), status: 'needs_response' }
      })
      vendor.emit('charge.dispute.created', showDispute(vendor, made))
    },
    decideDispute(intent, outcome) {
      for (const dispute of vendor.disputes.values()) {
        if (dispute.intent !== intent) continue
        dispute.status = outcome
        vendor.emit('charge.dispute.closed', showDispute(vendor, dispute))
      }
    },
    cancelInDashboard(id) {
      const subscription = vendor.subscriptions.get(id)
      if (subscription && subscription.status !== 'canceled') endNow(vendor, subscription)
    },
  }
}
