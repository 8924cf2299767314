/** Which time a report is about, and the months that it is cut into. */
import type { Bill, ReportPeriod } from 'billwright'
import { billing } from 'billwright'
import { instant } from 'billwright/core'
import { memory } from 'billwright/memory'
import { describe, expect, it } from 'vitest'
import { months } from '../../../src/runtime/report/months.ts'
import { committed, first, payment } from '../../../src/testing/storage-cases/build.ts'

/** A shop in Manila, on the evening of May 31, with payments on the days said. */
async function shop(...paidAt: readonly string[]): Promise<Bill> {
  const storage = memory()
  const payments = paidAt.map((time) => payment(time, { at: instant(time), amount: 1000 }))
  await committed(storage, first('a', { payments }))
  const clock = { now: () => instant('2025-05-31T20:00:00+08:00') }
  return billing({ plans: [], storage, clock, timeZone: 'Asia/Manila' }) as unknown as Bill
}

async function monthsOf(bill: Bill, period?: ReportPeriod) {
  const report = await bill.report(period)
  return report.months.map(({ month, payments }) => [month, payments])
}

describe('the period of a report', () => {
  it('is this month in the billing time zone, up to and including now', async () => {
    const bill = await shop(
      '2025-04-30T23:59:59+08:00',
      '2025-05-01T00:00:00+08:00',
      '2025-05-31T20:00:00+08:00',
    )
    expect((await bill.report()).period).toEqual({
      from: new Date('2025-05-01T00:00:00+08:00'),
      to: new Date('2025-05-31T20:00:00+08:00'),
    })
    expect(await monthsOf(bill)).toEqual([['2025-05', 2]])
  })

  it('ends just before `to`, and begins with the month of its last instant', async () => {
    const bill = await shop('2025-03-31T23:59:59+08:00', '2025-04-01T00:00:00+08:00')
    const to = new Date('2025-04-01T00:00:00+08:00')
    expect(await monthsOf(bill, { to })).toEqual([['2025-03', 1]])
    expect((await bill.report({ to })).period).toEqual({
      from: new Date('2025-03-01T00:00:00+08:00'),
      to,
    })
  })

  it('shows every month of a currency in which money moved, the empty ones too', async () => {
    const bill = await shop('2025-01-15T00:00:00Z', '2025-03-15T00:00:00Z')
    const period = { from: new Date('2025-01-10T00:00:00Z'), to: new Date('2025-04-02T00:00:00Z') }
    expect(await monthsOf(bill, period)).toEqual([
      ['2025-01', 1],
      ['2025-02', 0],
      ['2025-03', 1],
      ['2025-04', 0],
    ])
  })

  it.each([
    ['ends where it begins', '2025-01-01', '2025-01-01'],
    ['ends before it begins', '2025-02-01', '2025-01-01'],
    ['is longer than ten years', '2014-01-01', '2025-01-01'],
    ['begins before there was anything', '1969-12-31', '1970-02-01'],
    ['is no date', 'never', '2025-01-01'],
  ])('is refused when it %s', async (_, from, to) => {
    const report = (await shop()).report({ from: new Date(from), to: new Date(to) })
    await expect(report).rejects.toMatchObject({ kind: 'request', code: 'bad_request' })
  })
})

describe('months', () => {
  const cut = (start: string, end: string, timeZone = 'UTC') => {
    const { labels, bounds } = months({ start: instant(start), end: instant(end) }, { timeZone })
    return { labels, bounds: bounds.map((bound) => new Date(bound).toISOString()) }
  }

  it('are cut at the first of each, the ends at the period’s own', () => {
    expect(cut('2025-01-31T12:00Z', '2025-03-01T00:00:00.001Z')).toEqual({
      labels: ['2025-01', '2025-02', '2025-03'],
      bounds: [
        '2025-01-31T12:00:00.000Z',
        '2025-02-01T00:00:00.000Z',
        '2025-03-01T00:00:00.000Z',
        '2025-03-01T00:00:00.001Z',
      ],
    })
  })

  it('do not begin with an instant that is the end', () => {
    expect(cut('2025-01-01', '2025-02-01').labels).toEqual(['2025-01'])
    expect(cut('2025-01-01', '2026-01-01').labels).toHaveLength(12)
  })

  it('begin at the local midnight, on either side of a clock change', () => {
    expect(
      cut('2025-03-15T00:00Z', '2025-05-15T00:00Z', 'Europe/Berlin').bounds.slice(1, 3),
    ).toEqual(['2025-03-31T22:00:00.000Z', '2025-04-30T22:00:00.000Z'])
  })

  it('are called by their own name where the first midnight is skipped', () => {
    // In Paraguay the clocks went from 00:00 to 01:00 on October 1, 2023.
    const { labels, bounds } = cut('2023-09-15T12:00Z', '2023-10-15T12:00Z', 'America/Asuncion')
    expect(labels).toEqual(['2023-09', '2023-10'])
    expect(bounds[1]).toBe('2023-10-01T04:00:00.000Z')
  })
})
