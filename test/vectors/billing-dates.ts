import { alignedAnchor, boundary, type Interval, periodAt } from '../../src/core/calendar.ts'
import { type Instant, instant } from '../../src/core/instant.ts'

const MONTH: Interval = { unit: 'month', count: 1 }

/** The interval that engines call `monthly`, `quarter`, `semi_annual` …, times `count`. */
export function named(interval: Interval | string, count = 1): Interval {
  if (typeof interval !== 'string') return interval
  if (/^quarter/.test(interval)) return { unit: 'month', count: 3 * count }
  if (/^semi/.test(interval)) return { unit: 'month', count: 6 * count }
  const unit = (['week', 'month', 'year', 'day'] as const).find((name) => interval.startsWith(name))
  if (!unit) throw new Error(`Unknown interval ${interval}`)
  return { unit, count }
}

/** The UTC date of an instant. */
export function dateOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10)
}

/**
 * Kill Bill's billing dates by number: 0 is the billing day (clamped) of the start's own month, or
 * one interval later where that is before the start; the others follow an interval apart, also
 * backward. Days and weeks have no billing day and count from the start.
 */
export function billingDates(row: {
  readonly start: string
  readonly anchorDay: number
  readonly interval: Interval
}): (k: number) => Instant {
  const start = instant(row.start)
  const { unit, count } = row.interval
  if (unit === 'day' || unit === 'week') return (k) => boundary(start, row.interval, k)
  const anchor = alignedAnchor(start, MONTH, { dayOfMonth: row.anchorDay })
  const months = unit === 'year' ? 12 * count : count
  const before = periodAt(anchor, MONTH, start)
  const sameMonth = dateOf(before.start).slice(0, 7) === row.start.slice(0, 7)
  const own = sameMonth ? before.index : before.index + 1
  const first = boundary(anchor, MONTH, own) < start ? own + months : own
  return (k) => boundary(anchor, MONTH, first + k * months)
}
