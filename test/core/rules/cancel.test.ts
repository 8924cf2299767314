import { describe, expect, it } from 'vitest'
import { catalog, days, entitlements, instant, monthly, plan } from '../../../src/core/index.ts'
import { given, type World, world } from '../../../src/testing/index.ts'
import {
  asked,
  customerOn,
  dateOf,
  happened,
  listingSite,
  occupying,
  organisations,
  tieredSaas,
} from './products.ts'

const OCT_14 = '2025-10-14'
const OCT_20 = '2025-10-20'
const NOV_14 = '2025-11-14'

const cancel = (at: 'period_end' | 'now' | string = 'period_end') => {
  const named = at === 'period_end' || at === 'now'
  return { type: 'cancel', at: named ? at : instant(at) } as const
}
/** A listing owner on Professional, on October 20. */
const owner = () => customerOn(listingSite(), 'professional', OCT_14).at(OCT_20)
const endsAt = (customer: World) => dateOf(customer.subscription().cancelAt)

describe('canceling at the end of the period', () => {
  it('B-15 is only an ending: status, plan and access stay', () => {
    const customer = owner()
    const { events, effects } = customer.do(cancel())
    expect(events.map(({ type }) => type)).toEqual(['subscription.cancel_scheduled'])
    expect(effects.map(({ kind }) => kind)).toEqual(['notice.send'])
    expect(customer.subscription()).toMatchObject({ status: 'active', plan: 'professional' })
    expect(endsAt(customer)).toBe(NOV_14)
    const now = entitlements(customer.account, {}, customer.now, listingSite())
    expect([now.access, now.because, dateOf(now.until)]).toEqual([true, 'ending', NOV_14])
  })

  it('I14 keeps access to the last moment and not a moment longer', () => {
    const customer = owner()
    customer.do(cancel())
    const accessAt = (time: string) =>
      entitlements(customer.account, {}, instant(time), listingSite()).access
    expect([accessAt('2025-11-13T23:59:59.999Z'), accessAt(NOV_14)]).toEqual([true, false])
  })

  it('B8 charges nothing then, or ever again', () => {
    const customer = owner()
    customer.do(cancel())
    customer.at('2026-03-01')
    expect(customer.subscription()).toMatchObject({ status: 'canceled', reason: 'requested' })
    expect(happened(customer, 'subscription.canceled').map(({ at }) => dateOf(at))).toEqual([
      NOV_14,
    ])
    expect(asked(customer.effects, 'payment.collect')).toEqual([])
    expect(happened(customer, 'invoice.opened')).toHaveLength(1)
  })

  it('B8 archives what was listed at the end, and nothing before', () => {
    const customer = owner()
    customer.usage = occupying('listings', 'main-street', 'downtown')
    customer.do(cancel())
    customer.at('2025-11-13')
    expect(customer.account.archived).toEqual({})
    customer.at(NOV_14)
    expect(customer.account.archived).toEqual({ listings: ['downtown', 'main-street'] })
    expect(asked(customer.effects, 'resource.archive')).toHaveLength(1)
  })

  it('archives at the end whatever the policy for downgrades says', () => {
    const customer = customerOn(organisations(), 'team', '2025-06-10')
    customer.usage = occupying('members', 'ana', 'ben')
    customer.do(cancel())
    customer.at('2025-07-10')
    expect(customer.account.archived).toEqual({ members: ['ben', 'ana'] })
  })

  it('A-04 returns the customer to the free plan, which keeps what fits it', () => {
    const customer = customerOn(tieredSaas(), 'premium', OCT_14)
    customer.usage = occupying('projects', 'first', 'second', 'third')
    customer.do(cancel())
    customer.at(NOV_14)
    expect(customer.subscription()).toMatchObject({
      plan: 'free',
      status: 'active',
      cancelAt: null,
    })
    expect(customer.account.archived).toEqual({ projects: ['third', 'second'] })
  })

  it('D-06 shows the free plan to the first request after the end, without any job', () => {
    const customer = customerOn(tieredSaas(), 'premium', OCT_14)
    customer.do(cancel())
    const after = entitlements(customer.account, {}, instant(NOV_14), tieredSaas())
    expect([after.plan, after.get('projects').limit]).toEqual(['free', 1])
  })

  it('has one effect when it is asked for again', () => {
    given(listingSite(), { at: OCT_14, history: subscribes })
      .when(cancel())
      .then('subscription.cancel_scheduled')
      .and((customer) => expect(customer.do(cancel()).effects).toEqual([]))
  })

  it('ends with the trial when one is running, and the trial stays used', () => {
    const tried = catalog({
      plans: [plan('pro', { price: monthly(49_00, 'USD'), trial: days(14) })],
      gateways: [{ name: 'stripe' }],
    })
    const customer = world(tried, OCT_14)
    customer.do({ type: 'start_trial', plan: 'pro' })
    customer.at(OCT_20).do(cancel())
    expect([customer.subscription().status, endsAt(customer)]).toEqual(['trialing', '2025-10-28'])
    customer.at('2025-10-28')
    expect(customer.subscription().status).toBe('canceled')
    expect(customer.do({ type: 'start_trial', plan: 'pro' }).refused).toBe('trial_used')
  })

  it('in grace ends with the period that is being paid for', () => {
    const customer = owner().at(NOV_14)
    customer.decline('insufficient_funds', 'never')
    customer.do(cancel())
    expect([customer.subscription().status, endsAt(customer)]).toEqual(['past_due', '2025-12-14'])
  })
})

