import { describe, expect, it } from 'vitest'
import { catalog, entitlements, monthly, plan } from '../../../src/core/index.ts'
import { given, type World, world } from '../../../src/testing/index.ts'
import { asked, customerOn, dateOf, happened } from './products.ts'
import { atCheckout, checkOut, periodOf, registered, shop, stateOf, type Wish } from './shop.ts'

const OCT_14 = '2025-10-14'
const NOV_14 = '2025-11-14'

/** What the page asks for: amount and currency. */
function priceOf(wish: Wish): string {
  const { checkout } = atCheckout(shop(), OCT_14, wish)
  return `${checkout.amount} ${checkout.currency}`
}

/** Asks, and gives the refusal with its facts; an account that a refusal changed fails here. */
function refusal(customer: World, wish: Wish) {
  const before = customer.account
  const { refused, detail } = customer.do({ type: 'subscribe', ...wish })
  expect(customer.account).toEqual(before)
  return { refused, ...detail }
}

const refusalOf = (wish: Wish) => refusal(registered(shop(), OCT_14), wish)

describe('the price of a purchase', () => {
  it('is the first declared price when nothing is wished', () => {
    expect(priceOf({ plan: 'basic' })).toBe('4900 USD')
  })

  it('follows the interval', () => {
    expect(priceOf({ plan: 'basic', interval: 'year' })).toBe('49000 USD')
  })

  it('follows the currency', () => {
    expect(priceOf({ plan: 'basic', currency: 'EUR' })).toBe('4500 EUR')
  })

  it('can be per quarter', () => {
    const wish = { plan: 'basic', interval: { unit: 'month', count: 3 } } as const
    const { customer } = atCheckout(shop(), OCT_14, wish)
    customer.pay()
    expect(asked(customer.effects, 'checkout.open')[0]?.checkout.amount).toBe(140_00)
    expect(periodOf(customer)).toEqual([OCT_14, '2026-01-14'])
  })

  it('is refused for an interval the plan is not sold in', () => {
    expect(refusalOf({ plan: 'basic', interval: 'week' })).toEqual({
      refused: 'price_not_found',
      plan: 'basic',
      interval: 'week',
      currency: null,
    })
  })

  it('does not take twelve months for a year', () => {
    const twelve = { unit: 'month', count: 12 } as const
    expect(refusalOf({ plan: 'basic', interval: twelve }).refused).toBe('price_not_found')
  })

  it('is refused in a currency the plan is not sold in', () => {
    expect(refusalOf({ plan: 'basic', currency: 'NGN' }).refused).toBe('price_not_found')
    const yearlyInEuro = { plan: 'basic', interval: 'year', currency: 'EUR' } as const
    expect(refusalOf(yearlyInEuro).refused).toBe('price_not_found')
  })

  it('is kept by the subscription when the catalog gets dearer', () => {
    const customer = customerOn(shop(), 'basic', OCT_14)
    const dearer = catalog({
      plans: [plan('basic', { price: monthly(60_00, 'USD') })],
      gateways: [{ name: 'bank' }],
    })
    const later = world(dearer, OCT_14, { account: customer.account }).at(NOV_14)
    expect(asked(later.effects, 'payment.collect').map(({ amount }) => amount)).toEqual([49_00])
  })
})

describe('the quantity of a purchase', () => {
  it('is the smallest the plan is sold in when nothing is wished', () => {
    expect(priceOf({ plan: 'teams' })).toBe('2000 USD')
  })

  it('multiplies the price', () => {
    expect(priceOf({ plan: 'teams', quantity: 50 })).toBe('50000 USD')
  })

  it.each([1, 51, 0, -2, 2.5, Number.NaN, 1e21])(
    'is refused outside its bounds: %s',
    (quantity) => {
      expect(refusalOf({ plan: 'teams', quantity })).toEqual({
        refused: 'quantity_invalid',
        plan: 'teams',
        quantity,
      })
    },
  )

  it('is exactly one for a plan that says nothing about it', () => {
    expect(priceOf({ plan: 'basic', quantity: 1 })).toBe('4900 USD')
    expect(refusalOf({ plan: 'basic', quantity: 2 }).refused).toBe('quantity_invalid')
  })
})

