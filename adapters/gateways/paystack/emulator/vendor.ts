/** The books of the emulated Paystack. Amounts are as Paystack writes them. */
import type { Instant } from 'billwright/core'
import type { NextId } from 'billwright/testing'
import type { PaystackTestCard } from '../test-cards.ts'

export interface Customer {
  readonly id: number
  readonly code: string
  readonly email: string
}

export interface Authorization {
  readonly code: string
  readonly card: PaystackTestCard
  readonly customer: Customer
  readonly reusable: boolean
  active: boolean
  /** Declines in a row: from ten on the card may be tried once a day. */
  declines: number
  triedAt: Instant | null
}

export interface Transaction {
  readonly id: number
  readonly reference: string
  readonly amount: number
  readonly currency: string
  readonly customer: Customer
  readonly createdAt: Instant
  readonly metadata: unknown
  readonly callbackUrl: string | null
  readonly cancelUrl: string | null
  /** The page's code; of a charge the code of the page on which it is confirmed. */
  readonly accessCode: string
  status: 'abandoned' | 'failed' | 'success' | 'reversed'
  gatewayResponse: string
  paidAt: Instant | null
  authorization: Authorization | null
  /** The card that waits for its owner. */
  confirming: PaystackTestCard | null
  readonly isCharge: boolean
}

export interface Refund {
  readonly id: number
  readonly transaction: Transaction
  readonly amount: number
  readonly merchantNote: string
  readonly at: Instant
  status: 'pending' | 'processed'
}

export interface Dispute {
  readonly id: number
  readonly transaction: Transaction
  readonly at: Instant
  status: 'awaiting-merchant-feedback' | 'resolved'
  resolution: 'merchant-accepted' | 'declined' | null
}

export interface Vendor {
  readonly now: () => Instant
  readonly domain: 'live' | 'test'
  readonly nextId: NextId
  readonly nextNumber: () => number
  readonly pageUrl: (accessCode: string) => string
  readonly emit: (event: string, data: unknown) => void
  readonly customers: Map<string, Customer>
  readonly authorizations: Map<string, Authorization>
  readonly transactions: Map<string, Transaction>
  readonly refunds: Refund[]
  readonly disputes: Dispute[]
}

export function refundedOf({ refunds }: Vendor, transaction: Transaction): number {
  return refunds
    .filter((each) => each.transaction === transaction)
    .reduce((sum, { amount }) => sum + amount, 0)
}
