/** Effects that wait: leased by one worker at a time, and settled by the worker that holds the lease. */
import type { Change, ClaimQuery, EffectRow, NewEffect, Settlement } from 'billwright'
import type { Tables } from './tables.ts'
import { refuseInvalidIds } from './ids.ts'
import { isFree } from './lease.ts'

/** Puts a new effect into the outbox; one that was asked before is left as it is. */
export function addEffect(
  tables: Tables,
  { effect, nextAt, lease }: NewEffect,
  { account, at }: Change,
): void {
  if (tables.effects.get(effect.key)) return
  write(tables, {
    key: effect.key,
    account: account.id,
    effect,
    state: 'waiting',
    attempts: lease ? 1 : 0,
    sent: lease !== null,
    nextAt,
    leaseOwner: lease?.owner ?? null,
    leaseUntil: lease?.until ?? null,
    answer: null,
    error: null,
    createdAt: at,
  })
}

/** Leases what is to be performed now, oldest first. */
export function claimEffects(
  tables: Tables,
  query: ClaimQuery & { readonly keys?: readonly string[] },
): readonly EffectRow[] {
  const { now, owner, leaseUntil, limit, keys } = query
  refuseInvalidIds([owner])
  const isWanted = ({ nextAt }: EffectRow) => keys || (nextAt !== null && nextAt <= now)
  const claimed = tables.effects
    .under(keys ?? tables.openEffects)
    .filter((row) => isOpen(row) && isWanted(row) && isFree(row, now))
    .slice(0, limit)
    .map((row) => ({ ...row, attempts: row.attempts + 1, leaseOwner: owner, leaseUntil }))
  for (const row of claimed) write(tables, { ...row, sent: true })
  return claimed
}

/** Writes the outcome, unless the lease is not the owner's any more. */
export function settleEffect(tables: Tables, settlement: Settlement): boolean {
  const { key, owner, ...outcome } = settlement
  const row = tables.effects.get(key)
  if (!row || (owner !== null && row.leaseOwner !== owner)) return false
  write(tables, { ...row, ...outcome, leaseOwner: null, leaseUntil: null })
  return true
}

function write(tables: Tables, row: EffectRow): void {
  tables.effects.put(row.key, row)
  if (isOpen(row)) tables.openEffects.add(row.key)
  else tables.openEffects.delete(row.key)
}

/** Somebody is still to perform it, or to find out. */
function isOpen({ state }: EffectRow): boolean {
  return state === 'waiting' || state === 'unknown'
}
