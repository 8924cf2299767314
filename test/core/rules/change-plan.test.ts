import { describe, expect, it } from 'vitest'
import { catalog, days, monthly, plan, yearly } from '../../../src/core/index.ts'
import { given, type World, world } from '../../../src/testing/index.ts'
import { asked, customerOn, dateOf, happened, listingSite, tieredSaas } from './products.ts'

const OCT_14 = '2025-10-14'
const OCT_30 = '2025-10-30'

/** Two plans and nothing else, to ask which way a change between them goes. */
const pair = (a: Parameters<typeof plan>[1], b: Parameters<typeof plan>[1]) =>
  catalog({ plans: [plan('a', a), plan('b', b)], gateways: [{ name: 'stripe' }] })

/** What became of a change to plan b: it waits for money, is in force, or is scheduled. */
function wayOf(customer: World, interval: 'month' | 'year' = 'month'): string {
  const { refused, events } = customer.do({ type: 'change_plan', plan: 'b', interval })
  if (refused) return refused
  const types = events.map(({ type }) => type)
  if (types.includes('subscription.change_scheduled')) return 'later'
  return types.includes('subscription.changed') ? 'now' : 'once paid'
}

describe('the direction of a change', () => {
  it('follows the rank, whatever it costs', () => {
    const cheaper = pair(
      { rank: 1, price: monthly(99_00, 'USD') },
      { rank: 2, price: monthly(49_00, 'USD') },
    )
    expect(wayOf(customerOn(cheaper, 'a', OCT_14))).toBe('now')
    const dearer = pair(
      { rank: 2, price: monthly(49_00, 'USD') },
      { rank: 1, price: monthly(99_00, 'USD') },
    )
    expect(wayOf(customerOn(dearer, 'a', OCT_14))).toBe('later')
  })

  it('compares what a year costs where plans have no rank', () => {
    const a = { price: monthly(20_00, 'USD') }
    const yearlyFor = (amount: number) => pair(a, { price: yearly(amount, 'USD') })
    expect(wayOf(customerOn(yearlyFor(239_99), 'a', OCT_14), 'year')).toBe('later')
    expect(wayOf(customerOn(yearlyFor(240_01), 'a', OCT_14), 'year')).toBe('once paid')
  })

  it('takes plans that cost the same for an upgrade', () => {
    const price = monthly(20_00, 'USD')
    expect(wayOf(customerOn(pair({ price }, { price }), 'a', OCT_14))).toBe('now')
    const yearlyTie = pair({ price }, { price: yearly(240_00, 'USD') })
    expect(wayOf(customerOn(yearlyTie, 'a', OCT_14), 'year')).toBe('once paid')
  })

  it('takes plans of one rank by their price', () => {
    const ranked = pair(
      { rank: 1, price: monthly(20_00, 'USD') },
      { rank: 1, price: monthly(10_00, 'USD') },
    )
    expect(wayOf(customerOn(ranked, 'a', OCT_14))).toBe('later')
  })

  it('A5 takes a longer interval of the same plan now, with a new anchor', () => {
    const customer = customerOn(tieredSaas(), 'essential', OCT_14).at(OCT_30)
    customer.do({ type: 'change_plan', plan: 'essential', interval: 'year' })
    // 190.00 for the year less 15 of 31 days of 19.00.
    expect(customer.asked()).toMatchObject({ amount: 190_00 - 9_19 })
    customer.pay()
    const { anchor, period } = customer.subscription()
    expect([anchor, period.start, period.end].map(dateOf)).toEqual([OCT_30, OCT_30, '2026-10-30'])
  })

  it('gives what is left of a dearer period to the account when the interval becomes longer', () => {
    const sale = pair(
      { price: [monthly(100_00, 'USD'), yearly(60_00, 'USD')] },
      {
        price: monthly(1, 'USD'),
      },
    )
    const customer = customerOn(sale, 'a', OCT_14)
    const { events } = customer.do({ type: 'change_plan', plan: 'a', interval: 'year' })
    expect(events.map(({ type }) => type)).toEqual(['subscription.changed', 'credit.added'])
    expect(customer.account.credit).toEqual({ USD: 40_00 })
    expect(dateOf(customer.subscription().period.end)).toBe('2026-10-14')
  })

  it('A5 lets a shorter interval of the same plan wait for the end of the period', () => {
    const customer = customerOn(tieredSaas(), 'essential', OCT_14, { interval: 'year' }).at(OCT_30)
    customer.do({ type: 'change_plan', plan: 'essential', interval: 'month' })
    expect(dateOf(customer.subscription().pendingChange?.at ?? null)).toBe('2026-10-14')
    customer.at('2026-10-14')
    expect(customer.asked()).toMatchObject({ amount: 19_00 })
    const { anchor, period } = customer.subscription()
    expect([anchor, period.end].map(dateOf)).toEqual(['2026-10-14', '2026-11-14'])
  })

  it('keeps the interval when a command names none', () => {
    const customer = customerOn(tieredSaas(), 'essential', OCT_14, { interval: 'year' })
    customer.do({ type: 'change_plan', plan: 'premium' })
    expect(customer.asked()).toMatchObject({ amount: 490_00 - 190_00 })
  })

  it('B-03 refuses an upgrade route that would go down, and the other way round', () => {
    const professional = customerOn(listingSite(), 'professional', OCT_14)
    const up = professional.do({ type: 'change_plan', plan: 'basic', direction: 'upgrade' })
    expect([up.refused, up.detail]).toEqual(['wrong_direction', { direction: 'downgrade' }])
    const down = professional.do({
      type: 'change_plan',
      plan: 'enterprise',
      direction: 'downgrade',
    })
    expect([down.refused, down.detail]).toEqual(['wrong_direction', { direction: 'upgrade' }])
  })

  it('B-03 lets a change pass that goes the way its route says', () => {
    given(listingSite(), { at: OCT_14, history: buys('professional') })
      .when({ type: 'change_plan', plan: 'basic', direction: 'downgrade' })
      .then('subscription.change_scheduled')
  })

  it('B-03 takes both routes to the plan one has for no change', () => {
    const professional = customerOn(listingSite(), 'professional', OCT_14)
    const go = (direction: 'upgrade' | 'downgrade') =>
      professional.do({ type: 'change_plan', plan: 'professional', direction })
    expect([go('upgrade'), go('downgrade')]).toMatchObject([
      { refused: null, events: [] },
      { refused: null, events: [] },
    ])
  })

  it('B-03 refuses a downgrade route from the free plan to a paid one', () => {
    given(tieredSaas(), { at: OCT_14, history: (it) => it.do({ type: 'register' }) })
      .when({ type: 'change_plan', plan: 'essential', direction: 'downgrade' })
      .thenRefused('wrong_direction')
  })

  it('B-03 holds the route to its direction in a trial', () => {
    const trial = days(14)
    const tried = pair(
      { price: monthly(10_00, 'USD'), trial },
      { price: monthly(20_00, 'USD'), trial },
    )
    given(tried, { at: OCT_14, history: (it) => it.do({ type: 'start_trial', plan: 'b' }) })
      .when({ type: 'change_plan', plan: 'a', direction: 'upgrade' })
      .thenRefused('wrong_direction')
  })
})

