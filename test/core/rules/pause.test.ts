import { describe, expect, it } from 'vitest'
import {
  catalog,
  entitlements,
  every,
  instant,
  monthly,
  type Price,
  plan,
  yearly,
} from '../../../src/core/index.ts'
import { given, type World } from '../../../src/testing/index.ts'
import {
  asked,
  customerOn,
  dateOf,
  happened,
  listingSite,
  NATIVE,
  type PolicyOptions,
  requestKey,
  tieredSaas,
  vendorShows,
} from './products.ts'

const pause = { type: 'pause' } as const
const unpause = { type: 'unpause' } as const
const until = (time: string) => ({ type: 'pause', until: instant(time) }) as const
const creditOf = (customer: World) => customer.account.credit.USD ?? 0
const period = ({ subscription }: World) => {
  const { start, end } = subscription().period
  return [start, end].map(dateOf)
}
const accessOf = (customer: World) =>
  entitlements(customer.account, {}, customer.now, listingSite()).access

/** A plan counted by the day. */
const byDay = (price: Price, policies: PolicyOptions = {}) =>
  catalog({
    plans: [plan('rifle', { price })],
    policies: { proration: { granularity: 'day' }, ...policies },
    gateways: [{ name: 'stripe' }],
  })

/** A listing owner on Professional who pauses on October 30, 15 of 30 days before the end. */
function paused(policies: PolicyOptions = {}): World {
  const customer = customerOn(listingSite(policies), 'professional', '2025-10-14')
  customer.at('2025-10-30').do(pause)
  return customer
}

describe('pausing', () => {
  it('withholds access and gives the unused part back as credit', () => {
    const customer = customerOn(listingSite(), 'professional', '2025-10-14').at('2025-10-30')
    const { events } = customer.do(pause)
    expect(events.map(({ type }) => type)).toEqual(['subscription.paused', 'credit.added'])
    expect([customer.subscription().status, accessOf(customer)]).toEqual(['paused', false])
    expect(creditOf(customer)).toBe(49_50)
  })

  it('credits 2,327.62 of a year of 2,399.95 after 11 days, and bills 362 of 365 days on the way back', () => {
    const customer = customerOn(byDay(yearly(2399_95, 'USD')), 'rifle', '2012-05-01')
    customer.at('2012-05-12').do(pause)
    expect(creditOf(customer)).toBe(2327_62)
    customer.at('2012-06-04').do(unpause)
    expect(period(customer)).toEqual(['2012-06-04', '2013-06-01'])
    expect(happened(customer, 'invoice.opened').at(-1)?.opened).toMatchObject({
      total: 2380_22,
      credit: 2327_62,
      due: 52_60,
    })
    customer.pay()
    customer.at('2013-06-01')
    expect(customer.asked()).toMatchObject({ amount: 2399_95 })
    expect(period(customer)).toEqual(['2013-06-01', '2014-06-01'])
  })

  it('credits 233.82 of a month of 249.95 after 2 days, and bills 27 of 30 days on the way back', () => {
    const customer = customerOn(byDay(monthly(249_95, 'USD')), 'rifle', '2012-03-02')
    customer.at('2012-03-04').do(pause)
    expect(creditOf(customer)).toBe(233_82)
    customer.at('2012-04-05').do(unpause)
    expect(period(customer)).toEqual(['2012-04-05', '2012-05-02'])
    // 224.96, all of it from the credit.
    expect(creditOf(customer)).toBe(8_86)
    expect(customer.asked()).toBeUndefined()
  })

  it('charges nothing however long it lasts', () => {
    const customer = paused().at('2026-03-01')
    expect(customer.subscription().status).toBe('paused')
    expect(asked(customer.effects, 'payment.collect')).toEqual([])
  })

  it('credits what was charged for an upgrade too', () => {
    const customer = customerOn(listingSite(), 'basic', '2025-10-14').at('2025-10-30')
    customer.do({ type: 'change_plan', plan: 'professional' })
    customer.pay()
    customer.at('2025-11-06').do(pause)
    // 8 of the 15 days of 49.50.
    expect(creditOf(customer)).toBe(26_40)
  })

  it('is nothing when it is paused already', () => {
    expect(paused().do(pause)).toMatchObject({ refused: null, events: [], effects: [] })
  })

  it('gives no credit by policy, and what is paid for waits', () => {
    const customer = paused({ pause: 'none' })
    expect([creditOf(customer), accessOf(customer)]).toEqual([0, false])
    customer.at('2025-11-04').do(unpause)
    expect([customer.subscription().status, accessOf(customer)]).toEqual(['active', true])
    expect(period(customer)).toEqual(['2025-10-14', '2025-11-14'])
    expect(asked(customer.effects, 'payment.collect')).toEqual([])
    expect(customer.at('2025-11-14').asked()).toMatchObject({ amount: 99_00 })
  })

  it('bills the rest of the running period when what was paid is over, without credit as well', () => {
    const customer = paused({ pause: 'none' })
    customer.at('2025-11-29').do(unpause)
    // 15 of 30 days to December 14.
    expect(customer.asked()).toMatchObject({ amount: 49_50 })
    expect(period(customer)).toEqual(['2025-11-29', '2025-12-14'])
  })

  it('ends a declined change, and waits for one that is under way', () => {
    const customer = customerOn(listingSite(), 'professional', '2025-10-14').at('2025-10-30')
    customer.do({ type: 'change_plan', plan: 'enterprise' })
    expect(customer.do(pause).refused).toBe('in_progress')
    customer.decline()
    expect(customer.do(pause).refused).toBeNull()
    expect(customer.account.invoices).toEqual([])
  })
})

