import { describe, expect, it } from 'vitest'
import { coupon, instant } from '../../../src/core/index.ts'
import { card, type World } from '../../../src/testing/index.ts'
import { asked, customerOn, dateOf, happened } from './products.ts'
import {
  atCheckout,
  checkOut,
  moneyFor,
  offset,
  registered,
  shop,
  stateOf,
  type Wish,
} from './shop.ts'

const OCT_14 = '2025-10-14'
const OCT_21 = '2025-10-21'

const sold = shop({
  coupons: [
    coupon('ONCE20', { percent: 20 }),
    coupon('ODD', { percent: 12.5 }),
    coupon('THIRD', { percent: 33.3333 }),
    coupon('THREE20', { percent: 20, duration: { periods: 3 } }),
    coupon('ALWAYS', { percent: 20, duration: 'forever' }),
    coupon('TENNER', { amountOff: 10_00, currency: 'USD', duration: 'forever' }),
    coupon('SIXTY', { amountOff: 60_00, currency: 'USD' }),
    coupon('GIFT', { percent: 100 }),
    coupon('FIRST', { percent: 50, single: true }),
    coupon('PROS', { percent: 20, plans: ['pro', 'vip'] }),
    coupon('WEEK', { percent: 20, validFrom: OCT_14, validUntil: OCT_21 }),
  ],
})

const priceOf = (wish: Wish) => atCheckout(sold, OCT_14, wish).checkout.amount
const withCoupon = (code: string) => priceOf({ plan: 'basic', coupon: code })

/** A customer who pays $49.00 a month for Basic since October 14, bought with or without a coupon. */
const onBasic = (code?: string) =>
  customerOn(sold, 'basic', OCT_14, code === undefined ? {} : { coupon: code })

const apply = (customer: World, code: string) => customer.do({ type: 'apply_coupon', coupon: code })

/** Refusal of a purchase with a coupon, on a date. */
function refusalOf(wish: Wish, at: string | number = OCT_14): string | null {
  return registered(sold, new Date(at).toISOString()).do({ type: 'subscribe', ...wish }).refused
}

/** What the next renewals cost; each is paid on its day. */
function renewals(customer: World, count: number): readonly number[] {
  const amounts: number[] = []
  for (let i = 0; i < count; i += 1) {
    customer.at(customer.subscription().period.end)
    amounts.push(happened(customer, 'invoice.opened').at(-1)?.opened.due ?? 0)
    customer.pay()
  }
  return amounts
}

describe('what a coupon takes off', () => {
  it('is a percentage: 20 % of $49.00 leave $39.20', () => {
    const { checkout } = atCheckout(sold, OCT_14, { plan: 'basic', coupon: 'ONCE20' })
    expect(checkout.amount).toBe(39_20)
    expect(checkout.lines.map(({ kind, id, amount }) => [kind, id, amount])).toEqual([
      ['plan', 'basic', 49_00],
      ['discount', 'ONCE20', -9_80],
    ])
  })

  it('is rounded once, a half away from zero: 12.5 % of $49.00 are $6.13', () => {
    expect(withCoupon('ODD')).toBe(42_87)
  })

  it('may have four decimals: 33.3333 % of $49.00 are $16.33', () => {
    expect(withCoupon('THIRD')).toBe(32_67)
  })

  it('is an amount: $10.00 off $49.00', () => {
    expect(withCoupon('TENNER')).toBe(39_00)
  })

  it('never is more than the price: $60.00 off $49.00 leave nothing to pay', () => {
    const customer = registered(sold, OCT_14)
    customer.do({ type: 'subscribe', plan: 'basic', coupon: 'SIXTY' })
    expect(stateOf(customer)).toBe('basic active')
    const [invoice] = happened(customer, 'invoice.paid').map(({ row }) => row)
    expect(invoice?.lines.map(({ amount }) => amount)).toEqual([49_00, -49_00])
    expect([invoice?.total, invoice?.credit]).toEqual([0, 0])
    expect(customer.account.credit).toEqual({})
    expect(renewals(customer, 1)).toEqual([49_00])
  })

  it('is taken off the whole invoice, add-ons included: 20 % of $59.00 leave $47.20', () => {
    expect(priceOf({ plan: 'basic', addOns: { seats: 2 }, coupon: 'ONCE20' })).toBe(47_20)
  })

  it('is taken off before credit pays: $39.20 less $10.00', () => {
    const customer = registered(sold, OCT_14)
    customer.do({ type: 'grant_credit', amount: 10_00, currency: 'USD' })
    expect(checkOut(customer, { plan: 'basic', coupon: 'ONCE20' })).toMatchObject({
      total: 39_20,
      amount: 29_20,
    })
  })

  it('can be all of it: active at once, and the next month costs its price', () => {
    const customer = registered(sold, OCT_14)
    customer.do({ type: 'subscribe', plan: 'basic', coupon: 'GIFT' })
    expect(stateOf(customer)).toBe('basic active')
    expect(asked(customer.effects, 'checkout.open')).toEqual([])
    expect(renewals(customer, 1)).toEqual([49_00])
  })
})

