import { describe, expect, it } from 'vitest'
import { entitlements } from '../../../src/core/index.ts'
import { card, type World } from '../../../src/testing/index.ts'
import {
  asked,
  customerOn,
  dateOf,
  happened,
  listingSite,
  NATIVE,
  organisations,
  tieredSaas,
} from './products.ts'

const OCT_30 = '2025-10-30'
const up = { type: 'change_plan', plan: 'professional' } as const
const furtherUp = { type: 'change_plan', plan: 'enterprise' } as const

/** A listing owner on Basic since October 14, 15 days before the next billing date. */
const basic = () => customerOn(listingSite(), 'basic', '2025-10-14').at(OCT_30)
const demands = (customer: World) => asked(customer.effects, 'payment.collect')
const openInvoices = (customer: World) => customer.account.invoices.map(({ due }) => due)
const limitOf = (customer: World) =>
  entitlements(customer.account, {}, customer.now, listingSite()).get('listings').limit

describe('an upgrade waits for its payment', () => {
  it('B-09 gives nothing before it is paid', () => {
    const customer = basic()
    const before = customer.subscription()
    customer.do(up)
    expect(customer.asked()).toMatchObject({ amount: 25_00, method: { last4: '4242' } })
    expect(customer.subscription()).toEqual(before)
    expect(limitOf(customer)).toBe(1)
  })

  it('B-09 gives everything once it is paid and keeps the next billing date', () => {
    const customer = basic()
    customer.do(up)
    const { events } = customer.pay()
    expect(events.map(({ type }) => type)).toEqual([
      'payment.recorded',
      'invoice.paid',
      'subscription.changed',
    ])
    expect(limitOf(customer)).toBe(3)
    const { anchor, period } = customer.subscription()
    expect([anchor, period.end].map(dateOf)).toEqual(['2025-10-14', '2025-11-14'])
    customer.at('2025-11-14')
    expect(customer.asked()).toMatchObject({ amount: 99_00 })
  })

  it('C-01 changes nothing when it is declined: plan, period, anchor and access stay', () => {
    const customer = basic()
    const before = customer.subscription()
    customer.do(up)
    customer.decline()
    expect(customer.subscription()).toEqual(before)
    expect(limitOf(customer)).toBe(1)
    customer.at('2025-11-14')
    expect(customer.asked()).toMatchObject({ amount: 49_00 })
  })

  it('applies a late success of the payment that was declined', () => {
    const customer = basic()
    customer.do(up)
    const invoice = customer.asked()
    customer.decline()
    customer.at('2025-10-30T23:59:59.999Z')
    customer.do(paid(invoice, 25_00))
    expect(customer.subscription().plan).toBe('professional')
  })

  it('I36 is not undone by a failure that is told after the success', () => {
    const customer = basic()
    customer.do(up)
    const invoice = customer.asked()
    customer.pay()
    const after = customer.account
    if (invoice?.kind !== 'payment.collect') throw new Error('Nothing was charged')
    customer.do({
      type: 'payment.failed',
      gateway: 'paystack',
      payment: 'pay_late',
      subject: { invoice: invoice.invoice },
      decline: { code: 'do_not_honor', retry: 'later' },
      amount: 25_00,
      currency: 'USD',
      at: customer.now,
    })
    expect(customer.account).toEqual(after)
  })

  it('keeps the plan when less was paid than asked, and tells a person', () => {
    const customer = basic()
    customer.do(up)
    customer.pay({ amount: 24_99 })
    expect(customer.subscription().plan).toBe('basic')
    expect(customer.account.incidents).toMatchObject([{ kind: 'amount_mismatch', amount: 24_99 }])
  })

  it('can be tried again by hand after a decline, as the next attempt at the same invoice', () => {
    const customer = basic()
    customer.do(up)
    customer.decline()
    customer.do({ type: 'retry_payment' })
    expect(demands(customer).map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(new Set(demands(customer).map(({ invoice }) => invoice)).size).toBe(1)
    customer.pay()
    expect(customer.subscription().plan).toBe('professional')
  })

  it('never starts dunning', () => {
    const customer = basic()
    customer.do(up)
    customer.decline()
    customer.at('2025-11-13')
    expect(customer.subscription().status).toBe('active')
    expect(demands(customer)).toHaveLength(1)
  })
})

describe('a quote that is not paid', () => {
  it('dies after 24 hours, and money that comes then is credit', () => {
    const customer = basic()
    customer.do(up)
    const invoice = customer.asked()
    customer.decline()
    customer.at('2025-10-31')
    expect(openInvoices(customer)).toEqual([])
    customer.do(paid(invoice, 25_00))
    expect(customer.subscription().plan).toBe('basic')
    expect(customer.account.credit).toEqual({ USD: 25_00 })
  })

  it('sends late money back where the app prefers that', () => {
    const customer = customerOn(listingSite({ strayPayments: 'refund' }), 'basic', '2025-10-14')
    customer.at(OCT_30).do(up)
    const invoice = customer.asked()
    customer.at('2025-10-31')
    const { effects } = customer.do(paid(invoice, 25_00))
    expect(asked(effects, 'payment.refund')).toMatchObject([{ payment: 'late', amount: 25_00 }])
    expect(customer.account.credit).toEqual({})
  })

  it('dies at the end of the period when that comes first', () => {
    const customer = basic().at('2025-11-13T18:00Z')
    customer.do(up)
    const invoice = customer.asked()
    expect(demands(customer)).toMatchObject([{ expiresAt: Date.UTC(2025, 10, 14) }])
    customer.at('2025-11-14')
    customer.pay()
    customer.do(paid(invoice, 1_67))
    expect(customer.subscription().plan).toBe('basic')
  })

  it('lives as long as the app says', () => {
    const customer = customerOn(listingSite({ quoteHours: 2 }), 'basic', '2025-10-14').at(OCT_30)
    customer.do(up)
    customer.at('2025-10-30T01:59Z')
    expect(openInvoices(customer)).toEqual([25_00])
    customer.at('2025-10-30T02:00Z')
    expect(openInvoices(customer)).toEqual([])
  })

  it('gives back the credit that was set aside for it', () => {
    const customer = basic()
    customer.do({ type: 'grant_credit', amount: 10_00, currency: 'USD' })
    customer.do(up)
    expect(customer.account.credit).toEqual({ USD: 0 })
    customer.decline()
    customer.at('2025-10-31')
    expect(customer.account.credit).toEqual({ USD: 10_00 })
  })

  it('gives its credit back in time for the renewal at the same instant', () => {
    const customer = basic()
    customer.do({ type: 'grant_credit', amount: 1_00, currency: 'USD' })
    customer.at('2025-11-13T18:00Z').do(up)
    customer.decline()
    customer.at('2025-11-14')
    expect(customer.asked()).toMatchObject({ amount: 48_00 })
  })
})

describe('one change at a time', () => {
  it('E-02 makes one invoice and one charge of a double click or two tabs', () => {
    const customer = basic()
    customer.do(up)
    const second = customer.do(up)
    expect(second).toEqual({ refused: null, detail: {}, events: [], effects: [] })
    expect([openInvoices(customer), demands(customer).length]).toEqual([[25_00], 1])
  })

  it('refuses another plan, a downgrade, a cancellation and a pause while the payment is under way', () => {
    const customer = customerOn(listingSite(), 'professional', '2025-10-14').at(OCT_30)
    customer.do(furtherUp)
    const { refused, detail } = customer.do({ type: 'change_plan', plan: 'basic' })
    const [invoice] = customer.account.invoices
    expect([refused, detail]).toEqual(['in_progress', { invoice: invoice?.id }])
    expect(customer.do({ type: 'cancel', at: 'period_end' }).refused).toBe('in_progress')
    expect(customer.do({ type: 'pause' }).refused).toBe('in_progress')
    const other = basic()
    other.do(up)
    expect(other.do(furtherUp).refused).toBe('in_progress')
  })

  it('refuses another plan while nobody knows whether the payment went through', () => {
    const customer = basic()
    customer.do(up)
    const [invoice] = customer.account.invoices
    customer.do({ type: 'outcome.unknown', gateway: 'paystack', invoice: invoice?.id ?? '' })
    expect(customer.do(furtherUp).refused).toBe('in_progress')
  })

  it('ends at once when asked to, and money for the open change comes back as credit', () => {
    const customer = basic()
    customer.do(up)
    const invoice = customer.asked()
    customer.do({ type: 'cancel', at: 'now' })
    customer.do(paid(invoice, 25_00))
    expect(customer.subscription().status).toBe('canceled')
    expect(customer.account.credit).toEqual({ USD: 25_00 })
  })

  it('replaces a declined change by another one', () => {
    const customer = basic()
    customer.do(up)
    const first = customer.asked()
    customer.decline()
    customer.do(furtherUp)
    // 199.00 − 49.00 for 15 of 30 days.
    expect(openInvoices(customer)).toEqual([75_00])
    expect(happened(customer, 'invoice.voided')).toHaveLength(1)
    customer.do(paid(first, 25_00))
    expect(customer.subscription().plan).toBe('basic')
    customer.pay()
    expect(customer.subscription().plan).toBe('enterprise')
    expect(customer.account.credit).toEqual({ USD: 25_00 })
  })

  it('prices a declined change anew when it is asked for again', () => {
    const customer = basic()
    customer.do(up)
    customer.decline()
    customer.at('2025-10-30T12:00Z').do(up)
    expect([openInvoices(customer), demands(customer).length]).toEqual([[25_00], 2])
    expect(new Set(demands(customer).map(({ invoice }) => invoice)).size).toBe(2)
  })

  it('withdraws a declined change when a downgrade is scheduled or the customer cancels', () => {
    const goesDown = customerOn(listingSite(), 'professional', '2025-10-14')
    goesDown.do(furtherUp)
    goesDown.decline()
    goesDown.do({ type: 'change_plan', plan: 'basic' })
    expect(openInvoices(goesDown)).toEqual([])
    const cancels = basic()
    cancels.do(up)
    cancels.decline()
    cancels.do({ type: 'cancel', at: 'period_end' })
    expect(openInvoices(cancels)).toEqual([])
  })

  it('expires the open payment link when another plan is chosen', () => {
    const customer = customerOn(organisations(), 'starter', '2025-06-10')
    const wallet = { ...card('paymongo', 'gcash_1'), reusable: false }
    customer.do({ type: 'method.saved', gateway: 'paymongo', method: wallet })
    customer.at('2025-06-25').do({ type: 'change_plan', plan: 'team' })
    const [first] = customer.account.invoices
    const invoice = first?.id ?? ''
    expect(customer.asked()).toMatchObject({ amount: 500_00, method: null })
    customer.do({
      type: 'link.delivered',
      gateway: 'paymongo',
      invoice,
      url: 'https://pay.example',
    })
    const { effects } = customer.do({ type: 'change_plan', plan: 'business' })
    expect(asked(effects, 'checkout.expire')).toMatchObject([{ reference: invoice }])
    expect(openInvoices(customer)).toEqual([2250_00])
  })
})

describe('credit pays first', () => {
  it('asks only for the rest', () => {
    const customer = basic()
    customer.do({ type: 'grant_credit', amount: 10_00, currency: 'USD' })
    customer.do(up)
    expect(customer.asked()).toMatchObject({ amount: 15_00 })
    customer.pay()
    expect([customer.subscription().plan, customer.account.credit]).toEqual([
      'professional',
      { USD: 0 },
    ])
  })

  it('changes at once when it covers everything', () => {
    const customer = basic()
    customer.do({ type: 'grant_credit', amount: 30_00, currency: 'USD' })
    const { events, effects } = customer.do(up)
    expect(events.map(({ type }) => type)).toEqual([
      'invoice.opened',
      'credit.used',
      'invoice.paid',
      'subscription.changed',
    ])
    expect(asked(effects, 'payment.collect')).toEqual([])
    expect(customer.account.credit).toEqual({ USD: 5_00 })
  })

  it('leaves credit in another currency alone', () => {
    const customer = basic()
    customer.do({ type: 'grant_credit', amount: 10_00, currency: 'EUR' })
    customer.do(up)
    expect(customer.asked()).toMatchObject({ amount: 25_00 })
  })

  it('I25 changes at once when there is nothing to pay, and the rest is credit', () => {
    const customer = customerOn(tieredSaas(), 'essential', '2025-10-14', { interval: 'year' })
    customer.at(OCT_30)
    const { events } = customer.do({ type: 'change_plan', plan: 'premium', interval: 'month' })
    expect(events.map(({ type }) => type)).toEqual(['subscription.changed', 'credit.added'])
    // 349 of 365 days of 190.00 are left; a month of Premium costs 49.00.
    expect(customer.account.credit).toEqual({ USD: 181_67 - 49_00 })
    expect(dateOf(customer.subscription().period.end)).toBe('2025-11-30')
  })
})

describe('an upgrade at a gateway that owns the clock', () => {
  const native = () =>
    customerOn(tieredSaas({}, NATIVE), 'essential', '2025-10-14', { vendor: 'sub_vendor' })
  const toPremium = { type: 'change_plan', plan: 'premium' } as const

  it('A-03 asks the gateway to change its subscription, with our figure to check against', () => {
    const customer = native().at(OCT_30)
    const { effects } = customer.do(toPremium)
    expect(asked(effects, 'subscription.change')).toMatchObject([
      { subscription: 'sub_vendor', terms: { plan: 'premium' }, expected: 14_52 },
    ])
    expect(demands(customer)).toEqual([])
    expect(customer.subscription().plan).toBe('essential')
  })

  it('A3 sends one request for a double click', () => {
    const customer = native()
    customer.do(toPremium)
    expect(customer.do(toPremium).effects).toEqual([])
  })

  it('becomes true with the gateway’s payment, whatever the vendor added to it', () => {
    const customer = native().at(OCT_30)
    customer.do(toPremium)
    const [invoice] = customer.account.invoices
    const subject = { invoice: invoice?.id ?? '' }
    const payment = { id: 'in_1', subject, amount: 17_42, currency: 'USD', at: customer.now }
    customer.do({ type: 'payment.succeeded', gateway: 'stripe', payment })
    expect(customer.subscription().plan).toBe('premium')
    expect(happened(customer, 'invoice.paid').at(-1)?.row.total).toBe(17_42)
    expect(customer.account.credit).toEqual({})
  })

  it('E-05 changes nothing when the gateway refuses, and can be tried again', () => {
    const customer = native().at(OCT_30)
    const before = customer.subscription()
    const [sent] = asked(customer.do(toPremium).effects, 'subscription.change')
    const answers = sent?.key ?? ''
    customer.do({ type: 'effect.refused', gateway: 'stripe', answers, code: 'api_error' })
    expect(customer.subscription()).toEqual(before)
    expect(openInvoices(customer)).toEqual([])
    expect(asked(customer.do(toPremium).effects, 'subscription.change')).toHaveLength(1)
  })
})

/** The gateway says that a demand was paid after all. */
function paid(demand: ReturnType<World['asked']>, amount: number) {
  if (demand?.kind !== 'payment.collect') throw new Error('Nothing was charged')
  const { gateway, invoice, currency } = demand
  const subject = { invoice }
  const payment = { id: 'late', subject, amount, currency, at: demand.dueAt }
  return { type: 'payment.succeeded', gateway, payment } as const
}