describe('add-ons bought with the plan', () => {
  it('C-08 add to the price, line by line', () => {
    const wish = { plan: 'pro', addOns: { seats: 3, badge: 1 } }
    const { checkout } = atCheckout(shop(), OCT_14, wish)
    const lines = checkout.lines.map(({ kind, id, quantity, amount }) => [
      kind,
      id,
      quantity,
      amount,
    ])
    expect(lines).toEqual([
      ['plan', 'pro', 1, 99_00],
      ['add_on', 'seats', 3, 15_00],
      ['add_on', 'badge', 1, 2_00],
    ])
    expect(checkout.amount).toBe(116_00)
  })

  it('C-08 raise the limits once they are paid', () => {
    const { customer } = atCheckout(shop(), OCT_14, { plan: 'basic', addOns: { seats: 3 } })
    customer.pay()
    const rights = entitlements(customer.account, {}, customer.now, shop())
    expect(rights.get('listings').limit).toBe(8)
  })

  it('are sold at their price for the interval of the plan', () => {
    expect(priceOf({ plan: 'basic', interval: 'year', addOns: { seats: 1 } })).toBe('54000 USD')
  })

  it('are none when their quantity is zero', () => {
    const { checkout } = atCheckout(shop(), OCT_14, { plan: 'basic', addOns: { seats: 0 } })
    expect(checkout.lines.map(({ id }) => id)).toEqual(['basic'])
    expect(checkout.terms.addOns).toEqual([])
  })

  it.each(['gold', '__proto__', 'constructor'])('are refused by an unknown name: %s', (id) => {
    const addOns = Object.fromEntries([[id, 1]])
    expect(refusalOf({ plan: 'basic', addOns })).toMatchObject({
      refused: 'unknown_add_on',
      addOn: id,
    })
  })

  it('are refused with a plan they are not sold with', () => {
    expect(refusalOf({ plan: 'basic', addOns: { badge: 1 } }).refused).toBe('unknown_add_on')
  })

  it('are refused where they have no price in the currency or interval', () => {
    const euro = { plan: 'basic', currency: 'EUR', addOns: { seats: 1 } }
    expect(refusalOf(euro)).toMatchObject({ refused: 'price_not_found', addOn: 'seats' })
    const year = { plan: 'pro', interval: 'year', addOns: { badge: 1 } } as const
    expect(refusalOf(year)).toMatchObject({ refused: 'price_not_found', addOn: 'badge' })
  })

  it.each([-1, 0.5, Number.NaN, 1e21])('are refused in an impossible number: %s', (count) => {
    expect(refusalOf({ plan: 'basic', addOns: { seats: count } }).refused).toBe('quantity_invalid')
  })
})

describe('a plan that cannot be bought', () => {
  it.each(['gold', '__proto__', 'constructor', 'toString', ''])('is unknown: «%s»', (id) => {
    expect(refusalOf({ plan: id })).toEqual({ refused: 'unknown_plan', plan: id })
  })

  it('is archived', () => {
    expect(refusalOf({ plan: 'retired' })).toEqual({ refused: 'plan_unavailable', plan: 'retired' })
  })

  it('stays with those who bought it before it was archived', () => {
    const before = catalog({
      plans: [plan('retired', { price: monthly(5_00, 'USD') })],
      gateways: [{ name: 'bank' }],
    })
    const owner = customerOn(before, 'retired', OCT_14)
    const later = world(shop({ free: false }), OCT_14, { account: owner.account }).at(NOV_14)
    later.pay()
    expect(stateOf(later)).toBe('retired active')
    expect(periodOf(later)).toEqual([NOV_14, '2025-12-14'])
  })
})

describe('the gateway of a purchase', () => {
  const two = [{ name: 'bank' }, { name: 'wallet' }]

  it('is the first one for a new customer', () => {
    expect(atCheckout(shop({ gateways: two }), OCT_14, 'basic').checkout.gateway).toBe('bank')
  })

  it('is the one that was asked for', () => {
    const wish = { plan: 'basic', gateway: 'wallet' }
    expect(atCheckout(shop({ gateways: two }), OCT_14, wish).checkout.gateway).toBe('wallet')
  })

  it('is the one the customer paid through before', () => {
    const wish = { plan: 'basic', gateway: 'wallet' }
    const { customer } = atCheckout(shop({ gateways: two }), OCT_14, wish)
    customer.pay()
    customer.do({ type: 'cancel', at: 'now' })
    expect(checkOut(customer, 'pro').gateway).toBe('wallet')
  })

  it('must be one that is configured', () => {
    expect(refusalOf({ plan: 'basic', gateway: 'cash' })).toEqual({
      refused: 'gateway_required',
      gateway: 'cash',
    })
    const without = registered(shop({ gateways: [] }), OCT_14)
    expect(refusal(without, { plan: 'basic' }).refused).toBe('gateway_required')
  })
})

