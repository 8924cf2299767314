/** Payment links: who has nothing that can be charged again is sent a page before the period ends. */
import { describe, expect, it } from 'vitest'
import { card, type World } from '../../../src/testing/index.ts'
import {
  asked,
  date,
  day,
  demands,
  gcash,
  openInvoice,
  outcomes,
  paid,
  paying,
  periodOf,
  walletCatalog,
  walletSince14October,
} from './customers.ts'

const url = 'https://pay.example/1'

/** The gateway has sent the customer the page for the newest open invoice. */
function deliver(customer: World, invoice = openInvoice(customer), page = url) {
  return customer.do({ type: 'link.delivered', gateway: 'paymongo', invoice, url: page })
}

function settles(customer: World, invoice = openInvoice(customer), amount = 49_900) {
  const at = new Date(customer.now).toISOString()
  const told = { id: `pay_${invoice}`, at, amount, currency: 'PHP', gateway: 'paymongo' }
  return customer.do(paid({ invoice }, told))
}

/** The link for November 14 was delivered on November 11. */
function linked(sold = walletCatalog()) {
  const customer = walletSince14October(sold).at('2025-11-11')
  const invoice = openInvoice(customer)
  deliver(customer)
  return { customer, invoice }
}

describe('a wallet that cannot be charged again', () => {
  it('C-10 is sent the invoice 3 days before the boundary, at the instant and once', () => {
    const customer = walletSince14October().at(date('2025-11-11') - 1)
    expect(demands(customer)).toEqual([])
    customer.at('2025-11-11').at('2025-11-12').at('2025-11-13')
    expect(demands(customer)).toEqual([['2025-11-14', 49_900]])
    expect(asked(customer, 'payment.collect')[0]?.method).toBeNull()
  })

  it('C-10 stays active in its period until then', () => {
    const { customer } = linked()
    customer.at(date('2025-11-14') - 1)
    expect(customer.subscription().status).toBe('active')
    expect(periodOf(customer)).toEqual(['2025-10-14', '2025-11-14'])
  })

  it('C-10 that paid early begins the next period at the boundary and gets no second invoice', () => {
    const { customer } = linked()
    customer.at('2025-11-12')
    settles(customer)
    expect(periodOf(customer)).toEqual(['2025-10-14', '2025-11-14'])
    customer.at('2025-11-14')
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
    expect(customer.account.invoices).toEqual([])
    customer.at('2025-12-10')
    expect(demands(customer)).toHaveLength(1)
    expect(demands(customer.at('2025-12-11')).at(-1)).toEqual(['2025-12-14', 49_900])
  })

  it('C7 not paid by the boundary is past due, suspended after the grace, and active when it pays', () => {
    const { customer } = linked()
    expect(customer.at('2025-11-14').subscription().status).toBe('past_due')
    expect(customer.at('2025-11-21').subscription().status).toBe('suspended')
    customer.at('2025-11-24')
    settles(customer)
    expect(customer.subscription().status).toBe('active')
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
  })

  it('C7 that never pays is canceled, and its page is withdrawn', () => {
    const { customer, invoice } = linked()
    customer.at('2025-11-28')
    expect(customer.subscription().status).toBe('canceled')
    expect(asked(customer, 'checkout.expire').at(-1)).toMatchObject({ reference: invoice })
  })

  it('is never charged by itself: there is no automatic attempt', () => {
    const { customer } = linked()
    customer.at('2025-11-27')
    expect(demands(customer)).toHaveLength(1)
  })

  it('keeps its access when the link was never delivered: nobody asked for the money', () => {
    const customer = walletSince14October().at('2025-12-05')
    expect(customer.subscription().status).toBe('active')
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
  })

  it('has the whole grace from the day on which a late link was delivered', () => {
    const customer = walletSince14October().at('2025-11-25')
    deliver(customer)
    expect(customer.at('2025-11-25').subscription().status).toBe('past_due')
    expect(customer.at(date('2025-12-02') - 1).subscription().status).toBe('past_due')
    expect(customer.at('2025-12-02').subscription().status).toBe('suspended')
  })

  it('counts from the boundary when the link came in time and the worker late', () => {
    const { customer } = linked()
    expect(customer.at('2025-11-20').subscription().status).toBe('past_due')
    expect(customer.at('2025-11-21').subscription().status).toBe('suspended')
  })

  it('may fail on the page before the boundary; what counts is whether it is paid by then', () => {
    const { customer, invoice } = linked()
    customer.do({
      type: 'payment.failed',
      gateway: 'paymongo',
      payment: 'pay_x',
      subject: { invoice },
      decline: { code: 'insufficient_funds', retry: 'later' },
      amount: 49_900,
      currency: 'PHP',
      at: customer.now,
    })
    expect(customer.at(date('2025-11-14') - 1).subscription().status).toBe('active')
    settles(customer, invoice)
    expect(customer.at('2025-11-14').subscription().status).toBe('active')
  })

  it('that saves a card before the link is due is not charged twice for the period', () => {
    const { customer, invoice } = linked()
    customer.do({ type: 'method.saved', gateway: 'paymongo', method: card('paymongo') })
    customer.at('2025-11-12')
    settles(customer, invoice)
    customer.at('2025-11-20')
    expect(demands(customer)).toHaveLength(1)
    expect(demands(customer.at('2025-12-14')).at(-1)).toEqual(['2025-12-14', 49_900])
  })
})

