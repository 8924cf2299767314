import { describe, expect, it } from 'vitest'
import { entitlements } from '../../../src/core/index.ts'
import { card, type World } from '../../../src/testing/index.ts'
import { asked, customerOn, dateOf, happened, type PolicyOptions } from './products.ts'
import { atCheckout, checkOut, periodOf, registered, shop, stateOf } from './shop.ts'

const MAR_5 = '2025-03-05'
const MAR_15 = '2025-03-15'
const sold = shop()

const change = (customer: World, to: string, interval?: 'year') =>
  customer.do({ type: 'change_plan', plan: to, ...(interval ? { interval } : {}) })

/** A customer on a trial since March 5: Starter lasts 10 days, Growth 13. */
function trying(plan = 'starter', of = sold): World {
  const customer = registered(of, MAR_5)
  customer.do({ type: 'start_trial', plan })
  return customer
}

/** The same ten days later, by the policy for trials that nobody paid. */
function ended(trialEnd: PolicyOptions['trialEnd'], free = true): World {
  const of = shop({ free, policies: trialEnd ? { trialEnd } : {} })
  return trying('starter', of).at('2025-03-20')
}

const hasAccess = (customer: World, of = sold) =>
  entitlements(customer.account, {}, customer.now, of).access

function trialEndOf(customer: World): string | null {
  const subscription = customer.subscription()
  return subscription.status === 'trialing' ? dateOf(subscription.trial.endsAt) : null
}

const demands = (customer: World) =>
  asked(customer.effects, 'payment.collect').map(({ amount, dueAt }) => [amount, dateOf(dueAt)])

describe('changing the plan in a trial', () => {
  it('keeps the clock: from March 5, 10 days become 13 and end on March 18', () => {
    const customer = trying().at('2025-03-08')
    expect(trialEndOf(customer)).toBe(MAR_15)
    change(customer, 'growth')
    expect(stateOf(customer)).toBe('growth trialing')
    expect(trialEndOf(customer)).toBe('2025-03-18')
  })

  it('keeps the clock the other way: 13 days become 10', () => {
    const customer = trying('growth').at('2025-03-08')
    change(customer, 'starter')
    expect(trialEndOf(customer)).toBe(MAR_15)
  })

  it('is immediate, costs nothing and uses up no second trial', () => {
    const customer = trying().at('2025-03-08')
    const { effects } = change(customer, 'growth')
    expect(effects.map(({ kind }) => kind)).toEqual(['notice.send'])
    expect(entitlements(customer.account, {}, customer.now, sold).get('listings').limit).toBe(20)
    expect(customer.account.trials).toHaveLength(1)
  })

  it('to a plan whose days are over already is a purchase', () => {
    const customer = trying('growth').at('2025-03-16')
    change(customer, 'starter')
    expect(customer.account.checkouts.default).toMatchObject({ amount: 49_00, trialDays: null })
    expect(stateOf(customer)).toBe('growth trialing')
    customer.pay()
    expect(stateOf(customer)).toBe('starter active')
  })

  it('to a plan without a trial is a purchase, and the trial runs until it is paid', () => {
    const customer = trying().at('2025-03-08')
    change(customer, 'pro')
    expect(customer.account.checkouts.default?.amount).toBe(99_00)
    expect(stateOf(customer)).toBe('starter trialing')
    customer.at('2025-03-08T06:00:00Z')
    customer.pay()
    expect(stateOf(customer)).toBe('pro active')
    expect(periodOf(customer)[0]).toBe('2025-03-08T06:00:00.000Z')
  })

  it('to the same plan by the year keeps the clock and is charged by the year', () => {
    const customer = trying()
    change(customer, 'starter', 'year')
    expect(trialEndOf(customer)).toBe(MAR_15)
    expect(checkOut(customer, { plan: 'starter', interval: 'year' }).amount).toBe(490_00)
    customer.do({ type: 'method.saved', gateway: 'bank', method: card('bank') })
    customer.at(MAR_15)
    expect(demands(customer)).toEqual([[490_00, MAR_15]])
  })

  it('to the same plan changes nothing', () => {
    expect(change(trying(), 'starter').events).toEqual([])
  })

  it('to the free plan ends it with the trial', () => {
    const customer = trying()
    change(customer, 'free')
    expect(dateOf(customer.subscription().cancelAt)).toBe(MAR_15)
  })
})

