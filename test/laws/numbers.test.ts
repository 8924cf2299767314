import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  alignedAnchor,
  boundary,
  daysBetween,
  type Interval,
  periodAt,
} from '../../src/core/calendar.ts'
import { isCurrency, minorUnits } from '../../src/core/currency.ts'
import { DAY, HOUR, type Instant, instant, type Period } from '../../src/core/instant.ts'
import { allocate, isAmount, multiplyDivide, percentOf } from '../../src/core/money.ts'
import { changeProration, type Granularity, prorate, share } from '../../src/core/proration.ts'
import { fromLocal, toLocal } from '../../src/core/zone.ts'
import { proving, sized } from '../support/sized.ts'
import { civilAdd } from './civil.ts'

/** Cases per law, and per comparison with exact arithmetic. */
const RUNS = sized({ prove: 20_000, ci: 1_000 })
const EXACT_RUNS = sized({ prove: 1_000_000, ci: 100_000 })
/** One fixed walk in `npm test`; new ones when proving. A failure prints its own seed. */
const settings = (numRuns: number) => (proving ? { numRuns } : { numRuns, seed: 20_251_014 })

function law<Values extends [unknown, ...unknown[]]>(
  title: string,
  arbitraries: { [K in keyof Values]: fc.Arbitrary<Values[K]> },
  check: (...values: Values) => void,
  numRuns = RUNS,
): void {
  it(
    title,
    () => fc.assert(fc.property<Values>(...arbitraries, check), settings(numRuns)),
    sized({ prove: 600_000, ci: 30_000 }),
  )
}

const instants = fc
  .integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2090, 0, 1) })
  .map((at) => instant(at))
const zones = fc.constantFrom(
  'UTC',
  'America/New_York',
  'Asia/Manila',
  'Africa/Lagos',
  'Europe/London',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
)
const units = fc.constantFrom<Interval['unit']>('day', 'week', 'month', 'year')
const intervals = fc.record({ unit: units, count: fc.integer({ min: 1, max: 13 }) })
const indexes = fc.integer({ min: -500, max: 500 })
const granularities = fc.constantFrom<Granularity>('second', 'day', 'day30')
const most = Number.MAX_SAFE_INTEGER
const prices = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.integer({ min: 0, max: 5_000_000 }),
  fc.integer({ min: 0, max: most }),
)
/** Half of them so small that doubles hold their products, half of them up to the limit. */
const amounts = fc.oneof(fc.integer({ min: -3e6, max: 3e6 }), fc.maxSafeInteger())
const quantities = fc.integer({ min: 0, max: 1_000 })
/** Prices that stay amounts when multiplied by a quantity. */
const unitPrices = fc.oneof(
  fc.integer({ min: 0, max: 10_000 }),
  fc.integer({ min: 0, max: 1_000_000_000_000 }),
)

/** A real billing period: the k-th from some anchor, in some zone. */
const periods: fc.Arbitrary<{ period: Period; timeZone: string }> = fc
  .tuple(instants, intervals, fc.integer({ min: 0, max: 40 }), zones)
  .map(([anchor, interval, k, timeZone]) => ({
    period: {
      start: boundary(anchor, interval, k, { timeZone }),
      end: boundary(anchor, interval, k + 1, { timeZone }),
    },
    timeZone,
  }))
/** A place in a period: 0 its start, 1 its end; a little beyond both. */
const places = fc.double({ min: -0.1, max: 1.1, noNaN: true })
const within = ({ start, end }: Period, place: number): Instant =>
  instant(Math.round(start + (end - start) * place))

/** Exact times 2, so that halves compare as integers. */
const twice = (numerator: number, factor: number): bigint => 2n * BigInt(numerator) * BigInt(factor)

/** Rounding by its definition: nearest, and of two equally near the one farther from zero. */
function isRounded(result: number, amount: number, numerator: number, denominator: number) {
  const error = twice(result, denominator) - twice(amount, numerator)
  const size = error < 0n ? -error : error
  if (size !== BigInt(denominator)) return size < BigInt(denominator)
  return result < 0 === amount < 0 && error < 0n === result < 0
}

