import { describe, expect, it } from 'vitest'
import {
  type Catalog,
  catalog,
  days,
  instant,
  limit,
  monthly,
  plan,
  planActions,
  type Usage,
  yearly,
} from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'

const projects = limit('projects')

function shop(policies: Parameters<typeof catalog>[0]['policies'] = {}): Catalog {
  return catalog({
    plans: [
      plan('free', { default: true, rank: 0, includes: [projects(1)] }),
      plan('essential', {
        ...{ rank: 1, trial: days(14), includes: [projects(3)] },
        price: [monthly(19_00, 'USD'), yearly(190_00, 'USD')],
      }),
      plan('premium', {
        ...{ rank: 2, includes: [projects(10)] },
        price: [monthly(49_00, 'USD'), yearly(490_00, 'USD')],
      }),
    ],
    policies,
    gateways: [{ name: 'bank' }],
  })
}

const tiers = shop()

/** A customer since October 14, on a plan such as `premium year`. */
function on(current: string, sold: Catalog = tiers): World {
  const [name = '', interval] = current.split(' ')
  const w = world(sold, '2025-10-14')
  w.do({ type: 'register' })
  if (interval !== 'month' && interval !== 'year') return w
  w.do({ type: 'subscribe', plan: name, interval, trial: false })
  w.pay()
  return w
}

function actions(w: World, sold: Catalog = tiers, usage: Usage = {}) {
  return planActions(w.account, usage, w.now, sold)
}

/** `upgrade`, or `unavailable (ending)`, in the order of the catalog. */
function shown(w: World, sold: Catalog = tiers, usage: Usage = {}): readonly string[] {
  return actions(w, sold, usage).map(({ action, because }) =>
    because ? `${action} (${because})` : action,
  )
}

describe('A5 the matrix', () => {
  it.each([
    // on                free         essential m  essential y  premium m    premium y
    ['free', 'current', 'upgrade', 'upgrade', 'upgrade', 'upgrade'],
    ['essential month', 'downgrade', 'current', 'upgrade', 'upgrade', 'upgrade'],
    ['essential year', 'downgrade', 'downgrade', 'current', 'upgrade', 'upgrade'],
    ['premium month', 'downgrade', 'downgrade', 'downgrade', 'current', 'upgrade'],
    ['premium year', 'downgrade', 'downgrade', 'downgrade', 'downgrade', 'current'],
  ])('A-06 A5 on %s', (current, ...expected) => {
    expect(shown(on(current))).toEqual(expected)
  })

  it('A-06 A5 what the button says is what the command does', () => {
    for (const current of ['essential month', 'essential year', 'premium month', 'premium year'])
      for (const { plan: target, interval, action } of actions(on(current))) {
        if (!interval || action === 'current') continue
        const w = on(current)
        w.at('2025-10-30').do({ type: 'change_plan', plan: target, interval })
        const scheduled = w.subscription().pendingChange !== null
        const isNow = `${w.subscription().plan} ${w.subscription().price?.interval.unit}`
        const now = w.asked() !== undefined || isNow === `${target} ${interval.unit}`
        expect([current, target, interval.unit, scheduled, now]).toEqual([
          ...[current, target, interval.unit, action === 'downgrade', action === 'upgrade'],
        ])
      }
  })

  it('A-06 without ranks the yearly price decides between plans, the interval within one', () => {
    const sold = catalog({
      plans: [
        plan('small', { price: [monthly(10_00, 'USD'), yearly(100_00, 'USD')] }),
        plan('large', { price: [monthly(12_00, 'USD'), yearly(110_00, 'USD')] }),
      ],
      gateways: [{ name: 'bank' }],
    })
    // A year of small costs 120 or 100, a year of large 144 or 110.
    expect(shown(on('small month', sold), sold)).toEqual([
      ...['current', 'upgrade', 'upgrade', 'downgrade'],
    ])
    expect(shown(on('small year', sold), sold)).toEqual([
      ...['downgrade', 'current', 'upgrade', 'upgrade'],
    ])
  })

  it('A-06 a rank decides whatever it costs', () => {
    const sold = catalog({
      plans: [
        plan('legacy', { rank: 1, price: monthly(90_00, 'USD') }),
        plan('modern', { rank: 2, price: monthly(30_00, 'USD') }),
      ],
      gateways: [{ name: 'bank' }],
    })
    expect(shown(on('legacy month', sold), sold)).toEqual(['current', 'upgrade'])
    expect(shown(on('modern month', sold), sold)).toEqual(['downgrade', 'current'])
  })
})

