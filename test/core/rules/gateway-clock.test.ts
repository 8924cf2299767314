/** Where the gateway owns the clock: its word moves the period, and silence never ends anything. */

import { describe, expect, it } from 'vitest'
import { accessOf, DAY, entitlements, HOUR } from '../../../src/core/index.ts'
import { card, type World } from '../../../src/testing/index.ts'
import {
  asked,
  date,
  day,
  declined,
  hostedCatalog,
  hostedSince14October,
  noticesOf,
  outcomes,
  paid,
  paying,
  period,
  periodOf,
  seen,
  typesOf,
} from './customers.ts'

const BOUNDARY = date('2025-11-14')
const november = { subscription: 'sub_1', period: period('2025-11-14', '2025-12-14') }
const december = { subscription: 'sub_1', period: period('2025-12-14', '2026-01-14') }

const succeeded = (id: string, at: string, subject = november, amount = 4900) =>
  paid(subject, { id, at, amount, gateway: 'stripe' })
const failed = (id: string, at: string, subject = november) =>
  declined(subject, { id, at, amount: 4900, gateway: 'stripe' })

const access = (customer: World) =>
  accessOf(customer.account, 'default', customer.now, hostedCatalog())
const granted = (customer: World) =>
  entitlements(customer.account, {}, customer.now, hostedCatalog())

const ENDS = ['subscription.canceled', 'subscription.expired']
const ended = (customer: World) => customer.journal.some(({ type }) => ENDS.includes(type))

/** The gateway could not collect November's period. */
function failedOn14November(sold = hostedCatalog()) {
  const customer = hostedSince14October(sold).at('2025-11-14')
  customer.do(failed('in_1', '2025-11-14'))
  return customer
}

describe('a boundary at the gateway', () => {
  it('moves nothing by itself: no invoice, no charge, the same period', () => {
    const customer = hostedSince14October().at('2025-11-14')
    expect(periodOf(customer)).toEqual(['2025-10-14', '2025-11-14'])
    expect(customer.account.invoices).toEqual([])
    expect(asked(customer, 'payment.collect')).toEqual([])
  })

  it('is passed when the period was paid, with the amount that the gateway says', () => {
    const customer = hostedSince14October().at('2025-11-14')
    const told = customer.do(succeeded('in_1', '2025-11-14', november, 5880))
    expect(typesOf(told.events)).toEqual([
      'subscription.renewed',
      'invoice.opened',
      'payment.recorded',
      'invoice.paid',
    ])
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
    expect(day(customer.subscription().paidThrough)).toBe('2025-12-14')
    expect(customer.account.payments.at(-1)).toMatchObject({ id: 'in_1', amount: 5880 })
    expect(customer.account).toMatchObject({ invoices: [], credit: {}, incidents: [] })
  })

  it('is announced 3 days before, as everywhere', () => {
    const customer = hostedSince14October().at('2025-11-11')
    expect(noticesOf(customer, 'renewal_reminder').map(({ at }) => day(at))).toEqual(['2025-11-11'])
  })
})