describe('periods', () => {
  law(
    'I1 period k+1 starts exactly where k ends: every instant is in exactly one period',
    [instants, intervals, instants, zones],
    (anchor, interval, at, timeZone) => {
      const options = { timeZone }
      const { index, start, end } = periodAt(anchor, interval, at, options)
      expect(start <= at && at < end).toBe(true)
      expect(periodAt(anchor, interval, end, options)).toMatchObject({
        start: end,
        index: index + 1,
      })
      expect(periodAt(anchor, interval, instant(start - 1), options)).toMatchObject({
        end: start,
        index: index - 1,
      })
    },
  )

  law(
    'I2 period k starts at anchor + k intervals, counted on the calendar by hand',
    [instants, intervals, indexes, zones],
    (anchor, interval, k, timeZone) => {
      const at = boundary(anchor, interval, k, { timeZone })
      const expected = civilAdd(toLocal(anchor, timeZone), interval, k)
      expect(at).toBe(k === 0 ? anchor : fromLocal(expected, timeZone))
      const shown = toLocal(at, timeZone)
      // Only a skipped wall-clock time reads later than computed, by the length of the gap.
      expect(shown >= expected && shown - expected <= HOUR).toBe(true)
      expect(periodAt(anchor, interval, at, { timeZone }).index).toBe(k)
    },
  )

  law(
    'I9 a month has 28 to 31 days, a year 365 or 366, a week exactly 7 in the zone',
    [instants, fc.constantFrom('week', 'month', 'year'), indexes, zones],
    (anchor, unit, k, timeZone) => {
      const options = { timeZone }
      const interval = { unit, count: 1 }
      const start = boundary(anchor, interval, k, options)
      const days = daysBetween(start, boundary(anchor, interval, k + 1, options), options)
      const [fewest, longest] = { week: [7, 7], month: [28, 31], year: [365, 366] }[unit] as [
        number,
        number,
      ]
      expect(days).toBeGreaterThanOrEqual(fewest)
      expect(days).toBeLessThanOrEqual(longest)
    },
  )

  law(
    'I10 the anchor day comes back in every month that has it',
    [instants, fc.integer({ min: 1, max: 13 }), indexes, fc.integer({ min: 28, max: 31 })],
    (at, count, k, dayOfMonth) => {
      const interval: Interval = { unit: 'month', count }
      const anchor = alignedAnchor(at, interval, { dayOfMonth })
      const date = new Date(boundary(anchor, interval, k))
      const monthLength = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0))
      expect(anchor <= at).toBe(true)
      expect(new Date(anchor).getUTCDate()).toBe(dayOfMonth)
      expect(date.getUTCDate()).toBe(Math.min(dayOfMonth, monthLength.getUTCDate()))
    },
  )

  law(
    'I10 an aligned anchor is a local midnight at or before the start, on the day asked for',
    [instants, units, fc.integer({ min: 1, max: 31 }), zones],
    (at, unit, dayOfMonth, timeZone) => {
      const interval: Interval = { unit, count: 1 }
      const anchor = alignedAnchor(at, interval, 'calendar', { timeZone })
      const local = toLocal(anchor, timeZone)
      expect(anchor <= at && local % DAY === 0).toBe(true)
      expect(periodAt(anchor, interval, at, { timeZone }).index).toBe(0)
      const onDay = alignedAnchor(at, { unit: 'month', count: 1 }, { dayOfMonth }, { timeZone })
      expect(new Date(toLocal(onDay, timeZone)).getUTCDate()).toBe(dayOfMonth)
      expect(daysBetween(onDay, at, { timeZone })).toBeLessThanOrEqual(61)
    },
  )
})

