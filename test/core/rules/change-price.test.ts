import { describe, expect, it } from 'vitest'
import {
  type Catalog,
  type CatalogOptions,
  catalog,
  coupon,
  instant,
  monthly,
  plan,
  preview,
  type Quote,
} from '../../../src/core/index.ts'
import { type World, world } from '../../../src/testing/index.ts'
import {
  asked,
  customerOn,
  dateOf,
  happened,
  listingSite,
  NATIVE,
  organisations,
  type PolicyOptions,
  tieredSaas,
  vendorShows,
} from './products.ts'

const OCT_14 = '2025-10-14'
const OCT_30 = '2025-10-30'

/** The lines of the newest invoice: credits are negative. */
const lines = (customer: World) =>
  happened(customer, 'invoice.opened')
    .at(-1)
    ?.opened.lines.map(({ kind, id, amount }) => [kind, id, amount])
const due = (customer: World) => happened(customer, 'invoice.opened').at(-1)?.opened.due
const change = (customer: World, to: string) => customer.do({ type: 'change_plan', plan: to })

describe('what an upgrade costs', () => {
  it('B-09 is $25.00 from 49 to 99 with 15 of 30 days left', () => {
    const customer = customerOn(listingSite(), 'basic', OCT_14).at(OCT_30)
    change(customer, 'professional')
    expect(lines(customer)).toEqual([
      ['proration_credit', 'basic', -24_50],
      ['proration_charge', 'professional', 49_50],
    ])
    expect(due(customer)).toBe(25_00)
  })

  it('A3 is −9.19 + 23.71 = 14.52 by the second', () => {
    const customer = customerOn(tieredSaas(), 'essential', OCT_14).at(OCT_30)
    change(customer, 'premium')
    expect(lines(customer)).toEqual([
      ['proration_credit', 'essential', -9_19],
      ['proration_charge', 'premium', 23_71],
    ])
    expect(due(customer)).toBe(14_52)
  })

  it('C4 is ₱500.00 from 499 to 1,499 with 15 of 30 days left', () => {
    const customer = customerOn(organisations(), 'starter', '2025-06-10').at('2025-06-25')
    change(customer, 'team')
    expect(due(customer)).toBe(500_00)
    customer.pay()
    expect(customer.at('2025-07-10').asked()).toMatchObject({ amount: 1499_00 })
  })

  it('is the whole difference on the first day and nothing in the last millisecond', () => {
    const first = customerOn(listingSite(), 'basic', OCT_14)
    change(first, 'professional')
    expect(due(first)).toBe(50_00)
    const last = customerOn(tieredSaas(), 'essential', OCT_14).at('2025-11-13T23:59:59.999Z')
    change(last, 'premium')
    expect(last.subscription().plan).toBe('premium')
    expect(last.asked()).toBeUndefined()
  })

  it('counts the evening of the change for the new plan by the day, and less by the second', () => {
    const at = (policies: PolicyOptions, time: string) => {
      const customer = customerOn(tieredSaas(policies), 'essential', OCT_14).at(time)
      change(customer, 'premium')
      return due(customer)
    }
    const byDay = { proration: { granularity: 'day' } } as const
    expect(at(byDay, '2025-10-30T23:00Z')).toBe(23_71 - 9_19)
    // 14 days and 1 hour of 31 days.
    expect(at({}, '2025-10-30T23:00Z')).toBe(22_19 - 8_61)
    // October 31 in Manila: 14 of 31 days.
    expect(at({ ...byDay, timeZone: 'Asia/Manila' }, '2025-10-30T23:00Z')).toBe(22_13 - 8_58)
  })

  it('I29 credits a whole period that has just begun, and no more', () => {
    const customer = customerOn(listingSite(), 'basic', OCT_14).at('2025-11-14')
    customer.pay()
    change(customer, 'professional')
    expect(lines(customer)).toEqual([
      ['proration_credit', 'basic', -49_00],
      ['proration_charge', 'professional', 99_00],
    ])
  })
})

