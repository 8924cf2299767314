/** Prices, and which way a change between two of them goes. */
import type { Interval } from './calendar.ts'
import { roundHalfAwayFromZero } from './money.ts'

/** What one unit costs per interval, in minor units of the currency. */
export interface Price {
  readonly amount: number
  readonly currency: string
  readonly interval: Interval
}

/**
 * A plan's place in a change: its price and, where the catalog ranks plans, its rank (higher is
 * more).
 */
export interface RankedPrice {
  readonly price: Price
  readonly rank?: number | undefined
}

/**
 * The direction of a change: an upgrade takes effect now, a downgrade at the period's end; `same`
 * changes no price.
 */
export type ChangeDirection = 'upgrade' | 'downgrade' | 'same'

const PER_YEAR = { day: 365, week: 52, month: 12, year: 1 } as const

/**
 * Which way a change goes. The first rule that tells the two apart decides:
 * 1. both ranked and the ranks differ: the higher rank is the upgrade, whatever it costs;
 * 2. both ranked alike, which is also how to ask about one plan: the longer interval is it;
 * 3. the price per year (365 days, 52 weeks, 12 months), compared as an exact fraction;
 * 4. a tie is an upgrade, unless price and interval are identical: `same`. Between two plans the
 *    caller treats `same` as the tie that it is; within one plan nothing changes.
 * Without ranks a longer interval is not an upgrade by itself: yearly at a discount is less per
 * year. Rule 3 can't compare two currencies and throws a `RangeError`, unless a price is 0 (the
 * free plan).
 */
export function changeDirection(from: RankedPrice, to: RankedPrice): ChangeDirection {
  const ranked = from.rank !== undefined && to.rank !== undefined
  if (ranked && from.rank !== to.rank) return direction(Number(to.rank) - Number(from.rank))
  const before = from.price
  const after = to.price
  // Periods per year, cross-multiplied: fewer means a longer interval.
  const periodsBefore = BigInt(PER_YEAR[before.interval.unit] * after.interval.count)
  const periodsAfter = BigInt(PER_YEAR[after.interval.unit] * before.interval.count)
  if (ranked && periodsBefore !== periodsAfter) return direction(periodsBefore - periodsAfter)
  if (before.currency !== after.currency && before.amount !== 0 && after.amount !== 0) {
    throw new RangeError(`Can't compare prices in ${before.currency} and ${after.currency}`)
  }
  const more = BigInt(after.amount) * periodsAfter - BigInt(before.amount) * periodsBefore
  if (more !== 0n) return direction(more)
  const { unit, count } = before.interval
  const identical = unit === after.interval.unit && count === after.interval.count
  return identical && before.currency === after.currency ? 'same' : 'upgrade'
}

/**
 * What amounts of one currency, each per interval, come to in `months` months (default 1): a year is 12
 * of them, 52 weeks or 365 days. Summed as exact fractions and rounded once, half away from zero; past
 * 2^53 − 1 a `RangeError`.
 */
export function perMonths(
  amounts: readonly Pick<Price, 'amount' | 'interval'>[],
  months = 1,
): number {
  const counts = new Set(amounts.map(({ interval }) => BigInt(interval.count)))
  const denominator = [...counts].reduce((product, count) => product * count, 12n)
  const numerator = amounts.reduce((sum, { amount, interval: { unit, count } }) => {
    const yearly = BigInt(amount) * BigInt(PER_YEAR[unit] * months)
    return sum + yearly * (denominator / (12n * BigInt(count)))
  }, 0n)
  const rounded = Number(roundHalfAwayFromZero(numerator, denominator))
  if (!Number.isSafeInteger(rounded)) throw new RangeError(`Not a whole amount: ${rounded}`)
  return rounded
}

function direction(difference: number | bigint): ChangeDirection {
  return difference > 0 ? 'upgrade' : 'downgrade'
}
