/** Comparing and building what was bought. */
import type { Interval } from './calendar.ts'
import type { AddOnTerms, Terms } from './state.ts'

/** Whether two intervals are written alike; 12 months and a year are not. */
export function sameInterval(a: Interval, b: Interval): boolean {
  return a.unit === b.unit && a.count === b.count
}

/** The same plan at the same price, interval, quantity and add-ons: changing to it changes nothing. */
export function sameTerms(a: Terms, b: Terms): boolean {
  return (
    a.plan === b.plan &&
    a.quantity === b.quantity &&
    samePrice(a, b) &&
    a.addOns.length === b.addOns.length &&
    a.addOns.every((addOn) => quantityOf(b, addOn.id) === addOn.quantity)
  )
}

function samePrice({ price: a }: Terms, { price: b }: Terms): boolean {
  if (a === null || b === null) return a === b
  return a.amount === b.amount && a.currency === b.currency && sameInterval(a.interval, b.interval)
}

/** How many units of an add-on the terms hold. */
export function quantityOf(terms: Terms, addOn: string): number {
  return terms.addOns.find(({ id }) => id === addOn)?.quantity ?? 0
}

/** The add-ons with one of them set to a quantity; zero removes it. */
export function withAddOn(terms: Terms, addOn: AddOnTerms): Terms {
  const others = terms.addOns.filter(({ id }) => id !== addOn.id)
  return { ...terms, addOns: addOn.quantity > 0 ? [...others, addOn] : others }
}

/** Only the terms of something that holds more, such as a subscription. */
export function termsOf({ plan, planVersion, price, quantity, addOns }: Terms): Terms {
  return { plan, planVersion, price, quantity, addOns }
}