describe('canceling at once', () => {
  it('ends it now and gives nothing back, unless the app says so', () => {
    const customer = owner()
    customer.do(cancel('now'))
    expect(customer.subscription()).toMatchObject({ status: 'canceled', endedAt: customer.now })
    expect(customer.account.credit).toEqual({})
  })

  it('gives the unused part back as credit by policy', () => {
    const customer = customerOn(listingSite({ cancelNow: 'credit' }), 'professional', OCT_14)
    customer.at('2025-10-30').do(cancel('now'))
    // 15 of 30 days of 99.00.
    expect(customer.account.credit).toEqual({ USD: 49_50 })
  })

  it('gives back nothing of a period that was not paid', () => {
    const customer = customerOn(listingSite({ cancelNow: 'credit' }), 'professional', OCT_14)
    customer.at(NOV_14).decline()
    customer.do(cancel('now'))
    expect(customer.subscription().status).toBe('canceled')
    expect(customer.account.credit).toEqual({})
  })

  it('ends an ending one earlier', () => {
    const customer = owner()
    customer.do(cancel())
    customer.do(cancel('now'))
    expect(customer.subscription().status).toBe('canceled')
  })

  it('is what canceling means where there is no access to wait for', () => {
    const suspended = owner().at(NOV_14)
    suspended.decline()
    suspended.at('2025-11-21')
    const paused = owner()
    paused.do({ type: 'pause' })
    const states = [suspended, paused].map((customer) => {
      const before = customer.subscription().status
      customer.do(cancel())
      return [before, customer.subscription().status]
    })
    expect(states).toEqual([
      ['suspended', 'canceled'],
      ['paused', 'canceled'],
    ])
  })

  it('is what canceling means after a trial that ended unpaid', () => {
    const tried = catalog({
      plans: [
        plan('free', { default: true }),
        plan('pro', { price: monthly(49_00, 'USD'), trial: days(14) }),
      ],
      gateways: [{ name: 'stripe' }],
    })
    const customer = world(tried, OCT_14)
    customer.do({ type: 'start_trial', plan: 'pro' })
    customer.at('2025-10-28').do(cancel())
    expect(customer.subscription().plan).toBe('free')
  })

  it('makes the open invoice void, and late money credit', () => {
    const customer = owner().at(NOV_14)
    const [invoice] = customer.account.invoices
    customer.do(cancel('now'))
    expect(customer.account.invoices).toEqual([])
    const subject = { invoice: invoice?.id ?? '' }
    const payment = { id: 'late', subject, amount: 99_00, currency: 'USD', at: customer.now }
    customer.do({ type: 'payment.succeeded', gateway: 'paystack', payment })
    expect(customer.subscription().status).toBe('canceled')
    expect(customer.account.credit).toEqual({ USD: 99_00 })
  })
})

describe('canceling at a date', () => {
  it('ends it on that day, inside a period or after several', () => {
    const soon = owner()
    soon.do(cancel('2025-11-01'))
    soon.at('2025-11-01')
    expect(soon.subscription().status).toBe('canceled')
    const later = owner()
    later.do(cancel('2025-12-20'))
    later.at(NOV_14).pay()
    later.at('2025-12-14').pay()
    expect([later.subscription().status, endsAt(later)]).toEqual(['active', '2025-12-20'])
    later.at('2025-12-20')
    expect(later.subscription().status).toBe('canceled')
  })

  it('is replaced by the last date that was asked for', () => {
    const customer = owner()
    customer.do(cancel('2025-11-01'))
    customer.do(cancel('2025-11-05'))
    customer.do(cancel())
    expect(endsAt(customer)).toBe(NOV_14)
    customer.at('2025-11-06')
    expect(customer.subscription().status).toBe('active')
  })

  it('is refused in the past', () => {
    expect(owner().do(cancel('2025-10-19')).refused).toBe('cancel_date_invalid')
    expect(owner().do(cancel(OCT_20)).refused).toBe('cancel_date_invalid')
  })
})

describe('nothing to cancel', () => {
  it('E-05 is a clear answer and sends nothing', () => {
    const nobody = world(listingSite(), OCT_14).do(cancel())
    expect(nobody).toMatchObject({ refused: 'subscription_required', effects: [] })
    const free = world(tieredSaas(), OCT_14)
    free.do({ type: 'register' })
    expect(free.do(cancel()).refused).toBe('subscription_required')
    const ended = owner()
    ended.do(cancel('now'))
    expect(ended.do(cancel()).refused).toBe('subscription_required')
  })
})

function subscribes(customer: World): void {
  customer.do({ type: 'subscribe', plan: 'professional' })
  customer.pay()
}
