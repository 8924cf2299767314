import { describe, expect, it } from 'vitest'
import {
  addOn,
  catalog,
  crossing,
  flag,
  limit,
  meter,
  monthly,
  plan,
} from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'
import { asked, customerOn } from './rules/products.ts'

const JUN_10 = '2025-06-10'
const listings = limit('listings')

const shop = catalog({
  plans: [
    plan('free', { default: true, includes: [listings(1)] }),
    plan('pro', {
      price: monthly(9_00, 'USD'),
      includes: [listings(10), meter('queries')(50), limit('projects')('unlimited'), flag('sso')()],
    }),
  ],
  addOns: [addOn('more', { price: monthly(1_00, 'USD'), adds: [listings(10)] })],
  gateways: [{ name: 'stripe' }],
})

const pro = () => customerOn(shop, 'pro', JUN_10)
const note = (customer: World, before: number, after: number, feature = 'listings') =>
  customer.do({ type: 'note_usage', feature, before, after })
/** What a step of usage told the customer. */
const told = (customer: World, before: number, after: number, feature?: string) =>
  note(customer, before, after, feature).events.map(({ type }) => type)

describe('crossing a limit', () => {
  it('B-14 tells at 80 % and at 100 %, each once', () => {
    const customer = pro()
    const steps = Array.from({ length: 10 }, (_, used) => told(customer, used, used + 1))
    expect(steps).toEqual([[], [], [], [], [], [], [], ['limit.approached'], [], ['limit.reached']])
  })

  it('B-14 sends a notice with the numbers', () => {
    const { events, effects } = note(pro(), 7, 8)
    expect(events).toMatchObject([{ feature: 'listings', used: 8, limit: 10 }])
    expect(asked(effects, 'notice.send').map(({ notice }) => [notice.name, notice.data])).toEqual([
      ['limit_approached', expect.objectContaining({ feature: 'listings', used: 8, limit: 10 })],
    ])
    const reached = asked(note(pro(), 9, 10).effects, 'notice.send')
    expect(reached.map(({ notice }) => notice.name)).toEqual(['limit_reached'])
  })

  it('tells only that it is reached when one step passes both', () => {
    expect(told(pro(), 0, 10)).toEqual(['limit.reached'])
    expect(told(pro(), 5, 12)).toEqual(['limit.reached'])
  })

  it('tells again when it was left and is crossed again', () => {
    const customer = pro()
    expect(told(customer, 7, 8)).toEqual(['limit.approached'])
    expect(told(customer, 8, 7)).toEqual([])
    expect(told(customer, 7, 8)).toEqual(['limit.approached'])
  })

  it('says nothing about usage that is beyond the limit already', () => {
    expect(told(pro(), 10, 11)).toEqual([])
    expect(told(pro(), 12, 10)).toEqual([])
  })

  it('counts meters the same way', () => {
    const customer = pro()
    expect(told(customer, 39, 40, 'queries')).toEqual(['limit.approached'])
    expect(told(customer, 49, 50, 'queries')).toEqual(['limit.reached'])
  })

  it('never happens where there is no limit, or nothing is given', () => {
    const customer = pro()
    expect(told(customer, 0, 1_000_000, 'projects')).toEqual([])
    expect(told(customer, 0, 1, 'sso')).toEqual([])
    expect(told(world(shop, JUN_10), 0, 10)).toEqual([])
  })

  it('counts against the plan one has', () => {
    const customer = world(shop, JUN_10)
    customer.do({ type: 'register' })
    expect(note(customer, 0, 1).events).toMatchObject([{ type: 'limit.reached', limit: 1 }])
  })

  it('counts with the add-ons one has', () => {
    const customer = customerOn(shop, 'pro', JUN_10, { addOns: { more: 1 } })
    expect(told(customer, 9, 10)).toEqual([])
    expect(told(customer, 15, 16)).toEqual(['limit.approached'])
    expect(note(customer, 19, 20).events).toMatchObject([{ type: 'limit.reached', limit: 20 }])
  })

  it('is refused for a feature nobody declared', () => {
    expect(note(pro(), 0, 1, 'branches').refused).toBe('unknown_feature')
  })

  it('changes nothing of the subscription', () => {
    const customer = pro()
    const before = customer.subscription()
    note(customer, 9, 10)
    expect(customer.subscription()).toEqual(before)
  })
})

describe('80 % in whole numbers', () => {
  it.each([
    [1, 1, 'reached'],
    [2, 2, 'reached'],
    [3, 3, 'reached'],
    [4, 4, 'reached'],
    [5, 4, 'approached'],
    [6, 5, 'approached'],
    [50, 40, 'approached'],
    [999, 800, 'approached'],
  ] as const)('of %s is first crossed at %s: %s', (of, at, what) => {
    const first = Array.from({ length: of }, (_, used) => crossing(used, used + 1, of))
    const found = first.findIndex((crossed) => crossed !== null)
    expect([found + 1, first[found]]).toEqual([at, what])
  })

  it('of every limit up to 200 is told exactly once on the way up, and the end once', () => {
    for (let of = 1; of <= 200; of += 1) {
      const all = Array.from({ length: of }, (_, used) => crossing(used, used + 1, of))
      const approached = all.filter((crossed) => crossed === 'approached').length
      // Below five things there is no whole number from 80 % up to, and without, 100 %.
      expect([of, approached]).toEqual([of, of < 5 ? 0 : 1])
      expect(all.filter((crossed) => crossed === 'reached')).toHaveLength(1)
    }
  })
})