describe('a gateway that says nothing', () => {
  const lookUps = (customer: World) =>
    customer.journal
      .filter(({ type }) => type === 'renewal.awaited')
      .map(({ at }) => (at - BOUNDARY) / HOUR)

  it('is asked 1, 6, 24 and 72 hours after the boundary, under four keys', () => {
    const customer = hostedSince14October().at('2025-12-31')
    expect(lookUps(customer)).toEqual([1, 6, 24, 72])
    const effects = asked(customer, 'subscription.lookup')
    expect(new Set(effects.map(({ key }) => key)).size).toBe(4)
    expect(effects[0]).toMatchObject({ gateway: 'stripe', subscription: 'sub_1' })
  })

  it('is asked at the instant and not 1 ms before', () => {
    const customer = hostedSince14October()
    expect(lookUps(customer.at(BOUNDARY + HOUR - 1))).toEqual([])
    expect(lookUps(customer.at(BOUNDARY + HOUR))).toEqual([1])
  })

  it('is not asked any more once it has spoken', () => {
    const customer = hostedSince14October().at(BOUNDARY + 2 * HOUR)
    customer.do(succeeded('in_1', '2025-11-14'))
    expect(lookUps(customer.at('2025-12-13'))).toEqual([1])
  })

  it('becomes one incident when the slack of 72 hours is over', () => {
    const customer = hostedSince14October().at(BOUNDARY + 72 * HOUR - 1)
    expect(customer.account.incidents).toEqual([])
    customer.at(BOUNDARY + 72 * HOUR).at('2026-03-01')
    expect(customer.account.incidents).toMatchObject([{ kind: 'renewal_unconfirmed' }])
  })

  it('that only repeats the old period is not asked all over again', () => {
    const customer = hostedSince14October()
    for (const hour of [2, 30, 80, 100, 200]) {
      customer.at(BOUNDARY + hour * HOUR)
      customer.do(seen(new Date(customer.now).toISOString()))
    }
    customer.at('2025-12-10')
    expect(lookUps(customer)).toEqual([1, 6, 24, 72])
    expect(customer.account.incidents).toHaveLength(1)
  })

  it('keeps access until the slack is over, and gives it back at once with its word', () => {
    const customer = hostedSince14October().at(BOUNDARY + 72 * HOUR - 1)
    expect(access(customer).allowed).toBe(true)
    customer.at(BOUNDARY + 72 * HOUR)
    expect(access(customer)).toMatchObject({ allowed: false, because: 'renewal_unconfirmed' })
    customer.do(succeeded('in_1', '2025-11-14'))
    expect(access(customer)).toMatchObject({ allowed: true, because: 'active' })
  })

  it('never ends a subscription: a year later it is still there', () => {
    const customer = hostedSince14October().at('2026-11-14')
    expect(customer.subscription()).toMatchObject({ status: 'active', plan: 'premium' })
    expect(ended(customer)).toBe(false)
  })

  it('has the slack that the app chose, and the incident with it', () => {
    const sold = hostedCatalog({ renewalSlackHours: 48 })
    const customer = hostedSince14October(sold).at(BOUNDARY + 48 * HOUR - 1)
    expect(accessOf(customer.account, 'default', customer.now, sold).allowed).toBe(true)
    customer.at(BOUNDARY + 48 * HOUR)
    expect(accessOf(customer.account, 'default', customer.now, sold).allowed).toBe(false)
    expect(customer.at('2025-12-01').account.incidents).toHaveLength(1)
  })
})

