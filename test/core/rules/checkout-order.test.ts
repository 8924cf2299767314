import { describe, expect, it } from 'vitest'
import {
  type Account,
  catalog,
  type GatewayEvent,
  instant,
  monthly,
  plan,
} from '../../../src/core/index.ts'
import { card, type World, world } from '../../../src/testing/index.ts'

const OCT_14 = '2025-10-14'
const at = instant(OCT_14)
const period = { start: at, end: instant('2025-11-14') }

const hosted = catalog({
  plans: [plan('essential', { price: monthly(19_00, 'USD') })],
  gateways: [{ name: 'vendor', renewals: 'gateway', amounts: 'session' }],
})

function atCheckout(): { readonly customer: World; readonly reference: string } {
  const customer = world(hosted, OCT_14)
  customer.do({ type: 'register' })
  customer.do({ type: 'subscribe', plan: 'essential' })
  return { customer, reference: customer.account.checkouts.default?.reference ?? '' }
}

/** The vendor's invoice was paid: it names the vendor's own subscription and nothing of ours. */
function invoicePaid(subscription: string, id = 'in_1'): GatewayEvent {
  const payment = { id, subject: { subscription, period }, amount: 19_00, currency: 'USD', at }
  return { type: 'payment.succeeded', gateway: 'vendor', payment }
}

function sessionCompleted(reference: string): GatewayEvent {
  return {
    type: 'checkout.completed',
    gateway: 'vendor',
    reference,
    customer: 'cus_1',
    subscription: 'sub_1',
    method: card('vendor'),
    payment: null,
    at,
  }
}

function end({ version: _, ...account }: Account): unknown {
  return account
}

describe('a vendor that tells of its own subscription', () => {
  it('A-02 A-05 ends the same whether it tells of the money or of the checkout first', () => {
    const orders = [
      (reference: string) => [sessionCompleted(reference), invoicePaid('sub_1')],
      (reference: string) => [invoicePaid('sub_1'), sessionCompleted(reference)],
      (reference: string) => [
        invoicePaid('sub_1'),
        sessionCompleted(reference),
        invoicePaid('sub_1'),
      ],
    ]
    const ends = orders.map((order) => {
      const { customer, reference } = atCheckout()
      for (const fact of order(reference)) customer.do(fact)
      expect(customer.subscription()).toMatchObject({
        status: 'active',
        plan: 'essential',
        gatewayRef: 'sub_1',
        paidThrough: period.end,
      })
      expect(customer.account.incidents).toEqual([])
      return end(customer.account)
    })
    expect(ends[1]).toEqual(ends[0])
    expect(ends[2]).toEqual(ends[0])
  })

  it('buys nothing with a subscription that ended and went on charging by mistake', () => {
    const { customer, reference } = atCheckout()
    customer.do(sessionCompleted(reference))
    customer.do(invoicePaid('sub_1'))
    const observation = {
      subscription: 'sub_1',
      observedAt: at,
      state: 'canceled',
      period,
    } as const
    const shown = { ...observation, cancelAt: null, plan: null, quantity: 1 }
    customer.do({ type: 'subscription.observed', gateway: 'vendor', observation: shown })
    customer.do({ type: 'subscribe', plan: 'essential' })
    customer.do(invoicePaid('sub_1', 'in_2'))
    expect(customer.subscription().status).toBe('canceled')
    expect(customer.account.incidents).toMatchObject([{ kind: 'stray_payment', payment: 'in_2' }])
  })

  it('leaves money for a person to place when two checkouts could be meant', () => {
    const twoGroups = catalog({
      plans: [
        plan('essential', { price: monthly(19_00, 'USD') }),
        plan('extra', { price: monthly(5_00, 'USD'), group: 'side' }),
      ],
      gateways: [{ name: 'vendor', renewals: 'gateway', amounts: 'session' }],
    })
    const customer = world(twoGroups, OCT_14)
    customer.do({ type: 'subscribe', plan: 'essential' })
    customer.do({ type: 'subscribe', plan: 'extra' })
    customer.do(invoicePaid('sub_1'))
    expect(customer.account.subscriptions).toEqual({})
    expect(customer.account.incidents).toMatchObject([{ kind: 'stray_payment', amount: 19_00 }])
  })
})

describe('asking for extras with a change', () => {
  const shop = catalog({
    plans: [
      plan('basic', { price: monthly(49_00, 'USD') }),
      plan('pro', { price: monthly(99_00, 'USD') }),
    ],
    gateways: [{ name: 'bank' }],
  })

  function onBasic(): World {
    const customer = world(shop, OCT_14)
    customer.do({ type: 'subscribe', plan: 'basic' })
    customer.pay()
    return customer
  }

  it('is refused by name instead of being dropped silently', () => {
    const change = { type: 'subscribe', plan: 'pro' } as const
    expect(onBasic().do({ ...change, coupon: 'LAUNCH' }).refused).toBe('coupon_not_applicable')
    expect(onBasic().do({ ...change, addOns: { seats: 1 } }).refused).toBe('already_subscribed')
    expect(onBasic().do(change).refused).toBeNull()
  })
})