describe('how long a coupon lasts', () => {
  it('is one period unless it says otherwise', () => {
    expect(renewals(onBasic('ONCE20'), 2)).toEqual([49_00, 49_00])
  })

  it('is as many periods as it says, the first one counted', () => {
    const customer = onBasic('THREE20')
    expect(customer.account.payments.map(({ amount }) => amount)).toEqual([39_20])
    expect(renewals(customer, 3)).toEqual([39_20, 39_20, 49_00])
  })

  it('B-19 given later, 20 % for 3 periods: Basic renews at $39.20 three times, then at $49.00', () => {
    const customer = onBasic()
    expect(apply(customer, 'THREE20').refused).toBeNull()
    expect(renewals(customer, 4)).toEqual([39_20, 39_20, 39_20, 49_00])
  })

  it('counts down with every period that was billed, and ends with the last', () => {
    const customer = onBasic()
    apply(customer, 'THREE20')
    const left = [1, 2, 3].map(() => {
      renewals(customer, 1)
      return customer.subscription().coupon?.periodsLeft ?? null
    })
    expect(left).toEqual([2, 1, null])
    expect(happened(customer, 'coupon.ended').map(({ code, at }) => [code, dateOf(at)])).toEqual([
      ['THREE20', '2026-01-14'],
    ])
  })

  it('may be for ever', () => {
    const customer = onBasic('ALWAYS')
    expect(renewals(customer, 14).at(-1)).toBe(39_20)
    expect(renewals(onBasic('TENNER'), 3)).toEqual([39_00, 39_00, 39_00])
  })

  it('is no longer than the subscription', () => {
    const customer = onBasic('ALWAYS')
    customer.do({ type: 'cancel', at: 'now' })
    expect(checkOut(customer, 'basic').amount).toBe(49_00)
  })
})

