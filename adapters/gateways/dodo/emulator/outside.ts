/** What others do: the customer's bank, and people in the vendor's dashboard. */
import type { Vendor } from './vendor.ts'
import { showDispute } from './render.ts'
import { cancelNow } from './subscriptions.ts'

export interface Outside {
  /** The customer leaves a page for good. Dodo tells nobody. */
  leave(pageUrl: string): void
  /** The customer's bank disputes a payment. */
  dispute(payment: string): void
  decideDispute(payment: string, outcome: 'won' | 'lost'): void
  /** Somebody ends a subscription in the dashboard, now. */
  cancelInDashboard(subscription: string): void
}

export function outside(vendor: Vendor): Outside {
  const decide = (id: string, what: 'opened' | 'won' | 'lost'): void => {
    const payment = vendor.payments.get(id)
    if (!payment) return
    payment.dispute ??= { id: vendor.nextId('dp'), at: vendor.now(), status: '' }
    payment.dispute.status = `dispute_${what}`
    const shown = showDispute(vendor, payment, payment.dispute)
    vendor.emit(`dispute.${what}`, { ...shown, payload_type: 'Dispute' })
  }
  return {
    dispute: (payment) => decide(payment, 'opened'),
    decideDispute: decide,
    leave(pageUrl) {
      const page = vendor.pages.get(new URL(pageUrl).pathname.replace('/pay/', ''))
      if (page?.status === 'open') page.status = 'gone'
    },
    cancelInDashboard(id) {
      const subscription = vendor.subscriptions.get(id)
      if (subscription) cancelNow(vendor, subscription)
    },
  }
}
