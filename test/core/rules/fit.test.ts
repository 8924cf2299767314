import type { World } from '../../../src/testing/index.ts'
import { describe, expect, it } from 'vitest'
import {
  catalog,
  entitlements,
  instant,
  limit,
  meter,
  monthly,
  plan,
  toArchive,
  type Usage,
} from '../../../src/core/index.ts'
import { asked, customerOn, happened, listingSite, occupying, organisations } from './products.ts'

const OCT_14 = '2025-10-14'
const NOV_14 = '2025-11-14'
const toBasic = { type: 'change_plan', plan: 'basic' } as const
const keeping = (...ids: readonly string[]) => ({ ...toBasic, keep: { listings: ids } })

/** A listing owner on Professional who has these listings, the oldest first. */
function owner(...listings: readonly string[]): World {
  const customer = customerOn(listingSite(), 'professional', OCT_14).at('2025-10-20')
  customer.usage = occupying('listings', ...listings)
  return customer
}

const archived = (customer: World) => customer.account.archived.listings ?? []

describe('a downgrade that keeps less than is used, where the customer chooses', () => {
  it('B-11 is refused with the excess and everything there is to choose from', () => {
    const { refused, detail } = owner('main-street', 'downtown').do(toBasic)
    expect(refused).toBe('choose_what_to_keep')
    expect(detail).toMatchObject({
      excess: [
        {
          feature: 'listings',
          used: 2,
          limit: 1,
          resources: [{ id: 'main-street' }, { id: 'downtown' }],
        },
      ],
    })
  })

  it('B-11 stores the choice with the scheduled change and archives nothing yet', () => {
    const customer = owner('main-street', 'downtown')
    customer.do(keeping('main-street'))
    expect(customer.subscription().pendingChange?.keep).toEqual({ listings: ['main-street'] })
    expect(archived(customer)).toEqual([])
  })

  it('B-11 archives what was not kept at the boundary and tells the app', () => {
    const customer = owner('main-street', 'downtown')
    customer.do(keeping('main-street'))
    customer.at(NOV_14)
    expect(archived(customer)).toEqual(['downtown'])
    expect(asked(customer.effects, 'resource.archive')).toMatchObject([
      { group: 'default', feature: 'listings', ids: ['downtown'] },
    ])
    expect(customer.asked()).toMatchObject({ amount: 49_00 })
  })

  it('does not take more than fits, or what does not exist, for a choice', () => {
    const customer = owner('main-street', 'downtown')
    const choose = (...ids: readonly string[]) => customer.do(keeping(...ids)).refused
    expect(choose('main-street', 'downtown')).toBe('choose_what_to_keep')
    expect(choose('elsewhere')).toBe('choose_what_to_keep')
    expect(customer.do({ ...toBasic, keep: { projects: ['main-street'] } }).refused).toBe(
      'choose_what_to_keep',
    )
    expect(choose('main-street', 'main-street')).toBeNull()
  })

  it('asks nothing when everything fits', () => {
    expect(owner('main-street').do(toBasic).refused).toBeNull()
  })

  it('lets the customer choose anew: the last choice wins', () => {
    const customer = owner('main-street', 'downtown')
    customer.do(keeping('main-street'))
    customer.do(keeping('downtown'))
    customer.at(NOV_14)
    expect(archived(customer)).toEqual(['main-street'])
  })

  it('can only be refused where the app lists nothing to choose from', () => {
    const customer = owner()
    customer.usage = { listings: { used: 2 } }
    expect(customer.do(keeping('main-street')).refused).toBe('exceeds_limits')
  })

  it('I16 forgets the choice when the change is undone', () => {
    const customer = owner('main-street', 'downtown')
    customer.do(keeping('main-street'))
    customer.do({ type: 'undo_change' })
    customer.at(NOV_14)
    expect(archived(customer)).toEqual([])
    expect(customer.asked()).toMatchObject({ amount: 99_00 })
  })
})

