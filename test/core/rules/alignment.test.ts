import { describe, expect, it } from 'vitest'
import { catalog, coupon, every, instant, plan } from '../../../src/core/index.ts'
import { asked, dateOf, type PolicyOptions } from './products.ts'
import { atCheckout, moneyFor, periodOf, shop, type Wish } from './shop.ts'

const OCT_14 = '2025-10-14'
const coupons = [coupon('LAUNCH', { percent: 20 })]

/** What is asked for at the start, the first and the second period, and what the second costs. */
function firstOf(policies: PolicyOptions, at: string, wish: Wish = { plan: 'basic' }) {
  const { customer, checkout } = atCheckout(shop({ policies, coupons }), at, wish)
  customer.pay()
  const [start, end] = periodOf(customer)
  customer.at(customer.subscription().period.end)
  const next = asked(customer.effects, 'payment.collect').map(({ amount }) => amount)
  return { amount: checkout.amount, periods: [start, end, periodOf(customer)[1]], next }
}

describe('periods on the anniversary', () => {
  it('begin with a whole one at its whole price', () => {
    expect(firstOf({}, OCT_14)).toEqual({
      amount: 49_00,
      periods: [OCT_14, '2025-11-14', '2025-12-14'],
      next: [49_00],
    })
  })
})

describe('periods on the calendar', () => {
  const policies = { alignment: 'calendar' } as const

  it('begin with the rest of the month: 18 of 31 days are $28.45', () => {
    expect(firstOf(policies, OCT_14)).toEqual({
      amount: 28_45,
      periods: [OCT_14, '2025-11-01', '2025-12-01'],
      next: [49_00],
    })
  })

  it('begin with a whole month on the first of one', () => {
    expect(firstOf(policies, '2025-11-01')).toEqual({
      amount: 49_00,
      periods: ['2025-11-01', '2025-12-01', '2026-01-01'],
      next: [49_00],
    })
  })

  it('begin with the rest of the year: 79 of 365 days are $106.05', () => {
    expect(firstOf(policies, OCT_14, { plan: 'basic', interval: 'year' })).toEqual({
      amount: 106_05,
      periods: [OCT_14, '2026-01-01', '2027-01-01'],
      next: [490_00],
    })
  })

  it('begin with the rest of the quarter: 79 of 92 days are $120.22', () => {
    const interval = { unit: 'month', count: 3 } as const
    expect(firstOf(policies, OCT_14, { plan: 'basic', interval })).toEqual({
      amount: 120_22,
      periods: [OCT_14, '2026-01-01', '2026-04-01'],
      next: [140_00],
    })
  })

  it('begin with the rest of the week, up to Monday: 6 of 7 days are $6.00', () => {
    const weekly = catalog({
      plans: [plan('paper', { price: every({ unit: 'week', count: 1 }, 7_00, 'USD') })],
      policies,
      gateways: [{ name: 'bank' }],
    })
    const { customer, checkout } = atCheckout(weekly, OCT_14, 'paper')
    customer.pay()
    expect(checkout.amount).toBe(6_00)
    expect(periodOf(customer)).toEqual([OCT_14, '2025-10-20'])
  })

  it.each([
    ['second', 27_66],
    ['day', 28_45],
    ['day30', 29_40],
  ] as const)('count the rest from noon by the %s', (granularity, amount) => {
    const byPolicy = { ...policies, proration: { granularity } }
    expect(firstOf(byPolicy, '2025-10-14T12:00:00Z').amount).toBe(amount)
  })

  it('begin on the first in the zone of the app', () => {
    const manila = { ...policies, timeZone: 'Asia/Manila' }
    const { amount, periods } = firstOf(manila, OCT_14)
    expect([amount, periods[1]]).toEqual([27_92, '2025-10-31T16:00:00.000Z'])
  })

  it('share the price of each add-on: $28.45 and $5.81', () => {
    const wish = { plan: 'basic', addOns: { seats: 2 } }
    const { checkout } = atCheckout(shop({ policies }), OCT_14, wish)
    expect(checkout.lines.map(({ amount }) => amount)).toEqual([28_45, 5_81])
    expect(checkout.amount).toBe(34_26)
  })

  it('take a coupon off the share: 20 % of $28.45 are $5.69', () => {
    expect(firstOf(policies, OCT_14, { plan: 'basic', coupon: 'LAUNCH' })).toMatchObject({
      amount: 22_76,
      next: [49_00],
    })
  })
})

describe('periods on a day of the month', () => {
  it('begin with the days up to it: 6 of 30 days are $9.80', () => {
    expect(firstOf({ alignment: { dayOfMonth: 20 } }, OCT_14)).toEqual({
      amount: 9_80,
      periods: [OCT_14, '2025-10-20', '2025-11-20'],
      next: [49_00],
    })
  })

  it('take the last day of a shorter month and come back to the 31st: 18 of 28 days are $31.50', () => {
    expect(firstOf({ alignment: { dayOfMonth: 31 } }, '2025-02-10')).toEqual({
      amount: 31_50,
      periods: ['2025-02-10', '2025-02-28', '2025-03-31'],
      next: [49_00],
    })
  })
})

describe('a share of a period that is paid later than it was asked', () => {
  const sold = shop({ policies: { alignment: 'calendar' } })
  const paidAt = (openedAt: string, at: string) => {
    const { customer, checkout } = atCheckout(sold, openedAt, 'basic')
    customer.at(at).do(moneyFor(checkout, { at: instant(at) }))
    const period = periodOf(customer)
    customer.at(at)
    const next = asked(customer.effects, 'payment.collect')
    return { period, next: next.map(({ amount, dueAt }) => [amount, dateOf(dueAt)]) }
  }

  it('starts with the payment and costs what was asked', () => {
    expect(paidAt(OCT_14, '2025-10-15')).toEqual({
      period: ['2025-10-15', '2025-11-01'],
      next: [],
    })
  })

  it('never buys the whole next month: that one is asked for at once', () => {
    expect(paidAt('2025-10-31T12:00:00Z', '2025-11-01T10:00:00Z')).toEqual({
      period: ['2025-10-31T12:00:00.000Z', '2025-11-01'],
      next: [[49_00, '2025-11-01']],
    })
  })

  it('asked for on the first and paid on the second buys that month only', () => {
    expect(paidAt('2025-11-01', '2025-11-02').period).toEqual(['2025-11-02', '2025-12-01'])
  })
})

describe('the first paid period after a trial', () => {
  it('is a share as well: 17 of 31 days of October are $109.13', () => {
    const sold = shop({ policies: { alignment: 'calendar' } })
    const { customer } = atCheckout(sold, '2025-10-01', 'vip')
    customer.pay()
    customer.at('2025-10-15')
    expect(asked(customer.effects, 'payment.collect')).toMatchObject([{ amount: 109_13 }])
    expect(periodOf(customer)).toEqual(['2025-10-15', '2025-11-01'])
  })
})
