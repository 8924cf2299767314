/** Deliveries that could not be applied yet. */
import type { ClaimQuery, DeliveryRow } from 'billwright'
import type { Instant } from 'billwright/core'
import type { Tables } from './tables.ts'
import { keyOf, refuseInvalidIds } from './ids.ts'
import { isFree } from './lease.ts'

/** Keeps a delivery for later; one that was applied stays as it is. */
export function park(tables: Tables, delivery: DeliveryRow): void {
  const { gateway, id, account, leaseOwner } = delivery
  refuseInvalidIds([gateway, id, account, leaseOwner])
  const key = keyOf(gateway, id)
  if (tables.deliveries.get(key)?.state === 'done') return
  tables.deliveries.put(key, delivery)
}

/** Leases parked deliveries whose time has come, oldest first. */
export function claimDeliveries(tables: Tables, query: ClaimQuery): readonly DeliveryRow[] {
  const { now, owner, leaseUntil, limit } = query
  refuseInvalidIds([owner])
  const claimed = tables.deliveries
    .where((row) => isDue(row, now) && isFree(row, now))
    .slice(0, limit)
    .map(({ row }) => ({ ...row, attempts: row.attempts + 1, leaseOwner: owner, leaseUntil }))
  for (const row of claimed) tables.deliveries.put(keyOf(row.gateway, row.id), row)
  return claimed
}

/** Forgets what applied deliveries said, those received first first; the rows stay. */
export function pruneDeliveries(
  tables: Tables,
  { before, limit }: { readonly before: Instant; readonly limit: number },
): number {
  const old = tables.deliveries.where(
    (row) => row.state === 'done' && row.request !== null && row.receivedAt < before,
  )
  const pruned = [...old]
    .sort((a, b) => a.row.receivedAt - b.row.receivedAt || a.place - b.place)
    .slice(0, limit)
  for (const { row } of pruned)
    tables.deliveries.put(keyOf(row.gateway, row.id), { ...row, request: null })
  return pruned.length
}

function isDue({ state, nextAt }: DeliveryRow, now: number): boolean {
  return state === 'parked' && nextAt !== null && nextAt <= now
}
