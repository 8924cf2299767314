/** What a customer does: buy, change, cancel, pay. Each is one verb of the library. */
import type { ChangeOptions } from '../../bill.ts'
import * as z from 'zod'
import { type Call, type Route, route } from '../route.ts'
import { date, defined, group, id, url } from '../schemas.ts'
import {
  addOnBody,
  cancelBody,
  changeBody,
  checkoutBody,
  couponBody,
  groupBody,
  quantityBody,
} from './bodies.ts'
import { withReturnUrls } from './return-urls.ts'

export const changing: readonly Route[] = [
  /** Starts the customer on the default plan; twice is once. */
  route('POST', '/register', {
    run: ({ bill, customer, options }) => bill.register(customer, options),
  }),
  /** Buys a plan: answers with the page to pay on, or with the subscription. */
  route('POST', '/checkout', {
    body: checkoutBody,
    run: ({ bill, customer, body, options, http }) => {
      const { plan, ...rest } = withReturnUrls(body, http)
      return bill.subscribe(customer, plan, { ...defined(rest), ...options })
    },
  }),
  /** Starts a trial and nothing else. */
  route('POST', '/trial', {
    body: checkoutBody.omit({ trial: true, coupon: true, addOns: true }),
    run: ({ bill, customer, body, options, http }) => {
      const { plan, ...rest } = withReturnUrls(body, http)
      return bill.startTrial(customer, plan, { ...defined(rest), ...options })
    },
  }),
  /** After the redirect: what became of the payment, `pending` until it is made. Twice is once. */
  route('GET', '/verify/:reference', {
    action: 'manage',
    run: ({ bill, customer, params }) => bill.verify(params.reference ?? '', { customer }),
  }),
  /** Changes the plan: an upgrade once it is paid, a downgrade at the period’s end. */
  route('POST', '/change', {
    body: changeBody,
    run: (call) => change(call, {}),
  }),
  /** The same, refused with `wrong_direction` when it is none. */
  route('POST', '/upgrade', {
    body: changeBody,
    run: (call) => change(call, { direction: 'upgrade' }),
  }),
  /** The same, refused with `wrong_direction` when it is none. */
  route('POST', '/downgrade', {
    body: changeBody,
    run: (call) => change(call, { direction: 'downgrade' }),
  }),
  /** Takes back a scheduled change. */
  route('POST', '/undo', {
    body: groupBody,
    run: ({ bill, customer, body, options }) =>
      bill.undoChange(customer, { ...defined(body), ...options }),
  }),
  /** Cancels at the period’s end, now, or at a date. */
  route('POST', '/cancel', {
    body: cancelBody,
    run: ({ bill, customer, body, options }) =>
      bill.cancel(customer, { ...defined(body), ...options }),
  }),
  /** Takes back a cancellation before it takes effect. */
  route('POST', '/resume', {
    body: groupBody,
    run: ({ bill, customer, body, options }) =>
      bill.resume(customer, { ...defined(body), ...options }),
  }),
  /** Pauses, if said until a date. */
  route('POST', '/pause', {
    body: z.strictObject({ ...group, until: date.optional() }),
    run: ({ bill, customer, body, options }) =>
      bill.pause(customer, { ...defined(body), ...options }),
  }),
  /** Ends a pause. */
  route('POST', '/unpause', {
    body: groupBody,
    run: ({ bill, customer, body, options }) =>
      bill.unpause(customer, { ...defined(body), ...options }),
  }),
  /** Sets the quantity, such as seats. */
  route('POST', '/quantity', {
    body: quantityBody,
    run: ({ bill, customer, body, options }) => {
      const { quantity, ...rest } = body
      return bill.setQuantity(customer, quantity, { ...defined(rest), ...options })
    },
  }),
  /** Sets how many of an add-on there are; 0 removes it. */
  route('POST', '/add-ons', {
    body: addOnBody,
    run: ({ bill, customer, body, options }) => {
      const { addOn, quantity, ...rest } = body
      return bill.addOn(customer, addOn, quantity, { ...defined(rest), ...options })
    },
  }),
  /** Applies a coupon. */
  route('POST', '/coupon', {
    body: couponBody,
    run: ({ bill, customer, body, options }) => {
      const { coupon, ...rest } = body
      return bill.applyCoupon(customer, coupon, { ...defined(rest), ...options })
    },
  }),
  /** Removes the coupon. */
  route('DELETE', '/coupon', {
    body: groupBody,
    run: ({ bill, customer, body, options }) =>
      bill.removeCoupon(customer, { ...defined(body), ...options }),
  }),
  /** The page to save another payment method, or the open payment link. */
  route('POST', '/payment-method', {
    body: z.strictObject({ returnUrl: url.optional() }),
    run: ({ bill, customer, body, options, http }) =>
      bill.updatePaymentMethod(customer, { ...defined(withReturnUrls(body, http)), ...options }),
  }),
  /** Tries to collect the open invoice again. */
  route('POST', '/retry-payment', {
    body: groupBody,
    run: ({ bill, customer, body, options }) =>
      bill.retryPayment(customer, { ...defined(body), ...options }),
  }),
  /** Brings archived things back, as many as there is room for. */
  route('POST', '/restore', {
    body: z.strictObject({ feature: id, ids: z.array(id).min(1).max(1_000) }),
    run: ({ bill, customer, body, options }) =>
      bill.restore(customer, body.feature, body.ids, options),
  }),
]

function change(
  { bill, customer, body, options, http }: Call<z.output<typeof changeBody>, unknown>,
  guard: Pick<ChangeOptions, 'direction'>,
) {
  const { plan, ...rest } = withReturnUrls(body, http)
  return bill.changePlan(customer, plan, { ...defined(rest), ...guard, ...options })
}
