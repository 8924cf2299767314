/** The vendor's books as a judge reads them. */
import type { Book } from 'billwright/testing'
import type { Intent, Vendor } from './vendor.ts'
import { MARK } from '../marks.ts'
import { currencyOf, fromStripe } from '../money.ts'

export function bookOf(vendor: Vendor, writes: Book['writes']): Book {
  const refunds = [...vendor.refunds.values()]
  const refunded = (id: string) =>
    refunds.filter(({ intent }) => intent === id).reduce((sum, { amount }) => sum + amount, 0)
  const ours = ({ currency }: Intent, amount: number) => fromStripe(amount, currencyOf(currency))
  const paid = [...vendor.intents.values()].filter(({ status }) => status === 'succeeded')
  return {
    charges: paid.map((intent) => ({
      id: intent.id,
      reference: referenceOf(vendor, intent),
      amount: ours(intent, intent.amount),
      currency: currencyOf(intent.currency),
      at: (intent.charge?.created ?? intent.created) * 1000,
      refunded: ours(intent, refunded(intent.id)),
    })),
    refunds: refunds.map(({ id, intent, amount }) => {
      const of = vendor.intents.get(intent)
      return { id, charge: intent, amount: of ? ours(of, amount) : amount }
    }),
    subscriptions: [...vendor.subscriptions.values()].map(({ id, status, cancelAt, end }) => {
      const at = cancelAt === null ? null : cancelAt * 1000
      return { id, state: status, cancelAt: at, periodEnd: end * 1000 }
    }),
    writes,
  }
}

/** Our reference: on the intent, or on the subscription whose first or changed invoice it paid. */
function referenceOf(vendor: Vendor, { metadata, invoice }: Intent): string | null {
  const own = metadata[MARK.invoice] ?? metadata[MARK.reference]
  const billed = vendor.invoices.get(invoice ?? '')
  if (own !== undefined || !billed) return own ?? null
  if (billed.reason === 'subscription_create') return billed.metadata[MARK.reference] ?? null
  return billed.reason === 'subscription_update' ? (billed.metadata[MARK.change] ?? null) : null
}
