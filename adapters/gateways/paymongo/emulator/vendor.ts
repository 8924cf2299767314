/** PayMongo's own books, as far as its pages need them. */
import type { Instant } from 'billwright/core'
import type { NextId } from 'billwright/testing'
import type { LineItem } from '../perform/line-items.ts'
import type { PaymongoTestCard } from '../test-cards.ts'

/** What the customer pays with; wallets ask on a page of their own. */
export type Paying =
  | { readonly type: 'card'; readonly card: PaymongoTestCard }
  | { readonly type: string; readonly card: null }

export interface Session {
  readonly id: string
  readonly live: boolean
  readonly lineItems: readonly LineItem[]
  readonly methods: readonly string[]
  readonly reference: string | null
  readonly metadata: Readonly<Record<string, string>> | null
  readonly description: string | null
  readonly billing: unknown
  readonly successUrl: string | null
  readonly cancelUrl: string | null
  readonly createdAt: Instant
  status: 'active' | 'expired'
  /** What waits for the customer's bank or wallet. */
  confirming: Paying | null
  /** Why the last attempt on it failed. */
  decline: string | null
}

export interface Payment {
  readonly id: string
  readonly live: boolean
  readonly session: string
  readonly amount: number
  readonly source: { readonly id: string; readonly type: string }
  readonly status: 'paid' | 'failed'
  readonly failedCode: string | null
  readonly at: Instant
  dispute: 'open' | 'won' | 'lost' | null
}

export interface Refund {
  readonly id: string
  readonly live: boolean
  readonly payment: string
  readonly amount: number
  readonly reason: string
  readonly metadata: Readonly<Record<string, string>> | null
  readonly at: Instant
  status: 'pending' | 'succeeded'
}

export interface Vendor {
  now(): Instant
  readonly nextId: NextId
  /** The address of a page. */
  pageUrl(session: string): string
  /** The methods that the account has. */
  readonly enabled: readonly string[]
  readonly sessions: Map<string, Session>
  readonly payments: Map<string, Payment>
  readonly refunds: Map<string, Refund>
  emit(type: string, live: boolean, data: unknown): void
}

/** Makes an object and keeps it under a new id. */
export function keep<Kept extends { readonly id: string }>(
  vendor: Vendor,
  table: Map<string, Kept>,
  prefix: string,
  make: (id: string) => Kept,
): Kept {
  const made = make(vendor.nextId(prefix))
  table.set(made.id, made)
  return made
}

export function paymentsOf({ payments }: Vendor, { id }: Session): readonly Payment[] {
  return [...payments.values()].filter(({ session }) => session === id)
}

/** A page is paid once. */
export function isPaid(vendor: Vendor, session: Session): boolean {
  return paymentsOf(vendor, session).some(({ status }) => status === 'paid')
}

export function totalOf({ lineItems }: Session): number {
  return lineItems.reduce((sum, { amount, quantity }) => sum + amount * quantity, 0)
}
