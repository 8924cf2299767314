import { describe, expect, it } from 'vitest'
import {
  type Catalog,
  catalog,
  entitlements,
  instant,
  limit,
  meter,
  monthly,
  type Observation,
  plan,
  type Usage,
  yearly,
} from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'

const projects = limit('projects')
const calls = meter('calls')

type Policies = Parameters<typeof catalog>[0]['policies']

function shop(
  policies: Policies = {},
  {
    renewals = 'billwright',
    free = true,
  }: { renewals?: 'billwright' | 'gateway'; free?: boolean } = {},
): Catalog {
  const paid = [
    plan('pro', {
      price: [monthly(20_00, 'USD'), yearly(200_00, 'USD')],
      includes: [projects(3), calls(1000)],
    }),
    plan('lite', { price: monthly(5_00, 'USD'), includes: [projects(2), calls(100)] }),
  ]
  const start = plan('free', { default: true, includes: [projects(1), calls(50)] })
  return catalog({
    plans: free ? [start, ...paid] : paid,
    policies,
    gateways: [{ name: 'bank', renewals, amounts: renewals === 'gateway' ? 'session' : 'exact' }],
  })
}

function buyer(sold: Catalog, interval: 'month' | 'year' = 'month'): World {
  const w = world(sold, '2025-10-14')
  w.do({ type: 'register' })
  w.do({ type: 'subscribe', plan: 'pro', interval })
  w.pay({ subscription: 'sub_bank' })
  return w
}

function read(w: World, sold: Catalog, at: string | number = w.now, usage: Usage = {}) {
  return entitlements(w.account, usage, instant(at), sold)
}

/** The renewal of November 14 was declined. */
function unpaid(sold: Catalog): World {
  const w = buyer(sold).at('2025-11-14')
  w.decline('do_not_honor', 'never')
  return w
}

describe('why access is withheld', () => {
  it('without a subscription one is required', () => {
    const sold = shop({}, { free: false })
    const now = read(world(sold, '2025-10-14'), sold)
    expect(now).toMatchObject({ access: false, status: null, plan: null })
    expect(now.get('projects').because).toBe('subscription_required')
  })

  it('B-08 in grace a limit is held and a meter goes on', () => {
    const sold = shop()
    const now = read(unpaid(sold), sold)
    expect(now).toMatchObject({ access: true, because: 'past_due', until: instant('2025-11-21') })
    expect(now.get('projects')).toMatchObject({
      ...{ allowed: false, because: 'past_due', limit: 3, remaining: 3 },
    })
    expect(now.get('calls')).toMatchObject({ allowed: true, because: 'past_due', limit: 1000 })
  })

  it('in grace a policy may give limits and hold meters instead', () => {
    const sold = shop({ pastDue: { limits: 'use', meters: 'hold' } })
    const now = read(unpaid(sold), sold)
    expect([now.check('projects'), now.check('calls')]).toEqual([true, false])
    expect(now.get('calls').because).toBe('past_due')
  })

  it('B-08 after grace it is suspended, read on time although no job has run', () => {
    const sold = shop()
    const w = unpaid(sold)
    expect(read(w, sold, '2025-11-20T23:59:59.999Z').access).toBe(true)
    const late = read(w, sold, '2025-11-21')
    expect(late).toMatchObject({ access: false, status: 'suspended', because: 'suspended' })
    expect(late.get('projects')).toMatchObject({
      allowed: false,
      because: 'suspended',
      limit: null,
    })
  })

  it('paused gives nothing until it goes on', () => {
    const sold = shop()
    const w = buyer(sold).at('2025-10-20')
    w.do({ type: 'pause', until: instant('2025-10-30') })
    expect(read(w, sold)).toMatchObject({ access: false, because: 'paused' })
    expect(read(w, sold, '2025-10-30')).toMatchObject({ access: true, because: 'active' })
  })

  it('blocks add up: lifting one reason leaves the other', () => {
    const sold = shop()
    const w = buyer(sold)
    w.do({ type: 'block', reason: 'admin' })
    w.do({ type: 'block', reason: 'fraud' })
    w.do({ type: 'unblock', reason: 'admin' })
    expect(read(w, sold)).toMatchObject({ access: false, because: 'blocked', status: 'active' })
    w.do({ type: 'unblock', reason: 'fraud' })
    expect(read(w, sold)).toMatchObject({ access: true, because: 'active' })
  })

  it('an ended subscription without a free plan gives nothing and says how it ended', () => {
    const sold = shop({}, { free: false })
    const w = buyer(sold)
    w.do({ type: 'cancel', at: 'now' })
    expect(read(w, sold)).toMatchObject({ access: false, because: 'canceled', status: 'canceled' })
  })

  it('a fixed term that is over at the gateway says so', () => {
    const sold = shop({}, { free: false, renewals: 'gateway' })
    const w = buyer(sold).at('2025-11-14')
    observe(w, { state: 'expired' })
    expect(read(w, sold)).toMatchObject({ access: false, because: 'expired' })
  })
})

