/** What really happened to the money, in the words of every stage. */
import type { Book } from 'billwright/testing'
import type { Vendor } from './vendor.ts'
import { DOCUMENTED_XOF, fromPaystack } from '../amounts.ts'
import { readReference } from '../reference.ts'
import { refundedOf } from './vendor.ts'

export function bookOf(vendor: Vendor, writes: Book['writes']): Book {
  const amountOf = (amount: number, currency: string) =>
    fromPaystack(amount, currency, DOCUMENTED_XOF)
  const paid = [...vendor.transactions.values()].filter(({ paidAt }) => paidAt !== null)
  return {
    charges: paid.map((each) => ({
      id: each.reference,
      reference: ourReference(each.reference),
      amount: amountOf(each.amount, each.currency),
      currency: each.currency,
      at: each.paidAt ?? 0,
      refunded: amountOf(refundedOf(vendor, each), each.currency),
    })),
    refunds: vendor.refunds.map(({ id, transaction, amount }) => ({
      id: String(id),
      charge: transaction.reference,
      amount: amountOf(amount, transaction.currency),
    })),
    subscriptions: [],
    writes,
  }
}

function ourReference(reference: string): string | null {
  const prefix = reference.split('-')[0] ?? ''
  return readReference(prefix, reference)?.id ?? null
}
