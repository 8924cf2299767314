/** A subscription as its gateway shows it: newer wins, terminal wins a tie, and what was asked is confirmed. */

import { describe, expect, it } from 'vitest'
import {
  catalog,
  days,
  entitlements,
  type GatewayEvent,
  instant,
  monthly,
  plan,
} from '../../../src/core/index.ts'
import {
  asked,
  bothOrders,
  date,
  day,
  declined,
  hostedCatalog,
  hostedSince14October,
  outcomes,
  paid,
  paying,
  period,
  periodOf,
  seen,
  typesOf,
} from './customers.ts'

const BOUNDARY = date('2025-11-14')
const MONTH = { unit: 'month', count: 1 } as const
const essential = { id: 'essential', interval: MONTH }
const november = period('2025-11-14', '2025-12-14')

describe('a cycle that the gateway begins anew inside the period', () => {
  const moved = { period: period('2025-10-20', '2025-11-20') }

  it('is taken over, and what was paid is paid for to its end', () => {
    const customer = hostedSince14October().at('2025-10-20')
    expect(typesOf(customer.do(seen('2025-10-20', moved)).events)).toContain('subscription.changed')
    expect(periodOf(customer)).toEqual(['2025-10-20', '2025-11-20'])
    expect(day(customer.subscription().paidThrough)).toBe('2025-11-20')
    expect(
      entitlements(customer.at('2025-11-19').account, {}, date('2025-11-19'), hostedCatalog()),
    ).toMatchObject({ plan: 'premium' })
  })

  it('is the anchor of what comes after it', () => {
    const customer = hostedSince14October().at('2025-10-20')
    customer.do(seen('2025-10-20', moved))
    customer.at('2025-11-20').do(seen('2025-11-20', { period: period('2025-11-20', '2025-12-20') }))
    expect(periodOf(customer)).toEqual(['2025-11-20', '2025-12-20'])
  })

  it('is no news to the customer, and not for seconds that two clocks differ', () => {
    const customer = hostedSince14October().at('2025-10-20')
    const { effects } = customer.do(seen('2025-10-20', moved))
    expect(effects.filter(({ kind }) => kind === 'notice.send')).toEqual([])
    const other = hostedSince14October().at('2025-10-20')
    const seconds = { start: date('2025-10-14'), end: date('2025-11-14T00:00:07Z') }
    other.do(seen('2025-10-20', { period: seconds }))
    expect(other.subscription().period.end).toBe(BOUNDARY)
  })
})

describe('observations of one subscription', () => {
  it('change nothing when they are older than what we know', () => {
    const customer = hostedSince14October().at('2025-10-20')
    customer.do(seen('2025-10-20', { cancelAt: BOUNDARY }))
    expect(customer.do(seen('2025-10-19')).events).toEqual([])
    expect(customer.subscription().cancelAt).toBe(BOUNDARY)
  })

  it('change nothing when they are of the same time, unless they end it', () => {
    const customer = hostedSince14October().at('2025-10-20')
    customer.do(seen('2025-10-20'))
    expect(customer.do(seen('2025-10-20', { cancelAt: BOUNDARY })).events).toEqual([])
    customer.do(seen('2025-10-20', { state: 'canceled' }))
    expect(customer.subscription().plan).toBe('free')
  })

  it('end equal whichever of two at one time is told first, the ending one wins', () => {
    const customer = hostedSince14October().at('2025-10-20')
    const end = bothOrders(customer, seen('2025-10-20'), seen('2025-10-20', { state: 'canceled' }))
    expect(end).toMatchObject({ plan: 'free', status: 'active' })
  })

  it('stay ended: what was updated before and is told after the deletion changes nothing', () => {
    const customer = hostedSince14October().at('2025-10-20')
    customer.do(seen('2025-10-19', { state: 'canceled' }))
    expect(customer.do(seen('2025-10-18')).events).toEqual([])
    expect(customer.do(seen('2025-10-20')).events).toEqual([])
    expect(customer.subscription().plan).toBe('free')
  })

  it('end equal in every order of an update, a cancellation and the deletion', () => {
    const customer = hostedSince14October().at('2025-11-14')
    const end = bothOrders(
      customer,
      seen('2025-10-16'),
      seen('2025-10-20', { cancelAt: BOUNDARY }),
      seen('2025-11-14', { state: 'canceled', cancelAt: BOUNDARY }),
    )
    expect(end).toMatchObject({ plan: 'free', status: 'active', startedAt: BOUNDARY })
  })

  it('of a subscription that is none of ours change nothing', () => {
    const customer = hostedSince14October()
    const fact = seen('2025-10-20', { state: 'canceled' })
    const other = { ...fact, gateway: 'dodo' } as GatewayEvent
    expect(customer.do(other).events).toEqual([])
  })

  it('say that a fixed term is over: expired, and the free plan returns', () => {
    const customer = hostedSince14October().at('2025-11-14')
    const told = customer.do(seen('2025-11-14', { state: 'expired' }))
    expect(typesOf(told.events)).toContain('subscription.expired')
    expect(customer.subscription().plan).toBe('free')
  })
})