describe('a change is refused', () => {
  it('to a plan nobody declared', () => {
    given(listingSite(), { at: OCT_14, history: buys('basic') })
      .when({ type: 'change_plan', plan: 'platinum' })
      .thenRefused('unknown_plan')
  })

  it('to a plan that is not sold any more', () => {
    given(withArchived(), { at: OCT_14, history: buys('today') })
      .when({ type: 'change_plan', plan: 'legacy' })
      .thenRefused('plan_unavailable')
  })

  it('into an interval the plan is not sold in', () => {
    given(listingSite(), { at: OCT_14, history: buys('basic') })
      .when({ type: 'change_plan', plan: 'professional', interval: 'year' })
      .thenRefused('price_not_found')
  })

  it('I21 into another currency', () => {
    const two = pair(
      { price: [monthly(10_00, 'USD'), monthly(9_00, 'EUR')] },
      { price: [monthly(20_00, 'USD'), monthly(18_00, 'EUR')] },
    )
    const { refused, detail } = customerOn(two, 'a', OCT_14, { currency: 'USD' }).do({
      type: 'change_plan',
      plan: 'b',
      currency: 'EUR',
    })
    expect([refused, detail]).toEqual(['currency_change', { currency: 'USD' }])
  })

  it('without a live subscription', () => {
    const customer = customerOn(listingSite(), 'basic', OCT_14)
    customer.do({ type: 'cancel', at: 'now' })
    const { refused } = customer.do({ type: 'change_plan', plan: 'professional' })
    expect(refused).toBe('subscription_required')
  })

  it('E-03 while the subscription is ending, and says until when', () => {
    const customer = customerOn(listingSite(), 'basic', OCT_14)
    customer.do({ type: 'cancel', at: 'period_end' })
    const { refused, detail } = customer.do({ type: 'change_plan', plan: 'professional' })
    expect([refused, detail]).toEqual(['ending', { cancelAt: Date.UTC(2025, 10, 14) }])
  })

  it('while the subscription is paused', () => {
    const customer = customerOn(listingSite(), 'professional', OCT_14)
    customer.do({ type: 'pause' })
    const change = (to: string) => customer.do({ type: 'change_plan', plan: to }).refused
    expect([change('enterprise'), change('basic')]).toEqual(['paused', 'paused'])
  })

  it('upwards while an invoice is unpaid', () => {
    const { refused } = declined('professional').do({ type: 'change_plan', plan: 'enterprise' })
    expect(refused).toBe('past_due')
  })

  it('upwards while nobody has answered for the invoice that is due', () => {
    const customer = customerOn(listingSite(), 'professional', OCT_14).at('2025-11-14')
    expect(customer.subscription().status).toBe('active')
    const { refused } = customer.do({ type: 'change_plan', plan: 'enterprise' })
    expect(refused).toBe('in_progress')
  })

  it('in both directions while the subscription is suspended', () => {
    const customer = declined('professional').at('2025-11-21')
    expect(customer.subscription().status).toBe('suspended')
    const change = (to: string) => customer.do({ type: 'change_plan', plan: to }).refused
    expect([change('enterprise'), change('basic')]).toEqual(['past_due', 'past_due'])
  })
})

