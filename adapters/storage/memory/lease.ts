/** Leases: something is one process's until an instant, then anybody's. */
import type { Instant } from 'billwright/core'
import type { Tables } from './tables.ts'
import { refuseInvalidIds } from './ids.ts'

/** Nobody's lease is running. A lease ends at its instant. */
export function isFree(row: { readonly leaseUntil: Instant | null }, now: Instant): boolean {
  return row.leaseUntil === null || row.leaseUntil <= now
}

/** Takes or prolongs the lease of a named job, unless another process holds it. */
export function takeLease(
  tables: Tables,
  request: {
    readonly name: string
    readonly owner: string
    readonly now: Instant
    readonly until: Instant
  },
): boolean {
  const { name, owner, now, until } = request
  refuseInvalidIds([name, owner])
  const held = tables.leases.get(name)
  if (held && held.owner !== owner && held.until > now) return false
  tables.leases.set(name, { owner, until })
  return true
}
