import { describe, expect, it } from 'vitest'
import { type Checkout, instant } from '../../../src/core/index.ts'
import { outcomes } from './customers.ts'
import { asked } from './products.ts'
import {
  atCheckout,
  checkOut,
  completed,
  HOSTED,
  moneyFor,
  periodOf,
  registered,
  shop,
  stateOf,
} from './shop.ts'

const OCT_14 = '2025-10-14'
const sold = shop()
/** We own the clock; the page of the gateway adds tax and takes other currencies. */
const taxed = shop({ gateways: [{ name: 'page', amounts: 'session' }] })
const hosted = shop({ gateways: HOSTED })

describe('money that comes late', () => {
  it('is honored after the checkout expired, and the period starts with it', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.at('2025-10-20')
    customer.do(moneyFor(checkout, { at: customer.now }))
    expect(stateOf(customer)).toBe('basic active')
    expect(periodOf(customer)).toEqual(['2025-10-20', '2025-11-20'])
    expect(customer.account.credit).toEqual({})
  })

  it('is honored once: a second payment for it becomes credit, even after the plan ended', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.at('2025-10-20').do(moneyFor(checkout))
    customer.do({ type: 'cancel', at: 'now' })
    customer.do(moneyFor(checkout, { id: 'pay_2' }))
    expect(stateOf(customer)).toBe('free active')
    expect(customer.account.credit).toEqual({ USD: 49_00 })
  })

  it('takes the place of a checkout that was opened since', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.at('2025-10-20')
    const newer = checkOut(customer, 'pro')
    customer.do(moneyFor(checkout))
    expect(stateOf(customer)).toBe('basic active')
    expect(customer.account.checkouts).toEqual({})
    expect(asked(customer.effects, 'checkout.expire').map(({ reference }) => reference)).toEqual([
      checkout.reference,
      newer.reference,
    ])
  })

  it('takes the credit again that came back when the checkout expired', () => {
    const customer = registered(sold, OCT_14)
    customer.do({ type: 'grant_credit', amount: 10_00, currency: 'USD' })
    const checkout = checkOut(customer, 'basic')
    customer.at('2025-10-20').do(moneyFor(checkout))
    expect(stateOf(customer)).toBe('basic active')
    expect(customer.account.credit).toEqual({ USD: 0 })
  })

  it('buys nothing when the credit was spent elsewhere meanwhile', () => {
    const customer = registered(sold, OCT_14)
    customer.do({ type: 'grant_credit', amount: 10_00, currency: 'USD' })
    const checkout = checkOut(customer, 'basic')
    customer.at('2025-10-20')
    customer.do({ type: 'subscribe', plan: 'backup' })
    customer.do(moneyFor(checkout))
    expect(stateOf(customer)).toBe('free active')
    expect(customer.account.credit).toEqual({ USD: 46_00 })
  })

  it('in another currency is honored late on a page that shows its own price', () => {
    const { customer, checkout } = atCheckout(taxed, OCT_14, 'basic')
    customer.at('2025-10-20').do(completed(checkout, { amount: 45_50, currency: 'EUR' }))
    expect(stateOf(customer)).toBe('basic active')
  })

  it('in another currency raises an incident late as well', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.at('2025-10-20').do(moneyFor(checkout, { currency: 'EUR' }))
    expect(stateOf(customer)).toBe('free active')
    expect(customer.account.incidents).toMatchObject([{ kind: 'currency_mismatch', amount: 49_00 }])
  })
})

describe('money for a checkout that another took the place of', () => {
  it('becomes credit, and the newer one can still be paid', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    const newer = checkOut(customer, 'pro')
    customer.do(moneyFor(checkout))
    expect(stateOf(customer)).toBe('free active')
    expect(customer.account.credit).toEqual({ USD: 49_00 })
    customer.do(moneyFor(newer, { id: 'pay_2' }))
    expect(stateOf(customer)).toBe('pro active')
  })

  it('goes back by policy', () => {
    const refunding = shop({ policies: { strayPayments: 'refund' } })
    const { customer, checkout } = atCheckout(refunding, OCT_14, 'basic')
    checkOut(customer, 'pro')
    customer.do(moneyFor(checkout))
    expect(asked(customer.effects, 'payment.refund')).toMatchObject([
      { payment: 'pay_1', amount: 49_00 },
    ])
    expect(customer.account.credit).toEqual({})
  })

  it.each([
    ['before', true],
    ['after', false],
  ])('ends the subscription that the gateway made for it %s it was superseded', (_, early) => {
    const { customer, checkout } = atCheckout(hosted, OCT_14, 'basic')
    const told = completed(checkout, { subscription: 'sub_old', paid: !early })
    if (early) customer.do(told)
    const newer = checkOut(customer, 'pro')
    if (early) customer.do(moneyFor(checkout))
    else customer.do(told)
    customer.do(told)
    customer.do(completed(newer, { id: 'pay_2', subscription: 'sub_new' }))
    expect(customer.subscription().gatewayRef).toBe('sub_new')
    expect(asked(customer.effects, 'subscription.cancel')).toMatchObject([
      { gateway: 'hosted', subscription: 'sub_old', at: 'now' },
    ])
  })
})