describe('subscribing', () => {
  it('A-02 takes a free customer to one payment page and changes nothing yet', () => {
    const customer = registered(shop(), OCT_14)
    customer.do({ type: 'subscribe', plan: 'basic', successUrl: '/thanks', cancelUrl: '/pricing' })
    expect(asked(customer.effects, 'checkout.open')).toMatchObject([
      { gateway: 'bank', successUrl: '/thanks', cancelUrl: '/pricing' },
    ])
    expect(stateOf(customer)).toBe('free active')
    const rights = entitlements(customer.account, {}, customer.now, shop())
    expect(rights.get('listings').limit).toBe(1)
  })

  it('B-01 gives a customer without a free plan no access before the payment', () => {
    const sold = shop({ free: false })
    const { customer } = atCheckout(sold, OCT_14, 'basic')
    expect(entitlements(customer.account, {}, customer.now, sold).access).toBe(false)
    customer.pay()
    expect(entitlements(customer.account, {}, customer.now, sold).access).toBe(true)
  })

  it('A-02 changes the plan of a customer who pays already, never sells a second one', () => {
    const customer = customerOn(shop(), 'basic', OCT_14)
    const { id } = customer.subscription()
    const { effects } = customer.do({ type: 'subscribe', plan: 'pro' })
    expect(effects.map(({ kind }) => kind)).toEqual(['payment.collect'])
    customer.pay()
    expect(stateOf(customer)).toBe('pro active')
    expect(customer.subscription().id).toBe(id)
    expect(happened(customer, 'checkout.opened')).toHaveLength(1)
    expect(Object.keys(customer.account.subscriptions)).toEqual(['default'])
  })

  it('A-02 asks for the money of a change once, however often it is clicked', () => {
    const customer = customerOn(shop(), 'basic', OCT_14)
    for (const _ of [1, 2, 3]) customer.do({ type: 'subscribe', plan: 'pro' })
    expect(asked(customer.effects, 'payment.collect')).toHaveLength(1)
  })

  it('schedules a cheaper plan for the end of the period', () => {
    const customer = customerOn(shop(), 'pro', OCT_14)
    customer.do({ type: 'subscribe', plan: 'basic' })
    const { pendingChange } = customer.subscription()
    expect([pendingChange?.terms.plan, dateOf(pendingChange?.at ?? null)]).toEqual([
      'basic',
      NOV_14,
    ])
  })

  it('to the plan one has changes nothing', () => {
    const customer = customerOn(shop(), 'basic', OCT_14)
    const { refused, events } = customer.do({ type: 'subscribe', plan: 'basic' })
    expect([refused, events]).toEqual([null, []])
  })

  it('A-04 to the free plan ends the paid one with its period', () => {
    const customer = customerOn(shop(), 'basic', OCT_14)
    customer.do({ type: 'subscribe', plan: 'free' })
    expect(dateOf(customer.subscription().cancelAt)).toBe(NOV_14)
    expect(stateOf(customer)).toBe('basic active')
    expect(stateOf(customer.at(NOV_14))).toBe('free active')
  })

  it('to the free plan starts it for somebody who has nothing', () => {
    given(shop(), { at: OCT_14 })
      .when({ type: 'subscribe', plan: 'free' })
      .then('subscription.started')
      .and((customer) => expect(stateOf(customer)).toBe('free active'))
  })

  it('to the free plan one is on changes nothing', () => {
    const customer = registered(shop(), OCT_14)
    expect(customer.do({ type: 'subscribe', plan: 'free' }).events).toEqual([])
  })

  it('E-03 is refused while the subscription is ending', () => {
    const customer = customerOn(shop(), 'basic', OCT_14)
    customer.do({ type: 'cancel', at: 'period_end' })
    const { cancelAt } = customer.subscription()
    for (const wanted of ['pro', 'basic', 'starter', 'free'])
      expect(refusal(customer, { plan: wanted })).toEqual({ refused: 'ending', cancelAt })
  })

  it('sells again once the subscription has ended', () => {
    const customer = customerOn(shop(), 'basic', OCT_14)
    customer.do({ type: 'cancel', at: 'period_end' })
    customer.at(NOV_14)
    expect(checkOut(customer, 'pro').amount).toBe(99_00)
  })

  it('sells a plan of another group beside the one that runs', () => {
    const customer = customerOn(shop(), 'basic', OCT_14)
    checkOut(customer, 'backup')
    customer.pay()
    expect(stateOf(customer)).toBe('basic active')
    expect(stateOf(customer, 'backup')).toBe('backup active')
  })
})
