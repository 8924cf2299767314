import { describe, expect, it } from 'vitest'
import { boundary } from '../../src/core/calendar.ts'
import { instant, type Period } from '../../src/core/instant.ts'
import { changeProration, type Granularity, prorate, share } from '../../src/core/proration.ts'

const period = (start: string, end: string): Period => ({
  start: instant(start),
  end: instant(end),
})
const october = period('2025-10-14', '2025-11-14')
const june = period('2025-06-10', '2025-07-10')
const all: readonly Granularity[] = ['second', 'day', 'day30']

describe('the products’ own figures', () => {
  it('charges 25.00 for Basic 49 → Professional 99 with 15 of 30 days left', () => {
    const at = instant('2025-10-30')
    expect(
      changeProration({ from: 4900, to: 9900, period: october, at, granularity: 'day30' }),
    ).toEqual({ credit: 2450, charge: 4950, net: 2500 })
  })

  it('charges 14.52 for Essential 19 → Premium 49 on October 30 of October 14 to November 14', () => {
    const at = instant('2025-10-30T00:00Z')
    expect(
      changeProration({ from: 1900, to: 4900, period: october, at, granularity: 'second' }),
    ).toEqual({ credit: 919, charge: 2371, net: 1452 })
  })

  it('charges ₱500.00 for Starter 499 → Team 1,499 on June 25 of June 10 to July 10', () => {
    const at = instant('2025-06-25T06:00Z')
    const zone = { timeZone: 'Asia/Manila' }
    const manila = period('2025-06-10T00:00+08:00', '2025-07-10T00:00+08:00')
    const input = { from: 49_900, to: 149_900, at, granularity: 'day' } as const
    expect(changeProration({ ...input, period: june }).net).toBe(50_000)
    expect(changeProration({ ...input, period: manila, ...zone }).net).toBe(50_000)
  })

  it('charges ₱149.50 for an add-on of 299 on June 25 of June 10 to July 10', () => {
    const from = instant('2025-06-25')
    expect(prorate({ amount: 29_900, period: june, from, to: june.end, granularity: 'day' })).toBe(
      14_950,
    )
  })
})

describe('share', () => {
  it.each(all)('is all of the period at its start, nothing at its end (%s)', (granularity) => {
    for (const [at, part] of [
      ['2025-01-01', 1],
      ['2025-10-14', 1],
      ['2025-11-14', 0],
      ['2026-01-01', 0],
    ] as const) {
      const { numerator, denominator } = share(october, instant(at), granularity)
      expect(numerator / denominator, at).toBe(part)
    }
  })

  it('counts milliseconds under second', () => {
    expect(share(october, instant('2025-11-13T23:59:59.999Z'), 'second')).toEqual({
      numerator: 1,
      denominator: 31 * 86_400_000,
    })
  })

  it('gives the day of the change to the new plan, in the zone', () => {
    const evening = instant('2025-06-24T23:00Z')
    expect(share(june, evening, 'day')).toEqual({ numerator: 16, denominator: 30 })
    const manila = period('2025-06-10T00:00+08:00', '2025-07-10T00:00+08:00')
    expect(share(manila, evening, 'day', { timeZone: 'Asia/Manila' })).toEqual({
      numerator: 15,
      denominator: 30,
    })
  })

  it('never counts more than 30 days of a month of 31, and the first day in full', () => {
    const left = (at: string): number => share(october, instant(at), 'day30').numerator
    expect(share(october, october.start, 'day30').denominator).toBe(30)
    expect(left('2025-10-14T23:59Z')).toBe(30)
    expect(left('2025-10-15')).toBe(30)
    expect(left('2025-10-16')).toBe(29)
    expect(left('2025-11-13')).toBe(1)
  })

  it('counts the first day of a short February in full and the second as 27 of 30', () => {
    const february = period('2026-02-01', '2026-03-01')
    expect(share(february, instant('2026-02-01T12:00Z'), 'day30').numerator).toBe(30)
    expect(share(february, instant('2026-02-02'), 'day30').numerator).toBe(27)
  })

  it.each([
    ['2026-01-31', '2026-02-28', 30],
    ['2026-02-28', '2026-03-31', 30],
    ['2026-01-30', '2026-02-28', 30],
    ['2025-11-30', '2026-02-28', 90],
    ['2026-02-28', '2026-04-30', 60],
    ['2024-02-29', '2025-02-28', 360],
    ['2025-02-28', '2028-02-29', 1080],
  ])('takes %s to %s for whole months of 30 days: %i', (start, end, days) => {
    expect(share(period(start, end), instant(start), 'day30').denominator).toBe(days)
  })

  it.each([
    ['2026-01-10', '2026-01-24', 14],
    ['2026-02-27', '2026-03-31', 32],
    ['2026-01-15', '2026-02-01', 17],
    ['2026-01-01', '2026-01-31', 30],
  ])('counts actual days of %s to %s under day30: %i', (start, end, days) => {
    expect(share(period(start, end), instant(start), 'day30').denominator).toBe(days)
  })

  it('shares the time of a stub within one civil day', () => {
    const stub = period('2026-01-01T06:00Z', '2026-01-01T18:00Z')
    const { numerator, denominator } = share(stub, instant('2026-01-01T15:00Z'), 'day')
    expect(numerator / denominator).toBe(0.25)
  })

  it('counts days over a clock change as days', () => {
    const zone = { timeZone: 'America/New_York' }
    const start = instant('2026-03-01T00:00-05:00')
    const march = { start, end: boundary(start, { unit: 'month', count: 1 }, 1, zone) }
    const at = instant('2026-03-16T00:00-04:00')
    expect(share(march, at, 'day', zone)).toEqual({ numerator: 16, denominator: 31 })
  })

  it('refuses a period that does not end after it starts', () => {
    expect(() => share(period('2026-01-01', '2026-01-01'), instant('2026-01-01'), 'day')).toThrow(
      RangeError,
    )
  })
})