describe('a period that the gateway could not collect', () => {
  it('is past due with the invoice of the gateway, and the period has begun', () => {
    const customer = failedOn14November()
    expect(customer.subscription().status).toBe('past_due')
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
    expect(customer.account.invoices).toMatchObject([
      { reason: 'renewal', total: 4900, due: 4900, renewals: 'gateway', nextAttemptAt: null },
    ])
  })

  it('is left to the attempts of the gateway', () => {
    const customer = failedOn14November().at('2025-11-27')
    expect(asked(customer, 'payment.collect')).toEqual([])
  })

  it.each([
    ['a gateway that waits to be asked is asked to try another card, once', true, 1],
    ['a gateway that tries another card by itself is left alone', false, 0],
  ])('%s', (_, retriesWhenAsked, times) => {
    const plain = hostedCatalog()
    const gateways = plain.gateways.map((profile) => ({ ...profile, retriesWhenAsked }))
    const sold = { ...plain, gateways }
    const customer = failedOn14November(sold)
    const saved = {
      type: 'method.saved',
      gateway: 'stripe',
      method: card('stripe', 'pm_2'),
    } as const
    customer.do(saved)
    customer.do(saved)
    expect(asked(customer, 'payment.collect')).toHaveLength(times)
    for (const effect of asked(customer, 'payment.collect'))
      expect(effect).toMatchObject({ gateway: 'stripe', lines: [], method: { id: 'pm_2' } })
  })

  it('follows our stages: suspended on November 21', () => {
    const customer = failedOn14November()
    expect(access(customer.at(date('2025-11-21') - 1)).allowed).toBe(true)
    expect(access(customer.at('2025-11-21'))).toMatchObject({
      allowed: false,
      because: 'suspended',
    })
  })

  it.each(['2025-11-18', '2025-11-24'])('recovers with the attempt that succeeds on %s', (at) => {
    const customer = failedOn14November().at(at)
    customer.do(succeeded('in_1b', at))
    expect(customer.subscription().status).toBe('active')
    expect(customer.account.invoices).toEqual([])
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
  })

  it('asks the gateway to cancel at the end of dunning, once, and waits for its word', () => {
    const customer = failedOn14November().at(date('2025-11-28') - 1)
    expect(asked(customer, 'subscription.cancel')).toEqual([])
    customer.at('2025-11-28').at('2026-02-01')
    expect(asked(customer, 'subscription.cancel')).toMatchObject([
      { gateway: 'stripe', subscription: 'sub_1', at: 'now' },
    ])
    expect(ended(customer)).toBe(false)
    customer.do(seen('2026-02-01', { state: 'canceled' }))
    expect(customer.subscription()).toMatchObject({ status: 'active', plan: 'free' })
    expect(customer.journal.filter(({ type }) => ENDS.includes(type))).toMatchObject([
      { type: 'subscription.canceled', reason: 'dunning' },
    ])
    expect(typesOf(customer.journal)).toContain('invoice.uncollectible')
  })

  it('is kept where the policy is to keep: nobody is asked to cancel', () => {
    const customer = failedOn14November(hostedCatalog({ dunning: { end: 'keep' } })).at(
      '2026-11-14',
    )
    expect(asked(customer, 'subscription.cancel')).toEqual([])
    expect(customer.subscription().status).toBe('suspended')
  })

  it('ignores its failure when that is told after its success', () => {
    const customer = hostedSince14October().at('2025-11-15')
    customer.do(succeeded('in_1b', '2025-11-15'))
    expect(customer.do(failed('in_1', '2025-11-14')).events).toEqual([])
    expect(customer.subscription().status).toBe('active')
  })
})

describe('an ending at the gateway', () => {
  const endingOn14November = () => {
    const customer = hostedSince14October()
    customer.do(seen('2025-10-20', { cancelAt: BOUNDARY }))
    return customer
  }

  it('D-06 shows the free plan from the date on, although no event has come', () => {
    const customer = endingOn14November().at(BOUNDARY - 1)
    expect(granted(customer)).toMatchObject({ plan: 'premium', because: 'ending' })
    expect(granted(customer).get('members').limit).toBe(20)
    customer.at(BOUNDARY)
    expect(granted(customer)).toMatchObject({ plan: 'free', because: 'default_plan' })
    expect(granted(customer).get('members').limit).toBe(1)
  })

  it('E-04 ends only with the word of the gateway', () => {
    const customer = endingOn14November().at('2025-11-20')
    expect(customer.subscription()).toMatchObject({ status: 'active', plan: 'premium' })
    customer.do(seen('2025-11-20', { state: 'canceled', cancelAt: BOUNDARY }))
    expect(customer.subscription()).toMatchObject({ status: 'active', plan: 'free' })
    expect(customer.journal.filter(({ type }) => ENDS.includes(type))).toMatchObject([
      { type: 'subscription.canceled', reason: 'requested' },
    ])
  })

  it('that the gateway never confirms is asked after, and becomes an incident', () => {
    const customer = endingOn14November().at('2025-12-01')
    expect(asked(customer, 'subscription.lookup')).toHaveLength(4)
    expect(customer.account.incidents).toMatchObject([{ kind: 'renewal_unconfirmed' }])
  })
})

