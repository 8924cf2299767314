import { describe, expect, it } from 'vitest'
import {
  addDays,
  alignedAnchor,
  boundary,
  dayNumber,
  daysBetween,
  type Interval,
  periodAt,
} from '../../src/core/calendar.ts'
import { DAY, HOUR, type Instant, instant } from '../../src/core/instant.ts'
import { fromLocal, isTimeZone, toLocal } from '../../src/core/zone.ts'

const month: Interval = { unit: 'month', count: 1 }
const quarter: Interval = { unit: 'month', count: 3 }
const week: Interval = { unit: 'week', count: 1 }
const year: Interval = { unit: 'year', count: 1 }
const day: Interval = { unit: 'day', count: 1 }
const newYork = { timeZone: 'America/New_York' }
const manila = { timeZone: 'Asia/Manila' }

const text = (at: Instant): string => new Date(at).toISOString().replace(':00.000Z', 'Z')
const dates = (anchor: string, interval: Interval, ks: readonly number[]): string[] =>
  ks.map((k) => text(boundary(instant(anchor), interval, k)).slice(0, 10))

describe('instant', () => {
  it('reads a Date, epoch milliseconds and ISO texts that say their offset', () => {
    const at = Date.UTC(2025, 9, 30)
    expect(instant(new Date(at))).toBe(at)
    expect(instant(at)).toBe(at)
    expect(instant('2025-10-30')).toBe(at)
    expect(instant('2025-10-30T00:00:00.000Z')).toBe(at)
    expect(instant('2025-10-30T08:00+08:00')).toBe(at)
  })

  it.each([
    ['a time in the zone of the machine', '2025-10-30T08:00'],
    ['a day that does not exist', '2026-02-30'],
    ['a word', 'tomorrow'],
    ['an empty text', ''],
    ['an invalid Date', new Date(Number.NaN)],
    ['not a number', Number.NaN],
    ['a fraction of a millisecond', 0.5],
    ['a number past the last date', 8.64e15 + 1],
  ])('refuses %s', (_, value) => {
    expect(() => instant(value)).toThrow(RangeError)
  })

  it('has no negative zero', () => {
    expect(Object.is(instant(-0), 0)).toBe(true)
  })
})

describe('boundary', () => {
  it('clamps day 31 to short months and returns to 31 after them', () => {
    expect(dates('2026-01-31', month, [0, 1, 2, 3, 13, 25])).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
      '2027-02-28',
      '2028-02-29',
    ])
  })

  it('brings February 29 back in every leap year', () => {
    expect(dates('2024-02-29', year, [1, 2, 3, 4])).toEqual([
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
    ])
  })

  it('counts backward before the anchor', () => {
    expect(dates('2026-03-31', month, [-1, -2, -13])).toEqual([
      '2026-02-28',
      '2026-01-31',
      '2025-02-28',
    ])
  })

  it('counts quarters, half-years, weeks and days', () => {
    expect(dates('2025-11-30', quarter, [1])).toEqual(['2026-02-28'])
    expect(dates('2025-08-31', { unit: 'month', count: 6 }, [1, 2])).toEqual([
      '2026-02-28',
      '2026-08-31',
    ])
    expect(dates('2026-01-01', { unit: 'week', count: 2 }, [3])).toEqual(['2026-02-12'])
    expect(dates('2026-01-01', { unit: 'day', count: 30 }, [2])).toEqual(['2026-03-02'])
  })

  it('keeps the wall clock of the zone, so that a month has 743 or 745 hours across a clock change', () => {
    const hours = (anchor: string): number => {
      const start = instant(anchor)
      return (boundary(start, month, 1, newYork) - start) / HOUR
    }
    expect(hours('2026-03-01T12:00-05:00')).toBe(743)
    expect(hours('2026-10-25T12:00-04:00')).toBe(745)
    expect(hours('2026-05-01T12:00-04:00')).toBe(744)
  })

  it('takes a skipped wall-clock time later and a repeated one at its first occurrence', () => {
    const gap = boundary(instant('2026-02-08T02:30-05:00'), month, 1, newYork)
    expect(text(gap)).toBe('2026-03-08T07:30Z')
    const overlap = boundary(instant('2026-10-01T01:30-04:00'), month, 1, newYork)
    expect(text(overlap)).toBe('2026-11-01T05:30Z')
  })

  it('keeps an anchor in a repeated hour where it is', () => {
    const second = instant('2026-11-01T01:30-05:00')
    expect(boundary(second, month, 0, newYork)).toBe(second)
    expect(periodAt(second, month, second, newYork).start).toBe(second)
    expect(periodAt(second, month, instant(second - 1), newYork).end).toBe(second)
  })

  it('goes back to the anchor time after a clock change has shifted one boundary', () => {
    const anchor = instant('2026-02-08T02:30-05:00')
    expect(text(boundary(anchor, month, 2, newYork))).toBe('2026-04-08T06:30Z')
  })

  it('refuses half intervals, empty intervals and dates past the end of time', () => {
    const anchor = instant('2026-01-31')
    expect(() => boundary(anchor, month, 0.5)).toThrow(RangeError)
    expect(() => boundary(anchor, { unit: 'month', count: 0 }, 1)).toThrow(RangeError)
    expect(() => boundary(anchor, year, 1e6)).toThrow(RangeError)
    expect(() => boundary(anchor, month, 1, { timeZone: 'Mars/Olympus' })).toThrow(RangeError)
  })
})

