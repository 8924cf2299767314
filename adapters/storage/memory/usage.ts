/** Counters: what is used of a feature in a window. */
import type { ReleaseRequest, UsageRequest, UsageResult, UsageRow } from 'billwright'
import type { CountedUse, Tables } from './tables.ts'
import { keyOf, refuseInvalidIds } from './ids.ts'

/** Which counter. */
export interface Counter {
  readonly account: string
  readonly feature: string
  readonly window: number
}

/** Counts if the limit allows it: all of the amount or nothing. */
export function use(tables: Tables, request: UsageRequest): UsageResult {
  const { account, feature, amount, limit, key, reservation } = request
  refuseInvalidIds([account, feature, key, reservation?.id])
  const used = usedOf(tables, request)
  const before = countedBefore(tables, request)
  if (before) {
    const same = before.feature === feature && before.amount === amount
    return same ? { outcome: 'repeated', used } : { outcome: 'mismatch' }
  }
  if (isStale(tables, request)) return { outcome: 'stale' }
  if (limit !== null && used + amount > limit) return { outcome: 'limit', used }
  if (key !== null) tables.uses.set(keyOf(account, key), { feature, amount })
  if (reservation) {
    const { window } = request
    const row = { account, feature, window, amount, ...reservation }
    tables.reservations.set(keyOf(account, reservation.id), row)
  }
  return { outcome: 'used', used: count(tables, request, amount) }
}

/** Gives back, once under a key. */
export function release(tables: Tables, request: ReleaseRequest): { readonly used: number } {
  const { account, feature, key, amount } = request
  refuseInvalidIds([account, feature, key])
  if (key !== null) {
    const mark = keyOf(account, key)
    if (tables.releases.has(mark)) return { used: usedOf(tables, request) }
    tables.releases.add(mark)
  }
  return { used: count(tables, request, -amount) }
}

/** Sets a counter to what the app counted. */
export function setUsage(tables: Tables, request: Counter & { readonly used: number }): void {
  refuseInvalidIds([request.account, request.feature])
  windowsOf(tables, request).set(request.window, request.used)
}

/** Adds to a counter, never below zero; what it shows afterwards. */
export function count(tables: Tables, counter: Counter, by: number): number {
  const used = Math.max(0, usedOf(tables, counter) + by)
  windowsOf(tables, counter).set(counter.window, used)
  return used
}

/** Per feature of an account the counter with the newest window. */
export function newestUsage(tables: Tables, account: string): readonly UsageRow[] {
  return [...(tables.usage.get(account) ?? [])].map(([feature, windows]) => {
    const window = Math.max(...windows.keys())
    return { feature, window, used: windows.get(window) ?? 0 }
  })
}

function usedOf(tables: Tables, { account, feature, window }: Counter): number {
  return tables.usage.get(account)?.get(feature)?.get(window) ?? 0
}

function windowsOf(tables: Tables, { account, feature }: Counter): Map<number, number> {
  const features = tables.usage.get(account) ?? new Map<string, Map<number, number>>()
  const windows = features.get(feature) ?? new Map<number, number>()
  tables.usage.set(account, features.set(feature, windows))
  return windows
}

/** The id of a reservation that still runs counts as a key: repeating the call reserves nothing more. */
function countedBefore(tables: Tables, request: UsageRequest): CountedUse | undefined {
  const { account, key, reservation } = request
  const counted = key === null ? undefined : tables.uses.get(keyOf(account, key))
  return (
    counted ?? (reservation ? tables.reservations.get(keyOf(account, reservation.id)) : undefined)
  )
}

function isStale(tables: Tables, { account, version }: UsageRequest): boolean {
  return version !== null && version !== (tables.accounts.get(account)?.account.version ?? 0)
}
