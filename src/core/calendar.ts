/** Billing periods: every boundary is counted from the anchor, never from the boundary before. */
import { UTCDateMini } from '@date-fns/utc/date/mini'
import { addMonths } from 'date-fns/addMonths'
import { DAY, type Instant, instant, type Period } from './instant.ts'
import { fromLocal, toLocal, type ZoneOptions } from './zone.ts'

/** How long a billing period is: `count` units, at least 1. A quarter is 3 months. */
export interface Interval {
  readonly unit: 'day' | 'week' | 'month' | 'year'
  readonly count: number
}

/**
 * Which day periods begin on. `anniversary`: the moment of the start itself. `calendar`: the 1st,
 * Monday or January 1. `dayOfMonth`: that day, or the last day of a shorter month.
 */
export type Alignment = 'anniversary' | 'calendar' | { readonly dayOfMonth: number }

/** A billing period and its number, counted from the anchor; negative before it. */
export interface IndexedPeriod extends Period {
  readonly index: number
}

const ONE_DAY: Interval = { unit: 'day', count: 1 }
const UTC = { in: (value: Date | number | string) => new UTCDateMini(+value) }

/**
 * The start of period `k`: the anchor plus `k` intervals on the zone's calendar, same time of day.
 * A day that the month lacks becomes its last day, and only there: January 31 gives February 28,
 * then March 31. `k` is a whole number and may be negative.
 */
export function boundary(
  anchor: Instant,
  interval: Interval,
  k: number,
  { timeZone }: ZoneOptions = {},
): Instant {
  if (!Number.isSafeInteger(k * interval.count) || interval.count < 1) {
    throw new RangeError(`Not a whole number of intervals: ${k} × ${interval.count}`)
  }
  // By its wall clock, an anchor in a repeated hour could come back as the first of the two.
  if (k === 0) return anchor
  const local = toLocal(anchor, timeZone)
  const months = monthsIn(interval)
  return instant(
    fromLocal(
      months ? addMonths(local, k * months, UTC).getTime() : local + k * daysIn(interval) * DAY,
      timeZone,
    ),
  )
}

/**
 * The billing period that contains an instant. Its number is estimated, then corrected by a step;
 * no loop over past periods.
 */
export function periodAt(
  anchor: Instant,
  interval: Interval,
  at: Instant,
  options: ZoneOptions = {},
): IndexedPeriod {
  const from = toLocal(anchor, options.timeZone)
  const to = toLocal(at, options.timeZone)
  const months = monthsIn(interval)
  let index = months
    ? Math.floor((monthNumber(to) - monthNumber(from)) / months)
    : Math.floor((to - from) / (daysIn(interval) * DAY))
  let start = boundary(anchor, interval, index, options)
  while (start > at) start = boundary(anchor, interval, --index, options)
  let end = boundary(anchor, interval, index + 1, options)
  while (end <= at) {
    start = end
    end = boundary(anchor, interval, ++index + 1, options)
  }
  return { index, start, end }
}

/** The same time of day, `days` civil days later (earlier when negative). */
export function addDays(at: Instant, days: number, options?: ZoneOptions): Instant {
  return boundary(at, ONE_DAY, days, options)
}

/** The civil day in the zone, as a count of days since 1970-01-01. */
export function dayNumber(at: Instant, options: ZoneOptions = {}): number {
  return Math.floor(toLocal(at, options.timeZone) / DAY)
}

/** How many civil days lie between two dates: 1 from 23:59 to 00:01, whatever the hours. */
export function daysBetween(from: Instant, to: Instant, options?: ZoneOptions): number {
  return dayNumber(to, options) - dayNumber(from, options)
}

/**
 * The anchor for a subscription that starts at `at`: every boundary counts from it, and the first
 * period is the rest of the one that `periodAt` finds around the start.
 * `calendar` gives a local midnight: of the day, of Monday, of the 1st (the quarter's or
 * half-year's first month for 3 and 6 months) or of January 1. `dayOfMonth` applies to months and
 * years and gives the latest month that has that day, so that 31 comes back after February.
 * Where a clock change skips that midnight, the interval before is taken: later periods would
 * begin at 1 o'clock otherwise.
 */
export function alignedAnchor(
  at: Instant,
  interval: Interval,
  alignment: Alignment,
  { timeZone }: ZoneOptions = {},
): Instant {
  if (alignment === 'anniversary') return at
  if (alignment !== 'calendar' && !monthsIn(interval)) return at
  let local = toLocal(at, timeZone)
  for (;;) {
    local = latestStart(local, interval, alignment)
    const anchor = fromLocal(local, timeZone)
    if (toLocal(anchor, timeZone) === local) return anchor
    local -= 1
  }
}

/** The latest local midnight, not after `local`, at which an aligned period may begin. */
function latestStart(
  local: number,
  interval: Interval,
  alignment: Exclude<Alignment, 'anniversary'>,
): number {
  const day = Math.floor(local / DAY)
  if (interval.unit === 'day') return day * DAY
  // 1970-01-01 was a Thursday, three days after a Monday.
  if (interval.unit === 'week') return (day - modulo(day + 3, 7)) * DAY
  const month = monthNumber(local)
  if (alignment === 'calendar') {
    const { unit, count } = interval
    const size = unit === 'year' ? 12 : count === 3 || count === 6 ? count : 1
    return monthStart(month - modulo(month, size))
  }
  const { dayOfMonth } = alignment
  if (!Number.isInteger(dayOfMonth) || dayOfMonth < 1 || dayOfMonth > 31) {
    throw new RangeError(`Not a day of the month: ${dayOfMonth}`)
  }
  const start = monthStart(month) + (dayOfMonth - 1) * DAY
  return start <= local ? start : latestStart(monthStart(month) - 1, interval, alignment)
}

/** Length in calendar months; 0 for days and weeks, which have none. */
function monthsIn({ unit, count }: Interval): number {
  return unit === 'month' ? count : unit === 'year' ? 12 * count : 0
}

/** Length in civil days of an interval of days or weeks. */
function daysIn({ unit, count }: Interval): number {
  return unit === 'week' ? 7 * count : count
}

/** Months since January 1970. */
function monthNumber(local: number): number {
  const date = new Date(local)
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
}

function monthStart(month: number): number {
  return Date.UTC(1970, month)
}

function modulo(value: number, size: number): number {
  return ((value % size) + size) % size
}
