import type { Outcome } from './support.ts'
import { daysBetween, type Interval } from '../../src/core/calendar.ts'
import { type Instant, instant, type Period } from '../../src/core/instant.ts'
import { multiplyDivide } from '../../src/core/money.ts'
import {
  type ChangeProration,
  changeProration,
  type Granularity,
  prorate,
  share,
} from '../../src/core/proration.ts'
import { billingDates } from './billing-dates.ts'
import { add, type Fraction, fraction, ZERO } from './fraction.ts'

export interface ProrationRow {
  readonly id: string
  readonly kind: string
  readonly policy?: string
  readonly periodStart: string
  readonly periodEnd: string
  readonly newPeriodStart?: string
  readonly newPeriodEnd?: string
  readonly from: string
  readonly to: string
  readonly start: string
  readonly end: string | null
  readonly target: string
  readonly anchorDay: number
  readonly interval: Interval
  readonly price: number
  readonly charged: number
  readonly chargeFrom: string
  readonly chargeTo: string
  readonly creditFrom: string
  readonly creditTo: string
  readonly creditBase?: { readonly charged: number; readonly from: string; readonly to: string }
  readonly changeAt: string
  readonly oldPrice: number
  readonly newPrice: number
  readonly quantityOld: number
  readonly quantityNew: number
  readonly days: number
  readonly periodDays: number
  readonly expected: unknown
  readonly expectedCycles: string
  readonly alignedAlternative?: string
  readonly expectedCharge: number
  readonly expectedCredit: number
  readonly expectedDebit: number
  readonly expectedNet: number
  readonly expectedChargeNow: number
}

const granularities: Readonly<Record<string, Granularity>> = {
  second: 'second',
  day_actual: 'day',
  day_fixed_month: 'day30',
}

/** What our proration gives for a row of proration.json; Zuora's policies are not offered. */
export function runProration(row: ProrationRow): Outcome {
  const granularity = granularities[row.policy ?? 'day_actual']
  const run = runners[row.kind]
  return run && granularity ? run(row, granularity) : null
}

const runners: Record<string, (row: ProrationRow, granularity: Granularity) => Outcome> = {
  charge: (row, granularity) => {
    const [from, to] = [instant(row.chargeFrom), instant(row.chargeTo)]
    const actual = prorate({ amount: row.price, period: periodOf(row), from, to, granularity })
    return { expected: row.expectedCharge, actual }
  },

  credit: (row, granularity) => {
    const [from, to] = [instant(row.creditFrom), instant(row.creditTo)]
    const actual = prorate({ amount: row.charged, period: periodOf(row), from, to, granularity })
    return { expected: row.expectedCredit, actual }
  },

  change: (row, granularity) => ({
    expected: { credit: row.expectedCredit, charge: row.expectedDebit, net: row.expectedNet },
    actual: changeOf(row, granularity),
  }),

  replacement_mode: (row, granularity) => {
    const { net } = changeOf({ ...row, quantityOld: 1, quantityNew: 1 }, granularity)
    return { expected: row.expectedChargeNow, actual: net }
  },

  fraction: (row, granularity) => {
    const period = periodOf(row)
    const { numerator, denominator } = share(period, instant(row.from), granularity)
    // Kill Bill also measures spans longer than the period, which a share of it can't be.
    const over = daysBetween(period.end, instant(row.to))
    const rest = over > 0 ? -over : share(period, instant(row.to), granularity).numerator
    // Kill Bill keeps nine decimals.
    const billionths = multiplyDivide(1e9, numerator - rest, denominator)
    return { expected: Math.round(Number(row.expected) * 1e9), actual: billionths }
  },

  fraction_amount: (row) => ({
    expected: row.expected,
    actual: multiplyDivide(row.price, row.days, row.periodDays),
  }),

  cycles: (row) => ({
    expected: row.alignedAlternative ?? row.expectedCycles,
    actual: cyclesOf(row),
  }),
}

function changeOf(row: ProrationRow, granularity: Granularity): ChangeProration {
  const period = periodOf(row)
  const newPeriod = row.newPeriodStart
    ? { start: instant(row.newPeriodStart), end: instant(row.newPeriodEnd ?? '') }
    : period
  const at = instant(row.changeAt)
  const change = changeProration({
    from: row.oldPrice,
    to: row.newPrice,
    quantityFrom: row.quantityOld,
    quantityTo: row.quantityNew,
    period,
    newPeriod,
    at,
    granularity,
  })
  if (!row.creditBase) return change
  const charged = { start: instant(row.creditBase.from), end: instant(row.creditBase.to) }
  const credit = prorate({
    amount: row.creditBase.charged,
    period: charged,
    from: at,
    to: charged.end,
    granularity,
  })
  return { credit, charge: change.charge, net: change.charge - credit }
}

/**
 * How many billing cycles are charged in advance from the start up to the target, as a reduced
 * fraction.
 */
function cyclesOf(row: ProrationRow): string {
  const at = billingDates(row)
  const start = instant(row.start)
  const target = instant(row.target)
  const end = row.end === null ? null : instant(row.end)
  let total = at(0) > start ? partOf({ start: at(-1), end: at(0) }, start, end) : ZERO
  for (let k = 0; at(k) <= target && (end === null || at(k) < end); k++) {
    total = add(total, partOf({ start: at(k), end: at(k + 1) }, at(k), end))
  }
  return total.toString()
}

function partOf(period: Period, from: Instant, end: Instant | null): Fraction {
  const { numerator, denominator } = share(period, from, 'day')
  const rest = end === null ? 0 : share(period, end, 'day').numerator
  return fraction(numerator - rest, denominator)
}

function periodOf(row: ProrationRow): Period {
  return { start: instant(row.periodStart), end: instant(row.periodEnd) }
}