describe('a trial that nobody paid', () => {
  it('C-05 leaves the customer unpaid, without access, and nothing is asked for', () => {
    const customer = ended(undefined)
    expect(stateOf(customer)).toBe('starter unpaid')
    expect(hasAccess(customer)).toBe(false)
    expect(demands(customer)).toEqual([])
  })

  it('C-05 is active again from the day it is paid', () => {
    const customer = ended('unpaid')
    checkOut(customer, 'starter')
    customer.pay()
    expect(stateOf(customer)).toBe('starter active')
    expect(periodOf(customer)).toEqual(['2025-03-20', '2025-04-20'])
    expect(hasAccess(customer)).toBe(true)
  })

  it('C-05 can be answered with another plan', () => {
    const customer = ended('unpaid')
    change(customer, 'pro')
    customer.pay()
    expect(stateOf(customer)).toBe('pro active')
  })

  it('C-05 can be given up for the free plan at once', () => {
    const customer = ended('unpaid')
    change(customer, 'free')
    expect(stateOf(customer)).toBe('free active')
  })

  it('ends by policy «cancel», and the free plan returns', () => {
    const customer = ended('cancel')
    expect(stateOf(customer)).toBe('free active')
    expect(happened(customer, 'subscription.canceled')).toMatchObject([{ reason: 'trial_ended' }])
    expect(ended('cancel', false).subscription()).toMatchObject({
      status: 'canceled',
      reason: 'trial_ended',
    })
  })

  it('goes down to the free plan by policy «downgrade»', () => {
    expect(stateOf(ended('downgrade'))).toBe('free active')
  })

  it('is unpaid by policy «downgrade» where there is no free plan', () => {
    expect(stateOf(ended('downgrade', false))).toBe('starter unpaid')
  })

  it('rests by policy «pause»: no access, no charge', () => {
    const customer = ended('pause').at('2025-06-01')
    expect(stateOf(customer)).toBe('starter paused')
    expect(hasAccess(customer)).toBe(false)
    expect(demands(customer)).toEqual([])
  })

  it('rests until it is bought, by policy «pause»', () => {
    const customer = ended('pause')
    expect(checkOut(customer, 'starter').amount).toBe(49_00)
    customer.pay()
    expect(stateOf(customer)).toBe('starter active')
    expect(periodOf(customer)).toEqual(['2025-03-20', '2025-04-20'])
  })

  it('rests and cannot simply be unpaused without a card', () => {
    const customer = ended('pause')
    expect(customer.do({ type: 'unpause' }).refused).toBe('no_saved_payment_method')
    expect(stateOf(customer)).toBe('starter paused')
  })

  it('rests and starts a paid period when it is unpaused with a saved card', () => {
    const customer = ended('pause')
    customer.do({ type: 'method.saved', gateway: 'bank', method: card('bank') })
    customer.do({ type: 'unpause' })
    expect(periodOf(customer)).toEqual(['2025-03-20', '2025-04-20'])
    expect(demands(customer)).toEqual([[49_00, '2025-03-20']])
  })

  it('ended on its day, however late anybody looks', () => {
    const customer = trying().at('2025-09-01')
    const [ending] = happened(customer, 'subscription.unpaid')
    expect(dateOf(ending?.at ?? null)).toBe(MAR_15)
  })
})

describe('a trial with a saved card', () => {
  /** Vip costs $199 after 14 days. */
  function saved(): World {
    const { customer } = atCheckout(sold, MAR_5, 'vip')
    customer.pay()
    return customer
  }

  it('C-05 turns into a paid subscription by itself and charges the card', () => {
    const customer = saved().at('2025-03-19')
    expect(stateOf(customer)).toBe('vip active')
    expect(periodOf(customer)).toEqual(['2025-03-19', '2025-04-19'])
    expect(asked(customer.effects, 'payment.collect')).toMatchObject([
      { amount: 199_00, currency: 'USD', method: { last4: '4242' } },
    ])
    customer.pay()
    expect(customer.account.payments.map(({ amount }) => amount)).toEqual([199_00])
    expect(customer.account.invoices).toEqual([])
  })

  it('costs nothing before its end', () => {
    const customer = saved().at('2025-03-18T23:59:59Z')
    expect(stateOf(customer)).toBe('vip trialing')
    expect(demands(customer)).toEqual([])
  })

  it('that is declined at the end is past due, with the days of grace', () => {
    const customer = saved().at('2025-03-19')
    customer.decline('insufficient_funds')
    expect(stateOf(customer)).toBe('vip past_due')
    expect(hasAccess(customer.at('2025-03-25'))).toBe(true)
    expect(stateOf(customer.at('2025-03-26'))).toBe('vip suspended')
    expect(hasAccess(customer)).toBe(false)
    expect(stateOf(customer.at('2025-04-02'))).toBe('free active')
  })

  it('that is declined once recovers with the next attempt, on the same dates', () => {
    const customer = saved().at('2025-03-19')
    customer.decline()
    customer.at('2025-03-20')
    customer.pay()
    expect(stateOf(customer)).toBe('vip active')
    expect(periodOf(customer)).toEqual(['2025-03-19', '2025-04-19'])
  })

  it('costs nothing when it is canceled before its end', () => {
    const customer = saved()
    customer.do({ type: 'cancel', at: 'period_end' })
    customer.at('2025-05-01')
    expect(stateOf(customer)).toBe('free active')
    expect(demands(customer)).toEqual([])
  })

  it('sends a payment link when the card was removed meanwhile', () => {
    const customer = saved()
    customer.do({ type: 'method.removed', gateway: 'bank', method: 'card_1' })
    customer.at('2025-03-19')
    expect(asked(customer.effects, 'payment.collect')).toMatchObject([
      { amount: 199_00, method: null },
    ])
  })

  it('counts the days that were given on top', () => {
    const customer = saved()
    customer.do({ type: 'extend_trial', days: 3 })
    customer.at('2025-03-21')
    expect(demands(customer)).toEqual([])
    expect(demands(customer.at('2025-03-22'))).toEqual([[199_00, '2025-03-22']])
  })

  it('from an earlier purchase is charged after a trial that asked for none', () => {
    const customer = customerOn(sold, 'basic', '2025-02-01')
    customer.do({ type: 'cancel', at: 'now' })
    customer.at(MAR_5).do({ type: 'start_trial', plan: 'starter' })
    customer.at(MAR_15)
    expect(stateOf(customer)).toBe('starter active')
    expect(demands(customer)).toEqual([[49_00, MAR_15]])
  })
})