describe('money', () => {
  law(
    'I22 all amounts are integers in minor units, and a number that is none is refused',
    [prices, periods, places, granularities, fc.double()],
    (amount, { period, timeZone }, place, granularity, number) => {
      const input = { period, to: period.end, granularity, timeZone }
      const part = prorate({ ...input, amount, from: within(period, place) })
      expect(isAmount(part) && !Object.is(part, -0)).toBe(true)
      if (!Number.isSafeInteger(number)) {
        expect(() => prorate({ ...input, amount: number, from: period.start })).toThrow(RangeError)
        expect(() => allocate(number, [1])).toThrow(RangeError)
      }
    },
  )

  law(
    'I22 every currency has 0, 2, 3 or 4 digits, and an unknown code none',
    [fc.string({ minLength: 3, maxLength: 3, unit: fc.constantFrom(...'ABCDEUSXYZ') })],
    (code) => {
      if (isCurrency(code)) expect([0, 2, 3, 4]).toContain(minorUnits(code))
      else expect(() => minorUnits(code)).toThrow(code)
    },
  )

  law(
    'I22 a share of an amount up to 2^53 − 1 is the exact fraction, rounded half away from zero',
    [amounts, fc.oneof(fc.nat(3e9), fc.nat(most)), fc.oneof(fc.nat(3e9), fc.nat(most))],
    (amount, a, b) => {
      const [numerator, denominator] = [Math.min(a, b), Math.max(a, b, 1)]
      const result = multiplyDivide(amount, numerator, denominator)
      if (!isRounded(result, amount, numerator, denominator)) {
        expect({ amount, numerator, denominator }).toBe(result)
      }
    },
    EXACT_RUNS,
  )

  law(
    'I22 exact halves, the hard cases, go away from zero',
    [fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), fc.integer({ min: 1, max: 2 ** 20 })],
    (half, factor) => {
      const odd = 2 * half + 1
      const up = half < 0 ? half : half + 1
      expect(multiplyDivide(odd, factor, 2 * factor)).toBe(up)
    },
    EXACT_RUNS / 10,
  )

  law(
    'I33 parts of a discount or a tax add up to the total, in proportion',
    [fc.maxSafeInteger(), fc.array(fc.nat(1e9), { minLength: 1, maxLength: 12 })],
    (amount, weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      fc.pre(total > 0)
      const parts = allocate(amount, weights)
      expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(amount))
      parts.forEach((part, index) => {
        // Off by less than one unit from the exact share.
        const error = BigInt(part) * BigInt(total) - BigInt(amount) * BigInt(weights[index] ?? 0)
        expect(error < BigInt(total) && error > -BigInt(total)).toBe(true)
      })
    },
  )

  law(
    'I33 a percentage taken once and split over the lines is the percentage of the total',
    [fc.array(fc.nat(1e7), { minLength: 1, maxLength: 8 }), fc.integer({ min: 0, max: 1_000_000 })],
    (lines, tenThousandths) => {
      const total = lines.reduce((sum, line) => sum + line, 0)
      fc.pre(total > 0)
      const discount = percentOf(total, tenThousandths / 10_000)
      expect(isRounded(discount, total, tenThousandths, 1_000_000)).toBe(true)
      expect(allocate(discount, lines).reduce((sum, part) => sum + part, 0)).toBe(discount)
    },
  )
})

