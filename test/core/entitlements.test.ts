import { describe, expect, it } from 'vitest'
import {
  addOn,
  type Catalog,
  catalog,
  days,
  type Entitlements,
  entitlements,
  every,
  flag,
  instant,
  limit,
  meter,
  monthly,
  plan,
  type Usage,
  value,
  yearly,
} from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'

const projects = limit('projects')
const seats = limit('seats')
const calls = meter('calls')
const exports = meter('exports', { reset: { unit: 'day', count: 1 } })
const emails = meter('emails', { reset: { unit: 'month', count: 1 } })
const model = value('model', ['small', 'large'])
const history = value('history', [7, 30, 'unlimited'])
const sso = flag('sso')
const audit = flag('audit')

const offer = catalog({
  plans: [
    plan('free', { default: true, includes: [projects(1), calls(50), model('small')] }),
    plan('pro', {
      price: [monthly(20_00, 'USD'), yearly(200_00, 'USD')],
      quantity: {},
      includes: [
        projects(3),
        seats(2, { per: 'unit' }),
        calls(1000),
        exports(10),
        emails(100),
        model('large'),
        history(30),
        sso(),
      ],
    }),
    plan('max', {
      price: monthly(80_00, 'USD'),
      includes: [projects('unlimited'), calls('unlimited'), history('unlimited')],
    }),
  ],
  addOns: [
    addOn('more_projects', { price: every(MONTH(), 5_00, 'USD'), adds: [projects(2)] }),
    addOn('auditing', { price: monthly(9_00, 'USD'), adds: [audit()] }),
  ],
  gateways: [{ name: 'bank' }],
})

function MONTH() {
  return { unit: 'month', count: 1 } as const
}

/** A customer who bought on October 14. */
function buyer(name: string, options: object = {}, sold: Catalog = offer): World {
  const w = world(sold, '2025-10-14')
  w.do({ type: 'register' })
  w.do({ type: 'subscribe', plan: name, ...options })
  w.pay()
  return w
}

function read(w: World, usage: Usage = {}, at: number = w.now, sold: Catalog = offer) {
  return entitlements(w.account, usage, instant(at), sold)
}

const used = (feature: string, count: number, since?: string): Usage => ({
  [feature]: { used: count, ...(since && { since: instant(since) }) },
})