describe('rows', () => {
  it('one for each price, one without price for the free plan', () => {
    expect(actions(on('free')).map(({ plan: id, price }) => [id, price?.amount])).toEqual([
      ['free', undefined],
      ['essential', 1900],
      ['essential', 19000],
      ['premium', 4900],
      ['premium', 49000],
    ])
  })

  it('only in the subscription’s currency, or in the one asked for', () => {
    const sold = catalog({
      plans: [plan('pro', { price: [monthly(49_00, 'USD'), monthly(45_00, 'EUR')] })],
      gateways: [{ name: 'bank' }],
    })
    const w = world(sold, '2025-10-14')
    expect(actions(w, sold).map(({ price }) => price?.currency)).toEqual(['USD', 'EUR'])
    const euro = planActions(w.account, {}, w.now, sold, { currency: 'EUR' })
    expect(euro.map(({ price }) => price?.currency)).toEqual(['EUR'])
    w.do({ type: 'subscribe', plan: 'pro', currency: 'EUR' })
    w.pay()
    expect(actions(w, sold).map(({ price }) => price?.currency)).toEqual(['EUR'])
  })

  it('none for a plan that is not sold any more, except for those who have it', () => {
    const before = catalog({
      plans: [plan('old', { price: monthly(9_00, 'USD') })],
      gateways: [{ name: 'bank' }],
    })
    const after = catalog({
      plans: [
        plan('old', { price: monthly(9_00, 'USD'), archived: true }),
        plan('new', { price: monthly(19_00, 'USD') }),
      ],
      gateways: [{ name: 'bank' }],
    })
    expect(actions(on('old month', before), after).map((row) => [row.plan, row.action])).toEqual([
      ['old', 'current'],
      ['new', 'upgrade'],
    ])
    expect(actions(world(after, '2025-10-14'), after).map((row) => row.plan)).toEqual(['new'])
  })

  it('a price that went up since is still the one the customer is on', () => {
    const w = on('essential month')
    const dearer = catalog({
      plans: [plan('essential', { price: monthly(25_00, 'USD') })],
      gateways: [{ name: 'bank' }],
    })
    expect(shown(w, dearer)).toEqual(['current'])
  })

  it('each plan group is compared with its own subscription', () => {
    const sold = catalog({
      plans: [
        plan('app', { price: monthly(49_00, 'USD') }),
        plan('chat', { group: 'support', price: monthly(5_00, 'USD') }),
      ],
      gateways: [{ name: 'bank' }],
    })
    expect(shown(on('app month', sold), sold)).toEqual(['current', 'upgrade'])
  })
})

describe('what is scheduled or ending', () => {
  it('A-06 a downgrade that waits is scheduled, with its date; the plan of now is current', () => {
    const w = on('premium month')
    w.do({ type: 'change_plan', plan: 'essential' })
    expect(shown(w)).toEqual(['downgrade', 'scheduled', 'downgrade', 'current', 'upgrade'])
    expect(actions(w)[1]).toMatchObject({ at: instant('2025-11-14'), current: false })
  })

  it('A-06 while it is ending only resume is left, and Free is what comes', () => {
    const w = on('premium month')
    w.do({ type: 'cancel', at: 'period_end' })
    expect(shown(w)).toEqual([
      'scheduled',
      'unavailable (ending)',
      'unavailable (ending)',
      'resume',
      'unavailable (ending)',
    ])
    expect(actions(w)[0]?.at).toBe(instant('2025-11-14'))
    expect(actions(w)[3]).toMatchObject({ current: true, at: instant('2025-11-14') })
  })

  it('A-06 after the end, with no job run, Free is current and everything else an upgrade', () => {
    const w = on('premium month')
    w.do({ type: 'cancel', at: 'period_end' })
    const after = planActions(w.account, {}, instant('2025-11-14'), tiers)
    expect(after.map(({ action }) => action)).toEqual([
      ...['current', 'upgrade', 'upgrade', 'upgrade', 'upgrade'],
    ])
  })
})

