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
  route('POST', '/register', {
    about: 'Starts the customer on the default plan; twice is once.',
    run: ({ bill, customer, options }) => bill.register(customer, options),
  }),
  route('POST', '/checkout', {
    about: 'Buys a plan: answers with the page to pay on, or with the subscription.',
    body: checkoutBody,
    run: ({ bill, customer, body, options, http }) => {
      const { plan, ...rest } = withReturnUrls(body, http)
      return bill.subscribe(customer, plan, { ...defined(rest), ...options })
    },
  }),
  route('POST', '/trial', {
    about: 'Starts a trial and nothing else.',
    body: checkoutBody.omit({ trial: true, coupon: true, addOns: true }),
    run: ({ bill, customer, body, options, http }) => {
      const { plan, ...rest } = withReturnUrls(body, http)
      return bill.startTrial(customer, plan, { ...defined(rest), ...options })
    },
  }),
  route('GET', '/verify/:reference', {
    about: 'After the redirect: what became of the checkout. Twice is once.',
    action: 'manage',
    run: ({ bill, customer, params }) => bill.verify(params.reference ?? '', { customer }),
  }),
  route('POST', '/change', {
    about: 'Changes the plan: an upgrade once it is paid, a downgrade at the period’s end.',
    body: changeBody,
    run: (call) => change(call, {}),
  }),
  route('POST', '/upgrade', {
    about: 'The same, refused with `wrong_direction` when it is none.',
    body: changeBody,
    run: (call) => change(call, { direction: 'upgrade' }),
  }),
  route('POST', '/downgrade', {
    about: 'The same, refused with `wrong_direction` when it is none.',
    body: changeBody,
    run: (call) => change(call, { direction: 'downgrade' }),
  }),
  route('POST', '/undo', {
    about: 'Takes back a scheduled change.',
    body: groupBody,
    run: ({ bill, customer, body, options }) =>
      bill.undoChange(customer, { ...defined(body), ...options }),
  }),
  route('POST', '/cancel', {
    about: 'Cancels at the period’s end, now, or at a date.',
    body: cancelBody,
    run: ({ bill, customer, body, options }) =>
      bill.cancel(customer, { ...defined(body), ...options }),
  }),
  route('POST', '/resume', {
    about: 'Takes back a cancellation before it takes effect.',
    body: groupBody,
    run: ({ bill, customer, body, options }) =>
      bill.resume(customer, { ...defined(body), ...options }),
  }),
  route('POST', '/pause', {
    about: 'Pauses, if said until a date.',
    body: z.strictObject({ ...group, until: date.optional() }),
    run: ({ bill, customer, body, options }) =>
      bill.pause(customer, { ...defined(body), ...options }),
  }),
  route('POST', '/unpause', {
    about: 'Ends a pause.',
    body: groupBody,
    run: ({ bill, customer, body, options }) =>
      bill.unpause(customer, { ...defined(body), ...options }),
  }),
  route('POST', '/quantity', {
    about: 'Sets the quantity, such as seats.',
    body: quantityBody,
    run: ({ bill, customer, body, options }) => {
      const { quantity, ...rest } = body
      return bill.setQuantity(customer, quantity, { ...defined(rest), ...options })
    },
  }),
  route('POST', '/add-ons', {
    about: 'Sets how many of an add-on there are; 0 removes it.',
    body: addOnBody,
    run: ({ bill, customer, body, options }) => {
      const { addOn, quantity, ...rest } = body
      return bill.addOn(customer, addOn, quantity, { ...defined(rest), ...options })
    },
  }),
  route('POST', '/coupon', {
    about: 'Applies a coupon.',
    body: couponBody,
    run: ({ bill, customer, body, options }) => {
      const { coupon, ...rest } = body
      return bill.applyCoupon(customer, coupon, { ...defined(rest), ...options })
    },
  }),
  route('DELETE', '/coupon', {
    about: 'Removes the coupon.',
    body: groupBody,
    run: ({ bill, customer, body, options }) =>
      bill.removeCoupon(customer, { ...defined(body), ...options }),
  }),
  route('POST', '/payment-method', {
    about: 'The page to save another payment method, or the open payment link.',
    body: z.strictObject({ returnUrl: url.optional() }),
    run: ({ bill, customer, body, options, http }) =>
      bill.updatePaymentMethod(customer, { ...defined(withReturnUrls(body, http)), ...options }),
  }),
  route('POST', '/retry-payment', {
    about: 'Tries to collect the open invoice again.',
    body: groupBody,
    run: ({ bill, customer, body, options }) =>
      bill.retryPayment(customer, { ...defined(body), ...options }),
  }),
  route('POST', '/restore', {
    about: 'Brings archived things back, as many as there is room for.',
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