describe('what a plan gives', () => {
  it('a flag is given, with the plan as the reason', () => {
    expect(read(buyer('pro')).get('sso')).toMatchObject({
      ...{ kind: 'flag', allowed: true, value: true, because: 'active' },
    })
  })

  it('a flag of another plan is not in the plan', () => {
    expect(read(buyer('max')).get('sso')).toMatchObject({
      ...{ kind: 'flag', allowed: false, value: null, because: 'not_in_plan' },
    })
  })

  it('D-04 values are read as they were written: words, numbers, unlimited', () => {
    expect(read(buyer('pro')).get('model').value).toBe('large')
    expect(read(buyer('pro')).get('history').value).toBe(30)
    expect(read(buyer('max')).get('history').value).toBe('unlimited')
  })

  it('a limit tells used, remaining and whether so many more fit', () => {
    const now = read(buyer('pro'), used('projects', 1))
    expect(now.get('projects')).toMatchObject({ limit: 3, used: 1, remaining: 2, allowed: true })
    expect([now.check('projects'), now.check('projects', 2), now.check('projects', 3)]).toEqual([
      ...[true, true, false],
    ])
  })

  it('a full limit is refused because it is reached, an overfull one has nothing remaining', () => {
    const [full, over] = [3, 5].map((n) => read(buyer('pro'), used('projects', n)).get('projects'))
    expect(full).toMatchObject({ allowed: false, because: 'limit_reached', remaining: 0 })
    expect(over).toMatchObject({ allowed: false, because: 'limit_reached', used: 5, remaining: 0 })
  })

  it('unlimited has no end', () => {
    const now = read(buyer('max'), used('projects', 1_000_000))
    expect(now.get('projects')).toMatchObject({ limit: 'unlimited', remaining: 'unlimited' })
    expect(now.check('projects', 1_000_000)).toBe(true)
  })

  it('an amount per unit grows with the quantity', () => {
    expect(read(buyer('pro', { quantity: 3 })).get('seats').limit).toBe(6)
  })

  it('C-08 an add-on raises a limit, units and all, and is named as the reason', () => {
    const now = read(buyer('pro', { addOns: { more_projects: 2 } }))
    expect(now.get('projects')).toMatchObject({ limit: 7, because: 'add_on' })
  })

  it('C-07 without add-ons the plan’s own limits are read', () => {
    const { account, now } = buyer('pro', { addOns: { more_projects: 2, auditing: 1 } })
    const base = entitlements(account, {}, now, offer, { addOns: false })
    expect(base.get('projects')).toMatchObject({ limit: 3, because: 'active' })
    expect(base.get('audit')).toMatchObject({ allowed: false, because: 'not_in_plan' })
  })

  it('an add-on can give a flag of its own', () => {
    const now = read(buyer('pro', { addOns: { auditing: 1 } }))
    expect(now.get('audit')).toMatchObject({ allowed: true, value: true, because: 'add_on' })
  })

  it('more of unlimited stays unlimited', () => {
    const now = read(buyer('max', { addOns: { more_projects: 1 } }))
    expect(now.get('projects').limit).toBe('unlimited')
  })

  it('a feature that nobody declared is refused as unknown, whatever its name', () => {
    const now: Entitlements = read(buyer('max'))
    for (const name of ['teleport', 'constructor', '__proto__'])
      expect(now.get(name)).toMatchObject({ kind: 'unknown', allowed: false, limit: null })
    expect(now.check('teleport')).toBe(false)
  })

  it('all features of the catalog are listed, given or not', () => {
    expect(read(buyer('max')).all.map(({ feature }) => feature)).toEqual([
      ...['projects', 'calls', 'model', 'seats', 'exports', 'emails', 'history', 'sso', 'audit'],
    ])
  })

  it('a plan of before keeps what its version gave', () => {
    const w = buyer('pro')
    const sold = catalog({
      plans: [
        plan('pro', {
          ...{ version: 2, price: monthly(30_00, 'USD'), includes: [projects(1)] },
          earlier: [{ version: 1, includes: [projects(3)] }],
        }),
      ],
      gateways: [{ name: 'bank' }],
    })
    expect(read(w, {}, w.now, sold).get('projects').limit).toBe(3)
    expect(read(buyer('pro', {}, sold), {}, w.now, sold).get('projects').limit).toBe(1)
  })
})

describe('windows of meters', () => {
  it('a meter counts in the billing period and starts again with the next', () => {
    const w = buyer('pro')
    const before = read(w, used('calls', 1000, '2025-10-14'), instant('2025-11-13T23:59:59Z'))
    expect(before.get('calls')).toMatchObject({
      ...{ allowed: false, because: 'limit_reached', used: 1000 },
      resetsAt: instant('2025-11-14'),
    })
    const after = read(w, used('calls', 1000, '2025-10-14'), instant('2025-11-14'))
    expect(after.get('calls')).toMatchObject({
      ...{ allowed: true, used: 0, remaining: 1000, resetsAt: instant('2025-12-14') },
    })
  })

  it('of a yearly plan the billing period is the year', () => {
    const w = buyer('pro', { interval: 'year' })
    const now = read(w, used('calls', 999, '2025-10-14'), instant('2026-09-30'))
    expect(now.get('calls')).toMatchObject({ remaining: 1, resetsAt: instant('2026-10-14') })
  })

  it('a meter with an interval of its own ignores the billing period', () => {
    const w = buyer('pro', { interval: 'year' })
    const day = read(w, used('exports', 10, '2025-10-20'), instant('2025-10-20T18:00:00Z'))
    expect(day.get('exports')).toMatchObject({ allowed: false, resetsAt: instant('2025-10-21') })
    const next = read(w, used('exports', 10, '2025-10-20'), instant('2025-10-21'))
    expect(next.get('exports')).toMatchObject({ allowed: true, used: 0 })
    const month = read(w, used('emails', 100, '2026-01-14'), instant('2026-02-13'))
    expect(month.get('emails')).toMatchObject({ allowed: false, resetsAt: instant('2026-02-14') })
  })

  it('its windows are counted from the purchase, to the minute', () => {
    const w = world(offer, '2025-10-14T09:30:00Z')
    w.do({ type: 'subscribe', plan: 'pro' })
    w.pay()
    const now = read(w, {}, instant('2025-10-16T09:29:59Z'))
    expect(now.get('exports').resetsAt).toBe(instant('2025-10-16T09:30:00Z'))
  })

  it('a free plan counts by the month, from the 31st over the end of February', () => {
    const w = world(offer, '2025-01-31')
    w.do({ type: 'register' })
    const resets = ['2025-01-31', '2025-02-27', '2025-02-28', '2025-03-30', '2027-05-31'].map(
      (at) => read(w, {}, instant(at)).get('calls').resetsAt,
    )
    expect(resets).toEqual(
      ['2025-02-28', '2025-02-28', '2025-03-31', '2025-03-31', '2027-06-30'].map(instant),
    )
  })

  it('a plan change inside the period goes on counting', () => {
    const w = buyer('pro').at('2025-10-20')
    const usage = { ...used('calls', 30, '2025-10-14'), ...used('projects', 3) }
    w.do({ type: 'change_plan', plan: 'max' })
    w.pay()
    const now = read(w, usage)
    expect([now.get('calls').used, now.get('projects').used]).toEqual([30, 3])
  })

  it('a purchase begins a period, so that a meter starts from zero', () => {
    const w = world(offer, '2025-10-01')
    w.do({ type: 'register' })
    w.do({ type: 'subscribe', plan: 'pro' })
    w.at('2025-10-14').pay()
    expect(read(w, used('calls', 50, '2025-10-01')).get('calls')).toMatchObject({
      ...{ used: 0, remaining: 1000 },
    })
  })
})

