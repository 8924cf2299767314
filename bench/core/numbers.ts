/**
 * Proration, allocation and month arithmetic against the hand-written limit and peers: `npx tsx
 * bench/core/numbers.ts`.
 */
import { addMonths } from 'date-fns/addMonths'
import {
  allocate as allocateDinero,
  dinero,
  halfAwayFromZero,
  multiply,
  toSnapshot,
  transformScale,
  USD,
} from 'dinero.js'
import { boundary, type Interval, periodAt } from '../../src/core/calendar.ts'
import { DAY, type Instant, instant } from '../../src/core/instant.ts'
import { allocate, multiplyDivide } from '../../src/core/money.ts'
import { changeProration, prorate } from '../../src/core/proration.ts'
import { type Case, compare, inputs } from '../support/measure.ts'

const MONTH: Interval = { unit: 'month', count: 1 }
const NEW_YORK = { timeZone: 'America/New_York' }

/**
 * A price up to 30,000.00 and a change within a month, to the millisecond: products stay below
 * 2^53.
 */
const changes = inputs((random) => {
  const start = instant(Date.UTC(2020 + random(20), random(12), 1 + random(31)))
  const period = { start, end: boundary(start, MONTH, 1) }
  const total = period.end - period.start
  const remaining = random(total)
  return {
    amount: random(3_000_000),
    total,
    remaining,
    period,
    at: instant(period.end - remaining),
  }
})

const prorations: readonly Case[] = [
  {
    name: 'limit: integers in doubles, unchecked',
    run: (i) => {
      const { amount, remaining, total } = changes.at(i)
      const product = amount * remaining
      const quotient = Math.floor(product / total)
      return (product - quotient * total) * 2 >= total ? quotient + 1 : quotient
    },
  },
  {
    name: 'billwright multiplyDivide',
    run: (i) => {
      const { amount, remaining, total } = changes.at(i)
      return multiplyDivide(amount, remaining, total)
    },
  },
  {
    name: 'billwright prorate, second',
    run: (i) => {
      const { amount, period, at } = changes.at(i)
      return prorate({ amount, period, from: at, to: period.end, granularity: 'second' })
    },
  },
  {
    name: 'billwright prorate, day',
    run: (i) => {
      const { amount, period, at } = changes.at(i)
      return prorate({ amount, period, from: at, to: period.end, granularity: 'day' })
    },
  },
  {
    name: 'billwright changeProration, second',
    run: (i) => {
      const { amount, period, at } = changes.at(i)
      return changeProration({ from: amount, to: 4900, period, at, granularity: 'second' }).net
    },
  },
  {
    name: 'BigInt always',
    run: (i) => {
      const { amount, remaining, total } = changes.at(i)
      const parts = BigInt(total)
      return Number((2n * BigInt(amount) * BigInt(remaining) + parts) / (2n * parts))
    },
  },
  {
    name: 'dinero.js 2 multiply, ratio to 1e-6',
    run: (i) => {
      const { amount, remaining, total } = changes.at(i)
      const ratio = { amount: Math.round((remaining / total) * 1e6), scale: 6 }
      const product = multiply(dinero({ amount, currency: USD }), ratio)
      return toSnapshot(transformScale(product, 2, halfAwayFromZero)).amount
    },
  },
]

const splits = inputs((random) => ({
  amount: random(3_000_000),
  weights: [1 + random(100), 1 + random(100), 1 + random(100)] as const,
}))

const allocations: readonly Case[] = [
  { name: 'limit: three weights by hand', run: (i) => allocateThree(splits.at(i)) },
  {
    name: 'billwright allocate',
    run: (i) => allocate(splits.at(i).amount, splits.at(i).weights),
  },
  {
    name: 'dinero.js 2 allocate',
    run: (i) => {
      const { amount, weights } = splits.at(i)
      return allocateDinero(dinero({ amount, currency: USD }), [...weights])
    },
  },
]

