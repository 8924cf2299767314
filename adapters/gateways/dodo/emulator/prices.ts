/** What a cart costs, line by line, and what a change of it comes to. */
import type { Cart, Item, Subscription, Vendor } from './vendor.ts'
import { changeProration, percentOf, prorate } from 'billwright/core'

interface Bill {
  readonly items: readonly Item[]
  /** Before tax. */
  readonly amount: number
}

/** A billing of a cart, less its discounts. */
export function billOf(vendor: Vendor, cart: Cart, codes: readonly string[]): Bill {
  const lines = linesOf(vendor, cart)
  const full = lines.reduce((sum, { amount }) => sum + amount, 0)
  const off = codes.reduce((sum, code) => sum + discountOf(vendor, code, full), 0)
  const amount = Math.max(0, full - off)
  let left = full - amount
  const items = lines.map(({ id, amount: whole }) => {
    const less = Math.min(whole, left)
    left -= less
    return { id, amount: whole - less, prorated: false }
  })
  return { items, amount }
}

function linesOf(
  { addons }: Vendor,
  cart: Cart,
): readonly { readonly id: string; readonly amount: number }[] {
  const main = { id: cart.product, amount: cart.price * cart.quantity }
  const extras = cart.addons.map(({ addon_id, quantity }) => ({
    id: addon_id,
    amount: (addons.get(addon_id)?.price ?? 0) * quantity,
  }))
  return [main, ...extras]
}

function discountOf({ discounts }: Vendor, code: string, full: number): number {
  const discount = discounts.get(code)
  if (!discount) return 0
  return discount.type === 'flat' ? discount.amount : percentOf(full, discount.amount / 100)
}

/** What is taken now for a change, before tax; a negative amount is left over as credit. */
export function changeAmount(
  vendor: Vendor,
  subscription: Subscription,
  cart: Cart,
  { mode, resets }: { readonly mode: string; readonly resets: boolean },
): number {
  const codes = subscription.discounts.map(({ code }) => code)
  const from = billOf(vendor, subscription.cart, codes).amount
  const to = billOf(vendor, cart, []).amount
  if (mode === 'do_not_bill') return 0
  if (mode === 'full_immediately') return to
  if (mode === 'difference_immediately') return to - from
  const period = { start: subscription.start, end: subscription.end }
  const at = vendor.now()
  if (!resets) return changeProration({ from, to, period, at, granularity: 'second' }).net
  const unused = { amount: from, period, from: at, to: period.end }
  return to - prorate({ ...unused, granularity: 'second' })
}

/** Tax that comes on top. */
export function taxOn({ business }: Vendor, amount: number): number {
  return amount > 0 ? percentOf(amount, business.taxPercent) : 0
}