describe('going on after a pause', () => {
  it('B-06 bills the rest of the period and keeps the anchor day', () => {
    const customer = paused()
    const { events } = customer.at('2025-11-06').do(unpause)
    expect(events.map(({ type }) => type)).toEqual([
      'subscription.resumed',
      'invoice.opened',
      'credit.used',
      'invoice.paid',
    ])
    // 8 of 30 days of 99.00 come out of the 49.50.
    expect(creditOf(customer)).toBe(49_50 - 26_40)
    expect([accessOf(customer), period(customer)]).toEqual([true, ['2025-11-06', '2025-11-14']])
    expect(customer.at('2025-11-14').asked()).toMatchObject({ amount: 99_00 - 23_10 })
    expect(period(customer)).toEqual(['2025-11-14', '2025-12-14'])
  })

  it('costs nothing more than the credit when it goes on at once', () => {
    const customer = paused()
    customer.do(unpause)
    expect([creditOf(customer), customer.subscription().status]).toEqual([0, 'active'])
    expect(asked(customer.effects, 'payment.collect')).toEqual([])
  })

  it('starts dunning when the rest is declined', () => {
    const customer = customerOn(byDay(monthly(300_00, 'USD')), 'rifle', '2025-06-01')
    customer.at('2025-06-30').do(pause)
    customer.at('2025-07-02').do(unpause)
    customer.decline()
    expect(customer.subscription().status).toBe('past_due')
  })

  it('I10 never loses the last day of the month, even for a year that begins after February', () => {
    const customer = customerOn(byDay(yearly(365_00, 'USD')), 'rifle', '2025-01-31')
    customer.at('2025-02-10').do(pause)
    customer.at('2025-03-05').do(unpause)
    expect(period(customer)).toEqual(['2025-03-05', '2026-01-31'])
    const later = customerOn(byDay(yearly(365_00, 'USD')), 'rifle', '2025-01-31')
    later.at('2025-02-10').do(pause)
    later.at('2025-04-02').do(unpause)
    expect(period(later)).toEqual(['2025-04-02', '2026-03-31'])
  })

  it('keeps the weeks that were counted before', () => {
    const fortnights = byDay(every({ unit: 'week', count: 2 }, 14_00, 'USD'))
    const customer = customerOn(fortnights, 'rifle', '2025-06-02')
    customer.at('2025-06-04').do(pause)
    customer.at('2025-06-20').do(unpause)
    expect(period(customer)).toEqual(['2025-06-20', '2025-06-30'])
  })

  it('keeps years that begin in January', () => {
    const calendarYears = byDay(yearly(365_00, 'USD'), { alignment: 'calendar' })
    const customer = customerOn(calendarYears, 'rifle', '2025-05-01')
    customer.at('2025-06-01').do(pause)
    customer.at('2025-08-20').do(unpause)
    expect(period(customer)).toEqual(['2025-08-20', '2026-01-01'])
  })

  it('I16 begins with the plan that was scheduled for a boundary in between', () => {
    const customer = customerOn(listingSite(), 'professional', '2025-10-14').at('2025-10-30')
    customer.do({ type: 'change_plan', plan: 'basic' })
    customer.do(pause)
    customer.at('2025-11-29').do(unpause)
    expect(customer.subscription()).toMatchObject({ plan: 'basic', pendingChange: null })
    // 15 of 30 days of 49.00, all of it from the 49.50 of credit.
    expect(creditOf(customer)).toBe(49_50 - 24_50)
  })

  it('still owes what was put on the next invoice before the pause', () => {
    const later = { proration: { granularity: 'day30', behavior: 'next_invoice' } } as const
    const customer = customerOn(listingSite({ ...later, pause: 'none' }), 'basic', '2025-10-14')
    customer.at('2025-10-30').do({ type: 'change_plan', plan: 'enterprise' })
    customer.do({ type: 'change_plan', plan: 'professional' })
    customer.do(pause)
    customer.at('2025-11-29').do(unpause)
    customer.pay()
    // The difference of 75.00 for the days on Enterprise before the pause.
    expect(customer.at('2025-12-14').asked()).toMatchObject({ amount: 99_00 + 75_00 })
  })

  it('is refused when nothing is paused', () => {
    given(listingSite(), { at: '2025-10-14', history: subscribes })
      .when(unpause)
      .thenRefused('not_paused')
  })
})