const moves = inputs((random) => ({
  anchor: instant(Date.UTC(2000 + random(60), random(12), 1 + random(31), random(24))),
  months: 1 + random(60),
}))

const calendars: readonly Case[] = [
  { name: 'limit: civil integers, no Date', run: (i) => addMonthsByHand(moves.at(i)) },
  {
    name: 'Date.UTC',
    run: (i) => {
      const { anchor, months } = moves.at(i)
      const date = new Date(anchor)
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months]
      const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
      const day = Math.min(date.getUTCDate(), last)
      return Date.UTC(year, month, day) + (anchor - Math.floor(anchor / DAY) * DAY)
    },
  },
  {
    name: 'date-fns addMonths, zone of the machine',
    run: (i) => addMonths(moves.at(i).anchor, moves.at(i).months).getTime(),
  },
  {
    name: 'billwright boundary, UTC',
    run: (i) => boundary(moves.at(i).anchor, MONTH, moves.at(i).months),
  },
  {
    name: 'billwright boundary, New York',
    run: (i) => boundary(moves.at(i).anchor, MONTH, moves.at(i).months, NEW_YORK),
  },
  {
    name: 'billwright periodAt, UTC',
    run: (i) => {
      const { anchor, months } = moves.at(i)
      return periodAt(anchor, MONTH, (anchor + months * 30 * DAY) as Instant)
    },
  },
]

for (const split of splits.all) {
  if (`${allocate(split.amount, split.weights)}` !== `${allocateThree(split)}`) {
    throw new Error(`The limit splits otherwise: ${JSON.stringify(split)}`)
  }
}
for (const { anchor, months } of moves.all) {
  if (boundary(anchor, MONTH, months) !== addMonthsByHand({ anchor, months })) {
    throw new Error(`The limit adds months otherwise: ${anchor} + ${months}`)
  }
}
compare('Prorate an amount', prorations)
compare('Split an amount over 3 weights', allocations)
compare('Add months to an anchor', calendars)

/** Largest remainder for exactly three positive weights, without checks. */
function allocateThree({
  amount,
  weights: [a, b, c],
}: {
  readonly amount: number
  readonly weights: readonly [number, number, number]
}): number[] {
  const total = a + b + c
  let [first, second, third] = [
    Math.floor((amount * a) / total),
    Math.floor((amount * b) / total),
    Math.floor((amount * c) / total),
  ]
  const [r1, r2, r3] = [
    amount * a - first * total,
    amount * b - second * total,
    amount * c - third * total,
  ]
  const left = amount - first - second - third
  if (left === 1) {
    if (r1 >= r2 && r1 >= r3) first++
    else if (r2 >= r3) second++
    else third++
  } else if (left === 2) {
    // The two largest of three: all but the smallest, which is the last one on a tie.
    const smallest = r3 <= r1 && r3 <= r2 ? 3 : r2 <= r1 ? 2 : 1
    if (smallest !== 1) first++
    if (smallest !== 2) second++
    if (smallest !== 3) third++
  }
  return [first, second, third]
}

/** Howard Hinnant's days ↔ civil algorithms: the fastest way we know without a table. */
function addMonthsByHand({ anchor, months }: { anchor: number; months: number }): number {
  const days = Math.floor(anchor / DAY)
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1
  // Months since March of year 0.
  const target = (yearOfEra + era * 400) * 12 + shifted + months
  const first = daysOfMarchMonth(target)
  const length = daysOfMarchMonth(target + 1) - first
  return (first + (day < length ? day : length) - 1) * DAY + (anchor - days * DAY)
}

function daysOfMarchMonth(months: number): number {
  const year = Math.floor(months / 12)
  const shifted = months - year * 12
  return (
    365 * year +
    Math.floor(year / 4) -
    Math.floor(year / 100) +
    Math.floor(year / 400) +
    Math.floor((153 * shifted + 2) / 5) -
    719_468
  )
}
