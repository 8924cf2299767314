import type { Outcome } from './support.ts'
import { minorUnits } from '../../src/core/currency.ts'
import { allocate, multiplyDivide, roundHalfAwayFromZero } from '../../src/core/money.ts'

export interface MoneyRow {
  readonly id: string
  readonly kind: string
  readonly currency: string
  readonly numerator: number
  readonly denominator: number
  readonly total: number
  readonly weights: readonly number[]
  readonly expected: unknown
}

/**
 * What our money functions give for a row of money.json; gateway exponents are the adapters' table.
 */
export function runMoney(row: MoneyRow): Outcome {
  const run = runners[row.kind]
  return run ? { expected: row.expected, actual: run(row) } : null
}

const runners: Record<string, (row: MoneyRow) => unknown> = {
  minor_units: ({ currency }) => minorUnits(currency),
  allocate: ({ total, weights }) => allocate(total, weights),
  round: ({ numerator, denominator }) => {
    const exact = Number(roundHalfAwayFromZero(BigInt(numerator), BigInt(denominator)))
    const fast = multiplyDivide(numerator, 1, denominator)
    return fast === exact ? fast : { fast, exact }
  },
}