describe('facts of a period in any order', () => {
  const statusOf = (ends: ReturnType<typeof outcomes>) =>
    ends.map(({ subscriptions }) => subscriptions.default?.status)

  it('end equal: failure, success and the new period', () => {
    const sold = hostedCatalog()
    const customer = hostedSince14October(sold).at('2025-11-16')
    const ends = outcomes(customer, sold, [
      failed('in_1', '2025-11-14'),
      succeeded('in_1b', '2025-11-15'),
      seen('2025-11-15', { period: november.period }),
    ])
    expect(statusOf(ends)).toEqual(['active'])
    expect(ends[0]?.invoices).toEqual([])
  })

  it('end equal: the first and the second failure of one period count from the first', () => {
    const sold = hostedCatalog()
    const customer = hostedSince14October(sold).at('2025-11-20')
    const ends = outcomes(customer, sold, [
      failed('in_1', '2025-11-14'),
      failed('in_1b', '2025-11-17'),
    ])
    expect(statusOf(ends)).toEqual(['past_due'])
    expect(day(ends[0]?.invoices[0]?.firstFailedAt)).toBe('2025-11-14')
  })

  it('end equal: two paid periods', () => {
    const sold = hostedCatalog()
    const customer = hostedSince14October(sold).at('2025-12-16')
    const ends = outcomes(customer, sold, [
      succeeded('in_1', '2025-11-14'),
      succeeded('in_2', '2025-12-14', december),
    ])
    expect(ends.map(({ subscriptions }) => day(subscriptions.default?.period.end))).toEqual([
      '2026-01-14',
    ])
  })

  it('end equal: two failed periods are anchored on the older one', () => {
    const sold = hostedCatalog({ dunning: { graceDays: 40, endAfterDays: 90 } })
    const customer = hostedSince14October(sold).at('2025-12-24')
    const ends = outcomes(customer, sold, [
      failed('in_1', '2025-11-14'),
      failed('in_2', '2025-12-14', december),
    ])
    // 40 days after November 14.
    expect(statusOf(ends)).toEqual(['suspended'])
  })
})

describe('money for a subscription at the gateway', () => {
  it('that nobody knows waits for a person to decide', () => {
    const customer = hostedSince14October().at('2025-11-14')
    const other = { ...november, subscription: 'sub_other' }
    customer.do(succeeded('in_9', '2025-11-14', other))
    expect(customer.account.credit).toEqual({})
    expect(customer.account.incidents).toMatchObject([{ kind: 'stray_payment', amount: 4900 }])
    expect(periodOf(customer)).toEqual(['2025-10-14', '2025-11-14'])
  })

  it('that has ended revives nothing and waits for a person to decide', () => {
    const customer = hostedSince14October()
    customer.do(seen('2025-11-01', { state: 'canceled' }))
    customer.at('2025-11-14').do(succeeded('in_9', '2025-11-14'))
    expect(customer.account.incidents).toMatchObject([{ kind: 'stray_payment', amount: 4900 }])
    expect(customer.subscription()).toMatchObject({
      plan: 'free',
      period: { start: date('2025-10-14') },
    })
  })

  it('told twice counts once', () => {
    const customer = hostedSince14October().at('2025-11-14')
    customer.do(succeeded('in_1', '2025-11-14'))
    expect(customer.do(succeeded('in_1', '2025-11-14')).events).toEqual([])
  })
})

describe('a scheduled change at the gateway', () => {
  it('applies with the period, and the anchor day 31 stays the 31st', () => {
    const customer = paying(
      hostedCatalog(),
      '2025-01-31',
      { plan: 'premium' },
      { subscription: 'sub_1' },
    )
    const told = customer.do({ type: 'change_plan', plan: 'essential' })
    const key = told.effects[0]?.key ?? ''
    const shown = { period: period('2025-01-31', '2025-02-28') }
    const essential = { id: 'essential', interval: { unit: 'month', count: 1 } } as const
    customer.do(seen('2025-02-01', { ...shown, plan: essential }, key))
    expect(customer.subscription()).toMatchObject({ plan: 'premium' })
    customer.at('2025-02-28')
    const march = { subscription: 'sub_1', period: period('2025-02-28', '2025-03-31') }
    customer.do(succeeded('in_1', '2025-02-28', march, 1900))
    expect(customer.subscription()).toMatchObject({ plan: 'essential', pendingChange: null })
    expect(day(customer.subscription().anchor)).toBe('2025-01-31')
  })
})

describe('a day at the gateway', () => {
  it('is the same in one late step as hour by hour', () => {
    const late = hostedSince14October().at(BOUNDARY + 4 * DAY)
    const hourly = hostedSince14October()
    for (let hour = -96; hour <= 96; hour += 1) hourly.at(BOUNDARY + hour * HOUR)
    expect(hourly.journal).toEqual(late.journal)
    expect(hourly.effects).toEqual(late.effects)
  })
})