describe('prorate', () => {
  it.each(all)('gives the whole amount for the whole period (%s)', (granularity) => {
    const { start: from, end: to } = october
    expect(prorate({ amount: 9999, period: october, from, to, granularity })).toBe(9999)
  })

  it('counts nothing outside the period and nothing backward', () => {
    const [from, to] = [instant('2025-01-01'), instant('2026-01-01')]
    const input = { amount: 9999, period: october, granularity: 'second' } as const
    expect(prorate({ ...input, from, to })).toBe(9999)
    expect(prorate({ ...input, from: to, to: from })).toBe(0)
    expect(prorate({ ...input, from: to, to })).toBe(0)
  })

  it('credits what was charged for the stub, not the list price: 24 of the 25 days of 8.02', () => {
    const stub = period('2012-05-07', '2012-06-01')
    const from = instant('2012-05-08')
    expect(prorate({ amount: 802, period: stub, from, to: stub.end, granularity: 'day' })).toBe(770)
  })
})

describe('changeProration', () => {
  const half = instant('2025-06-25')
  const base = { period: june, at: half, granularity: 'day' } as const

  it('rounds once on price × quantity, not per seat', () => {
    expect(
      changeProration({ ...base, from: 333, to: 333, quantityFrom: 1, quantityTo: 7 }),
    ).toEqual({ credit: 167, charge: 1166, net: 999 })
  })

  it('charges the new interval from the change on', () => {
    const newPeriod = { start: half, end: instant('2026-06-25') }
    expect(changeProration({ ...base, from: 1900, to: 19_000, newPeriod })).toEqual({
      credit: 950,
      charge: 19_000,
      net: 18_050,
    })
  })

  it('gives money back on a lower price: the net is negative, its lines are not', () => {
    expect(changeProration({ ...base, from: 4900, to: 1900 })).toEqual({
      credit: 2450,
      charge: 950,
      net: -1500,
    })
  })

  it.each(all)(
    'charges the full difference at the start, nothing at the end (%s)',
    (granularity) => {
      const input = { from: 1900, to: 4900, period: june, granularity }
      expect(changeProration({ ...input, at: june.start }).net).toBe(3000)
      expect(changeProration({ ...input, at: june.end })).toEqual({ credit: 0, charge: 0, net: 0 })
    },
  )

  it('refuses negative prices and prices that doubles can’t hold', () => {
    expect(() => changeProration({ ...base, from: -1, to: 100 })).toThrow(RangeError)
    expect(() => changeProration({ ...base, from: 100, to: 2 ** 52, quantityTo: 3 })).toThrow(
      RangeError,
    )
  })
})