describe('a credit is what is left of what was charged', () => {
  const metals = (options: Partial<CatalogOptions> = {}) =>
    catalog({
      plans: [
        plan('bronze', { price: monthly(1_00, 'USD') }),
        plan('silver', { price: monthly(9_95, 'USD') }),
        plan('gold', { price: monthly(29_95, 'USD') }),
      ],
      policies: { proration: { granularity: 'day' } },
      gateways: [{ name: 'stripe' }],
      ...options,
    })

  it('credits 24 of 25 days of the 8.02 that the first change charged', () => {
    const customer = customerOn(metals(), 'bronze', '2012-05-01').at('2012-05-07')
    change(customer, 'silver')
    expect(lines(customer)).toContainEqual(['proration_charge', 'silver', 8_02])
    customer.pay()
    change(customer.at('2012-05-08'), 'gold')
    expect(lines(customer)).toEqual([
      ['proration_credit', 'silver', -7_70],
      ['proration_charge', 'gold', 23_19],
    ])
  })

  it('credits in a second upgrade on the same day what the first one charged', () => {
    const prices = catalog({
      plans: [
        plan('a', { price: monthly(10_00, 'USD') }),
        plan('b', { price: monthly(15_00, 'USD') }),
        plan('c', { price: monthly(19_00, 'USD') }),
      ],
      policies: { proration: { granularity: 'day' }, alignment: 'calendar' },
      gateways: [{ name: 'stripe' }],
    })
    const customer = customerOn(prices, 'a', '2024-03-05T12:12Z')
    expect(due(customer)).toBe(8_71)
    change(customer.at('2024-03-12T12:12Z'), 'b')
    expect(lines(customer)).toEqual([
      ['proration_credit', 'a', -6_45],
      ['proration_charge', 'b', 9_68],
    ])
    customer.pay()
    change(customer.at('2024-03-12T13:12Z'), 'c')
    expect(lines(customer)).toEqual([
      ['proration_credit', 'b', -9_68],
      ['proration_charge', 'c', 12_26],
    ])
  })

  it('I26 credits a discounted period at what it really cost', () => {
    const customer = customerOn(listed('once'), 'basic', OCT_14, { coupon: 'TWENTY' }).at(OCT_30)
    change(customer, 'professional')
    // 39.20 was paid: 19.60 is left of it.
    expect(due(customer)).toBe(49_50 - 19_60)
  })

  it('takes a percentage that is still in force off the charge, and remembers that for the next credit', () => {
    const customer = customerOn(listed('forever'), 'basic', OCT_14, { coupon: 'TWENTY' }).at(OCT_30)
    change(customer, 'professional')
    expect(lines(customer)).toEqual([
      ['proration_credit', 'basic', -19_60],
      ['proration_charge', 'professional', 49_50],
      ['discount', 'TWENTY', -9_90],
    ])
    customer.pay()
    change(customer.at('2025-11-06'), 'enterprise')
    // 8 of the 15 days of 39.60; 8 of 30 days of 199.00, less 20 %.
    expect(lines(customer)).toEqual([
      ['proration_credit', 'professional', -21_12],
      ['proration_charge', 'enterprise', 53_07],
      ['discount', 'TWENTY', -10_61],
    ])
  })

  it('does not take an amount off again in the middle of a period', () => {
    const customer = customerOn(listed('forever'), 'basic', OCT_14, { coupon: 'FIVE' }).at(OCT_30)
    change(customer, 'professional')
    // 44.00 was paid for the period.
    expect(due(customer)).toBe(49_50 - 22_00)
  })

  it('I27 nets nothing for a round trip at one instant', () => {
    const ranked = (a: number, b: number) =>
      catalog({
        plans: [
          plan('a', { rank: a, price: monthly(10_01, 'USD') }),
          plan('b', { rank: b, price: monthly(20_03, 'USD') }),
        ],
        gateways: [{ name: 'stripe' }],
      })
    const there = customerOn(ranked(1, 2), 'a', OCT_14).at(OCT_30)
    change(there, 'b')
    expect(due(there)).toBe(9_69 - 4_84)
    there.pay()
    // The other way is an upgrade now as well, since somebody ranked the plans anew.
    const back = world(ranked(2, 1), OCT_30, { account: there.account })
    change(back, 'a')
    expect(back.subscription().plan).toBe('a')
    expect(back.account.credit).toEqual({ USD: 4_85 })
  })

  function listed(duration: 'once' | 'forever'): Catalog {
    const { plans, policies, gateways } = listingSite()
    return catalog({
      plans: [...plans.values()],
      coupons: [
        coupon('TWENTY', { percent: 20, duration }),
        coupon('FIVE', { amountOff: 5_00, currency: 'USD', duration }),
      ],
      policies,
      gateways,
    })
  }
})

