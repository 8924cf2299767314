import type { World } from '../../../src/testing/index.ts'
import { describe, expect, it } from 'vitest'
import { type Checkout, type GatewayEvent, instant } from '../../../src/core/index.ts'
import { asked, dateOf, type Gateways, happened } from './products.ts'
import {
  atCheckout,
  checkOut,
  completed,
  moneyFor,
  periodOf,
  registered,
  shop,
  stateOf,
} from './shop.ts'

const OCT_14 = '2025-10-14'
const sold = shop({ gateways: [{ name: 'bank' }, { name: 'wallet' }] })
/** We own the clock; the page of the gateway adds tax and takes other currencies. */
const SESSION: Gateways = [{ name: 'page', amounts: 'session' }]
const taxed = shop({ gateways: SESSION })

/** What the account holds of the money that arrived. */
function book(customer: World) {
  const { payments, incidents, credit } = customer.account
  return {
    payments: payments.map(({ id, amount, currency }) => `${id} ${amount} ${currency}`),
    incidents: incidents.map(({ kind, amount }) => `${kind} ${amount}`),
    credit,
  }
}

/** A payment that names no subject, or one that nobody asked for. */
function stray(subject: { readonly checkout: string } | null, amount = 49_00): GatewayEvent {
  const payment = { id: 'pay_1', subject, amount, currency: 'USD', at: instant(OCT_14) }
  return { type: 'payment.succeeded', gateway: 'bank', payment }
}

describe('paying a checkout', () => {
  it('B-02 makes everything true at once', () => {
    const { customer } = atCheckout(shop({ free: false }), OCT_14, 'basic')
    customer.pay({ id: 'tx_1' })
    expect(stateOf(customer)).toBe('basic active')
    expect(periodOf(customer)).toEqual([OCT_14, '2025-11-14'])
    expect(dateOf(customer.subscription().paidThrough)).toBe('2025-11-14')
    const { price } = customer.subscription()
    expect([price?.amount, price?.currency]).toEqual([49_00, 'USD'])
  })

  it('in the second in which it was opened begins where the gateway counts from', () => {
    const hosted = shop({ gateways: [{ name: 'bank', renewals: 'gateway' }] })
    const { customer, checkout } = atCheckout(hosted, '2025-10-14T09:00:35.089Z', 'basic')
    const second = instant('2025-10-14T09:00:35Z')
    customer.at('2025-10-14T09:00:35.500Z').do(completed(checkout, { id: 'tx_1', at: second }))
    expect(customer.subscription().period.start).toBe(second)
  })

  it('B-05 keeps the payment, its invoice, the method and the customer at the gateway', () => {
    const { customer } = atCheckout(sold, OCT_14, 'basic')
    customer.pay({ id: 'tx_1' })
    const { account } = customer
    const [invoice] = happened(customer, 'invoice.paid')
    expect(account.payments).toMatchObject([
      { id: 'tx_1', gateway: 'bank', amount: 49_00, currency: 'USD', invoice: invoice?.invoice },
    ])
    expect(dateOf(account.payments[0]?.at ?? null)).toBe(OCT_14)
    expect(account.invoices).toEqual([])
    expect(account.paymentMethod).toMatchObject({ gateway: 'bank', last4: '4242' })
    expect(account.gatewayCustomers).toEqual({ bank: 'cus_bank' })
  })

  it('B-18 welcomes the customer and confirms the payment, each once', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    for (const fact of [completed(checkout), completed(checkout), moneyFor(checkout)])
      customer.do(fact)
    const notices = asked(customer.effects, 'notice.send').map(({ notice }) => notice.name)
    expect(notices.sort()).toEqual(['activated', 'payment_succeeded'])
  })
})