describe('what is unavailable, and why', () => {
  it('in grace an upgrade waits for the payment, a downgrade does not', () => {
    const w = on('essential month').at('2025-11-14')
    w.decline('do_not_honor', 'never')
    expect(shown(w)).toEqual([
      'downgrade',
      'current',
      ...Array<string>(3).fill('unavailable (past_due)'),
    ])
  })

  it('suspended, only leaving for Free is possible without paying', () => {
    const w = on('premium month').at('2025-11-14')
    w.decline('do_not_honor', 'never')
    w.at('2025-11-21')
    expect(shown(w)).toEqual([
      'downgrade',
      'unavailable (past_due)',
      'unavailable (past_due)',
      'current',
      'unavailable (past_due)',
    ])
  })

  it('paused, a change waits for it to go on', () => {
    const w = on('essential month')
    w.do({ type: 'pause' })
    expect(shown(w).slice(2)).toEqual(Array<string>(3).fill('unavailable (paused)'))
  })

  it('in a trial every other plan can be had at once', () => {
    const w = world(tiers, '2025-10-14')
    w.do({ type: 'register' })
    w.do({ type: 'start_trial', plan: 'essential' })
    expect(shown(w)).toEqual(['downgrade', 'current', 'upgrade', 'upgrade', 'upgrade'])
  })

  it('C-05 after a trial that ended unpaid every paid plan is to be bought, its own as well', () => {
    const w = world(tiers, '2025-10-14')
    w.do({ type: 'start_trial', plan: 'essential', interval: 'month' })
    w.at('2025-10-28')
    expect(w.subscription().status).toBe('unpaid')
    expect(shown(w).slice(1)).toEqual(['upgrade', 'upgrade', 'upgrade', 'upgrade'])
    expect(actions(w).some(({ current }) => current)).toBe(false)
  })

  it('while an upgrade’s payment is under way another one waits', () => {
    const w = on('essential month').at('2025-10-30')
    w.do({ type: 'change_plan', plan: 'premium' })
    expect(actions(w).find(({ price }) => price?.amount === 49000)).toMatchObject({
      ...{ action: 'unavailable', because: 'in_progress' },
    })
  })

  it('C-03 a plan that is too small is unavailable where a misfit is refused', () => {
    const sold = shop({ downgradeFit: 'refuse' })
    const usage = { projects: { used: 5 } }
    expect(shown(on('premium month', sold), sold, usage).slice(1, 3)).toEqual([
      ...Array<string>(2).fill('unavailable (exceeds_limits)'),
    ])
  })

  it('B-11 where the customer may choose it stays a downgrade, with a question first', () => {
    const resources = ['a', 'b', 'c', 'd'].map((id) => {
      return { id, label: id, createdAt: instant('2025-10-14') }
    })
    const usage = { projects: { used: 4, resources } }
    expect(shown(on('premium month'), tiers, usage).slice(1, 3)).toEqual([
      ...Array<string>(2).fill('downgrade (choose_what_to_keep)'),
    ])
  })

  it('without a gateway nothing can be bought', () => {
    const sold = catalog({ plans: [plan('pro', { price: monthly(49_00, 'USD') })] })
    expect(shown(world(sold, '2025-10-14'), sold)).toEqual(['unavailable (gateway_required)'])
  })
})
