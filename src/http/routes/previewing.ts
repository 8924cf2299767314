/** What the same call would do and cost; nothing changes. */
import { previewOf } from '../present.ts'
import { type Route, route } from '../route.ts'
import { defined } from '../schemas.ts'
import {
  addOnBody,
  cancelBody,
  changeBody,
  checkoutBody,
  couponBody,
  quantityBody,
} from './bodies.ts'
import { withReturnUrls } from './return-urls.ts'

const common = { action: 'read' } as const

export const previewing: readonly Route[] = [
  /** What buying would cost, now and at each renewal. */
  route('POST', '/preview/checkout', {
    ...common,
    body: checkoutBody,
    run: async ({ bill, customer, body, http }) => {
      const { plan, ...rest } = withReturnUrls(body, http)
      return previewOf(await bill.preview.subscribe(customer, plan, defined(rest)))
    },
  }),
  /** What another plan would cost, and when it would begin. */
  route('POST', '/preview/change', {
    ...common,
    body: changeBody.omit({ quote: true }),
    run: async ({ bill, customer, body, http }) => {
      const { plan, ...rest } = withReturnUrls(body, http)
      return previewOf(await bill.preview.changePlan(customer, plan, defined(rest)))
    },
  }),
  /** When canceling would take effect, and what would be archived then. */
  route('POST', '/preview/cancel', {
    ...common,
    body: cancelBody,
    run: async ({ bill, customer, body }) =>
      previewOf(await bill.preview.cancel(customer, defined(body))),
  }),
  /** What another quantity would cost. */
  route('POST', '/preview/quantity', {
    ...common,
    body: quantityBody.omit({ quote: true }),
    run: async ({ bill, customer, body }) => {
      const { quantity, ...rest } = body
      return previewOf(await bill.preview.setQuantity(customer, quantity, defined(rest)))
    },
  }),
  /** What an add-on would cost. */
  route('POST', '/preview/add-ons', {
    ...common,
    body: addOnBody.omit({ quote: true }),
    run: async ({ bill, customer, body }) => {
      const { addOn, quantity, ...rest } = body
      return previewOf(await bill.preview.addOn(customer, addOn, quantity, defined(rest)))
    },
  }),
  /** What a coupon would take off. */
  route('POST', '/preview/coupon', {
    ...common,
    body: couponBody,
    run: async ({ bill, customer, body }) => {
      const { coupon, ...rest } = body
      return previewOf(await bill.preview.applyCoupon(customer, coupon, defined(rest)))
    },
  }),
]