describe('the amount that arrives', () => {
  it('B-02 when it is less grants nothing and raises an incident', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.do(completed(checkout, { amount: 48_99 }))
    expect(stateOf(customer)).toBe('free active')
    expect(book(customer)).toEqual({
      payments: ['pay_1 4899 USD'],
      incidents: ['amount_mismatch 4899'],
      credit: {},
    })
  })

  it('B-02 told twice raises one incident', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    const less = { amount: 1 }
    for (const fact of [completed(checkout, less), moneyFor(checkout, less)]) customer.do(fact)
    expect(book(customer).incidents).toEqual(['amount_mismatch 1'])
  })

  it('may still be paid in full after too little came', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.do(moneyFor(checkout, { amount: 10_00 }))
    customer.do(moneyFor(checkout, { id: 'pay_2' }))
    expect(stateOf(customer)).toBe('basic active')
    expect(customer.account.incidents).toHaveLength(1)
  })

  it('when it is more grants the plan, and the rest is credit', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.do(completed(checkout, { amount: 50_00 }))
    expect(stateOf(customer)).toBe('basic active')
    expect(book(customer)).toEqual({
      payments: ['pay_1 5000 USD'],
      incidents: [],
      credit: { USD: 1_00 },
    })
  })

  it('B-02 in another currency grants nothing and raises an incident', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.do(completed(checkout, { amount: 4_900_000, currency: 'NGN' }))
    expect(stateOf(customer)).toBe('free active')
    expect(book(customer).incidents).toEqual(['currency_mismatch 4900000'])
    expect(book(customer).credit).toEqual({})
  })

  it.each([0, -49_00, 10.5, 1e21, Number.NaN])('grants nothing when it is %s', (amount) => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.do(moneyFor(checkout, { amount }))
    expect(stateOf(customer)).toBe('free active')
    expect(book(customer)).toEqual({
      payments: ['pay_1 0 USD'],
      incidents: ['amount_mismatch 0'],
      credit: {},
    })
  })

  it.each([-49_00, 10.5, 1e21, Number.NaN])(
    'that is %s grants nothing on a page with tax either',
    (amount) => {
      const { customer, checkout } = atCheckout(taxed, OCT_14, 'basic')
      customer.do(moneyFor(checkout, { amount }))
      expect(stateOf(customer)).toBe('free active')
    },
  )

  it.each([
    ['more, with tax', { amount: 58_31 }],
    ['less, with a promotion', { amount: 39_20 }],
    ['in another currency', { amount: 45_50, currency: 'EUR' }],
  ])('on a page that shows its own price may be %s', (_, paid) => {
    const { customer, checkout } = atCheckout(taxed, OCT_14, 'basic')
    customer.do(completed(checkout, paid))
    expect(stateOf(customer)).toBe('basic active')
    expect([customer.account.incidents, customer.account.credit]).toEqual([[], {}])
  })

  it('is compared with what was left to pay after credit', () => {
    const customer = registered(sold, OCT_14)
    customer.do({ type: 'grant_credit', amount: 9_00, currency: 'USD' })
    const checkout = checkOut(customer, 'basic')
    customer.do(moneyFor(checkout, { amount: 39_99 }))
    expect(stateOf(customer)).toBe('free active')
    customer.do(moneyFor(checkout, { id: 'pay_2', amount: 40_00 }))
    expect(stateOf(customer)).toBe('basic active')
  })
})

