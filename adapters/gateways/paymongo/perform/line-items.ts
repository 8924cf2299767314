/** What a page shows as bought. PayMongo takes amounts per unit and none below zero. */
import type { Line } from 'billwright/core'

export interface Bill {
  readonly amount: number
  readonly currency: string
  readonly lines: readonly Line[]
}

export interface LineItem {
  readonly name: string
  readonly quantity: number
  /** Per unit. */
  readonly amount: number
  readonly currency: string
}

/**
 * The lines as they are where they make up the amount to the centavo; else one line for all of it, as
 * when a credit or a discount comes off.
 */
export function lineItems(
  { amount, currency, lines }: Bill,
  titleOf: (id: string) => string,
): readonly LineItem[] {
  const items = lines.map(({ id, quantity, amount: total }): LineItem => {
    const name = titleOf(id)
    // A share of a period need not divide by the units.
    const whole = quantity > 0 && total % quantity === 0
    return whole
      ? { name, quantity, amount: total / quantity, currency }
      : { name: `${quantity} × ${name}`, quantity: 1, amount: total, currency }
  })
  const sum = items.reduce((all, item) => all + item.quantity * item.amount, 0)
  if (items.length > 0 && sum === amount && items.every((item) => item.amount > 0)) return items
  const names = lines.filter((line) => line.amount > 0).map(({ id }) => titleOf(id))
  const name = [...new Set(names)].join(', ') || 'Payment'
  return [{ name, quantity: 1, amount, currency }]
}
