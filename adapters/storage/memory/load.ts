/** What a decision needs, and whose turn it is. */
import type { DueQuery, Loaded, LoadQuery } from 'billwright'
import type { Instant } from 'billwright/core'
import type { Tables } from './tables.ts'
import { compareIds, keyOf } from './ids.ts'
import { isFree } from './lease.ts'
import { newestUsage } from './usage.ts'

/** The account with everything that the query asks besides. */
export function load(tables: Tables, query: LoadQuery): Loaded {
  const id = 'account' in query.by ? query.by.account : holderOf(tables, query.by.claims)
  const { command, delivery, taken = [], payments = [] } = query
  return {
    account: id === null ? null : (tables.accounts.get(id)?.account ?? null),
    usage: id === null ? [] : newestUsage(tables, id),
    command:
      id === null || command === undefined
        ? null
        : (tables.commands.get(keyOf(id, command)) ?? null),
    delivery: delivery ? markOf(tables, delivery) : null,
    taken: taken.filter((claim) => {
      const holder = tables.claims.get(claim)
      return holder !== undefined && holder !== id
    }),
    payments: payments.flatMap((asked) => {
      const row = tables.payments.get(keyOf(asked.gateway, asked.id))
      return row?.account === id ? [row.payment] : []
    }),
  }
}

/** Accounts that time alone has something to do for, leased if wanted. */
export function due(tables: Tables, { now, limit, leaseUntil }: DueQuery): readonly string[] {
  const ids = [...tables.accounts]
    .filter(([, row]) => isFree(row, now))
    .flatMap(([id, { nextActionAt: at }]) => (at !== null && at <= now ? [{ id, at }] : []))
    .sort((a, b) => a.at - b.at || compareIds(a.id, b.id))
    .slice(0, limit)
    .map(({ id }) => id)
  if (leaseUntil !== undefined) for (const id of ids) leaseAccount(tables, id, leaseUntil)
  return ids
}

function leaseAccount(tables: Tables, id: string, leaseUntil: Instant): void {
  const row = tables.accounts.get(id)
  if (row) tables.accounts.set(id, { ...row, leaseUntil })
}

function holderOf(tables: Tables, claims: readonly string[]): string | null {
  const held = claims.find((claim) => tables.claims.has(claim))
  return held === undefined ? null : (tables.claims.get(held) ?? null)
}

function markOf(
  tables: Tables,
  { gateway, id }: { readonly gateway: string; readonly id: string },
): Loaded['delivery'] {
  const row = tables.deliveries.get(keyOf(gateway, id))
  return row ? { state: row.state, bodyHash: row.bodyHash } : null
}
