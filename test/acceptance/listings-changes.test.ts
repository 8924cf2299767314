/**
 * Product B, business listings on Paystack, the stories B6 and B7: up now, down at the period's end.
 * What waits for adapters, HTTP and the app's hooks is listed in listings.test.ts.
 */

import type { World } from '../../src/testing/index.ts'
import { describe, expect, it } from 'vitest'
import { instant, preview } from '../../src/core/index.ts'
import { asked, notices } from './customer.ts'
import {
  catalog,
  downtown,
  listings,
  mainStreet,
  november,
  october,
  one,
  owner,
  says,
  two,
} from './listing-owner.ts'

describe('B6 upgrade', () => {
  const upgrade = { type: 'change_plan', plan: 'professional' } as const

  it('B-09 B6 with 15 of 30 days left the preview says $25.00 now and $99.00 on Nov 14', () => {
    const w = owner().at('2025-10-30')
    expect(preview(w.account, w.usage, upgrade, w.now, catalog)).toMatchObject({
      due: 2500,
      currency: 'USD',
      next: { at: october.end, amount: 9900 },
    })
  })

  it('B-09 B6 a declined upgrade changes neither plan nor limit nor date', () => {
    const w = owner().at('2025-10-30')
    const before = w.subscription()
    w.do(upgrade)
    w.decline()
    expect(w.subscription()).toEqual(before)
    expect(listings(w).limit).toBe(1)
  })

  it('B-09 B6 the paid upgrade gives 3 listings at once and leaves the billing date', () => {
    const w = owner().at('2025-10-30')
    w.do(upgrade)
    expect(listings(w).limit).toBe(1)
    w.pay()
    expect(w.account.payments.map(({ amount }) => amount)).toEqual([4900, 2500])
    expect(w.subscription()).toMatchObject({
      plan: 'professional',
      price: { amount: 9900 },
      period: october,
      anchor: october.start,
    })
    expect(listings(w)).toMatchObject({ limit: 3, remaining: 2 })
    w.usage = { listings: { used: 3 } }
    expect(listings(w)).toMatchObject({ allowed: false, because: 'limit_reached' })
    w.at('2025-11-14')
    expect(asked(w, 'payment.collect').at(-1)?.amount).toBe(9900)
  })
})

describe('B7 downgrade', () => {
  const downgrade = { type: 'change_plan', plan: 'basic' } as const
  const keep = { listings: ['main-street'] }

  function scheduled(): World {
    const w = owner('professional', two).at('2025-10-30')
    w.do({ ...downgrade, keep })
    return w
  }

  it('B-11 B7 two listings do not fit in Basic: the answer lists them and asks what to keep', () => {
    const w = owner('professional', two).at('2025-10-30')
    const asking = w.do(downgrade)
    expect(asking.refused).toBe('choose_what_to_keep')
    expect(asking.detail.excess).toEqual([
      { feature: 'listings', used: 2, limit: 1, resources: [mainStreet, downtown] },
    ])
    expect(w.subscription().pendingChange).toBeNull()
  })

  it('B-10 B-11 B7 the choice is stored with the change of Nov 14 and told in a sentence', () => {
    const w = scheduled()
    expect(w.subscription()).toMatchObject({
      plan: 'professional',
      pendingChange: { terms: { plan: 'basic' }, at: october.end, keep },
    })
    expect(notices(w, 'downgrade_scheduled')).toHaveLength(1)
    expect(says(w)).toBe(
      "Your Professional plan is active until 14 Nov 2025. Your plan will change to Basic on 14 Nov 2025 for $49.00. Joe's Cafe Downtown will be archived then.",
    )
    expect(listings(w).limit).toBe(3)
  })

  it('B-10 B-11 B7 on Nov 14 it costs $49.00, «downtown» is archived and nothing is refunded', () => {
    const w = scheduled().at('2025-11-14')
    expect(asked(w, 'payment.collect').map(({ amount }) => amount)).toEqual([4900])
    expect(asked(w, 'resource.archive')).toMatchObject([{ feature: 'listings', ids: ['downtown'] }])
    w.pay()
    expect(w.subscription()).toMatchObject({ plan: 'basic', period: november, pendingChange: null })
    expect(asked(w, 'payment.refund')).toEqual([])
    expect(w.account.credit).toEqual({})
    expect(notices(w, 'resource_archived')).toHaveLength(1)
  })

  it('B-11 B7 where more fit than were chosen, the newest others go first', () => {
    const resources = ['a', 'b', 'c', 'd', 'e'].map((id, i) => {
      return { id, label: id, createdAt: instant(`2025-10-1${i + 4}`) }
    })
    const w = owner('enterprise', { listings: { used: 5, resources } }).at('2025-10-30')
    w.do({ type: 'change_plan', plan: 'professional', keep: { listings: ['e'] } })
    w.at('2025-11-14')
    const [archived] = asked(w, 'resource.archive')
    expect([...(archived?.ids ?? [])].sort()).toEqual(['c', 'd'])
  })

  it('B-11 B7 after another upgrade the archived listing can come back', () => {
    const w = scheduled().at('2025-11-14')
    w.pay()
    w.usage = one
    const restore = { type: 'restore_resources', feature: 'listings', ids: ['downtown'] } as const
    expect(w.do(restore).refused).toBe('limit_reached')
    w.do({ type: 'change_plan', plan: 'professional' })
    w.pay()
    expect(w.account.archived).toEqual({ listings: ['downtown'] })
    w.do(restore)
    expect(asked(w, 'resource.restore')).toMatchObject([{ ids: ['downtown'] }])
    expect(w.account.archived).toEqual({ listings: [] })
  })

  it('B-10 B7 undone on Nov 10, Nov 14 costs $99.00 and nothing is archived', () => {
    const w = scheduled().at('2025-11-10')
    w.do({ type: 'undo_change' })
    w.at('2025-11-14')
    expect(asked(w, 'payment.collect').map(({ amount }) => amount)).toEqual([9900])
    expect(asked(w, 'resource.archive')).toEqual([])
    expect(w.subscription().plan).toBe('professional')
  })

  it('B-11 B7 when the owner deletes one before Nov 14, nothing is archived', () => {
    const w = scheduled()
    w.usage = one
    w.at('2025-11-14')
    expect(w.subscription().plan).toBe('basic')
    expect(asked(w, 'resource.archive')).toEqual([])
  })
})
