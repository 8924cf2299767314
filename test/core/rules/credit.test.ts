import { describe, expect, it } from 'vitest'
import { catalog, monthly, plan } from '../../../src/core/index.ts'
import { type World, world } from '../../../src/testing/index.ts'

const shop = catalog({
  plans: [
    plan('basic', { price: monthly(49_00, 'USD') }),
    plan('pro', { price: monthly(99_00, 'USD') }),
  ],
  gateways: [{ name: 'bank' }],
})

/** On Basic since October 14, with a card that can be charged again or a wallet that can't. */
function onBasic(reusable = true): World {
  const customer = world(shop, '2025-10-14')
  customer.do({ type: 'subscribe', plan: 'basic' })
  const shown = { brand: null, last4: null, expires: null, fingerprint: null }
  customer.pay({ method: { gateway: 'bank', id: 'm', reusable, ...shown } })
  return customer
}

const credit = (customer: World) => customer.account.credit.USD ?? 0

describe('credit that arrives', () => {
  it('pays what is owed whole, and what is left waits for the next invoice', () => {
    const customer = onBasic().at('2025-11-14')
    customer.decline()
    customer.do({ type: 'grant_credit', amount: 60_00, currency: 'USD' })
    expect(customer.subscription().status).toBe('active')
    expect(customer.account.invoices).toEqual([])
    expect(credit(customer)).toBe(11_00)
    customer.at('2025-12-14')
    expect(customer.asked()).toMatchObject({ amount: 38_00 })
  })

  it('pays nothing in part: too little stays credit and dunning goes on', () => {
    const customer = onBasic().at('2025-11-14')
    customer.decline()
    customer.do({ type: 'grant_credit', amount: 48_99, currency: 'USD' })
    expect(customer.subscription().status).toBe('past_due')
    expect(credit(customer)).toBe(48_99)
  })

  it('leaves an invoice alone that is being charged, so that nothing is paid twice', () => {
    const customer = onBasic().at('2025-11-14')
    customer.do({ type: 'grant_credit', amount: 49_00, currency: 'USD' })
    expect(customer.account.invoices).toHaveLength(1)
    customer.pay()
    expect(credit(customer)).toBe(49_00)
  })

  it('from a link that was withdrawn and paid all the same settles the link that took its place', () => {
    const customer = onBasic(false).at('2025-11-11')
    const first = customer.account.invoices[0]?.id ?? ''
    customer.do({
      type: 'link.delivered',
      gateway: 'bank',
      invoice: first,
      url: 'https://pay.test/1',
    })
    customer.do({ type: 'cancel', at: 'period_end' })
    customer.do({ type: 'resume' })
    customer.at('2025-11-12')
    const second = customer.account.invoices[0]?.id ?? ''
    expect(second).not.toBe(first)
    customer.do({
      type: 'link.delivered',
      gateway: 'bank',
      invoice: second,
      url: 'https://pay.test/2',
    })
    const payment = {
      id: 'late',
      subject: { invoice: first },
      amount: 49_00,
      currency: 'USD',
      at: customer.now,
    }
    const { effects } = customer.do({ type: 'payment.succeeded', gateway: 'bank', payment })
    expect(customer.account.invoices).toEqual([])
    expect(effects.map(({ kind }) => kind)).toContain('checkout.expire')
    customer.at('2025-11-14')
    expect(customer.subscription()).toMatchObject({
      status: 'active',
      paidThrough: Date.UTC(2025, 11, 14),
    })
  })

  it('does not pay for a change nobody has confirmed', () => {
    const customer = onBasic()
    customer.do({ type: 'change_plan', plan: 'pro' })
    customer.decline()
    customer.do({ type: 'grant_credit', amount: 99_00, currency: 'USD' })
    expect(customer.subscription().plan).toBe('basic')
    expect(credit(customer)).toBe(99_00)
  })
})
