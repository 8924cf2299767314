import { describe, expect, it } from 'vitest'
import {
  allocate,
  isAmount,
  multiplyDivide,
  percentOf,
  roundHalfAwayFromZero,
} from '../../src/core/money.ts'

const MOST = Number.MAX_SAFE_INTEGER

describe('rounding', () => {
  it.each([
    [5n, 10n, 1n],
    [-5n, 10n, -1n],
    [25n, -10n, -3n],
    [-25n, -10n, 3n],
    [14n, 10n, 1n],
    [-14n, 10n, -1n],
    [0n, 7n, 0n],
  ])('takes %s / %s to %s: halves go away from zero', (numerator, denominator, expected) => {
    expect(roundHalfAwayFromZero(numerator, denominator)).toBe(expected)
    expect(multiplyDivide(Number(numerator), 1, Number(denominator))).toBe(Number(expected))
  })

  it('rounds a credit as it rounds the charge', () => {
    for (const amount of [1, 3, 5, 99, 1_001]) {
      expect(multiplyDivide(-amount, 1, 2)).toBe(-multiplyDivide(amount, 1, 2))
    }
  })

  it('never gives negative zero', () => {
    expect(multiplyDivide(-1, 1, 3)).toBe(0)
    expect(multiplyDivide(0, -1, 3)).toBe(0)
    expect(allocate(0, [1, 0])).toEqual([0, 0])
    expect(allocate(-1, [1, 0])).toEqual([-1, 0])
  })
})

describe('multiplyDivide', () => {
  it('stays exact where the product no longer fits a double', () => {
    expect(multiplyDivide(MOST, MOST, MOST)).toBe(MOST)
    expect(multiplyDivide(MOST, 1, 2)).toBe(2 ** 52)
    expect(multiplyDivide(5_000_000_000_001, 1_339_200_000, 2_678_400_000)).toBe(2_500_000_000_001)
    expect(multiplyDivide(-MOST, MOST - 1, MOST)).toBe(-(MOST - 1))
  })

  it.each([
    [1.5, 1, 1],
    [1, Number.NaN, 1],
    [1, 1, Number.POSITIVE_INFINITY],
    [2 ** 53, 1, 1],
    [1, 1, 0],
    [MOST, 2, 1],
  ])('refuses %s × %s / %s', (amount, numerator, denominator) => {
    expect(() => multiplyDivide(amount, numerator, denominator)).toThrow(RangeError)
  })
})

describe('allocate', () => {
  it('gives the odd units to the largest remainders, equal ones in order', () => {
    expect(allocate(100, [1, 1, 1])).toEqual([34, 33, 33])
    expect(allocate(-100, [1, 1, 1])).toEqual([-34, -33, -33])
    expect(allocate(2500, [31, 28, 31])).toEqual([861, 778, 861])
    expect(allocate(5, [3, 3, 3, 1])).toEqual([2, 2, 1, 0])
  })

  it('gives nothing to a weight of 0', () => {
    expect(allocate(101, [0, 1, 0, 1])).toEqual([0, 51, 0, 50])
  })

  it('splits amounts and weights as large as doubles hold', () => {
    expect(allocate(MOST, [1, 1])).toEqual([2 ** 52, 2 ** 52 - 1])
    expect(allocate(MOST, [MOST - 1, 1])).toEqual([MOST - 1, 1])
  })

  it.each([
    [100, []],
    [100, [0, 0]],
    [100, [2, -1]],
    [100, [0.5, 0.5]],
    [0.5, [1]],
    [1, [MOST, MOST]],
  ])('refuses to split %s over %j', (amount, weights) => {
    expect(() => allocate(amount, weights)).toThrow(RangeError)
  })
})

describe('percentOf', () => {
  it('counts four decimals of a percentage exactly', () => {
    expect(percentOf(4900, 20)).toBe(980)
    expect(percentOf(1999, 12.5)).toBe(250)
    expect(percentOf(1_000_000, 33.3333)).toBe(333_333)
    expect(percentOf(1_000_000, 0.0001)).toBe(1)
    expect(percentOf(-1, 50)).toBe(-1)
    expect(percentOf(900_000_000_000_001, 7.2875)).toBe(65_587_500_000_000)
  })

  it.each([0.00001, 33.33333, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s %%', (percent) => {
    expect(() => percentOf(100, percent)).toThrow(RangeError)
  })
})

describe('isAmount', () => {
  it('takes whole numbers that doubles hold exactly', () => {
    expect([0, -4900, MOST].every(isAmount)).toBe(true)
    expect([0.1, Number.NaN, 2 ** 53, Number.NEGATIVE_INFINITY].some(isAmount)).toBe(false)
  })
})
