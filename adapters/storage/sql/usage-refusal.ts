/** Why a use was not counted, from how things stand now. */
import type { UsageRequest, UsageResult } from 'billwright'
import type { Standing } from './usage-keys.ts'
import { guardedBy } from './counters.ts'

/** The last of the contract's list first; `null` when it might be counted by now. */
export function refusalOf(now: Standing, request: UsageRequest): UsageResult | null {
  const before = beforeOf(now)
  if (before) {
    const same = before.feature === request.feature && before.amount === request.amount
    return same ? { outcome: 'repeated', used: now.used } : { outcome: 'mismatch' }
  }
  const { version, amount, limit } = guardedBy(request)
  if (version !== null && version !== now.version) return { outcome: 'stale' }
  return now.used + amount > limit ? { outcome: 'limit', used: now.used } : null
}

/** What was counted under the key before, or is held by the running reservation. */
export function beforeOf({ feature, amount, reserved_feature, reserved }: Standing) {
  if (feature !== null) return { feature, amount }
  return reserved_feature === null ? null : { feature: reserved_feature, amount: reserved }
}
