/** The vendor's books as a judge reads them. */
import type { Book } from 'billwright/testing'
import type { Payment, Subscription, Vendor } from './vendor.ts'
import { addDays } from 'billwright/core'
import { META } from '../wire.ts'
import { refundsOf } from './charges.ts'

export function bookOf(vendor: Vendor, writes: Book['writes']): Book {
  const refunds = [...vendor.refunds.values()]
  const begun = [...vendor.subscriptions.values()].filter(({ status }) => status !== 'failed')
  return {
    charges: [...vendor.payments.values()]
      .filter(({ status, amount }) => status === 'succeeded' && amount > 0)
      .map((payment) => {
        const { id, amount, currency, at } = payment
        const gone = refundsOf(vendor, payment).reduce((sum, each) => sum + each.amount, 0)
        const reference = referenceOf(payment)
        return { id, reference, amount, currency, at, refunded: gone }
      }),
    refunds: refunds.map(({ id, payment: charge, amount }) => ({ id, charge, amount })),
    subscriptions: begun.map((subscription) => {
      const { id, endsWithPeriod, cancelledAt, end } = subscription
      const cancelAt = cancelledAt ?? (endsWithPeriod ? end : null)
      return { id, state: stateOf(vendor, subscription), cancelAt, periodEnd: end }
    }),
    writes,
  }
}

function referenceOf({ session, metadata }: Payment): string | null {
  if (session !== null) return metadata[META.checkout] ?? null
  return metadata[META.invoice] ?? null
}

function stateOf(
  vendor: Vendor,
  { status, trialDays, createdAt, start }: Subscription,
): Book['subscriptions'][number]['state'] {
  switch (status) {
    case 'active': {
      const trial = trialDays > 0 && start === createdAt
      return trial && vendor.now() < addDays(createdAt, trialDays) ? 'trialing' : 'active'
    }
    case 'paused':
      return 'paused'
    case 'on_hold':
    case 'past_due':
      return 'past_due'
    default:
      return 'canceled'
  }
}