describe('who may use a coupon', () => {
  it('is nobody who used it before: not on the same subscription', () => {
    const customer = onBasic('ONCE20')
    expect(apply(customer, 'ONCE20')).toMatchObject({
      refused: 'coupon_used',
      detail: { coupon: 'ONCE20' },
    })
  })

  it('is nobody who used it before: not on the next subscription', () => {
    const customer = onBasic('ONCE20')
    customer.do({ type: 'cancel', at: 'now' })
    const again = customer.do({ type: 'subscribe', plan: 'pro', coupon: 'ONCE20' })
    expect(again.refused).toBe('coupon_used')
  })

  it('is whoever abandoned the checkout: it was not used', () => {
    const { customer } = atCheckout(sold, OCT_14, { plan: 'basic', coupon: 'ONCE20' })
    customer.at('2025-10-20')
    expect(customer.account.couponsUsed).toEqual([])
    expect(checkOut(customer, { plan: 'basic', coupon: 'ONCE20' }).amount).toBe(39_20)
  })

  it('is nobody who has it in an open checkout of another group', () => {
    const { customer } = atCheckout(sold, OCT_14, { plan: 'basic', coupon: 'ONCE20' })
    const both = customer.do({ type: 'subscribe', plan: 'backup', coupon: 'ONCE20' })
    expect(both.refused).toBe('coupon_used')
  })

  it('is told to the storage when it is for one customer in all', () => {
    const told = (code: string) =>
      happened(onBasic(code), 'coupon.applied').map(({ single }) => single)
    expect([told('FIRST'), told('ONCE20')]).toEqual([[true], [false]])
    const later = onBasic()
    apply(later, 'FIRST')
    expect(happened(later, 'coupon.applied').map(({ single }) => single)).toEqual([true])
  })

  it('is nobody without something that costs money', () => {
    const customer = registered(sold, OCT_14)
    expect(apply(customer, 'ONCE20').refused).toBe('subscription_required')
    expect(customer.do({ type: 'remove_coupon', group: 'backup' }).refused).toBe(
      'subscription_required',
    )
  })

  it('E-03 is nobody whose subscription is ending', () => {
    const customer = onBasic('ALWAYS')
    customer.do({ type: 'cancel', at: 'period_end' })
    expect(apply(customer, 'ONCE20').refused).toBe('ending')
    expect(customer.do({ type: 'remove_coupon' }).refused).toBe('ending')
    expect(customer.subscription().coupon?.code).toBe('ALWAYS')
  })
})

describe('where a coupon applies', () => {
  it.each(['NOPE', 'once20', '__proto__', 'constructor', ''])('is not known: «%s»', (code) => {
    expect(refusalOf({ plan: 'basic', coupon: code })).toBe('unknown_coupon')
    expect(apply(onBasic(), code).refused).toBe('unknown_coupon')
  })

  it('is every plan unless it names some', () => {
    expect(priceOf({ plan: 'pro', coupon: 'PROS' })).toBe(79_20)
    expect(refusalOf({ plan: 'basic', coupon: 'PROS' })).toBe('coupon_not_applicable')
    expect(apply(onBasic(), 'PROS').refused).toBe('coupon_not_applicable')
  })

  it('is the currency of its amount, and every currency for a percentage', () => {
    const inEuro = { plan: 'basic', currency: 'EUR' }
    expect(refusalOf({ ...inEuro, coupon: 'TENNER' })).toBe('coupon_not_applicable')
    expect(priceOf({ ...inEuro, coupon: 'ONCE20' })).toBe(36_00)
  })

  it('begins at the first instant of its window', () => {
    const wish = { plan: 'basic', coupon: 'WEEK' }
    expect(refusalOf(wish, offset(OCT_14, -1))).toBe('coupon_expired')
    expect(refusalOf(wish, OCT_14)).toBeNull()
  })

  it('ends before the last instant of its window', () => {
    const wish = { plan: 'basic', coupon: 'WEEK' }
    expect(refusalOf(wish, offset(OCT_21, -1))).toBeNull()
    expect(refusalOf(wish, OCT_21)).toBe('coupon_expired')
  })

  it('is the moment it is asked for, not the moment of the payment', () => {
    const customer = registered(sold, '2025-10-20T20:00:00Z')
    const checkout = checkOut(customer, { plan: 'basic', coupon: 'WEEK' })
    customer.at('2025-10-21T10:00:00Z').do(moneyFor(checkout, { at: instant(OCT_21) }))
    expect(stateOf(customer)).toBe('basic active')
    expect(customer.account.payments.map(({ amount }) => amount)).toEqual([39_20])
  })
})