describe('reply, webhook and look-up', () => {
  const facts = (checkout: Checkout) => [
    completed(checkout),
    moneyFor(checkout),
    completed(checkout, { paid: false }),
  ]

  it('B-02 end in the same state in every order, told once or more', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    const found = outcomes(customer, sold, facts(checkout))
    expect(found).toHaveLength(1)
    expect(found[0]?.subscriptions.default).toMatchObject({ plan: 'basic', status: 'active' })
    expect(found[0]?.payments).toHaveLength(1)
  })

  it('end in the same state after the checkout expired', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.at('2025-10-20')
    const found = outcomes(customer, sold, facts(checkout))
    expect(found).toHaveLength(1)
    expect(found[0]?.subscriptions.default?.plan).toBe('basic')
  })

  it('end in the same state when the money is a stray', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    checkOut(customer, 'pro')
    expect(outcomes(customer, sold, facts(checkout))).toHaveLength(1)
  })

  it('end in the same state where the gateway owns the clock, with its subscription linked', () => {
    const { customer, checkout } = atCheckout(hosted, OCT_14, 'basic')
    const found = outcomes(customer, hosted, [
      completed(checkout, { subscription: 'sub_1' }),
      moneyFor(checkout),
      completed(checkout, { paid: false, subscription: 'sub_1' }),
    ])
    expect(found).toHaveLength(1)
    expect(found[0]?.subscriptions.default?.gatewayRef).toBe('sub_1')
  })

  it("link the gateway's subscription when the money comes days after the page was left", () => {
    const { customer, checkout } = atCheckout(hosted, OCT_14, 'basic')
    customer.do(completed(checkout, { paid: false, subscription: 'sub_1' }))
    expect(stateOf(customer)).toBe('free active')
    customer.at('2025-10-17').do(moneyFor(checkout))
    expect(stateOf(customer)).toBe('basic active')
    expect(customer.subscription().gatewayRef).toBe('sub_1')
  })

  it('end the subscription at the gateway when ours was canceled before we heard of it', () => {
    const { customer, checkout } = atCheckout(hosted, OCT_14, 'basic')
    customer.do(moneyFor(checkout))
    customer.do({ type: 'cancel', at: 'now' })
    customer.do(completed(checkout, { subscription: 'sub_1' }))
    expect(asked(customer.effects, 'subscription.cancel')).toMatchObject([
      { subscription: 'sub_1', at: 'now' },
    ])
  })
})

describe('the first period', () => {
  const startOf = (paidAt: string, heardAt: string) => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.at(heardAt).do(moneyFor(checkout, { at: instant(paidAt) }))
    return periodOf(customer)
  }

  it('starts when the money was paid, not when we heard of it', () => {
    expect(startOf('2025-10-14T10:00:00Z', '2025-10-16')).toEqual([
      '2025-10-14T10:00:00.000Z',
      '2025-11-14T10:00:00.000Z',
    ])
  })

  it('never starts before the checkout was opened', () => {
    expect(startOf('2025-10-13', OCT_14)).toEqual([OCT_14, '2025-11-14'])
  })

  it('never starts in the future', () => {
    expect(startOf('2025-10-20', OCT_14)).toEqual([OCT_14, '2025-11-14'])
  })

  it('is followed by those that passed before we heard of the payment', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.at('2025-11-20').do(moneyFor(checkout, { at: instant(OCT_14) }))
    customer.at('2025-11-20')
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
    expect(asked(customer.effects, 'payment.collect')).toMatchObject([{ amount: 49_00 }])
  })
})