describe('a change that is something else', () => {
  it('lets a customer in grace go down from the next period', () => {
    const customer = declined('professional')
    customer.do({ type: 'change_plan', plan: 'basic' })
    const { status, plan: current, pendingChange } = customer.subscription()
    expect([status, current, pendingChange?.terms.plan]).toEqual([
      'past_due',
      'professional',
      'basic',
    ])
    expect(dateOf(pendingChange?.at ?? null)).toBe('2025-12-14')
  })

  it('sells the plan to a customer whose trial ended unpaid', () => {
    const tried = pair(
      { price: monthly(10_00, 'USD'), trial: days(14) },
      {
        price: monthly(20_00, 'USD'),
      },
    )
    const customer = world(tried, OCT_14)
    customer.do({ type: 'start_trial', plan: 'a' })
    customer.at('2025-10-28')
    expect(customer.subscription().status).toBe('unpaid')
    customer.do({ type: 'change_plan', plan: 'b' })
    expect(customer.asked()).toMatchObject({ kind: 'checkout.open', checkout: { amount: 20_00 } })
  })

  it('lets a customer of a plan that is not sold any more change its interval', () => {
    const { account } = customerOn(withArchived(false), 'legacy', OCT_14)
    const customer = world(withArchived(), OCT_14, { account })
    customer.do({ type: 'change_plan', plan: 'legacy', interval: 'year' })
    expect(customer.asked()).toMatchObject({ amount: 90_00 - 9_00 })
  })

  it('A-04 cancels at the end of the period when it goes down to the free plan', () => {
    given(tieredSaas(), { at: OCT_14, history: buys('premium') })
      .when({ type: 'change_plan', plan: 'free' })
      .then('subscription.cancel_scheduled')
      .and((customer) => {
        expect(customer.subscription()).toMatchObject({ plan: 'premium', pendingChange: null })
        customer.at('2025-11-14')
        expect(customer.subscription()).toMatchObject({ plan: 'free', status: 'active' })
      })
  })

  it('refuses an upgrade route to the free plan', () => {
    given(tieredSaas(), { at: OCT_14, history: buys('premium') })
      .when({ type: 'change_plan', plan: 'free', direction: 'upgrade' })
      .thenRefused('wrong_direction')
  })

  it('changes nothing for a customer who is on the free plan already', () => {
    given(tieredSaas(), { at: OCT_14, history: (it) => it.do({ type: 'register' }) })
      .when({ type: 'change_plan', plan: 'free' })
      .thenNothing()
  })

  it('A-02 makes a second subscribe a change of the one subscription there is', () => {
    const customer = customerOn(tieredSaas(), 'essential', OCT_14)
    const before = customer.subscription().id
    customer.at(OCT_30).do({ type: 'subscribe', plan: 'premium' })
    expect(customer.asked()).toMatchObject({ kind: 'payment.collect', amount: 14_52 })
    customer.pay()
    expect(customer.subscription()).toMatchObject({ id: before, plan: 'premium' })
    expect(asked(customer.effects, 'checkout.open')).toHaveLength(1)
    expect(happened(customer, 'subscription.started').map((it) => it.subscription.plan)).toEqual([
      'free',
      'essential',
    ])
  })
})

function buys(chosen: string): (customer: World) => void {
  return (customer) => {
    customer.do({ type: 'register' })
    customer.do({ type: 'subscribe', plan: chosen })
    customer.pay()
  }
}

/** A listing owner whose renewal of November 14 the bank declined. */
function declined(chosen: string): World {
  const customer = customerOn(listingSite(), chosen, OCT_14).at('2025-11-14')
  customer.decline('insufficient_funds')
  return customer
}

function withArchived(archived = true) {
  return catalog({
    plans: [
      plan('legacy', { price: [monthly(9_00, 'USD'), yearly(90_00, 'USD')], archived }),
      plan('today', { price: monthly(19_00, 'USD') }),
    ],
    gateways: [{ name: 'stripe' }],
  })
}