describe('ending', () => {
  it('A-04 gives everything because it is ending, until the end', () => {
    const sold = shop()
    const w = buyer(sold).at('2025-10-20')
    w.do({ type: 'cancel', at: 'period_end' })
    const now = read(w, sold)
    expect(now).toMatchObject({ access: true, because: 'ending', until: instant('2025-11-14') })
    expect(now.get('projects')).toMatchObject({ limit: 3, until: instant('2025-11-14') })
  })

  it('in grace the grace decides about using more, and the earlier end is told', () => {
    const sold = shop()
    const w = unpaid(sold)
    w.do({ type: 'cancel', at: instant('2025-11-18') })
    expect(read(w, sold)).toMatchObject({ because: 'past_due', until: instant('2025-11-18') })
    expect(read(w, sold).check('projects')).toBe(false)
  })

  it('D-06 on the date the free plan counts, with no job run', () => {
    const sold = shop()
    const w = buyer(sold).at('2025-10-20')
    w.do({ type: 'cancel', at: 'period_end' })
    expect(read(w, sold, '2025-11-13T23:59:59.999Z').plan).toBe('pro')
    const after = read(w, sold, '2025-11-14')
    expect(after).toMatchObject({ access: true, plan: 'free', because: 'default_plan' })
    expect(after.get('projects')).toMatchObject({ limit: 1, because: 'default_plan' })
    expect(w.subscription()).toMatchObject({ plan: 'pro', status: 'active' })
  })
})

describe('what is scheduled', () => {
  it('a downgrade counts from its date, with no job run', () => {
    const sold = shop()
    const w = buyer(sold).at('2025-10-20')
    w.do({ type: 'change_plan', plan: 'lite' })
    expect(read(w, sold, '2025-11-13T23:59:59.999Z').get('projects').limit).toBe(3)
    expect(read(w, sold, '2025-11-14').get('projects').limit).toBe(2)
    expect(read(w, sold, '2025-11-14').plan).toBe('lite')
  })

  it('a renewal that was not collected yet takes nothing away', () => {
    const sold = shop()
    const w = buyer(sold)
    expect(read(w, sold, '2025-11-14')).toMatchObject({ access: true, because: 'active' })
    expect(read(w, sold, '2025-12-25')).toMatchObject({ access: true, because: 'active' })
  })
})

function observe(w: World, change: Partial<Observation> = {}) {
  const { period, cancelAt, plan: id } = w.subscription()
  return w.do({
    type: 'subscription.observed',
    gateway: 'bank',
    observation: {
      ...{ subscription: 'sub_bank', observedAt: w.now, state: 'active', period, cancelAt },
      ...{ plan: { id, interval: { unit: 'month', count: 1 } }, quantity: 1, ...change },
    },
  })
}

describe('where the gateway owns the clock', () => {
  const sold = shop({}, { renewals: 'gateway' })

  it('keeps access for 72 hours after a boundary that nobody confirmed', () => {
    const w = buyer(sold)
    expect(read(w, sold, '2025-11-16T23:59:59Z').access).toBe(true)
    expect(read(w, sold, '2025-11-17')).toMatchObject({
      ...{ access: false, because: 'renewal_unconfirmed' },
    })
  })

  it('gives it back with the gateway’s word', () => {
    const w = buyer(sold).at('2025-11-18')
    observe(w, { period: { start: instant('2025-11-14'), end: instant('2025-12-14') } })
    expect(read(w, sold)).toMatchObject({ access: true, because: 'active' })
  })

  it('a downgrade the gateway was told of counts from its date, before it says so', () => {
    const w = buyer(sold).at('2025-10-20')
    const { effects } = w.do({ type: 'change_plan', plan: 'lite' })
    w.do({
      type: 'subscription.observed',
      gateway: 'bank',
      answers: effects[0]?.key ?? '',
      observation: {
        ...{ subscription: 'sub_bank', observedAt: w.now, state: 'active', cancelAt: null },
        ...{ period: w.subscription().period, quantity: 1 },
        plan: { id: 'lite', interval: { unit: 'month', count: 1 } },
      },
    })
    expect(read(w, sold, '2025-11-13').get('projects').limit).toBe(3)
    expect(read(w, sold, '2025-11-14').get('projects').limit).toBe(2)
  })

  it('D-06 on the date of the ending the free plan counts, before its final word', () => {
    const w = buyer(sold).at('2025-10-20')
    observe(w, { cancelAt: instant('2025-11-14') })
    expect(
      read(w, sold, '2025-11-14', { calls: { used: 900, since: instant('2025-10-14') } }),
    ).toMatchObject({ access: true, plan: 'free', because: 'default_plan' })
  })

  it('D-06 the free plan counts by the month from the ending on, also after a yearly plan', () => {
    const w = buyer(sold, 'year').at('2025-12-01')
    const yearlyPlan = { id: 'pro', interval: { unit: 'year', count: 1 } } as const
    observe(w, { cancelAt: instant('2026-01-20'), plan: yearlyPlan })
    const usage = { calls: { used: 900, since: instant('2025-10-14') } }
    expect(read(w, sold, '2026-01-20', usage).get('calls')).toMatchObject({
      ...{ allowed: true, limit: 50, used: 0, resetsAt: instant('2026-02-20') },
    })
    const spent = { calls: { used: 50, since: instant('2026-01-20') } }
    expect(read(w, sold, '2026-02-19', spent).check('calls')).toBe(false)
    expect(read(w, sold, '2026-02-20', spent).check('calls')).toBe(true)
  })
})
