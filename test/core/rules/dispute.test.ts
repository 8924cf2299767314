/** Disputes: while one is open access is withheld for that reason alone; a lost one ends it. */

import type { World } from '../../../src/testing/index.ts'
import { describe, expect, it } from 'vitest'
import { accessOf, catalog, type GatewayEvent, monthly, plan } from '../../../src/core/index.ts'
import {
  basicSince14October,
  hostedCatalog,
  hostedSince14October,
  listingsCatalog,
  outcomes,
  paying,
  seen,
  typesOf,
} from './customers.ts'

const opened = (payment = 'pay_1'): GatewayEvent => {
  return { type: 'payment.disputed', gateway: 'paystack', payment }
}
const closed = (outcome: 'won' | 'lost', payment = 'pay_1'): GatewayEvent => {
  return { type: 'payment.dispute_closed', gateway: 'paystack', payment, outcome }
}
const access = (customer: World) =>
  accessOf(customer.account, 'default', customer.now, listingsCatalog())

/** Basic since October 14 and renewed on November 14: two payments that can be disputed. */
function paidTwice() {
  const customer = basicSince14October().at('2025-11-14')
  customer.pay()
  return customer
}

describe('a dispute', () => {
  it('withholds access while it is open; status and period stay', () => {
    const customer = basicSince14October()
    expect(typesOf(customer.do(opened()).events)).toEqual(['payment.disputed', 'block.added'])
    expect(access(customer)).toMatchObject({ allowed: false, because: 'blocked' })
    expect(customer.subscription().status).toBe('active')
  })

  it('won gives access back', () => {
    const customer = basicSince14October()
    customer.do(opened())
    customer.do(closed('won'))
    expect(access(customer).allowed).toBe(true)
  })

  it('won lifts its own reason and no other', () => {
    const customer = basicSince14October()
    customer.do({ type: 'block', reason: 'fraud' })
    customer.do(opened())
    customer.do(closed('won'))
    expect(customer.subscription().blocks).toEqual(['fraud'])
    expect(access(customer).allowed).toBe(false)
  })

  it('is not lifted by lifting another reason', () => {
    const customer = basicSince14October()
    customer.do({ type: 'block', reason: 'admin' })
    customer.do(opened())
    customer.do({ type: 'unblock', reason: 'admin' })
    expect(customer.subscription().blocks).toEqual(['dispute'])
  })

  it('won gives no access while another payment is disputed', () => {
    const customer = paidTwice()
    customer.do(opened('pay_1'))
    customer.do(opened('pay_2'))
    customer.do(closed('won', 'pay_1'))
    expect(access(customer).allowed).toBe(false)
    customer.do(closed('won', 'pay_2'))
    expect(access(customer).allowed).toBe(true)
  })

  it('lost ends the subscription', () => {
    const customer = basicSince14October()
    customer.do(opened())
    customer.do(closed('lost'))
    expect(customer.subscription()).toMatchObject({ status: 'canceled', reason: 'dispute' })
  })

  it('withholds nothing where the policy is to keep access, and still ends it when lost', () => {
    const sold = listingsCatalog({ disputes: 'keep' })
    const customer = basicSince14October(sold)
    customer.do(opened())
    expect(customer.subscription().blocks).toEqual([])
    expect(access(customer).allowed).toBe(true)
    customer.do(closed('lost'))
    expect(customer.subscription().status).toBe('canceled')
  })

  it('blocks only the group that the payment was for', () => {
    const sold = catalog({
      plans: [
        plan('basic', { price: monthly(4900, 'USD') }),
        plan('mail', { price: monthly(900, 'USD'), group: 'mail' }),
      ],
      gateways: [{ name: 'paystack' }],
    })
    const customer = paying(sold, '2025-10-14', { plan: 'basic' })
    customer.do({ type: 'subscribe', plan: 'mail' })
    customer.pay()
    customer.do(opened('pay_2'))
    expect(customer.subscription('mail').blocks).toEqual(['dispute'])
    expect(customer.subscription().blocks).toEqual([])
  })

  it('of money that was for no subscription blocks nothing', () => {
    const customer = basicSince14October()
    const at = customer.now
    const payment = { id: 'stray', subject: null, amount: 500, currency: 'USD', at }
    customer.do({ type: 'payment.succeeded', gateway: 'paystack', payment })
    expect(typesOf(customer.do(opened('stray')).events)).toEqual(['payment.disputed'])
  })

  it('leaves the free plan alone, whether it is told before or after the end of the paid one', () => {
    const sold = hostedCatalog()
    const customer = hostedSince14October(sold).at('2025-11-01')
    const ends = outcomes(customer, sold, [
      { type: 'payment.disputed', gateway: 'stripe', payment: 'pay_1' },
      seen('2025-11-01', { state: 'canceled' }),
      { type: 'payment.dispute_closed', gateway: 'stripe', payment: 'pay_1', outcome: 'won' },
    ])
    expect(ends).toHaveLength(1)
    expect(ends[0]?.subscriptions.default).toMatchObject({ plan: 'free', blocks: [] })
  })

  it('told twice is one', () => {
    const customer = basicSince14October()
    customer.do(opened())
    expect(customer.do(opened()).events).toEqual([])
    customer.do(closed('won'))
    expect(customer.do(closed('won')).events).toEqual([])
  })

  it.each(['won', 'lost'] as const)('%s ends equal in any order and told again', (outcome) => {
    const sold = listingsCatalog()
    const customer = basicSince14October(sold)
    const ends = outcomes(customer, sold, [opened(), closed(outcome)])
    expect(ends).toHaveLength(1)
    const status = outcome === 'won' ? 'active' : 'canceled'
    expect(ends[0]?.subscriptions.default).toMatchObject({ status, blocks: [] })
  })
})