describe('what was done by hand at the gateway', () => {
  it('is mirrored: an ending, and taking it back', () => {
    const customer = hostedSince14October().at('2025-10-20')
    customer.do(seen('2025-10-20', { cancelAt: BOUNDARY }))
    expect(day(customer.subscription().cancelAt)).toBe('2025-11-14')
    customer.at('2025-10-21').do(seen('2025-10-21'))
    expect(customer.subscription().cancelAt).toBeNull()
  })

  it('is mirrored: an end without notice', () => {
    const customer = hostedSince14October().at('2025-10-20')
    customer.do(seen('2025-10-20', { state: 'canceled' }))
    expect(customer.journal.filter(({ type }) => type === 'subscription.canceled')).toMatchObject([
      { reason: 'gateway' },
    ])
  })

  it('is mirrored: another plan, at the price of the catalog', () => {
    const customer = hostedSince14October().at('2025-10-20')
    customer.do(seen('2025-10-20', { plan: essential }))
    expect(customer.subscription()).toMatchObject({ plan: 'essential', price: { amount: 1900 } })
    expect(
      entitlements(customer.account, {}, customer.now, hostedCatalog()).get('members').limit,
    ).toBe(5)
  })

  it('is mirrored: a new period, before its payment is told', () => {
    const customer = hostedSince14October().at('2025-11-14')
    customer.do(seen('2025-11-14', { period: november }))
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
    expect(day(customer.subscription().paidThrough)).toBe('2025-11-14')
  })

  it.each([
    ['a plan that is not in the catalog', { id: 'secret', interval: MONTH }],
    ['a price that is none of ours', null],
  ])('that is %s changes nothing and is told to a person, once', (_, unknown) => {
    const customer = hostedSince14October().at('2025-10-20')
    customer.do(seen('2025-10-20', { plan: unknown }))
    customer.at('2025-10-21').do(seen('2025-10-21', { plan: unknown }))
    expect(customer.subscription().plan).toBe('premium')
    expect(customer.account.incidents).toMatchObject([{ kind: 'unknown_plan', group: 'default' }])
  })
})

