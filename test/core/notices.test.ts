import { describe, expect, it } from 'vitest'
import {
  type Catalog,
  catalog,
  coupon,
  days,
  type Effect,
  flag,
  instant,
  limit,
  meter,
  monthly,
  type NoticeName,
  plan,
  type Usage,
  yearly,
} from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'

const listings = limit('listings')
const reviews = meter('reviews')
const badge = flag('badge')

type Policies = Parameters<typeof catalog>[0]['policies']

function shop(policies: Policies = {}, free = false): Catalog {
  return catalog({
    plans: [
      ...(free ? [plan('free', { default: true })] : []),
      plan('basic', {
        ...{ rank: 1, price: monthly(49_00, 'USD'), includes: [listings(1), reviews(10)] },
      }),
      plan('professional', {
        ...{ rank: 2, includes: [listings(3), badge()], trial: days(14) },
        price: [monthly(99_00, 'USD'), yearly(990_00, 'USD')],
      }),
    ],
    coupons: [coupon('PARTNER20', { percent: 20, duration: 'forever' })],
    policies: { proration: { granularity: 'day30' }, ...policies },
    gateways: [{ name: 'bank' }],
  })
}

const sold = shop()
const thing = (id: string, day: number) => {
  return { id, label: id, createdAt: instant(`2025-10-${day}`) }
}

/** A customer since October 14. */
function buyer(name = 'basic', from: Catalog = sold): World {
  const w = world(from, '2025-10-14')
  w.do({ type: 'register' })
  w.do({ type: 'subscribe', plan: name, trial: false })
  w.pay()
  return w
}

type Sent = Extract<Effect, { readonly kind: 'notice.send' }>

function sent({ effects }: Pick<World, 'effects'>): readonly Sent[] {
  return effects.filter((effect): effect is Sent => effect.kind === 'notice.send')
}

function told(w: Pick<World, 'effects'>, name: NoticeName) {
  return sent(w)
    .map(({ notice }) => notice)
    .filter((notice) => notice.name === name)
}

const names = (w: Pick<World, 'effects'>) => sent(w).map(({ notice }) => notice.name)