describe('a link that nobody hears of', () => {
  const MINUTE = 60_000
  const start = date('2025-10-30')
  /** The upgrade of October 30 is paid on a page. */
  function changing() {
    const customer = walletSince14October(walletCatalog()).at('2025-10-30')
    customer.do({ type: 'change_plan', plan: 'team' })
    return customer
  }
  const minutes = (customer: World) =>
    customer.journal
      .filter(({ type }) => type === 'page.awaited')
      .map(({ at }) => (at - start) / MINUTE)
      .filter((minute) => minute > 0)

  it('of a change is looked up 1, 5, 15 and 60 minutes after it was asked for, under four keys', () => {
    const customer = changing()
    const reference = openInvoice(customer)
    deliver(customer)
    customer.do({ type: 'page.opened', gateway: 'paymongo', reference, page: 'cs_1' })
    customer.at(start + MINUTE - 1)
    expect(minutes(customer)).toEqual([])
    customer.at('2025-11-05')
    expect(minutes(customer)).toEqual([1, 5, 15, 60])
    const effects = asked(customer, 'payment.lookup').slice(-4)
    expect(new Set(effects.map(({ key }) => key)).size).toBe(4)
    for (const effect of effects) expect(effect).toMatchObject({ reference, page: 'cs_1' })
  })

  it('of a change leads back to where the call says, and that of a renewal nowhere', () => {
    const customer = walletSince14October(walletCatalog()).at('2025-10-30')
    const [successUrl, cancelUrl] = ['https://app.example/paid', 'https://app.example/no']
    customer.do({ type: 'change_plan', plan: 'team', successUrl, cancelUrl })
    expect(asked(customer, 'payment.collect').at(-1)).toMatchObject({ successUrl, cancelUrl })
    expect(asked(linked().customer, 'payment.collect').at(-1)).not.toHaveProperty('successUrl')
  })

  it('of a change is not looked up before it was delivered, nor once it is paid', () => {
    const customer = changing()
    customer.at(start + 2 * MINUTE)
    expect(minutes(customer)).toEqual([])
    deliver(customer)
    customer.at(start + 3 * MINUTE)
    settles(customer, openInvoice(customer), customer.account.invoices[0]?.due)
    expect(customer.account.invoices).toEqual([])
    customer.at('2025-11-05')
    expect(minutes(customer)).toEqual([2])
  })

  it('of a renewal is left to reconciliation: it is mailed, and nobody waits at it', () => {
    const { customer } = linked()
    customer.at('2025-11-28')
    expect(minutes(customer)).toEqual([])
  })
})