describe('a coupon in force', () => {
  it('keeps a second one out', () => {
    const customer = onBasic('ALWAYS')
    expect(apply(customer, 'ONCE20')).toMatchObject({
      refused: 'coupon_active',
      detail: { coupon: 'ALWAYS' },
    })
    expect(renewals(customer, 1)).toEqual([39_20])
  })

  it('makes room when it has run out', () => {
    const customer = onBasic('ONCE20')
    expect(apply(customer, 'ALWAYS').refused).toBeNull()
    expect(renewals(customer, 2)).toEqual([39_20, 39_20])
  })

  it('changes nothing that is paid already: it counts from the next invoice', () => {
    const customer = onBasic()
    const before = customer.subscription().charged
    expect(apply(customer, 'ONCE20').effects).toEqual([])
    expect(customer.subscription().charged).toEqual(before)
    expect(renewals(customer, 2)).toEqual([39_20, 49_00])
  })

  it('can be taken off, and the next invoice is in full', () => {
    const customer = onBasic('ALWAYS')
    customer.do({ type: 'remove_coupon' })
    expect(renewals(customer, 1)).toEqual([49_00])
  })

  it('stays used when it is taken off', () => {
    const customer = onBasic('ALWAYS')
    customer.do({ type: 'remove_coupon' })
    expect(apply(customer, 'ALWAYS').refused).toBe('coupon_used')
  })

  it('taken off where there is none changes nothing', () => {
    expect(onBasic().do({ type: 'remove_coupon' }).events).toEqual([])
  })
})

describe('a coupon over a trial', () => {
  /** Starter costs $49.00 after 10 days, vip $199.00 after 14. */
  function tryingStarter(): World {
    const customer = registered(sold, OCT_14)
    customer.do({ type: 'subscribe', plan: 'starter', coupon: 'THREE20' })
    return customer
  }

  it('waits for the first invoice: the free days use none of its periods', () => {
    const { customer } = atCheckout(sold, OCT_14, { plan: 'vip', coupon: 'THREE20' })
    customer.pay()
    expect(customer.subscription()).toMatchObject({
      status: 'trialing',
      coupon: { code: 'THREE20', periodsLeft: 3 },
    })
    customer.at('2025-10-28')
    expect(asked(customer.effects, 'payment.collect').map(({ amount }) => amount)).toEqual([159_20])
    customer.pay()
    expect(renewals(customer, 3)).toEqual([159_20, 159_20, 199_00])
  })

  it('goes over to the purchase when the customer pays during the trial', () => {
    const customer = tryingStarter().at('2025-10-20')
    expect(checkOut(customer, 'starter').amount).toBe(39_20)
    customer.pay()
    expect(customer.subscription().coupon?.periodsLeft).toBe(2)
    expect(renewals(customer, 3)).toEqual([39_20, 39_20, 49_00])
  })

  it('may be named again when the customer pays: it is the same use of it', () => {
    const customer = tryingStarter().at('2025-10-20')
    expect(checkOut(customer, { plan: 'starter', coupon: 'THREE20' }).amount).toBe(39_20)
  })

  it('goes over to the purchase after a trial that ended unpaid', () => {
    const customer = tryingStarter().at('2025-11-01')
    expect(stateOf(customer)).toBe('starter unpaid')
    expect(checkOut(customer, 'starter').amount).toBe(39_20)
  })

  it('can be given during a trial', () => {
    const customer = registered(sold, OCT_14)
    customer.do({ type: 'start_trial', plan: 'starter' })
    apply(customer, 'ONCE20')
    customer.do({ type: 'method.saved', gateway: 'bank', method: card('bank') })
    customer.at('2025-10-24')
    expect(asked(customer.effects, 'payment.collect').map(({ amount }) => amount)).toEqual([39_20])
  })

  it('is used up by a trial that was canceled', () => {
    const customer = tryingStarter()
    customer.do({ type: 'cancel', at: 'now' })
    const again = customer.do({ type: 'subscribe', plan: 'pro', coupon: 'THREE20' })
    expect(again.refused).toBe('coupon_used')
  })
})