describe('several plan groups', () => {
  const chat = limit('chat')
  const sold = catalog({
    plans: [
      plan('app', { price: monthly(20_00, 'USD'), includes: [projects(3)] }),
      plan('support', { group: 'support', price: monthly(50_00, 'USD'), includes: [chat(5)] }),
    ],
    gateways: [{ name: 'bank' }],
  })

  function both(): World {
    const w = buyer('app', {}, sold)
    w.do({ type: 'subscribe', plan: 'support' })
    w.pay()
    return w
  }

  it('each feature comes from the group that gives it', () => {
    const w = both()
    const now = read(w, {}, w.now, sold)
    expect([now.get('projects').limit, now.get('chat').limit]).toEqual([3, 5])
  })

  it('blocking one group leaves the other, and says why the first gives nothing', () => {
    const w = both()
    w.do({ type: 'block', group: 'support', reason: 'fraud' })
    const now = read(w, {}, w.now, sold)
    expect(now.access).toBe(true)
    expect(now.check('projects')).toBe(true)
    expect(now.get('chat')).toMatchObject({ allowed: false, because: 'blocked' })
  })

  it('a customer of one group has access, and is told that the other needs a subscription', () => {
    const w = buyer('support', {}, sold)
    const now = read(w, {}, w.now, sold)
    expect(now).toMatchObject({ access: true, plan: 'support' })
    expect(now.get('projects')).toMatchObject({ allowed: false, because: 'subscription_required' })
  })

  it('a group that was never bought is named as missing, not as the other group’s lack', () => {
    const w = buyer('app', {}, sold)
    expect(read(w, {}, w.now, sold).get('chat').because).toBe('subscription_required')
  })
})

describe('a trial', () => {
  const sold = catalog({
    plans: [
      plan('pro', { price: monthly(20_00, 'USD'), trial: days(14), includes: [projects(3)] }),
    ],
    gateways: [{ name: 'bank' }],
  })

  it('gives the plan because of the trial, until it ends, and nothing from that instant on', () => {
    const w = world(sold, '2025-10-14')
    w.do({ type: 'start_trial', plan: 'pro' })
    expect(read(w, {}, instant('2025-10-27T23:59:59Z'), sold).get('projects')).toMatchObject({
      ...{ allowed: true, because: 'trialing', until: instant('2025-10-28') },
    })
    expect(read(w, {}, instant('2025-10-28'), sold).get('projects')).toMatchObject({
      ...{ allowed: false, because: 'unpaid', limit: null },
    })
  })
})