describe('proration on the next invoice', () => {
  const later = { proration: { granularity: 'day30', behavior: 'next_invoice' } } as const

  it('changes at once and bills the difference with the next period', () => {
    const customer = customerOn(listingSite(later), 'basic', OCT_14).at(OCT_30)
    const { events } = change(customer, 'professional')
    expect(events.map(({ type }) => type)).toEqual(['subscription.changed'])
    customer.at('2025-11-14')
    expect(lines(customer)).toEqual([
      ['proration_credit', 'basic', -24_50],
      ['proration_charge', 'professional', 49_50],
      ['plan', 'professional', 99_00],
    ])
    expect(customer.asked()).toMatchObject({ amount: 124_00 })
    customer.pay()
    expect(customer.at('2025-12-14').asked()).toMatchObject({ amount: 99_00 })
  })

  it('adds up several changes of one period', () => {
    const customer = customerOn(listingSite(later), 'basic', OCT_14).at(OCT_30)
    change(customer, 'professional')
    change(customer.at('2025-11-06'), 'enterprise')
    // 49.50 for 15 days leaves 26.40 for 8; Enterprise costs 53.07 for them.
    expect(customer.at('2025-11-14').asked()).toMatchObject({
      amount: 199_00 + 25_00 + (53_07 - 26_40),
    })
  })

  it('takes a difference in the customer’s favor off the next period', () => {
    const ranked = catalog({
      plans: [
        plan('old', { rank: 1, price: monthly(99_00, 'USD') }),
        plan('new', { rank: 2, price: monthly(49_00, 'USD') }),
      ],
      policies: later,
      gateways: [{ name: 'stripe' }],
    })
    const customer = customerOn(ranked, 'old', OCT_14).at(OCT_30)
    change(customer, 'new')
    expect(customer.account.credit).toEqual({})
    expect(customer.at('2025-11-14').asked()).toMatchObject({ amount: 24_00 })
  })

  it('still charges a new interval now: there is no next invoice for a year', () => {
    const customer = customerOn(
      tieredSaas({ proration: { behavior: 'next_invoice' } }),
      'essential',
      OCT_14,
    )
    customer.do({ type: 'change_plan', plan: 'essential', interval: 'year' })
    expect(customer.asked()).toMatchObject({ amount: 190_00 - 19_00 })
    expect(dateOf(customer.subscription().period.end)).toBe('2025-11-14')
  })
})

describe('no proration', () => {
  const none = { proration: { behavior: 'none' } } as const

  it('changes at once and charges the new price from the next period', () => {
    const customer = customerOn(tieredSaas(none), 'essential', OCT_14).at(OCT_30)
    change(customer, 'premium')
    expect(customer.subscription().plan).toBe('premium')
    expect(customer.account.invoices).toEqual([])
    expect(customer.at('2025-11-14').asked()).toMatchObject({ amount: 49_00 })
  })

  it('charges a new interval in full and credits nothing', () => {
    const customer = customerOn(tieredSaas(none), 'essential', OCT_14).at(OCT_30)
    customer.do({ type: 'change_plan', plan: 'essential', interval: 'year' })
    expect(customer.asked()).toMatchObject({ amount: 190_00 })
    expect(customer.subscription().price?.interval.unit).toBe('month')
    customer.pay()
    expect(dateOf(customer.subscription().period.end)).toBe('2026-10-30')
  })
})

describe('proration that is not charged now, at a gateway that owns the clock', () => {
  it.each(['next_invoice', 'none'] as const)(
    'asks the gateway and is true once seen there (%s)',
    (behavior) => {
      const sold = tieredSaas({ proration: { behavior } }, NATIVE)
      const customer = customerOn(sold, 'essential', OCT_14, { vendor: 'sub_vendor' }).at(OCT_30)
      const { effects } = change(customer, 'premium')
      expect(asked(effects, 'subscription.change')).toMatchObject([{ expected: 0, behavior }])
      expect(customer.subscription().plan).toBe('essential')
      const premium = { id: 'premium', interval: { unit: 'month', count: 1 } } as const
      customer.do(vendorShows(customer, { plan: premium }))
      expect(customer.subscription()).toMatchObject({ plan: 'premium', carried: [] })
    },
  )
})

