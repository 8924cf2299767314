/** Stored counters as the core reads them. */
import type { FeatureUsage, Instant, Usage } from '../core/index.ts'
import type { UsageRow } from '../storage.ts'

/** Counters by feature; a meter carries the window it counts in. */
export function countersOf(rows: readonly UsageRow[]): Usage {
  return Object.fromEntries(
    rows.map(({ feature, window, used }): [string, FeatureUsage] => [
      feature,
      window === 0 ? { used } : { used, since: window as Instant },
    ]),
  )
}
