/**
 * The listings product moved to a gateway that owns the renewal clock, with not one rule rewritten:
 * the stories B4 to B8 once more, on Stripe. What waits is what listings.test.ts lists.
 */
import { describe, expect, it } from 'vitest'
import { entitlements, instant } from '../../src/core/index.ts'
import { asked, type Customer, customer, notices, VENDOR_SUBSCRIPTION } from './customer.ts'
import { downtown, mainStreet, november, october, two } from './listing-owner.ts'
import { gateway, listingsProduct } from './products.ts'

const catalog = listingsProduct(gateway('stripe', 'gateway'))

function owner(plan = 'basic'): Customer {
  const c = customer(catalog, '2025-10-14', 'gateway')
  c.world.do({ type: 'register' })
  c.buys(plan)
  c.world.usage = { listings: { used: 1, resources: [mainStreet] } }
  return c
}

const now = ({ world: w }: Customer) => entitlements(w.account, w.usage, w.now, catalog)

describe('B4 and B5 renewals that the gateway tells of', () => {
  it('F-02 B-06 B4 a paid renewal moves the period on; we charge nothing ourselves', () => {
    const c = owner()
    c.renews('2025-11-14', 4900)
    expect(c.world.subscription()).toMatchObject({ status: 'active', period: november })
    expect(asked(c.world, 'payment.collect')).toEqual([])
  })

  it('F-02 B-07 B4 the reminder of Nov 11 is ours', () => {
    const { world: w } = owner()
    w.at('2025-11-11')
    expect(notices(w, 'renewal_reminder')).toMatchObject([{ data: { amount: 4900 } }])
  })

  it('F-02 B-08 B5 a failed one starts the same grace: nothing new, then locked on Nov 21', () => {
    const c = owner('professional')
    c.failsToRenew('2025-11-14', 9900)
    expect(c.world.subscription().status).toBe('past_due')
    expect(now(c).get('listings')).toMatchObject({ allowed: false, because: 'past_due', limit: 3 })
    c.world.at('2025-11-21')
    expect(now(c)).toMatchObject({ access: false, because: 'suspended' })
  })

  it('F-02 B-08 B5 on Nov 28 the gateway is asked to end it, and its word archives the listings', () => {
    const c = owner()
    c.failsToRenew('2025-11-14', 4900)
    c.world.at('2025-11-28').at('2025-12-05')
    expect(asked(c.world, 'subscription.cancel')).toMatchObject([
      { subscription: VENDOR_SUBSCRIPTION, at: 'now' },
    ])
    expect(c.world.subscription().status).toBe('suspended')
    c.vendorEnds()
    expect(c.world.subscription().status).toBe('canceled')
    expect(asked(c.world, 'resource.archive')).toMatchObject([{ ids: ['main-street'] }])
  })

  it('F-02 B-08 B5 paid on Nov 24 it is open again, and its failure told afterwards is old news', () => {
    const c = owner()
    c.failsToRenew('2025-11-14', 4900)
    c.world.at('2025-11-24').do({
      type: 'payment.succeeded',
      gateway: 'stripe',
      payment: {
        ...{ id: 'vendor_9', amount: 4900, currency: 'USD', at: instant('2025-11-24') },
        subject: { subscription: VENDOR_SUBSCRIPTION, period: november },
      },
    })
    expect(c.world.subscription()).toMatchObject({ status: 'active', period: november })
    const before = c.world.account
    c.world.at('2025-11-25').do({
      type: 'payment.failed',
      gateway: 'stripe',
      payment: 'vendor_8',
      subject: { subscription: VENDOR_SUBSCRIPTION, period: november },
      decline: { code: 'insufficient_funds', retry: 'later' },
      ...{ amount: 4900, currency: 'USD', at: instant('2025-11-22') },
    })
    expect(c.world.account).toEqual(before)
  })
})

describe('B6 and B7 changes that the gateway makes', () => {
  it('F-02 B-09 B6 with 15 of 31 days left Basic to Professional costs $24.19, once paid', () => {
    const c = owner()
    c.world.at('2025-10-30').do({ type: 'change_plan', plan: 'professional' })
    expect(asked(c.world, 'subscription.change')).toMatchObject([{ expected: 2419 }])
    expect(now(c).get('listings').limit).toBe(1)
    c.paysChange()
    expect(now(c).get('listings').limit).toBe(3)
    expect(c.world.subscription().period).toEqual(october)
  })

  it('F-02 B-10 B-11 B7 the downgrade waits for Nov 14, then «downtown» is archived', () => {
    const c = owner('professional')
    c.world.usage = two
    const downgrade = { type: 'change_plan', plan: 'basic' } as const
    const asking = c.world.at('2025-10-30').do(downgrade)
    expect(asking.detail.excess).toMatchObject([{ resources: [mainStreet, downtown] }])
    c.world.do({ ...downgrade, keep: { listings: ['main-street'] } })
    expect(c.world.subscription().pendingChange).toBeNull()
    c.vendorConfirms()
    expect(c.world.subscription()).toMatchObject({
      plan: 'professional',
      pendingChange: { at: october.end, terms: { plan: 'basic' } },
    })
    c.renews('2025-11-14', 4900)
    expect(c.world.subscription()).toMatchObject({ plan: 'basic', pendingChange: null })
    expect(asked(c.world, 'resource.archive')).toMatchObject([{ ids: ['downtown'] }])
  })

  it('F-02 B-10 B7 undone on Nov 10 it renews as Professional', () => {
    const c = owner('professional')
    c.world.do({ type: 'change_plan', plan: 'basic' })
    c.vendorConfirms()
    c.world.at('2025-11-10').do({ type: 'undo_change' })
    c.vendorConfirms()
    c.renews('2025-11-14', 9900)
    expect(c.world.subscription().plan).toBe('professional')
    expect(asked(c.world, 'resource.archive')).toEqual([])
  })
})

it('F-02 B-15 B8 canceled on Oct 20: usable to Nov 14, archived with the gateway’s last word', () => {
  const c = owner()
  c.world.at('2025-10-20').do({ type: 'cancel', at: 'period_end' })
  c.vendorConfirms()
  c.world.at('2025-11-13T23:59:59Z')
  expect(now(c)).toMatchObject({ access: true, because: 'ending' })
  c.world.at('2025-11-14')
  expect(now(c)).toMatchObject({ access: false, because: 'canceled' })
  c.vendorEnds()
  expect(asked(c.world, 'resource.archive')).toMatchObject([{ ids: ['main-street'] }])
})
