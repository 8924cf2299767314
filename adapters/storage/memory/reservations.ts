/** Amounts that were counted ahead and are kept or given back later. */
import type { Instant } from 'billwright/core'
import type { Tables } from './tables.ts'
import { keyOf } from './ids.ts'
import { count } from './usage.ts'

/** Keeps a part and gives the rest back; `false` when there is nothing left to settle. */
export function settleReservation(
  tables: Tables,
  request: {
    readonly account: string
    readonly id: string
    readonly amount: number
    readonly now: Instant
  },
): boolean {
  const key = keyOf(request.account, request.id)
  const row = tables.reservations.get(key)
  if (!row || row.expiresAt <= request.now) return false
  tables.reservations.delete(key)
  count(tables, row, Math.min(0, request.amount - row.amount))
  return true
}

/** Gives back what ran out, the earliest first; how many there were. */
export function expireReservations(
  tables: Tables,
  { now, limit }: { readonly now: Instant; readonly limit: number },
): number {
  const over = [...tables.reservations]
    .filter(([, { expiresAt }]) => expiresAt <= now)
    .sort(([, a], [, b]) => a.expiresAt - b.expiresAt)
    .slice(0, limit)
  for (const [key, row] of over) {
    tables.reservations.delete(key)
    count(tables, row, -row.amount)
  }
  return over.length
}