describe('a pause until a date', () => {
  it('ends by itself on that day', () => {
    const customer = customerOn(listingSite(), 'professional', '2025-10-14').at('2025-10-30')
    customer.do(until('2025-11-06'))
    customer.at('2025-11-05T23:59:59.999Z')
    expect(accessOf(customer)).toBe(false)
    customer.at('2025-11-06')
    expect(accessOf(customer)).toBe(true)
    expect(period(customer)).toEqual(['2025-11-06', '2025-11-14'])
  })

  it('is dated on that day however late the worker comes', () => {
    const customer = customerOn(listingSite(), 'professional', '2025-10-14').at('2025-10-30')
    customer.do(until('2025-11-06'))
    customer.at('2025-12-20')
    expect(happened(customer, 'subscription.resumed').map(({ at }) => dateOf(at))).toEqual([
      '2025-11-06',
    ])
    expect(happened(customer, 'subscription.renewed').map(({ at }) => dateOf(at))).toEqual([
      '2025-11-14',
      '2025-12-14',
    ])
  })

  it('can be ended earlier by hand', () => {
    const customer = customerOn(listingSite(), 'professional', '2025-10-14').at('2025-10-30')
    customer.do(until('2025-11-20'))
    customer.at('2025-11-06').do(unpause)
    customer.at('2025-11-21')
    expect(happened(customer, 'subscription.resumed')).toHaveLength(1)
  })

  it('is refused for a date that has passed', () => {
    const customer = customerOn(listingSite(), 'professional', '2025-10-14').at('2025-10-30')
    expect(customer.do(until('2025-10-30')).refused).toBe('cancel_date_invalid')
  })
})