describe('B-18 what is told, and with which facts', () => {
  it('activated: the plan and the next billing date', () => {
    expect(told(buyer(), 'activated')).toMatchObject([
      {
        at: instant('2025-10-14'),
        group: 'default',
        data: { plan: 'basic', nextBillingAt: instant('2025-11-14') },
      },
    ])
  })

  it('payment succeeded: the invoice as it was paid, at purchase and at renewal', () => {
    const w = buyer().at('2025-11-14')
    w.pay()
    expect(told(w, 'payment_succeeded').map(({ data }) => data)).toMatchObject([
      { payment: 'pay_1', row: { due: 4900, currency: 'USD', reason: 'first' } },
      {
        payment: 'pay_2',
        row: { due: 4900, reason: 'renewal' },
        nextBillingAt: instant('2025-12-14'),
      },
    ])
  })

  it('payment failed: why, and the grace deadline', () => {
    const w = buyer().at('2025-11-14')
    w.decline('insufficient_funds')
    expect(told(w, 'payment_failed')).toMatchObject([
      {
        data: {
          ...{ plan: 'basic', decline: { code: 'insufficient_funds' } },
          ...{ graceEndsAt: instant('2025-11-21'), nextAttemptAt: instant('2025-11-15') },
        },
      },
    ])
  })

  it('a decline that only the customer can cure asks for action, with the same deadline', () => {
    const w = buyer().at('2025-11-14')
    w.decline('authentication_required', 'with_customer')
    expect(names(w).at(-1)).toBe('payment_action_required')
    expect(sent(w).at(-1)?.notice.data).toMatchObject({ graceEndsAt: instant('2025-11-21') })
  })

  it('grace ending: two days before, with the date and what is owed', () => {
    const w = buyer()
    w.do({ type: 'apply_coupon', coupon: 'PARTNER20' })
    w.at('2025-11-14').decline('do_not_honor', 'never')
    w.at('2025-11-20')
    expect(told(w, 'grace_ending')).toMatchObject([
      {
        ...{ at: instant('2025-11-19'), staleAfter: instant('2025-11-21') },
        data: { plan: 'basic', at: instant('2025-11-21'), amount: 3920, currency: 'USD' },
      },
    ])
  })

  it('suspended, then canceled with the plan that ended', () => {
    const w = buyer().at('2025-11-14')
    w.decline('do_not_honor', 'never')
    w.at('2025-11-28')
    expect(told(w, 'suspended')).toMatchObject([
      { at: instant('2025-11-21'), data: { plan: 'basic' } },
    ])
    expect(told(w, 'canceled')).toMatchObject([
      { at: instant('2025-11-28'), data: { plan: 'basic', reason: 'dunning' } },
    ])
  })

  it('D-07 canceled names the plan that ended, not the free plan that took its place', () => {
    const w = buyer('professional', shop({}, true)).at('2025-10-20')
    w.do({ type: 'cancel', at: 'period_end' })
    expect(told(w, 'cancel_scheduled')).toMatchObject([
      { data: { plan: 'professional', cancelAt: instant('2025-11-14') } },
    ])
    w.at('2025-11-14')
    expect(w.subscription().plan).toBe('free')
    expect(told(w, 'canceled')).toMatchObject([{ data: { plan: 'professional' } }])
    expect(told(w, 'activated')).toHaveLength(1)
  })

  it('B-14 approaching and reached: feature, used and limit, each once per crossing', () => {
    const w = buyer()
    const use = (before: number, after: number) =>
      w.do({ type: 'note_usage', feature: 'reviews', before, after })
    for (let n = 0; n < 10; n++) use(n, n + 1)
    use(10, 7)
    use(7, 8)
    use(8, 10)
    const crossings = sent(w)
      .map(({ notice }) => [notice.name, notice.data.used, notice.data.limit])
      .filter(([name]) => `${name}`.startsWith('limit'))
    expect(crossings).toEqual([
      ['limit_approached', 8, 10],
      ['limit_reached', 10, 10],
      ['limit_approached', 8, 10],
      ['limit_reached', 10, 10],
    ])
  })

  it('B-14 one step over both tells only that the limit is reached', () => {
    const w = buyer()
    w.do({ type: 'note_usage', feature: 'reviews', before: 0, after: 10 })
    expect(names(w).filter((name) => name.startsWith('limit'))).toEqual(['limit_reached'])
  })

  it('B-07 renewal reminder: three days before, with date, amount and discount', () => {
    const w = buyer()
    w.do({ type: 'apply_coupon', coupon: 'PARTNER20' })
    w.at('2025-11-10T23:59:59Z')
    expect(told(w, 'renewal_reminder')).toEqual([])
    w.at('2025-11-11')
    expect(told(w, 'renewal_reminder')).toMatchObject([
      {
        ...{ at: instant('2025-11-11'), staleAfter: instant('2025-11-14') },
        data: { plan: 'basic', at: instant('2025-11-14'), amount: 3920, currency: 'USD' },
      },
    ])
  })

  it('B-07 the reminder says what is really charged: a lower plan, less the credit', () => {
    const w = buyer('professional')
    w.do({ type: 'change_plan', plan: 'basic' })
    w.do({ type: 'grant_credit', amount: 1000, currency: 'USD' })
    w.at('2025-11-14')
    expect(told(w, 'renewal_reminder')).toMatchObject([{ data: { amount: 3900 } }])
    expect(w.asked()).toMatchObject({ amount: 3900 })
  })

  it('C-10 where a payment link goes out ahead, the reminder names the same amount', () => {
    const w = buyer()
    w.do({ type: 'grant_credit', amount: 1000, currency: 'USD' })
    w.do({ type: 'method.removed', gateway: 'bank', method: 'card_1' })
    w.at('2025-11-11')
    expect(w.asked()).toMatchObject({ amount: 3900, method: null })
    expect(told(w, 'renewal_reminder')).toMatchObject([{ data: { amount: 3900 } }])
  })

  it('B-07 the days before are a policy', () => {
    const w = buyer('basic', shop({ reminders: { renewalDays: 7 } })).at('2025-11-07')
    expect(told(w, 'renewal_reminder')).toHaveLength(1)
  })

  it('plan changed: the new terms, once they are paid', () => {
    const w = buyer().at('2025-10-30')
    w.do({ type: 'change_plan', plan: 'professional' })
    expect(told(w, 'plan_changed')).toEqual([])
    w.pay()
    expect(told(w, 'plan_changed')).toMatchObject([
      { data: { plan: 'professional', terms: { price: { amount: 9900 } } } },
    ])
    expect(told(w, 'payment_succeeded').at(-1)?.data).toMatchObject({ row: { due: 2500 } })
  })

  it('B-10 B-11 downgrade scheduled, then changed and archived at its date', () => {
    const w = buyer('professional')
    w.usage = { listings: { used: 2, resources: [thing('main', 14), thing('second', 20)] } }
    w.do({ type: 'change_plan', plan: 'basic', keep: { listings: ['main'] } })
    expect(told(w, 'downgrade_scheduled')).toMatchObject([
      {
        data: {
          change: {
            at: instant('2025-11-14'),
            terms: { plan: 'basic' },
            keep: { listings: ['main'] },
          },
        },
      },
    ])
    w.at('2025-11-14')
    expect(told(w, 'plan_changed')).toMatchObject([{ data: { plan: 'basic' } }])
    expect(told(w, 'resource_archived')).toMatchObject([
      { data: { feature: 'listings', ids: ['second'] } },
    ])
  })

  it('a scheduled change that is taken back is not told as a change', () => {
    const w = buyer('professional')
    w.do({ type: 'change_plan', plan: 'basic' })
    w.do({ type: 'undo_change' })
    w.at('2025-11-14')
    expect(told(w, 'plan_changed')).toEqual([])
  })

  it('a trial: started, ending three days before, ended', () => {
    const w = world(sold, '2025-10-14')
    w.do({ type: 'start_trial', plan: 'professional' })
    w.at('2025-10-28')
    expect(sent(w).map(({ notice }) => [notice.name, notice.at])).toEqual([
      ['trial_started', instant('2025-10-14')],
      ['trial_ending', instant('2025-10-25')],
      ['trial_ended', instant('2025-10-28')],
    ])
    expect(told(w, 'trial_ending')[0]?.data).toMatchObject({
      ...{ plan: 'professional', at: instant('2025-10-28'), amount: 9900 },
    })
  })

  it('a card that expires is told once, however often the gateway says it', () => {
    const w = buyer()
    const expiring = { type: 'method.expiring', gateway: 'bank', method: 'card_1' } as const
    w.do(expiring)
    w.do(expiring)
    expect(new Set(sent(w).map(({ key }) => key)).size).toBe(sent(w).length - 1)
    expect(told(w, 'payment_method_expiring')[0]?.data).toEqual({
      ...{ brand: 'visa', last4: '4242', expires: '2030-12' },
    })
  })

  it('what nobody needs to hear is not told: the free plan, an invoice that credit covered', () => {
    const w = world(shop({}, true), '2025-10-14')
    w.do({ type: 'register' })
    expect(names(w)).toEqual([])
    const b = buyer()
    b.do({ type: 'grant_credit', amount: 4900, currency: 'USD' })
    b.at('2025-11-14')
    expect(told(b, 'payment_succeeded')).toHaveLength(1)
  })
})