describe('coming back from the page of a link', () => {
  const verify = (customer: World, reference: string) => customer.do({ type: 'verify', reference })

  it('looks that page up, and changes nothing by itself', () => {
    const { customer, invoice: reference } = linked()
    customer.do({ type: 'page.opened', gateway: 'paymongo', reference, page: 'cs_1' })
    const { refused, events, effects } = verify(customer, reference)
    expect([refused, events]).toEqual([null, []])
    expect(effects).toMatchObject([
      { kind: 'payment.lookup', gateway: 'paymongo', reference, page: 'cs_1' },
    ])
  })

  it('looks the page of a confirmation up as well', () => {
    const customer = walletSince14October().at('2025-11-11')
    const invoice = openInvoice(customer)
    const subject = { invoice }
    customer.do({ type: 'payment.pending', gateway: 'paymongo', subject, actionUrl: url })
    expect(verify(customer, invoice).effects).toMatchObject([{ kind: 'payment.lookup' }])
  })

  it('asks nothing once it is paid', () => {
    const { customer, invoice } = linked()
    settles(customer)
    const { refused, events, effects } = verify(customer, invoice)
    expect([refused, events, effects]).toEqual([null, [], []])
  })

  it('is refused for an invoice that nobody has', () => {
    expect(verify(linked().customer, 'customer.inv99').refused).toBe('checkout_unknown')
  })
})

describe('a link that no longer says the right thing', () => {
  it('is withdrawn when the customer cancels, and nothing more is asked', () => {
    const { customer, invoice } = linked()
    customer.do({ type: 'cancel', at: 'period_end' })
    expect(asked(customer, 'checkout.expire').at(-1)).toMatchObject({ reference: invoice })
    customer.at('2025-11-14')
    expect(customer.subscription().status).toBe('canceled')
    expect(demands(customer)).toHaveLength(1)
  })

  it('is issued again when the customer takes the cancellation back', () => {
    const { customer, invoice } = linked()
    customer.do({ type: 'cancel', at: 'period_end' })
    customer.at('2025-11-12').do({ type: 'resume' })
    customer.at('2025-11-12')
    expect(openInvoice(customer)).not.toBe(invoice)
    expect(demands(customer).at(-1)).toEqual(['2025-11-14', 49_900])
  })

  it('is issued again with the lower price when a downgrade is scheduled', () => {
    const sold = walletCatalog()
    const customer = paying(sold, '2025-10-14', { plan: 'team' }, { method: gcash })
    customer.at('2025-11-11')
    const first = openInvoice(customer)
    deliver(customer)
    customer.do({ type: 'change_plan', plan: 'starter' })
    customer.at('2025-11-11')
    expect(asked(customer, 'checkout.expire').at(-1)).toMatchObject({ reference: first })
    expect(demands(customer)).toEqual([
      ['2025-11-14', 149_900],
      ['2025-11-14', 49_900],
    ])
  })

  it('is issued again with the higher price when an upgrade was paid', () => {
    const sold = walletCatalog({ proration: { granularity: 'day' } })
    const customer = walletSince14October(sold).at('2025-11-11')
    const first = openInvoice(customer)
    deliver(customer)
    customer.do({ type: 'change_plan', plan: 'team' })
    // 3 of 31 days: 149900 × 3/31 − 49900 × 3/31 = 14506 − 4829.
    expect(demands(customer).at(-1)).toEqual(['2025-11-11', 9677])
    settles(customer, openInvoice(customer), 9677)
    customer.at('2025-11-11')
    expect(asked(customer, 'checkout.expire').at(-1)).toMatchObject({ reference: first })
    expect(demands(customer).at(-1)).toEqual(['2025-11-14', 149_900])
  })

  it('keeps its coupon when it is issued again', () => {
    const sold = walletCatalog()
    const customer = paying(sold, '2025-10-14', { plan: 'team' }, { method: gcash })
    customer.do({ type: 'apply_coupon', coupon: 'HALF' })
    customer.at('2025-11-11').do({ type: 'change_plan', plan: 'starter' })
    customer.at('2025-11-11')
    expect(demands(customer)).toEqual([
      ['2025-11-14', 74_950],
      ['2025-11-14', 24_950],
    ])
    customer.at('2025-12-11')
    expect(demands(customer).at(-1)).toEqual(['2025-12-14', 49_900])
  })

  it('counts its coupon once, whether it is paid early or late', () => {
    for (const paysOn of ['2025-11-12', '2025-11-16']) {
      const customer = walletSince14October()
      customer.do({ type: 'apply_coupon', coupon: 'HALF' })
      customer.at('2025-11-11')
      deliver(customer)
      customer.at(paysOn)
      settles(customer, openInvoice(customer), 24_950)
      customer.at('2025-12-11')
      expect(demands(customer)).toEqual([
        ['2025-11-14', 24_950],
        ['2025-12-14', 49_900],
      ])
    }
  })

  it('gives back the credit that it had used', () => {
    const customer = walletSince14October()
    customer.do({ type: 'grant_credit', amount: 10_000, currency: 'PHP' })
    customer.at('2025-11-11')
    expect(demands(customer)).toEqual([['2025-11-14', 39_900]])
    customer.do({ type: 'cancel', at: 'period_end' })
    expect(customer.account.credit).toEqual({ PHP: 10_000 })
    expect(customer.account.invoices).toEqual([])
  })
})

