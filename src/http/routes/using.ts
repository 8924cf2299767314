/** Counting over HTTP, for apps that allow it: usage is otherwise the app server's own. */
import type { CallOptions } from '../../bill.ts'
import * as z from 'zod'
import { type Route, route } from '../route.ts'
import { count } from '../schemas.ts'
import { featureOf } from './feature-of.ts'

const body = z.strictObject({ amount: count.optional() })

export const using: readonly Route[] = [
  /** Counts a use; refused with `limit_reached`. */
  route('POST', '/usage/:feature', {
    writesUsage: true,
    body,
    run: ({ bill, customer, params, body: { amount = 1 }, options }) =>
      bill.use(customer, featureOf(bill, params), amount, keyOf(options)),
  }),
  /** Gives occupied units back. */
  route('POST', '/usage/:feature/release', {
    writesUsage: true,
    body,
    run: ({ bill, customer, params, body: { amount = 1 }, options }) =>
      bill.release(customer, featureOf(bill, params), amount, keyOf(options)),
  }),
]

function keyOf({ idempotencyKey }: CallOptions) {
  return idempotencyKey === undefined ? {} : { idempotencyKey }
}