/** A life with everything in it; `visit` says on which days somebody looks. */
function life(visit: readonly string[]): World {
  const usage: Usage = { listings: { used: 2, resources: [thing('a', 14), thing('b', 20)] } }
  const w = world(sold, '2025-10-14', { usage })
  w.do({ type: 'register' })
  w.do({ type: 'subscribe', plan: 'basic' })
  w.pay()
  for (const day of visit.filter((each) => each < '2025-11-05')) w.at(day)
  w.at('2025-11-05').do({ type: 'change_plan', plan: 'professional' })
  w.pay()
  w.do({ type: 'change_plan', plan: 'basic', keep: { listings: ['a'] } })
  for (const day of visit.filter((each) => each > '2025-11-05' && each < '2025-11-14')) w.at(day)
  w.at('2025-11-14').decline('do_not_honor', 'never')
  for (const day of visit.filter((each) => each > '2025-11-14')) w.at(day)
  return w.at('2025-12-01')
}

const daily = Array.from({ length: 48 }, (_, i) => {
  return new Date(Date.UTC(2025, 9, 15 + i)).toISOString().slice(0, 10)
})

describe('each once, and the same again', () => {
  it('no two notices of a life share a key', () => {
    const keys = sent(life(daily)).map(({ key }) => key)
    expect(keys.length).toBeGreaterThan(8)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('a replay of the same life asks for the same notices under the same keys', () => {
    expect(sent(life(daily))).toEqual(sent(life(daily)))
  })

  it('looking every day tells the same, at the same times, as looking hardly ever', () => {
    expect(sent(life([]))).toEqual(sent(life(daily)))
  })

  it('the calendar of that life is exactly this', () => {
    const calendar = sent(life([])).map(({ notice }) => {
      return `${new Date(notice.at).toISOString().slice(0, 10)} ${notice.name}`
    })
    expect(calendar).toEqual([
      '2025-10-14 activated',
      '2025-10-14 payment_succeeded',
      '2025-11-05 payment_succeeded',
      '2025-11-05 plan_changed',
      '2025-11-05 downgrade_scheduled',
      '2025-11-11 renewal_reminder',
      '2025-11-14 plan_changed',
      '2025-11-14 resource_archived',
      '2025-11-14 payment_failed',
      '2025-11-19 grace_ending',
      '2025-11-21 suspended',
      '2025-11-28 canceled',
      '2025-11-28 resource_archived',
    ])
  })

  it('a reminder’s key is what it announces, whatever else happened before', () => {
    const plain = buyer().at('2025-11-11')
    const busy = buyer()
    busy.do({ type: 'apply_coupon', coupon: 'PARTNER20' })
    busy.at('2025-11-11')
    const keys = [plain, busy].map((w) => sent(w).at(-1)?.key)
    expect(keys[0]).toContain(`renewal_reminder%2Fdefault/${instant('2025-11-14')}`)
    expect(keys[1]).toBe(keys[0])
  })

  it('a reminder whose moment has passed carries that it is stale', () => {
    const w = buyer().at('2025-11-20')
    const [reminder] = told(w, 'renewal_reminder')
    expect(reminder?.staleAfter).toBe(instant('2025-11-14'))
    expect(told(w, 'activated')[0]?.staleAfter).toBeNull()
  })

  it('a renewal that is resumed into its last days is still announced once', () => {
    const w = buyer().at('2025-10-20')
    w.do({ type: 'cancel', at: 'period_end' })
    w.at('2025-11-12')
    expect(told(w, 'renewal_reminder')).toEqual([])
    w.do({ type: 'resume' })
    w.at('2025-11-13').at('2025-11-14')
    expect(told(w, 'renewal_reminder')).toHaveLength(1)
  })

  it('paying long after the suspension tells once that it goes on', () => {
    const w = buyer('basic', shop({ dunning: { end: 'keep' } })).at('2025-11-14')
    w.decline('do_not_honor', 'never')
    w.at('2025-12-20').do({ type: 'retry_payment' })
    w.pay()
    expect(told(w, 'resumed')).toHaveLength(1)
  })

  it('more days of grace move the reminder and tell it for the new date', () => {
    const w = buyer().at('2025-11-14')
    w.decline('do_not_honor', 'never')
    w.at('2025-11-20').do({ type: 'extend_grace', days: 5 })
    w.at('2025-11-25')
    expect(told(w, 'grace_ending').map(({ at, data }) => [at, data.at])).toEqual([
      [instant('2025-11-19'), instant('2025-11-21')],
      [instant('2025-11-24'), instant('2025-11-26')],
    ])
  })
})
