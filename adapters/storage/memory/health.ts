/** How much waits, and for how long. */
import type { QueueHealth, StorageHealth } from 'billwright'
import type { Instant } from 'billwright/core'
import type { Tables } from './tables.ts'
import { isFree } from './lease.ts'

/** Depth and age of every queue. */
export function health(tables: Tables, now: Instant): StorageHealth {
  const isDue = (at: Instant | null) => at !== null && at <= now
  const effects = tables.effects.where(() => true).map(({ row }) => row)
  const deliveries = tables.deliveries.where(() => true).map(({ row }) => row)
  const parked = deliveries.filter((row) => row.state === 'parked')
  return {
    due: queue([...tables.accounts.values()].map((row) => row.nextActionAt).filter(isDue)),
    outbox: queue(
      effects
        .filter((row) => row.state === 'waiting' && isDue(row.nextAt) && isFree(row, now))
        .map((row) => row.nextAt),
    ),
    unknown: queue(effects.filter((row) => row.state === 'unknown').map((row) => row.nextAt)),
    parkedEffects: effects.filter((row) => row.state === 'parked').length,
    inbox: queue(
      parked.filter((row) => isDue(row.nextAt) && isFree(row, now)).map((row) => row.nextAt),
    ),
    deadDeliveries: deliveries.filter((row) => row.state === 'dead').length,
  }
}

function queue(times: readonly (Instant | null)[]): QueueHealth {
  const known = times.filter((at) => at !== null)
  const oldestAt = known.reduce<Instant | null>(
    (oldest, at) => (oldest === null || at < oldest ? at : oldest),
    null,
  )
  return { depth: times.length, oldestAt }
}