describe('a pause is refused', () => {
  it('without a paid subscription', () => {
    given(tieredSaas(), { at: '2025-10-14', history: (it) => it.do({ type: 'register' }) })
      .when(pause)
      .thenRefused('subscription_required')
  })

  it('while an invoice is due, unpaid or not yet answered for', () => {
    const customer = customerOn(listingSite(), 'professional', '2025-10-14').at('2025-11-14')
    expect(customer.do(pause).refused).toBe('in_progress')
    customer.decline()
    expect(customer.do(pause).refused).toBe('past_due')
    customer.at('2025-11-21')
    expect(customer.do(pause).refused).toBe('past_due')
  })
})

describe('a pause at a gateway that owns the clock', () => {
  const sold = tieredSaas({}, NATIVE)
  const native = () =>
    customerOn(sold, 'premium', '2025-10-14', { vendor: 'sub_vendor' }).at('2025-10-20')
  const access = (customer: World) => {
    return entitlements(customer.account, {}, customer.now, sold).access
  }
  const pausedThere = (customer: World) =>
    customer.do(vendorShows(customer, { state: 'paused' }, requestKey(customer)))

  it('is asked for and true once the gateway says so', () => {
    const customer = native()
    expect(asked(customer.do(pause).effects, 'subscription.pause')).toMatchObject([
      { subscription: 'sub_vendor', until: null },
    ])
    expect(access(customer)).toBe(true)
    pausedThere(customer)
    expect([customer.subscription().status, access(customer)]).toEqual(['paused', false])
    expect(customer.account.credit).toEqual({})
  })

  it('E-05 changes nothing when the gateway refuses', () => {
    const customer = native()
    const before = customer.subscription()
    customer.do(pause)
    const answers = requestKey(customer)
    customer.do({ type: 'effect.refused', gateway: 'stripe', answers, code: 'api_error' })
    expect(customer.subscription()).toEqual(before)
  })

  it('goes on once the gateway says so', () => {
    const customer = native()
    customer.do(pause)
    pausedThere(customer)
    const { effects } = customer.at('2025-10-25').do(unpause)
    expect(asked(effects, 'subscription.unpause')).toHaveLength(1)
    expect(customer.subscription().status).toBe('paused')
    customer.do(vendorShows(customer, {}, requestKey(customer)))
    expect([customer.subscription().status, access(customer)]).toEqual(['active', true])
  })

  it('I16 goes on with the plan that was scheduled for a boundary in between', () => {
    const customer = native()
    customer.do({ type: 'change_plan', plan: 'essential' })
    const essential = { id: 'essential', interval: { unit: 'month', count: 1 } } as const
    customer.do(vendorShows(customer, { plan: essential }, requestKey(customer)))
    customer.at('2025-10-21').do(pause)
    customer.do(vendorShows(customer, { state: 'paused', plan: essential }, requestKey(customer)))
    customer.at('2025-11-20').do(unpause)
    const next = { start: instant('2025-11-14'), end: instant('2025-12-14') }
    customer.do(vendorShows(customer, { plan: essential, period: next }, requestKey(customer)))
    expect(customer.subscription()).toMatchObject({
      status: 'active',
      plan: 'essential',
      pendingChange: null,
      period: next,
    })
  })

  it('until a date is ended by the gateway: we charge nothing, and ask when it stays silent', () => {
    const customer = native()
    customer.do(until('2025-11-20'))
    pausedThere(customer)
    customer.at('2025-11-20')
    expect(customer.subscription().status).toBe('paused')
    customer.at('2025-11-20T01:00Z')
    expect(asked(customer.effects, 'subscription.lookup')).toHaveLength(1)
    expect(asked(customer.effects, 'payment.collect')).toEqual([])
    const next = { start: instant('2025-11-14'), end: instant('2025-12-14') }
    customer.do(vendorShows(customer, { period: next }))
    expect([customer.subscription().status, access(customer)]).toEqual(['active', true])
  })
})

function subscribes(customer: World): void {
  customer.do({ type: 'subscribe', plan: 'professional' })
  customer.pay()
}