describe('money for something else', () => {
  it.each<[string, GatewayEvent]>([
    ['that names nothing', stray(null)],
    ['for a checkout nobody opened', stray({ checkout: 'customer.chk77' })],
    ["for another customer's checkout", stray({ checkout: 'stranger.chk1' })],
  ])('%s grants nothing and waits for a person to decide', (_, fact) => {
    const { customer } = atCheckout(sold, OCT_14, 'basic')
    customer.do(fact)
    customer.do(fact)
    expect(stateOf(customer)).toBe('free active')
    expect(book(customer)).toMatchObject({ payments: ['pay_1 4900 USD'], credit: {} })
    expect(customer.account.incidents).toMatchObject([
      { kind: 'stray_payment', payment: 'pay_1', amount: 49_00, currency: 'USD' },
    ])
  })

  it('goes back where the policy says so, and is no credit then', () => {
    const refunding = shop({ policies: { strayPayments: 'refund' } })
    const { customer, checkout } = atCheckout(refunding, OCT_14, 'basic')
    customer.do(moneyFor(checkout))
    customer.do(moneyFor(checkout, { id: 'pay_2' }))
    customer.do(moneyFor(checkout, { id: 'pay_2' }))
    expect(asked(customer.effects, 'payment.refund')).toMatchObject([
      { gateway: 'bank', payment: 'pay_2', amount: 49_00, currency: 'USD' },
    ])
    expect(customer.account.credit).toEqual({})
  })

  it('goes back where a gateway bills: as credit nothing would ever spend it', () => {
    const hosted = shop({ gateways: [{ name: 'bank', renewals: 'gateway' }] })
    const { customer, checkout } = atCheckout(hosted, OCT_14, 'basic')
    customer.do(moneyFor(checkout))
    customer.do(moneyFor(checkout, { id: 'pay_2' }))
    expect(asked(customer.effects, 'payment.refund')).toMatchObject([
      { gateway: 'bank', payment: 'pay_2', amount: 49_00, currency: 'USD' },
    ])
    expect(customer.account.credit).toEqual({})
  })

  it('for a page of a gateway that bills, from a customer who pays us for nothing, goes back too', () => {
    const hosted = shop({ gateways: [{ name: 'bank', renewals: 'gateway' }] })
    const { customer, checkout } = atCheckout(hosted, OCT_14, 'basic')
    checkOut(customer, 'pro')
    customer.do(moneyFor(checkout))
    expect(asked(customer.effects, 'payment.refund')).toMatchObject([{ payment: 'pay_1' }])
    expect(customer.account.credit).toEqual({})
  })

  it('at a gateway that bills stays credit where our invoices can spend it', () => {
    const both = shop({ gateways: [{ name: 'bank' }, { name: 'hosted', renewals: 'gateway' }] })
    const { customer, checkout } = atCheckout(both, OCT_14, { plan: 'basic', gateway: 'hosted' })
    customer.do(moneyFor(checkOut(customer, { plan: 'basic', gateway: 'bank' })))
    customer.do(moneyFor(checkout, { id: 'pay_2', gateway: 'hosted' }))
    expect(asked(customer.effects, 'payment.refund')).toEqual([])
    expect(customer.account.credit).toEqual({ USD: 49_00 })
  })

  it.each([0, -1, 10.5, 1e21, Number.NaN])('is no credit when its amount is %s', (amount) => {
    const { customer } = atCheckout(sold, OCT_14, 'basic')
    customer.do(stray(null, amount))
    expect(customer.account.credit).toEqual({})
  })

  it('a second payment for a checkout that is paid becomes credit', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.do(moneyFor(checkout))
    customer.do(moneyFor(checkout, { id: 'pay_2' }))
    expect(periodOf(customer)).toEqual([OCT_14, '2025-11-14'])
    expect(book(customer)).toMatchObject({
      payments: ['pay_1 4900 USD', 'pay_2 4900 USD'],
      credit: { USD: 49_00 },
    })
  })

  it.each<[string, (checkout: Checkout) => GatewayEvent]>([
    ['completion', (checkout) => completed(checkout, { gateway: 'wallet' })],
    ['payment', (checkout) => moneyFor(checkout, { gateway: 'wallet' })],
  ])('a %s told by another gateway than was asked grants nothing', (_, told) => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.do(told(checkout))
    expect(stateOf(customer)).toBe('free active')
    expect(customer.account.incidents).toMatchObject([{ kind: 'stray_payment', amount: 49_00 }])
    expect(customer.account.checkouts.default?.reference).toBe(checkout.reference)
  })

  it('a completion of a page nobody opened, with no money in it, changes nothing', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    const before = customer.account
    const elsewhere = { ...checkout, reference: 'customer.chk77' }
    customer.do(completed(elsewhere, { paid: false }))
    expect(customer.account).toEqual(before)
  })

  it('a page that was left without paying grants nothing', () => {
    const { customer, checkout } = atCheckout(sold, OCT_14, 'basic')
    customer.do(completed(checkout, { paid: false }))
    expect(stateOf(customer)).toBe('free active')
  })
})
