/** The vendor's books as a judge reads them. */
import type { Book } from 'billwright/testing'
import type { Charge, Vendor } from './vendor.ts'

export function bookOf(vendor: Vendor, writes: Book['writes']): Book {
  const refunds = [...vendor.refunds.values()]
  const refunded = (id: string) =>
    refunds.filter(({ charge }) => charge === id).reduce((sum, { amount }) => sum + amount, 0)
  return {
    charges: [...vendor.charges.values()]
      .filter(({ status }) => status === 'succeeded')
      .map((charge) => {
        const { id, amount, currency, at } = charge
        return { id, reference: referenceOf(charge), amount, currency, at, refunded: refunded(id) }
      }),
    refunds: refunds.map(({ id, charge, amount }) => ({ id, charge, amount })),
    subscriptions: [...vendor.subscriptions.values()].map(({ id, status, cancelAt, period }) => {
      return { id, state: status, cancelAt, periodEnd: period.end }
    }),
    writes,
  }
}

function referenceOf({ subject }: Charge): string | null {
  if ('checkout' in subject) return subject.checkout
  return 'invoice' in subject ? subject.invoice : null
}