describe('a trial at the gateway', () => {
  const sold = catalog({
    plans: [
      plan('free', { default: true, rank: 0 }),
      plan('premium', {
        rank: 1,
        price: monthly(4900, 'USD'),
        trial: days(14, { payment: 'upfront' }),
      }),
    ],
    gateways: [{ name: 'stripe', renewals: 'gateway', amounts: 'session' }],
  })
  const trial = { state: 'trialing', period: period('2025-10-14', '2025-10-28') } as const
  const first = { subscription: 'sub_1', period: period('2025-10-28', '2025-11-28') }
  const trialing = () => paying(sold, '2025-10-14', { plan: 'premium' }, { subscription: 'sub_1' })

  it('starts with the card and costs nothing', () => {
    const customer = trialing()
    expect(customer.subscription()).toMatchObject({
      status: 'trialing',
      gatewayRef: 'sub_1',
      trial: { endsAt: date('2025-10-28'), payment: 'upfront' },
    })
    expect(customer.account.payments).toEqual([])
    customer.do(seen('2025-10-14', trial))
    expect(customer.subscription().status).toBe('trialing')
  })

  it('is not ended by our clock: we ask the gateway and keep access for the slack', () => {
    const customer = trialing().at('2025-10-30')
    expect(customer.subscription().status).toBe('trialing')
    expect(asked(customer, 'subscription.lookup')).toHaveLength(3)
    expect(entitlements(customer.account, {}, customer.now, sold).access).toBe(true)
  })

  const longer = { state: 'trialing', period: period('2025-10-14', '2025-11-01') } as const
  const trialEnd = (customer: ReturnType<typeof trialing>) =>
    day(customer.subscription().period.end)

  it('is longer once the gateway says so, and not before', () => {
    const customer = trialing().at('2025-10-20')
    const { effects } = customer.do({ type: 'extend_trial', days: 4 })
    expect(effects).toMatchObject([
      { kind: 'subscription.extend_trial', subscription: 'sub_1', endsAt: date('2025-11-01') },
    ])
    expect(trialEnd(customer)).toBe('2025-10-28')
    const reply = seen('2025-10-20T00:00:01Z', longer, effects[0]?.key)
    const webhook = seen('2025-10-20T00:00:02Z', longer)
    expect(bothOrders(customer, reply, webhook)).toMatchObject({
      request: null,
      trial: { endsAt: date('2025-11-01') },
      period: { end: date('2025-11-01') },
    })
  })

  it('stays as long as it was when the gateway refuses, or answers with the old end', () => {
    const customer = trialing().at('2025-10-20')
    const asking = () => customer.do({ type: 'extend_trial', days: 4 }).effects[0]?.key ?? ''
    const refused = { type: 'effect.refused', gateway: 'stripe', code: 'nope' } as const
    customer.do({ ...refused, answers: asking() })
    expect(trialEnd(customer)).toBe('2025-10-28')
    const told = customer.do(seen('2025-10-20T00:00:01Z', trial, asking()))
    expect(told.events.at(-1)).toMatchObject({ type: 'request.closed', outcome: 'refused' })
    expect(customer.subscription()).toMatchObject({ status: 'trialing', request: null })
    expect(trialEnd(customer)).toBe('2025-10-28')
  })

  it('is asked to be longer once at a time, and not while it is ending', () => {
    const customer = trialing().at('2025-10-20')
    customer.do({ type: 'extend_trial', days: 4 })
    expect(customer.do({ type: 'extend_trial', days: 4 }).refused).toBe('in_progress')
    const ending = trialing().at('2025-10-20')
    ending.do(seen('2025-10-20', { ...trial, cancelAt: date('2025-10-28') }))
    expect(ending.do({ type: 'extend_trial', days: 4 }).refused).toBe('ending')
  })

  it('that somebody made longer at the gateway is longer here; seconds are two clocks', () => {
    const customer = trialing().at('2025-10-20')
    const late = { start: date('2025-10-14'), end: instant('2025-10-28T00:00:40Z') }
    customer.do(seen('2025-10-20T00:00:01Z', { ...trial, period: late }))
    expect(customer.subscription().period.end).toBe(date('2025-10-28'))
    customer.do(seen('2025-10-20T00:00:02Z', longer))
    expect(trialEnd(customer)).toBe('2025-11-01')
  })

  it('becomes the paid period when that is paid, anchored on the end of the trial', () => {
    const customer = trialing().at('2025-10-28')
    customer.do(paid(first, { id: 'in_1', at: '2025-10-28', amount: 4900, gateway: 'stripe' }))
    expect(customer.subscription().status).toBe('active')
    expect(periodOf(customer)).toEqual(['2025-10-28', '2025-11-28'])
    expect(day(customer.subscription().anchor)).toBe('2025-10-28')
  })

  it('is past due when its first period could not be collected', () => {
    const customer = trialing().at('2025-10-28')
    customer.do(declined(first, { id: 'in_1', at: '2025-10-28', amount: 4900, gateway: 'stripe' }))
    expect(customer.subscription().status).toBe('past_due')
    expect(customer.at('2025-11-04').subscription().status).toBe('suspended')
  })

  it('ends equal whether the payment or the new period is told first', () => {
    const customer = trialing().at('2025-10-28')
    const ends = outcomes(customer, sold, [
      paid(first, { id: 'in_1', at: '2025-10-28', amount: 4900, gateway: 'stripe' }),
      seen('2025-10-28', { period: first.period }),
      seen('2025-10-20', trial),
    ])
    expect(ends.map(({ subscriptions }) => subscriptions.default?.status)).toEqual(['active'])
  })

  it('that the gateway ends returns to the free plan, and stays used', () => {
    const customer = trialing().at('2025-10-20')
    customer.do(seen('2025-10-20', { ...trial, state: 'canceled' }))
    expect(customer.subscription().plan).toBe('free')
    expect(customer.do({ type: 'start_trial', plan: 'premium' }).refused).toBe('trial_used')
  })
})
