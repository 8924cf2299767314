import { describe, expect, it } from 'vitest'
import { catalog, instant, monthly, plan } from '../../src/core/index.ts'
import { world } from '../../src/testing/index.ts'

const shop = catalog({
  plans: [
    plan('basic', { price: monthly(49_00, 'PHP') }),
    plan('pro', { price: monthly(99_00, 'PHP') }),
  ],
  gateways: [{ name: 'bank' }],
})

describe('a period that was paid ahead by link', () => {
  it('C-10 stays paid to its end when a scheduled change applies with it', () => {
    const customer = world(shop, '2025-10-14')
    customer.do({ type: 'subscribe', plan: 'pro' })
    const shown = { brand: null, last4: null, expires: null, fingerprint: null }
    customer.pay({ method: { gateway: 'bank', id: 'wallet', reusable: false, ...shown } })
    customer.do({ type: 'change_plan', plan: 'basic' })
    customer.at('2025-11-11')
    expect(customer.asked()).toMatchObject({ amount: 49_00 })
    customer.pay()
    customer.at('2025-11-14')
    expect(customer.subscription()).toMatchObject({
      plan: 'basic',
      status: 'active',
      paidThrough: instant('2025-12-14'),
    })
    expect(customer.account.invoices).toEqual([])
  })
})
