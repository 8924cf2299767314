/**
 * How a product of Dodo is known as one of ours: its metadata says which plan, interval and currency it
 * is for. An add-on has no metadata, and is known by its name.
 */
import type { Good } from 'billwright/setup'
import { type Fields, isFields } from '../read.ts'

type Unit = 'Day' | 'Week' | 'Month' | 'Year'
const UNITS = { day: 'Day', week: 'Week', month: 'Month', year: 'Year' } as const

export function marksOf({ id, price }: Good): Record<string, string> {
  const { interval, currency } = price
  return { bw_plan: id, bw_interval: `${interval.count}${interval.unit}`, bw_currency: currency }
}

export function isMarkedAs(good: Good, product: Fields): boolean {
  const metadata = isFields(product.metadata) ? product.metadata : {}
  return Object.entries(marksOf(good)).every(([name, value]) => metadata[name] === value)
}

/** Whether push made it. */
export function isOurs({ metadata }: Fields): boolean {
  return isFields(metadata) && typeof metadata.bw_plan === 'string'
}

/** The interval is in the name, because nothing else of an add-on tells it. */
export function addOnNameOf({ title, price: { interval } }: Good): string {
  const { count, unit } = interval
  if (count === 1 && unit === 'month') return title
  return `${title} (every ${count === 1 ? unit : `${count} ${unit}s`})`
}

/** Whether a price is billed as often and in the currency; its amount may differ. */
export function bills({ price: { currency, interval } }: Good, shown: unknown): boolean {
  return (
    isFields(shown) &&
    shown.type === 'recurring_price' &&
    shown.currency === currency &&
    shown.payment_frequency_count === interval.count &&
    shown.payment_frequency_interval === UNITS[interval.unit]
  )
}

/** How Dodo bills it: for as long as a subscription can last there, and without a trial of its own. */
export function billingOf({ price: { interval } }: Good) {
  const unit: Unit = UNITS[interval.unit]
  return {
    type: 'recurring_price' as const,
    payment_frequency_count: interval.count,
    payment_frequency_interval: unit,
    subscription_period_count: 20,
    subscription_period_interval: 'Year' as const,
    trial_period_days: 0,
  }
}
