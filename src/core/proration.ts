/**
 * Shares of a price: what a part of a billing period costs, and what a change in the middle of it
 * credits and charges.
 */

import type { ZoneOptions } from './zone.ts'
import { boundary, daysBetween, type Interval } from './calendar.ts'
import { DAY, type Instant, type Period } from './instant.ts'
import { multiplyDivide } from './money.ts'

/** Close enough to tell how many months a period can be: no run of them is half a month off. */
const AVERAGE_MONTH = 30.4375 * DAY

/**
 * What a period is divided into. `second`: elapsed time, to the millisecond. `day`: civil days in
 * the zone over the period's actual days. `day30`: 30 days per month, for periods of whole months;
 * other periods count as `day`.
 */
export type Granularity = 'second' | 'day' | 'day30'

/** An exact part of a period: `numerator / denominator`, between 0 and 1. */
export interface Share {
  readonly numerator: number
  readonly denominator: number
}

/** What `prorate` needs to know. */
export interface ProrateInput extends ZoneOptions {
  /** Price of the whole period in minor units, quantity included. */
  readonly amount: number
  readonly period: Period
  readonly from: Instant
  readonly to: Instant
  readonly granularity: Granularity
}

/** What `changeProration` needs to know. Prices are per unit, in minor units. */
export interface ChangeProrationInput extends ZoneOptions {
  readonly from: number
  readonly to: number
  /** Default 1. */
  readonly quantityFrom?: number | undefined
  /** Default 1. */
  readonly quantityTo?: number | undefined
  readonly period: Period
  /** The new price's period, when the change also changes the interval. Default `period`. */
  readonly newPeriod?: Period | undefined
  readonly at: Instant
  readonly granularity: Granularity
}

/**
 * The two lines of a change and their difference, in minor units: credit and charge ≥ 0, net =
 * charge − credit.
 */
export interface ChangeProration {
  readonly credit: number
  readonly charge: number
  readonly net: number
}

/**
 * The part of a period that is left at an instant: all of it at or before the start, none at the
 * end. Counted in days, the day of `at` is still left: it belongs to the new plan («Kill Bill, Lago
 * upgrade»). With `day30`, `min(days left, 30 × months) / (30 × months)`, and the first day counts
 * in full.
 */
export function share(
  period: Period,
  at: Instant,
  granularity: Granularity,
  options?: ZoneOptions,
): Share {
  const { start, end } = period
  if (end <= start) throw new RangeError('A period ends after it starts')
  const days = granularity === 'second' ? 0 : daysBetween(start, end, options)
  // A stub that starts and ends on one civil day has no days to count: its time is shared.
  if (days === 0) return { numerator: clamp(end - at, end - start), denominator: end - start }
  const months = granularity === 'day30' ? wholeMonths(period, options) : 0
  const denominator = 30 * months || days
  const daysLeft = daysBetween(at, end, options)
  return { numerator: daysLeft >= days ? denominator : clamp(daysLeft, denominator), denominator }
}

/**
 * The share of an amount that falls on `[from, to)` within its period, in minor units, rounded
 * once. The whole period gives the whole amount; what lies outside the period counts nothing. For a
 * credit, `amount` is what was charged and `period` what it was charged for («Kill Bill credits
 * what was charged, not the list price»).
 */
export function prorate(input: ProrateInput): number {
  const { amount, period, granularity } = input
  const before = share(period, input.from, granularity, input)
  const after = share(period, input.to, granularity, input)
  const part = Math.max(0, before.numerator - after.numerator)
  return multiplyDivide(amount, part, before.denominator)
}

/**
 * A change at `at`: the unused rest of the old price is credited, the rest of the new one charged.
 * Each line is rounded once, on price × quantity: rounding per seat would multiply the error.
 */
export function changeProration(input: ChangeProrationInput): ChangeProration {
  const { period, newPeriod = period, quantityFrom = 1, quantityTo = 1 } = input
  const credit = rest(input.from * quantityFrom, period, input)
  const charge = rest(input.to * quantityTo, newPeriod, input)
  return { credit, charge, net: charge - credit }
}

function rest(amount: number, period: Period, input: ChangeProrationInput): number {
  if (amount < 0) throw new RangeError(`A price is negative: ${amount}`)
  const { numerator, denominator } = share(period, input.at, input.granularity, input)
  return multiplyDivide(amount, numerator, denominator)
}

/**
 * How many whole calendar months a period is, 0 if it is not. Either end may be clamped: January 31
 * to February 28 and on to March 31.
 */
function wholeMonths({ start, end }: Period, options?: ZoneOptions): number {
  const count = Math.round((end - start) / AVERAGE_MONTH)
  if (count === 0) return 0
  const interval: Interval = { unit: 'month', count }
  const fits =
    daysBetween(boundary(start, interval, 1, options), end, options) === 0 ||
    daysBetween(boundary(end, interval, -1, options), start, options) === 0
  return fits ? count : 0
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most))
}