describe('proration', () => {
  law(
    'I22 proration to the millisecond equals exact arithmetic, for amounts up to 2^53 − 1',
    [amounts, instants, fc.integer({ min: 1, max: 400 * DAY }), places, places],
    (amount, start, length, a, b) => {
      const period = { start, end: instant(start + length) }
      const [from, to] = [within(period, a), within(period, b)]
      const result = prorate({ amount, period, from, to, granularity: 'second' })
      const clamp = (at: number): number => Math.min(Math.max(at, period.start), period.end)
      const part = Math.max(0, clamp(to) - clamp(from))
      if (!isRounded(result, amount, part, length)) expect({ amount, part, length }).toBe(result)
    },
    EXACT_RUNS,
  )

  law(
    'I27 an immediate round trip A → B → A at one instant nets 0, on list and on charged amounts',
    [unitPrices, unitPrices, quantities, periods, places, granularities],
    (a, b, quantity, { period, timeZone }, place, granularity) => {
      const at = within(period, place)
      const both = { quantityFrom: quantity, quantityTo: quantity, period, at }
      const there = changeProration({ ...both, from: a, to: b, granularity, timeZone })
      const back = changeProration({ ...both, from: b, to: a, granularity, timeZone })
      expect(there.net + back.net).toBe(0)
      if (at >= period.end) return
      const charged = { start: at, end: period.end }
      const input = { period: charged, from: at, to: period.end, granularity, timeZone }
      expect(prorate({ ...input, amount: there.charge })).toBe(there.charge)
    },
  )

  law(
    'I27 a round trip at two instants nets (B − A) × the time on B, within half a unit per line',
    [unitPrices, unitPrices, periods, places, places, granularities],
    (a, b, { period, timeZone }, first, second, granularity) => {
      const [t1, t2] = [
        within(period, Math.min(first, second)),
        within(period, Math.max(first, second)),
      ]
      const input = { period, granularity, timeZone }
      const there = changeProration({ ...input, from: a, to: b, at: t1 })
      const back = changeProration({ ...input, from: b, to: a, at: t2 })
      const { numerator, denominator } = share(period, t1, granularity, { timeZone })
      const onB = numerator - share(period, t2, granularity, { timeZone }).numerator
      const exact = BigInt(b - a) * BigInt(onB)
      const error = BigInt(there.net + back.net) * BigInt(denominator) - exact
      expect((error < 0n ? -error : error) <= 2n * BigInt(denominator)).toBe(true)
    },
  )

  law(
    'I28 a later change credits and charges no more; in full at the start, nothing at the end',
    [unitPrices, unitPrices, periods, places, places, granularities],
    (a, b, { period, timeZone }, first, second, granularity) => {
      const change = (at: Instant) =>
        changeProration({ from: a, to: b, period, at, granularity, timeZone })
      const early = change(within(period, Math.min(first, second)))
      const late = change(within(period, Math.max(first, second)))
      expect(late.credit).toBeLessThanOrEqual(early.credit)
      expect(late.charge).toBeLessThanOrEqual(early.charge)
      expect(change(period.start)).toEqual({ credit: a, charge: b, net: b - a })
      expect(change(period.end)).toEqual({ credit: 0, charge: 0, net: 0 })
    },
  )

  law(
    'I29 a credit is between 0 and the old price × quantity, a charge between 0 and the new one',
    [unitPrices, unitPrices, quantities, quantities, periods, places, granularities],
    (from, to, quantityFrom, quantityTo, { period, timeZone }, place, granularity) => {
      const at = within(period, place)
      const input = { from, to, quantityFrom, quantityTo, period, at, granularity, timeZone }
      const { credit, charge, net } = changeProration(input)
      expect(credit >= 0 && credit <= from * quantityFrom).toBe(true)
      expect(charge >= 0 && charge <= to * quantityTo).toBe(true)
      expect(net).toBe(charge - credit)
    },
  )

  law(
    'I30 an upgrade within the period never gives money back',
    [unitPrices, unitPrices, quantities, quantities, periods, places, granularities],
    (a, b, q1, q2, { period, timeZone }, place, granularity) => {
      const [low, high] =
        a * q1 <= b * q2
          ? [
              [a, q1],
              [b, q2],
            ]
          : ([
              [b, q2],
              [a, q1],
            ] as const)
      const { net } = changeProration({
        from: low?.[0] ?? 0,
        quantityFrom: low?.[1] ?? 0,
        to: high?.[0] ?? 0,
        quantityTo: high?.[1] ?? 0,
        period,
        at: within(period, place),
        granularity,
        timeZone,
      })
      expect(net).toBeGreaterThanOrEqual(0)
    },
  )

  law(
    'I31 prorating [a,c) equals [a,b) + [b,c) within 1 unit, and exactly by largest remainder',
    [prices, periods, fc.tuple(places, places, places), granularities],
    (amount, { period, timeZone }, three, granularity) => {
      const [a, b, c] = three.sort((x, y) => x - y).map((place) => within(period, place)) as [
        Instant,
        Instant,
        Instant,
      ]
      const part = (from: Instant, to: Instant): number =>
        prorate({ amount, period, from, to, granularity, timeZone })
      const whole = part(a, c)
      expect(Math.abs(whole - part(a, b) - part(b, c))).toBeLessThanOrEqual(1)
      const left = [a, b, c].map((at) => share(period, at, granularity, { timeZone }).numerator)
      const weights = [(left[0] ?? 0) - (left[1] ?? 0), (left[1] ?? 0) - (left[2] ?? 0)]
      if (whole === 0) return
      expect(allocate(whole, weights).reduce((sum, each) => sum + each, 0)).toBe(whole)
    },
  )

  law(
    'I32 price × m prorates to the amount × m within m / 2; a quantity counts as its product, rounded once',
    [unitPrices, quantities, periods, places, granularities],
    (price, m, { period, timeZone }, place, granularity) => {
      const input = { from: 0, period, at: within(period, place), granularity, timeZone }
      const one = changeProration({ ...input, to: price }).charge
      const product = changeProration({ ...input, to: price * m }).charge
      expect(Math.abs(product - one * m)).toBeLessThanOrEqual(m / 2)
      expect(changeProration({ ...input, to: price, quantityTo: m }).charge).toBe(product)
    },
  )
})
