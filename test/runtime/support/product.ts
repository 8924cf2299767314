/** What the app of these tests sells. */
import { addOn, coupon, days, limit, meter, monthly, plan } from 'billwright'

const listings = limit('listings')
const calls = meter('calls')

export const PRODUCT = {
  plans: [
    plan('basic', { rank: 1, price: monthly(2000, 'USD'), includes: [listings(1), calls(50)] }),
    plan('pro', {
      rank: 2,
      price: monthly(5000, 'USD'),
      quantity: { min: 1, max: 20 },
      includes: [listings(5), calls(500)],
    }),
    plan('tried', { rank: 3, price: monthly(6000, 'USD'), trial: days(14), includes: [calls(50)] }),
    plan('carded', {
      rank: 4,
      price: monthly(7000, 'USD'),
      trial: days(14, { payment: 'upfront' }),
    }),
  ],
  addOns: [addOn('seats', { price: monthly(1000, 'USD'), adds: [listings(1)], plans: ['pro'] })],
  coupons: [
    coupon('TEN', { percent: 10, duration: 'forever' }),
    coupon('ONLY', { percent: 50, single: true }),
  ],
  // By the day, so that a minute more or less makes no other amount.
  proration: { granularity: 'day' },
  checkoutsPerHour: null,
} as const
