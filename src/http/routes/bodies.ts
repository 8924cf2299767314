/** Bodies that a command and its preview share. Amounts and customers are never among them. */
import * as z from 'zod'
import {
  addOns,
  count,
  currency,
  date,
  group,
  id,
  interval,
  keep,
  quote,
  quoted,
  units,
  url,
} from '../schemas.ts'

export const checkoutBody = z.strictObject({
  plan: id,
  interval: interval.optional(),
  currency: currency.optional(),
  quantity: count.optional(),
  addOns: addOns.optional(),
  coupon: id.optional(),
  trial: z.boolean().optional(),
  gateway: id.optional(),
  successUrl: url.optional(),
  cancelUrl: url.optional(),
})

export const changeBody = z.strictObject({
  plan: id,
  interval: interval.optional(),
  quantity: count.optional(),
  keep: keep.optional(),
  quote: quote.optional(),
  successUrl: url.optional(),
  cancelUrl: url.optional(),
})

export const cancelBody = z.strictObject({
  ...group,
  at: z.union([z.enum(['period_end', 'now']), date]).optional(),
})

export const quantityBody = z.strictObject({ ...quoted, quantity: count })
export const addOnBody = z.strictObject({ ...quoted, addOn: id, quantity: units })
export const couponBody = z.strictObject({ ...group, coupon: id })
export const groupBody = z.strictObject(group)
