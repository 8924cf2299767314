import type { Interval } from '../../src/core/calendar.ts'
import { describe, expect, it } from 'vitest'
import { changeDirection, type Price, perMonths } from '../../src/core/price.ts'

const monthly = (amount: number, currency = 'USD'): Price => price(amount, 'month', 1, currency)
const yearly = (amount: number): Price => price(amount, 'year', 1)
function price(amount: number, unit: Interval['unit'], count: number, currency = 'USD'): Price {
  return { amount, currency, interval: { unit, count } }
}

/** The direction without ranks. */
const between = (from: Price, to: Price): string => changeDirection({ price: from }, { price: to })
/** The direction within one plan, or between plans of one rank. */
const within = (from: Price, to: Price): string =>
  changeDirection({ price: from, rank: 1 }, { price: to, rank: 1 })

describe('changeDirection by rank', () => {
  it('follows the rank, whatever it costs', () => {
    const cheap = { price: monthly(100), rank: 2 }
    const dear = { price: monthly(9900), rank: 1 }
    expect(changeDirection(dear, cheap)).toBe('upgrade')
    expect(changeDirection(cheap, dear)).toBe('downgrade')
  })

  it('follows the rank from yearly Essential to monthly Premium and back', () => {
    const essential = { price: yearly(19_000), rank: 1 }
    const premium = { price: monthly(4900), rank: 2 }
    expect(changeDirection(essential, premium)).toBe('upgrade')
    expect(changeDirection(premium, essential)).toBe('downgrade')
  })

  it('compares prices when only one of them is ranked', () => {
    expect(changeDirection({ price: monthly(1900), rank: 9 }, { price: monthly(4900) })).toBe(
      'upgrade',
    )
  })

  it('needs no common currency when the ranks differ', () => {
    const pesos = { price: monthly(49_900, 'PHP'), rank: 1 }
    expect(changeDirection(pesos, { price: monthly(1900), rank: 2 })).toBe('upgrade')
  })
})

describe('changeDirection within one plan', () => {
  it('takes a longer interval for an upgrade and a shorter one for a downgrade, though it is cheaper per year', () => {
    expect(within(monthly(1900), yearly(19_000))).toBe('upgrade')
    expect(within(yearly(19_000), monthly(1900))).toBe('downgrade')
    expect(within(price(500, 'week', 4), monthly(500))).toBe('upgrade')
    expect(within(price(500, 'day', 31), monthly(500))).toBe('downgrade')
  })

  it('compares the price when the intervals are equally long', () => {
    expect(within(monthly(1900), monthly(2900))).toBe('upgrade')
    expect(within(yearly(19_000), price(18_000, 'month', 12))).toBe('downgrade')
  })

  it('is the same only with the same price and interval', () => {
    expect(within(monthly(1900), monthly(1900))).toBe('same')
    expect(within(yearly(19_000), price(19_000, 'month', 12))).toBe('upgrade')
  })
})

describe('changeDirection by annualized price', () => {
  it('compares what a year costs', () => {
    expect(between(yearly(20_000), monthly(2000))).toBe('upgrade')
    expect(between(yearly(30_000), monthly(2000))).toBe('downgrade')
    expect(between(monthly(2000), yearly(20_000))).toBe('downgrade')
    expect(between(monthly(2000), price(500, 'week', 1))).toBe('upgrade')
    expect(between(price(100, 'day', 1), monthly(3041))).toBe('downgrade')
    expect(between(price(100, 'day', 1), monthly(3042))).toBe('upgrade')
  })

  it('takes a tie for an upgrade, unless nothing differs', () => {
    expect(between(price(6000, 'month', 3), monthly(2000))).toBe('upgrade')
    expect(between(monthly(2000), monthly(2000))).toBe('same')
    expect(between(monthly(0), yearly(0))).toBe('upgrade')
  })

  it('compares amounts exactly as large as they come', () => {
    const most = Number.MAX_SAFE_INTEGER
    expect(between(price(most, 'day', 7), price(most - 1, 'day', 7))).toBe('downgrade')
    expect(between(price(most - 1, 'day', 7), price(most, 'day', 7))).toBe('upgrade')
  })

  it('refuses to compare two currencies, but free is less than any price', () => {
    expect(() => between(monthly(1900), monthly(49_900, 'PHP'))).toThrow(RangeError)
    expect(between(monthly(0), monthly(49_900, 'PHP'))).toBe('upgrade')
    expect(between(monthly(49_900, 'PHP'), monthly(0))).toBe('downgrade')
  })
})

describe('perMonths', () => {
  it('takes a year for 12 months, 52 weeks or 365 days', () => {
    expect(perMonths([yearly(12_000)])).toBe(1000)
    expect(perMonths([price(1200, 'week', 1)])).toBe(5200)
    expect(perMonths([price(1200, 'day', 1)])).toBe(36_500)
    expect(perMonths([price(3000, 'month', 3)])).toBe(1000)
    expect(perMonths([price(24_000, 'year', 2)])).toBe(1000)
  })

  it('adds up exactly and rounds once: twelve twelfths are one', () => {
    expect(perMonths(Array.from({ length: 12 }, () => yearly(1)))).toBe(1)
    expect(perMonths([yearly(4), price(1, 'month', 3), price(2, 'month', 6)])).toBe(1)
    expect(perMonths([yearly(5)])).toBe(0)
  })

  it('rounds a half away from zero, on either side', () => {
    expect(perMonths([yearly(6)])).toBe(1)
    expect(perMonths([yearly(-6)])).toBe(-1)
    expect(perMonths([yearly(-5)])).toBe(0)
  })

  it('takes twelve months before it rounds, not twelve times what was rounded', () => {
    expect(perMonths([yearly(100)], 12)).toBe(100)
    expect(perMonths([price(100, 'day', 1)], 12)).toBe(36_500)
  })

  it('comes to nothing for nothing, and refuses what no amount holds', () => {
    expect(perMonths([])).toBe(0)
    const most = Number.MAX_SAFE_INTEGER
    expect(perMonths([monthly(most)])).toBe(most)
    expect(() => perMonths([monthly(most), monthly(1)])).toThrow(RangeError)
  })
})