describe('what is archived is decided at the boundary, from what is used then', () => {
  it('B7 archives nothing when the owner has deleted one before', () => {
    const customer = owner('main-street', 'downtown')
    customer.do(keeping('main-street'))
    customer.usage = occupying('listings', 'downtown')
    customer.at(NOV_14)
    expect(archived(customer)).toEqual([])
    expect(happened(customer, 'resource.archived')).toEqual([])
  })

  it('archives what was added after the choice', () => {
    const customer = owner('main-street')
    customer.do(toBasic)
    customer.usage = occupying('listings', 'main-street', 'downtown', 'harbor')
    customer.at(NOV_14)
    expect(archived(customer)).toEqual(['harbor', 'downtown'])
  })

  it('archives the newest of those not kept first, until the rest fits', () => {
    const customer = customerOn(listingSite(), 'enterprise', OCT_14)
    customer.usage = occupying('listings', 'a', 'b', 'c', 'd', 'e')
    customer.do({ type: 'change_plan', plan: 'professional', keep: { listings: ['e'] } })
    customer.at(NOV_14)
    // Three stay: the kept one and the two oldest.
    expect(archived(customer)).toEqual(['d', 'c'])
  })

  it('takes things of the same age in the same order every time', () => {
    const resource = (id: string) => ({ id, label: id, createdAt: instant(OCT_14) })
    const twins = ['b', 'a', 'c'].map(resource)
    expect(toArchive(twins, [], 1)).toEqual(['c', 'b'])
    expect(toArchive([...twins].reverse(), [], 1)).toEqual(['c', 'b'])
  })

  it('archives everything of a feature that the lower plan does not have', () => {
    const two = catalog({
      plans: [
        plan('small', { price: monthly(1_00, 'USD'), includes: [limit('listings')(1)] }),
        plan('large', {
          price: monthly(2_00, 'USD'),
          includes: [limit('listings')(1), limit('banners')(2)],
        }),
      ],
      gateways: [{ name: 'stripe' }],
    })
    const customer = customerOn(two, 'large', OCT_14)
    customer.usage = occupying('banners', 'top')
    const { detail } = customer.do({ type: 'change_plan', plan: 'small' })
    expect(detail).toMatchObject({ excess: [{ feature: 'banners', used: 1, limit: 0 }] })
    customer.do({ type: 'change_plan', plan: 'small', keep: { banners: [] } })
    customer.at(NOV_14)
    expect(customer.account.archived).toEqual({ banners: ['top'] })
  })
})

describe('a downgrade that keeps less than is used, where it is refused', () => {
  const counted = (members: number): Usage => ({ members: { used: members } })
  const business = (members: number) => {
    const customer = customerOn(organisations(), 'business', '2025-06-10')
    customer.usage = counted(members)
    return customer
  }
  const toStarter = { type: 'change_plan', plan: 'starter' } as const

  it('C5 is refused with the excess, 12 members of 3', () => {
    const { refused, detail } = business(12).do(toStarter)
    expect([refused, detail]).toEqual([
      'exceeds_limits',
      { excess: [{ feature: 'members', used: 12, limit: 3, resources: null }] },
    ])
  })

  it('C-03 takes no choice for an answer', () => {
    const customer = business(0)
    customer.usage = occupying('members', 'ana', 'ben', 'cleo', 'dan')
    const keep = { members: ['ana', 'ben', 'cleo'] }
    expect(customer.do({ ...toStarter, keep }).refused).toBe('exceeds_limits')
  })

  it('C5 is scheduled once nine were removed, and applied at the boundary', () => {
    const customer = business(12)
    customer.do(toStarter)
    customer.usage = counted(3)
    expect(customer.do(toStarter).refused).toBeNull()
    customer.at('2025-07-10')
    expect(customer.subscription().plan).toBe('starter')
  })

  it('makes what grew after it was scheduled read-only: nothing is archived, nothing can be added', () => {
    const customer = business(0)
    customer.usage = occupying('members', 'ana', 'ben', 'cleo')
    customer.do(toStarter)
    customer.usage = occupying('members', 'ana', 'ben', 'cleo', 'dan')
    customer.at('2025-07-10')
    expect(customer.subscription().plan).toBe('starter')
    expect(customer.account.archived).toEqual({})
    const now = entitlements(customer.account, customer.usage, customer.now, organisations())
    expect(now.get('members')).toMatchObject({ allowed: false, used: 4, limit: 3, remaining: 0 })
  })
})

