/** Refunds: what goes back is never more than came in, each counts once, and access is not touched. */

import type { GatewayEvent, Payment } from '../../../src/core/index.ts'
import type { World } from '../../../src/testing/index.ts'
import { describe, expect, it } from 'vitest'
import {
  asked,
  basicSince14October,
  listingsCatalog,
  noticesOf,
  outcomes,
  typesOf,
} from './customers.ts'

/** The $49.00 of October 14. */
function paymentOf(customer: World): Payment {
  const [payment] = customer.account.payments
  if (!payment) throw new Error('Nothing was paid')
  return payment
}

const refunded = (refund: string, amount: number): GatewayEvent => {
  return { type: 'payment.refunded', gateway: 'paystack', payment: 'pay_1', refund, amount }
}

const failed = (amount: number): GatewayEvent => {
  return { type: 'payment.refund_failed', gateway: 'paystack', payment: 'pay_1', amount }
}

describe('a refund that is asked for', () => {
  it('B9 goes back in full when no amount is said', () => {
    const customer = basicSince14October()
    const told = customer.do({ type: 'refund', payment: paymentOf(customer) })
    expect(typesOf(told.events)).toEqual(['payment.refunding'])
    expect(asked(customer, 'payment.refund')).toMatchObject([
      { gateway: 'paystack', payment: 'pay_1', amount: 4900, currency: 'USD' },
    ])
  })

  it('B9 goes back in part, and what is left can follow', () => {
    const customer = basicSince14October()
    customer.do({ type: 'refund', payment: paymentOf(customer), amount: 1000 })
    customer.do(refunded('re_1', 1000))
    customer.do({ type: 'refund', payment: paymentOf(customer) })
    expect(asked(customer, 'payment.refund').map(({ amount }) => amount)).toEqual([1000, 3900])
  })

  it('is refused for more than is left', () => {
    const customer = basicSince14October()
    customer.do({ type: 'refund', payment: paymentOf(customer), amount: 1000 })
    const again = customer.do({ type: 'refund', payment: paymentOf(customer), amount: 3901 })
    expect(again.refused).toBe('amount_too_high')
    expect(again.detail).toEqual({ amount: 3901, left: 3900 })
  })

  it('is refused when all went back, and for amounts that are none', () => {
    const customer = basicSince14October()
    for (const amount of [0, -100, 10.5, Number.NaN])
      expect(customer.do({ type: 'refund', payment: paymentOf(customer), amount }).refused).toBe(
        'amount_invalid',
      )
    customer.do({ type: 'refund', payment: paymentOf(customer) })
    expect(customer.do({ type: 'refund', payment: paymentOf(customer) }).refused).toBe(
      'amount_invalid',
    )
  })

  it('D14 twice at one time, from rows that were read before, never exceeds what was paid', () => {
    const customer = basicSince14October()
    const readBefore = paymentOf(customer)
    customer.do({ type: 'refund', payment: readBefore, amount: 3000 })
    const second = customer.do({ type: 'refund', payment: readBefore, amount: 3000 })
    expect(second.refused).toBe('amount_too_high')
    customer.do({ type: 'refund', payment: readBefore, amount: 1900 })
    const total = asked(customer, 'payment.refund').reduce((sum, { amount }) => sum + amount, 0)
    expect(total).toBe(4900)
  })

  it('asks under another key each time, so that two equal parts are two refunds', () => {
    const customer = basicSince14October()
    customer.do({ type: 'refund', payment: paymentOf(customer), amount: 1000 })
    customer.do({ type: 'refund', payment: paymentOf(customer), amount: 1000 })
    expect(new Set(asked(customer, 'payment.refund').map(({ key }) => key)).size).toBe(2)
  })

  it('works for a payment so old that the account does not hold it any more', () => {
    const customer = basicSince14October()
    const row = { ...paymentOf(customer), id: 'pay_old' }
    customer.do({ type: 'refund', payment: row, amount: 1000 })
    expect(asked(customer, 'payment.refund')).toMatchObject([{ payment: 'pay_old', amount: 1000 }])
    expect(customer.do({ type: 'refund', payment: row }).events).toMatchObject([{ amount: 3900 }])
  })
})

