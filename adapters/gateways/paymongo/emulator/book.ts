/** The vendor's books as a judge reads them. */
import type { Book } from 'billwright/testing'
import type { Payment, Vendor } from './vendor.ts'
import { readReference } from '../reference.ts'

export function bookOf(vendor: Vendor, writes: Book['writes']): Book {
  const refunds = [...vendor.refunds.values()]
  const refunded = (id: string) =>
    refunds.filter(({ payment }) => payment === id).reduce((sum, { amount }) => sum + amount, 0)
  return {
    charges: [...vendor.payments.values()]
      .filter(({ status }) => status === 'paid')
      .map((payment) => {
        const { id, amount, at } = payment
        const reference = referenceOf(vendor, payment)
        return { id, reference, amount, currency: 'PHP', at, refunded: refunded(id) }
      }),
    refunds: refunds.map(({ id, payment: charge, amount }) => ({ id, charge, amount })),
    subscriptions: [],
    writes,
  }
}

function referenceOf({ sessions }: Vendor, { session }: Payment): string | null {
  const sold = readReference(sessions.get(session)?.reference)
  if (sold === null) return null
  return 'checkout' in sold ? sold.checkout : sold.invoice
}
