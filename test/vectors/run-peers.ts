import type { Outcome } from './support.ts'
import { boundary, periodAt } from '../../src/core/calendar.ts'
import { type Instant, instant } from '../../src/core/instant.ts'
import { changeDirection, type Price } from '../../src/core/price.ts'
import { type ChangeProration, changeProration } from '../../src/core/proration.ts'
import { named } from './billing-dates.ts'

interface CycleRow {
  readonly fn: 'add_interval' | 'cycle_start' | 'cycle_end'
  readonly interval: string
  readonly interval_count: number
  readonly from: string
  readonly anchor: string
  readonly now: string
  readonly floor?: string
  readonly result: string
}

interface PriceItem {
  readonly kind: 'fixed' | 'prepaid' | 'allocated' | 'consumable'
  readonly amount: number
  readonly interval: string
  readonly count: number
}

interface ClassificationRow {
  readonly from: readonly PriceItem[]
  readonly to: readonly PriceItem[]
  readonly expect: string
}

interface MixedRow {
  readonly from: string
  readonly to: string
  readonly expect: string
}

interface MoneyRow {
  readonly old?: number
  readonly new: number
  readonly elapsed_days: number
  readonly period_days: number
  readonly credit: number
  readonly charge: number
  readonly net: number
  readonly seat_minor: number
  readonly from_seats?: number
  readonly to_seats: number
  readonly remaining_days: number
  readonly total_days: number
  readonly net_minor: number
  readonly steps?: readonly {
    readonly start?: number
    readonly swap_to?: number
    readonly mode?: string
    readonly new_invoice?: boolean
    readonly invoice?: number
    readonly upcoming?: number
  }[]
}

/** The tables of peers.json that are about numbers, each with what our functions give for a row. */
export const peerRunners: Readonly<Record<string, (row: never) => Outcome>> = {
  cycle_math: (row: CycleRow) => ({
    expected: instant(row.result),
    actual: cycleOf(row),
  }),

  plan_change_classification: ({ from, to, expect }: ClassificationRow) => {
    // Prices per unit of use are not offered.
    if ([...from, ...to].some(({ kind }) => kind === 'consumable')) return null
    const actual = changeDirection({ price: totalOf(from) }, { price: totalOf(to) })
    return { expected: expect, actual }
  },

  plan_change_mixed_examples: ({ from, to, expect }: MixedRow) => ({
    expected: expect,
    actual: changeDirection({ price: monthlyTotal(from) }, { price: monthlyTotal(to) }),
  }),

  proration_money: (row: MoneyRow) => {
    if (row.steps) return walk(row.steps)
    if (row.old !== undefined) {
      const { credit, charge, net } = row
      const left = row.period_days - row.elapsed_days
      const change = changeWith(left, row.period_days, { from: row.old * 100, to: row.new * 100 })
      return {
        expected: { credit: credit * 100, charge: charge * 100, net: net * 100 },
        actual: change,
      }
    }
    if (row.from_seats === undefined) return null
    const { net } = changeWith(row.remaining_days, row.total_days, {
      from: row.seat_minor,
      to: row.seat_minor,
      quantityFrom: row.from_seats,
      quantityTo: row.to_seats,
    })
    return { expected: row.net_minor, actual: net }
  },
}

function cycleOf(row: CycleRow): Instant {
  const interval = named(row.interval, row.interval_count)
  if (row.fn === 'add_interval') return boundary(instant(row.from), interval, 1)
  const { start, end } = periodAt(instant(row.anchor), interval, instant(row.now))
  const found = row.fn === 'cycle_start' ? start : end
  const floor = instant(row.floor ?? row.anchor)
  return row.floor !== undefined && floor > found ? floor : found
}

/**
 * Several recurring prices as one per year; only the sum decides the direction. No price is free.
 */
function totalOf(items: readonly PriceItem[]): Price {
  const [only, ...more] = items
  if (only && more.length === 0) {
    const interval = named(only.interval, only.count)
    return { amount: only.amount * 100, currency: 'USD', interval }
  }
  const perYear = { day: 365, week: 52, month: 12, year: 1 }
  const cents = items.map(({ amount, interval, count }) => {
    const { unit, count: units } = named(interval, count)
    return (amount * 100 * perYear[unit]) / units
  })
  const amount = cents.reduce((sum, part) => sum + part, 0)
  return { amount, currency: 'USD', interval: { unit: 'year', count: 1 } }
}

/** The monthly total that a sentence names: «(total 52)», «(17.67/mo)», else «20/mo». */
function monthlyTotal(text: string): Price {
  const [, total, bracket, plain] =
    /\(total (\d+)\)/.exec(text) ??
    /(x)?\(([\d.]+)\/mo\)/.exec(text) ??
    /(x)?(x)?(\d+)\/mo/.exec(text) ??
    []
  const amount = Math.round(Number(total ?? bracket ?? plain) * 100)
  return { amount, currency: 'USD', interval: { unit: 'month', count: 1 } }
}

function changeWith(
  left: number,
  days: number,
  prices: { from: number; to: number; quantityFrom?: number; quantityTo?: number },
): ChangeProration {
  const start = instant('2026-01-01')
  const day: { unit: 'day'; count: number } = { unit: 'day', count: 1 }
  const period = { start, end: boundary(start, day, days) }
  const at = boundary(start, day, days - left)
  return changeProration({ ...prices, period, at, granularity: 'day' })
}

/**
 * Plan swaps at one instant: `none` changes the next invoice only, the others invoice the
 * difference now or with it.
 */
function walk(steps: NonNullable<MoneyRow['steps']>): Outcome {
  let price = 0
  let pending = 0
  const actual = steps.map(({ start, swap_to: to, mode, new_invoice }) => {
    if (to === undefined) {
      price = start ?? 0
      return { start }
    }
    const { net } = changeWith(30, 30, { from: price, to })
    price = to
    if (mode === 'prorate') pending += net
    const invoice = mode === 'invoice_now' ? { invoice: net } : {}
    const none = new_invoice === undefined ? {} : { new_invoice: mode === 'invoice_now' }
    return { swap_to: to, mode, ...none, ...invoice, upcoming: price + pending }
  })
  return { expected: steps, actual }
}