describe('a period that was paid ahead', () => {
  it('is kept by who cancels then: it ends with what was paid', () => {
    const { customer } = linked()
    settles(customer)
    customer.do({ type: 'cancel', at: 'period_end' })
    expect(day(customer.subscription().cancelAt)).toBe('2025-12-14')
    expect(customer.at('2025-12-13').subscription().status).toBe('active')
    expect(customer.at('2025-12-14').subscription().status).toBe('canceled')
    expect(demands(customer)).toHaveLength(1)
  })

  it('is not cut by a downgrade: it applies after it', () => {
    const customer = paying(walletCatalog(), '2025-10-14', { plan: 'team' }, { method: gcash })
    customer.at('2025-11-11')
    deliver(customer)
    settles(customer, openInvoice(customer), 149_900)
    customer.do({ type: 'change_plan', plan: 'starter' })
    expect(customer.at('2025-11-14').subscription().plan).toBe('team')
    expect(demands(customer.at('2025-12-11')).at(-1)).toEqual(['2025-12-14', 49_900])
    expect(customer.at('2025-12-14').subscription().plan).toBe('starter')
  })
})

describe('a link told in another order', () => {
  it('ends equal whether the delivery or the payment is told first', () => {
    const sold = walletCatalog()
    const customer = walletSince14October(sold).at('2025-11-16')
    const invoice = openInvoice(customer)
    const told = { id: 'w', at: '2025-11-13', amount: 49_900, currency: 'PHP', gateway: 'paymongo' }
    const ends = outcomes(customer, sold, [
      { type: 'link.delivered', gateway: 'paymongo', invoice, url },
      paid({ invoice }, told),
    ])
    expect(ends.map(({ subscriptions }) => subscriptions.default?.status)).toEqual(['active'])
  })

  it('ends equal whether the delivery or a lost answer about it is told first', () => {
    const sold = walletCatalog()
    const customer = walletSince14October(sold).at('2025-11-11')
    const invoice = openInvoice(customer)
    const ends = outcomes(customer, sold, [
      { type: 'link.delivered', gateway: 'paymongo', invoice, url },
      { type: 'outcome.unknown', gateway: 'paymongo', invoice },
    ])
    expect(ends.map(({ invoices }) => invoices[0]?.unknown)).toEqual([false])
  })

  it('delivered twice is one link; another page replaces it', () => {
    const customer = walletSince14October().at('2025-11-11')
    expect(deliver(customer).events).toHaveLength(1)
    expect(deliver(customer).events).toEqual([])
    deliver(customer, openInvoice(customer), 'https://pay.example/2')
    expect(customer.account.invoices[0]?.link).toBe('https://pay.example/2')
  })

  it("is withdrawn by the gateway's id of its page", () => {
    const { customer, invoice } = linked()
    customer.do({ type: 'page.opened', gateway: 'paymongo', reference: invoice, page: 'cs_1' })
    customer.do({ type: 'cancel', at: 'now' })
    expect(asked(customer, 'checkout.expire')).toMatchObject([{ reference: invoice, page: 'cs_1' }])
  })

  it('delivered for an invoice that is paid changes nothing', () => {
    const customer = walletSince14October().at('2025-11-11')
    const invoice = openInvoice(customer)
    settles(customer, invoice)
    expect(deliver(customer, invoice).events).toEqual([])
  })
})
