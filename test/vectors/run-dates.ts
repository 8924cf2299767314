import type { Outcome } from './support.ts'
import {
  type Alignment,
  addDays,
  alignedAnchor,
  boundary,
  daysBetween,
  type Interval,
  periodAt,
} from '../../src/core/calendar.ts'
import { type Instant, instant } from '../../src/core/instant.ts'
import { fromLocal } from '../../src/core/zone.ts'
import { billingDates, dateOf, named } from './billing-dates.ts'

export interface DateRow {
  readonly id: string
  readonly kind: string
  readonly mode?: string
  readonly anchor: string
  readonly anchorLocal: string
  readonly anchorDay: number
  readonly alignment: Alignment
  readonly interval: Interval | string
  readonly timezone: string
  readonly n: number
  readonly at: string
  readonly start: string
  readonly end: string | null
  readonly target: string
  readonly which: 'current' | 'previous'
  readonly field: 'start' | 'endExclusive'
  readonly clampedToStartedAt: string | null
  readonly expected: unknown
}

/**
 * What our calendar gives for a row of dates.json. Arrears billing is not offered, so it has no
 * runner.
 */
export function runDates(row: DateRow): Outcome {
  if (row.mode !== undefined && row.mode !== 'IN_ADVANCE') return null
  const run = runners[row.kind]
  return run ? { expected: row.expected, actual: run(row, named(row.interval)) } : null
}

const runners: Record<string, (row: DateRow, interval: Interval) => unknown> = {
  add: (row, interval) => dateOf(boundary(instant(row.anchor), interval, row.n)),

  add_zoned: (row, interval) => {
    const timeZone = row.timezone
    const anchor = fromLocal(instant(`${row.anchorLocal}Z`), timeZone)
    return timestamp(boundary(anchor, interval, row.n, { timeZone }))
  },

  whole_periods: (row, interval) =>
    periodAt(instant(row.start), interval, instant(row.end ?? '')).index,

  first_billing_date: (row, interval) => dateOf(billingDates({ ...row, interval })(0)),

  last_billing_date: (row, interval) => {
    const at = billingDates({ ...row, interval })
    const end = instant(row.end ?? '')
    let k = 0
    while (at(k + 1) <= end) k++
    return dateOf(at(k))
  },

  bill_through: (row, interval) => {
    const at = billingDates({ ...row, interval })
    let k = 0
    while (at(k) <= instant(row.target)) k++
    return dateOf(at(k))
  },

  billed_periods: (row, interval) => {
    const at = billingDates({ ...row, interval })
    const end = row.end ?? '9999-12-31'
    const starts = [instant(row.start)]
    for (let k = at(0) > instant(row.start) ? 0 : 1; at(k) <= instant(row.target); k++) {
      starts.push(at(k))
    }
    return starts.map((start) => {
      let k = 0
      while (at(k) <= start) k++
      return [dateOf(start), dateOf(at(k)) < end ? dateOf(at(k)) : end]
    })
  },

  period_of: (row, interval) => {
    const options = { timeZone: row.timezone }
    const current = periodAt(anchorOf(row, interval), interval, instant(row.at), options)
    const before = periodAt(anchorOf(row, interval), interval, less(current.start), options)
    const { start, end } = row.which === 'current' ? current : before
    const from = row.clampedToStartedAt
    const started = from === null ? start : midnight(instant(from), row.timezone)
    return timestamp(row.field === 'start' ? (started > start ? started : start) : end)
  },

  is_billing_day: (row, interval) => {
    const options = { timeZone: row.timezone }
    const at = instant(row.at)
    const { start } = periodAt(anchorOf(row, interval), interval, addDays(at, 0), options)
    return daysBetween(start, at, options) === 0
  },
}

/** Lago bills on local dates, so an anniversary is the local midnight of the start. */
function anchorOf(row: DateRow, interval: Interval): Instant {
  const at = midnight(instant(row.anchor), row.timezone)
  return alignedAnchor(at, interval, row.alignment, { timeZone: row.timezone })
}

function midnight(at: Instant, timeZone: string): Instant {
  return alignedAnchor(at, { unit: 'day', count: 1 }, 'calendar', { timeZone })
}

function less(at: Instant): Instant {
  return instant(at - 1)
}

function timestamp(at: Instant): string {
  return new Date(at).toISOString().replace('.000', '')
}