describe('a refund that happened', () => {
  it('is recorded with the amount, and the customer is told', () => {
    const customer = basicSince14October()
    customer.do({ type: 'refund', payment: paymentOf(customer), amount: 1000 })
    customer.do(refunded('re_1', 1000))
    expect(paymentOf(customer)).toMatchObject({ refunded: 1000, refunding: 0, refunds: ['re_1'] })
    expect(noticesOf(customer, 'refunded')).toHaveLength(1)
  })

  it('made by hand at the gateway counts as well', () => {
    const customer = basicSince14October()
    customer.do(refunded('re_hand', 4900))
    expect(paymentOf(customer)).toMatchObject({ refunded: 4900, refunding: 0 })
    expect(customer.do({ type: 'refund', payment: paymentOf(customer) }).refused).toBe(
      'amount_invalid',
    )
  })

  it('told twice counts once', () => {
    const customer = basicSince14October()
    customer.do(refunded('re_1', 1000))
    expect(customer.do(refunded('re_1', 1000)).events).toEqual([])
    expect(paymentOf(customer).refunded).toBe(1000)
  })

  it('never counts for more than was paid', () => {
    const customer = basicSince14October()
    customer.do(refunded('re_1', 3000))
    customer.do(refunded('re_2', 3000))
    expect(paymentOf(customer).refunded).toBe(4900)
  })

  it('leaves access, period and plan alone', () => {
    const customer = basicSince14October()
    const before = customer.subscription()
    customer.do({ type: 'refund', payment: paymentOf(customer) })
    customer.do(refunded('re_1', 4900))
    expect(customer.subscription()).toEqual(before)
  })

  it('of a payment nobody knows changes nothing', () => {
    const customer = basicSince14October()
    const fact = { ...refunded('re_1', 1000), payment: 'pay_nobody' } as GatewayEvent
    expect(customer.do(fact).events).toEqual([])
  })

  it('ends equal in any order of two parts and the same part told again', () => {
    const sold = listingsCatalog()
    const customer = basicSince14October(sold)
    customer.do({ type: 'refund', payment: paymentOf(customer), amount: 1000 })
    customer.do({ type: 'refund', payment: paymentOf(customer), amount: 500 })
    const ends = outcomes(customer, sold, [refunded('re_1', 1000), refunded('re_2', 500)])
    expect(ends.map(({ payments }) => payments[0]?.refunded)).toEqual([1500])
    expect(ends[0]?.payments[0]?.refunding).toBe(0)
  })
})

describe('a refund that the gateway could not make', () => {
  it('is free to be asked for again, and a person is told', () => {
    const customer = basicSince14October()
    customer.do({ type: 'refund', payment: paymentOf(customer), amount: 1000 })
    customer.do(failed(1000))
    expect(paymentOf(customer)).toMatchObject({ refunded: 0, refunding: 0 })
    expect(customer.account.incidents).toMatchObject([
      { payment: 'pay_1', amount: 1000, currency: 'USD' },
    ])
    expect(customer.do({ type: 'refund', payment: paymentOf(customer) }).refused).toBeNull()
  })

  it('told twice is one incident', () => {
    const customer = basicSince14October()
    customer.do({ type: 'refund', payment: paymentOf(customer), amount: 1000 })
    customer.do(failed(1000))
    expect(customer.do(failed(1000)).events).toEqual([])
    expect(customer.account.incidents).toHaveLength(1)
  })

  it('that nobody asked for is nothing', () => {
    const customer = basicSince14October()
    expect(customer.do(failed(1000)).events).toEqual([])
  })
})