describe('a quote', () => {
  const essential = (gateways?: typeof NATIVE) =>
    customerOn(tieredSaas({}, gateways), 'essential', OCT_14, { vendor: 'sub_vendor' }).at(OCT_30)
  const toPremium = { type: 'change_plan', plan: 'premium' } as const

  /** What the preview of the upgrade pinned. */
  function quoteOf(customer: World, sold: Catalog = tieredSaas()): Quote {
    const seen = preview(customer.account, {}, toPremium, customer.now, sold)
    if (!seen.ok || !seen.quote) throw new Error('No quote')
    return seen.quote
  }
  const take = (customer: World, quote: Quote) => customer.do({ ...toPremium, quote }).refused

  it('is charged exactly, though less time is left', () => {
    const customer = essential()
    const quote = quoteOf(customer)
    expect(take(customer.at('2025-10-30T23:59:59.999Z'), quote)).toBeNull()
    expect(customer.asked()).toMatchObject({ amount: 14_52 })
  })

  it('binds for 24 hours and not a moment longer', () => {
    const customer = essential()
    const quote = quoteOf(customer)
    expect(take(customer.at('2025-10-31'), quote)).toBe('quote_changed')
    expect(customer.account.invoices).toEqual([])
  })

  it('does not outlive its period', () => {
    const customer = essential().at('2025-11-13T18:00Z')
    const quote = quoteOf(customer)
    customer.at('2025-11-14').pay()
    expect(take(customer.at('2025-11-14T06:00Z'), quote)).toBe('quote_changed')
  })

  it('does not outlive its period where the vendor bills either', () => {
    const sold = tieredSaas({}, NATIVE)
    const customer = essential(NATIVE).at('2025-11-13T18:00Z')
    const quote = quoteOf(customer, sold)
    const next = { start: instant('2025-11-14'), end: instant('2025-12-14') }
    customer.at('2025-11-14T00:05Z').do(vendorShows(customer, { period: next }))
    expect(take(customer, quote)).toBe('quote_changed')
    expect(take(customer, quoteOf(customer, sold))).toBeNull()
  })

  it('falls when credit has changed what is due', () => {
    const customer = essential()
    const quote = quoteOf(customer)
    customer.do({ type: 'grant_credit', amount: 1_00, currency: 'USD' })
    expect(take(customer, quote)).toBe('quote_changed')
    expect(take(customer, quoteOf(customer))).toBeNull()
    expect(customer.asked()).toMatchObject({ amount: 13_52 })
  })

  it('falls when the price was changed in between', () => {
    const before = essential()
    const dearer = catalog({
      plans: [
        plan('essential', { price: monthly(19_00, 'USD') }),
        plan('premium', { price: monthly(59_00, 'USD') }),
      ],
      gateways: [{ name: 'stripe' }],
    })
    const after = world(dearer, OCT_30, { account: before.account })
    expect(take(after, quoteOf(before))).toBe('quote_changed')
  })

  it('is worth nothing with another amount, in another currency or from the future', () => {
    const customer = essential()
    const quote = quoteOf(customer)
    expect(take(customer, { ...quote, due: 1 })).toBe('quote_changed')
    expect(take(customer, { ...quote, currency: 'EUR' })).toBe('quote_changed')
    const { at } = quoteOf(essential().at('2025-10-30T00:00:00.001Z'))
    expect(take(customer, { ...quote, at })).toBe('quote_changed')
  })

  it('is the vendor’s own figure where the vendor bills', () => {
    const customer = essential(NATIVE)
    const quote = { ...quoteOf(customer, tieredSaas({}, NATIVE)), due: 17_42 }
    const { effects } = customer.do({ ...toPremium, quote })
    expect(asked(effects, 'subscription.change')).toHaveLength(1)
  })
})