describe('a downgrade that keeps less than is used, where it is allowed', () => {
  it('asks nothing and archives the newest at the boundary', () => {
    const customer = customerOn(listingSite({ downgradeFit: 'allow' }), 'professional', OCT_14)
    customer.usage = occupying('listings', 'main-street', 'downtown')
    expect(customer.do(toBasic).refused).toBeNull()
    customer.at(NOV_14)
    expect(archived(customer)).toEqual(['downtown'])
  })

  it('still keeps what the customer names', () => {
    const customer = customerOn(listingSite({ downgradeFit: 'allow' }), 'professional', OCT_14)
    customer.usage = occupying('listings', 'main-street', 'downtown')
    customer.do(keeping('downtown'))
    customer.at(NOV_14)
    expect(archived(customer)).toEqual(['main-street'])
  })
})

describe('what has nothing to do with the downgrade', () => {
  const mailers = meter('mailers')
  const groups = catalog({
    plans: [
      plan('basic', {
        price: monthly(49_00, 'USD'),
        includes: [limit('listings')(1), mailers(10)],
      }),
      plan('professional', {
        price: monthly(99_00, 'USD'),
        includes: [limit('listings')(3), mailers(100)],
      }),
      plan('sites-one', {
        group: 'sites',
        price: monthly(5_00, 'USD'),
        includes: [limit('sites')(1)],
      }),
      plan('sites-ten', {
        group: 'sites',
        price: monthly(9_00, 'USD'),
        includes: [limit('sites')(10)],
      }),
    ],
    gateways: [{ name: 'stripe' }],
  })

  it('leaves the limits of another plan group alone', () => {
    const customer = customerOn(groups, 'professional', OCT_14)
    customer.do({ type: 'subscribe', plan: 'sites-ten' })
    customer.pay()
    customer.usage = occupying('sites', 'one', 'two')
    expect(customer.do(toBasic).refused).toBeNull()
    customer.at(NOV_14)
    expect(customer.subscription().plan).toBe('basic')
    expect(customer.account.archived).toEqual({})
    customer.do({ type: 'cancel', at: 'now' })
    expect(customer.account.archived).toEqual({})
  })

  it('does not ask about meters: what was used is used', () => {
    const customer = customerOn(groups, 'professional', OCT_14)
    customer.usage = { mailers: { used: 60 } }
    expect(customer.do(toBasic).refused).toBeNull()
  })
})

describe('archived things come back', () => {
  function downgraded(): World {
    const customer = owner('main-street', 'downtown')
    customer.do(keeping('main-street'))
    customer.at(NOV_14).pay()
    customer.usage = occupying('listings', 'main-street')
    return customer
  }
  const restore = (...ids: readonly string[]) => {
    return { type: 'restore_resources', feature: 'listings', ids } as const
  }

  it('B-11 on an upgrade, when the owner asks for them', () => {
    const customer = downgraded()
    customer.do({ type: 'change_plan', plan: 'professional' })
    customer.pay()
    expect(archived(customer)).toEqual(['downtown'])
    const { effects } = customer.do(restore('downtown'))
    expect(archived(customer)).toEqual([])
    expect(asked(effects, 'resource.restore')).toMatchObject([
      { feature: 'listings', ids: ['downtown'] },
    ])
  })

  it('not before there is room for them', () => {
    const customer = downgraded()
    const { refused, detail } = customer.do(restore('downtown'))
    expect([refused, detail]).toEqual(['limit_reached', { feature: 'listings', limit: 1, used: 1 }])
  })

  it('not those that were never archived, and each only once', () => {
    const customer = downgraded()
    customer.do({ type: 'change_plan', plan: 'professional' })
    customer.pay()
    expect(customer.do(restore('main-street', 'harbor')).events).toEqual([])
    expect(customer.do(restore('downtown', 'downtown', 'harbor')).events).toMatchObject([
      { type: 'resource.restored', ids: ['downtown'] },
    ])
  })
})