describe('periodAt', () => {
  const anchor = instant('2025-10-14T09:30:00Z')

  it('gives the start to the period and the end to the next one', () => {
    const first = { index: 0, start: anchor, end: boundary(anchor, month, 1) }
    expect(periodAt(anchor, month, anchor)).toEqual(first)
    expect(periodAt(anchor, month, instant(first.end - 1))).toEqual(first)
    expect(periodAt(anchor, month, first.end).index).toBe(1)
    expect(periodAt(anchor, month, instant(anchor - 1)).index).toBe(-1)
  })

  it('finds the clamped period on the last day of February', () => {
    const from31 = instant('2026-01-31T10:00Z')
    expect(periodAt(from31, month, instant('2026-02-28T09:59Z')).index).toBe(0)
    expect(periodAt(from31, month, instant('2026-02-28T10:00Z')).index).toBe(1)
  })

  it('finds a day or week far away without walking there', () => {
    expect(periodAt(anchor, day, instant(anchor + 36_525 * DAY)).index).toBe(36_525)
    expect(periodAt(anchor, week, instant(anchor - 70 * DAY)).index).toBe(-10)
  })

  it('finds the period that began in the first of two repeated hours, when the clock shows less', () => {
    const half = instant('2026-10-01T01:30-04:00')
    const at = instant('2026-11-01T01:10-05:00')
    expect(periodAt(half, day, at, newYork)).toMatchObject({
      index: 31,
      start: instant('2026-11-01T01:30-04:00'),
    })
  })

  it('has an empty period where a zone skipped a whole day, and none contains an instant twice', () => {
    const apia = { timeZone: 'Pacific/Apia' }
    const start = fromLocal(instant('2011-12-28'), 'Pacific/Apia')
    expect(boundary(start, day, 2, apia)).toBe(boundary(start, day, 3, apia))
    expect(periodAt(start, day, boundary(start, day, 2, apia), apia).index).toBe(3)
  })
})

describe('days in a zone', () => {
  it('adds civil days, of 23 or 25 hours where the clock changes', () => {
    const noon = instant('2026-03-07T12:00-05:00')
    expect(addDays(noon, 1, newYork) - noon).toBe(23 * HOUR)
    expect(addDays(noon, 1) - noon).toBe(DAY)
    expect(text(addDays(noon, -7, newYork))).toBe('2026-02-28T17:00Z')
  })

  it('counts civil dates, whatever the hours', () => {
    const before = instant('2026-06-24T15:59Z')
    const after = instant('2026-06-24T16:00Z')
    expect(daysBetween(before, after)).toBe(0)
    expect(daysBetween(before, after, manila)).toBe(1)
    expect(dayNumber(instant('1970-01-02'))).toBe(1)
    expect(dayNumber(instant(-1))).toBe(-1)
  })
})

describe('alignedAnchor', () => {
  const at = instant('2026-05-28T10:30Z')
  const aligned = (interval: Interval, alignment: Parameters<typeof alignedAnchor>[2]): string =>
    text(alignedAnchor(at, interval, alignment))

  it('leaves an anniversary where it is', () => {
    expect(alignedAnchor(at, month, 'anniversary')).toBe(at)
  })

  it('begins calendar periods on the 1st, the quarter, the half-year, Monday, January 1 or midnight', () => {
    expect(aligned(month, 'calendar')).toBe('2026-05-01T00:00Z')
    expect(aligned({ unit: 'month', count: 2 }, 'calendar')).toBe('2026-05-01T00:00Z')
    expect(aligned(quarter, 'calendar')).toBe('2026-04-01T00:00Z')
    expect(aligned({ unit: 'month', count: 6 }, 'calendar')).toBe('2026-01-01T00:00Z')
    expect(aligned(year, 'calendar')).toBe('2026-01-01T00:00Z')
    expect(aligned(week, 'calendar')).toBe('2026-05-25T00:00Z')
    expect(aligned(day, 'calendar')).toBe('2026-05-28T00:00Z')
  })

  it('begins calendar periods right there when the start is such a midnight', () => {
    const monday = instant('2026-05-25')
    expect(alignedAnchor(monday, week, 'calendar')).toBe(monday)
    expect(text(alignedAnchor(instant('1969-12-31'), week, 'calendar'))).toBe('1969-12-29T00:00Z')
  })

  it('takes midnight in the zone', () => {
    const lateInUtc = instant('2026-05-31T16:00Z')
    expect(text(alignedAnchor(lateInUtc, month, 'calendar', manila))).toBe('2026-05-31T16:00Z')
    expect(text(alignedAnchor(lateInUtc, month, 'calendar'))).toBe('2026-05-01T00:00Z')
  })

  it('finds the latest month that has the day, so that 31 comes back after February', () => {
    const anchor = alignedAnchor(instant('2026-02-28T10:00Z'), month, { dayOfMonth: 31 })
    expect(text(anchor)).toBe('2026-01-31T00:00Z')
    expect([1, 2, 3].map((k) => text(boundary(anchor, month, k)).slice(5, 10))).toEqual([
      '02-28',
      '03-31',
      '04-30',
    ])
    expect(periodAt(anchor, month, instant('2026-02-28T10:00Z')).index).toBe(1)
    expect(text(alignedAnchor(at, year, { dayOfMonth: 28 }))).toBe('2026-05-28T00:00Z')
    expect(text(alignedAnchor(at, month, { dayOfMonth: 29 }))).toBe('2026-04-29T00:00Z')
  })

  it('ignores the day of the month for days and weeks', () => {
    expect(alignedAnchor(at, week, { dayOfMonth: 1 })).toBe(at)
    expect(alignedAnchor(at, day, { dayOfMonth: 1 })).toBe(at)
  })

  it.each([0, 32, 1.5, Number.NaN])('refuses day %s of a month', (dayOfMonth) => {
    expect(() => alignedAnchor(at, month, { dayOfMonth })).toThrow(RangeError)
  })

  it('goes one interval back where the clock change skips that midnight', () => {
    const asuncion = { timeZone: 'America/Asuncion' }
    const october = instant('2017-10-01T12:00-03:00')
    const anchor = alignedAnchor(october, month, 'calendar', asuncion)
    expect(text(anchor)).toBe('2017-09-01T04:00Z')
    // October begins at 1 o'clock, November at midnight again.
    expect(text(boundary(anchor, month, 1, asuncion))).toBe('2017-10-01T04:00Z')
    expect(text(boundary(anchor, month, 2, asuncion))).toBe('2017-11-01T03:00Z')
  })
})

describe('zone', () => {
  it('knows IANA names only', () => {
    expect(isTimeZone('Asia/Manila')).toBe(true)
    expect(isTimeZone('UTC')).toBe(true)
    expect(isTimeZone('Manila')).toBe(false)
    expect(isTimeZone('')).toBe(false)
  })

  it.each([
    'America/New_York',
    'Europe/London',
    'Africa/Casablanca',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'America/Sao_Paulo',
  ])('shows what a wall clock in %s shows, every 13½ hours of three years', (timeZone) => {
    const clock = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    })
    const wrong: string[] = []
    for (let at = Date.UTC(2010, 11, 1); at < Date.UTC(2013, 11, 1); at += 13.5 * HOUR) {
      const local = toLocal(instant(at), timeZone)
      const shown = instant(`${clock.format(at).replace(' ', 'T')}Z`)
      const back = fromLocal(local, timeZone)
      // A repeated hour comes back as its first occurrence.
      if (shown !== local || (back !== at && at - back !== HOUR && at - back !== HOUR / 2)) {
        wrong.push(text(instant(at)))
      }
    }
    expect(wrong).toEqual([])
  })

  it('reads offsets with seconds, as clocks had them long ago', () => {
    expect(toLocal(instant('1875-01-01T05:00:00Z'), 'America/New_York')).toBe(
      instant('1875-01-01T00:03:58Z'),
    )
  })
})
