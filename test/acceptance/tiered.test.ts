/**
 * Product A, a tiered SaaS on Stripe, told as its stories A1 to A4, with Stripe's clock and with
 * ours; the matrix of A5 is in test/core/plan-actions.test.ts. These wait for what surrounds the
 * core: A-05 parsing and verifying webhooks (adapter) and their route (HTTP); the hosted page of
 * A-02 (adapter); the vendor's own preview that A-03 is compared with (adapter).
 */
import { describe, expect, it } from 'vitest'
import {
  entitlements,
  instant,
  planActions,
  preview,
  describe as sentence,
} from '../../src/core/index.ts'
import { world } from '../../src/testing/index.ts'
import { asked, type Customer, customer, VENDOR_SUBSCRIPTION } from './customer.ts'
import { CLOCKS, type Clock, tieredProduct } from './products.ts'

const october = { start: instant('2025-10-14'), end: instant('2025-11-14') }

/** A customer who registered on October 1 and bought a plan on October 14. */
function buyer(clock: Clock, plan: string, interval: 'month' | 'year' = 'month'): Customer {
  const c = customer(tieredProduct(clock), '2025-10-01', clock)
  c.world.do({ type: 'register' })
  c.world.at('2025-10-14')
  c.buys(plan, { interval })
  return c
}

const actions = ({ world: w }: Customer, clock: Clock) =>
  planActions(w.account, {}, w.now, tieredProduct(clock)).map(({ plan, interval, action }) =>
    [plan, interval?.unit, action].filter(Boolean).join(' '),
  )

describe('A1 registration', () => {
  it('A-01 A1 a new customer is on Free at once', () => {
    const w = world(tieredProduct('gateway'), '2025-10-01')
    w.do({ type: 'register' })
    expect(w.subscription()).toMatchObject({ status: 'active', plan: 'free', price: null })
    expect(w.effects).toEqual([])
  })

  it('A-01 A1 registering twice makes one Free subscription', () => {
    const w = world(tieredProduct('gateway'), '2025-10-01')
    w.do({ type: 'register' })
    const before = w.account
    expect(w.at('2025-10-02').do({ type: 'register' }).events).toEqual([])
    expect(w.account).toEqual(before)
  })
})

describe.each(CLOCKS)('A2 the first purchase, renewals by %s', (clock) => {
  const catalog = tieredProduct(clock)

  it('A-02 A2 opens one hosted checkout, however often the button is clicked', () => {
    const { world: w } = customer(catalog, '2025-10-14', clock)
    w.do({ type: 'register' })
    for (const _ of [1, 2, 3]) w.do({ type: 'subscribe', plan: 'essential', interval: 'month' })
    expect(asked(w, 'checkout.open')).toMatchObject([
      { gateway: 'stripe', checkout: { amount: 1900, currency: 'USD' } },
    ])
  })

  it('A-02 A2 another interval replaces the open checkout and withdraws its page', () => {
    const { world: w } = customer(catalog, '2025-10-14', clock)
    w.do({ type: 'register' })
    w.do({ type: 'subscribe', plan: 'essential', interval: 'month' })
    w.do({ type: 'subscribe', plan: 'essential', interval: 'year' })
    expect(asked(w, 'checkout.open').map(({ checkout }) => checkout.amount)).toEqual([1900, 19000])
    expect(asked(w, 'checkout.expire')).toMatchObject([{ reference: 'customer.chk2' }])
    expect(Object.values(w.account.checkouts)).toHaveLength(1)
  })

  it('A-02 A2 Free stays live beside the open checkout, and giving it up costs nothing', () => {
    const { world: w } = customer(catalog, '2025-10-14', clock)
    w.do({ type: 'register' })
    w.do({ type: 'subscribe', plan: 'essential', interval: 'month' })
    expect(w.subscription()).toMatchObject({ plan: 'free', status: 'active' })
    w.at('2025-10-15')
    expect(w.account.checkouts).toEqual({})
    expect(w.subscription()).toMatchObject({ plan: 'free', status: 'active' })
  })

  it('A-05 A2 with the browser closed after paying, what the vendor tells activates alone', () => {
    const { world: w } = buyer(clock, 'essential')
    expect(w.subscription()).toMatchObject({
      status: 'active',
      plan: 'essential',
      period: october,
      gatewayRef: clock === 'gateway' ? VENDOR_SUBSCRIPTION : null,
    })
  })

  it('A-02 A2 the prices are $19 and $190, $49 and $490', () => {
    const { world: w } = customer(catalog, '2025-10-14', clock)
    const prices = planActions(w.account, {}, w.now, catalog).map(({ price }) => price?.amount)
    expect(prices).toEqual([undefined, 1900, 19000, 4900, 49000])
  })
})

it('A-05 A2 the vendor shows its subscription before the checkout is known: nothing breaks', () => {
  const { world: w } = customer(tieredProduct('gateway'), '2025-10-14', 'gateway')
  w.do({ type: 'register' })
  w.do({ type: 'subscribe', plan: 'essential', interval: 'month' })
  const early = w.do({
    type: 'subscription.observed',
    gateway: 'stripe',
    observation: {
      ...{ subscription: VENDOR_SUBSCRIPTION, observedAt: w.now, state: 'active', period: october },
      ...{ cancelAt: null, quantity: 1 },
      plan: { id: 'essential', interval: { unit: 'month', count: 1 } },
    },
  })
  expect(early.events).toEqual([])
  w.pay({ subscription: VENDOR_SUBSCRIPTION })
  expect(w.subscription()).toMatchObject({ status: 'active', plan: 'essential', period: october })
})

describe.each(CLOCKS)('A3 upgrade, renewals by %s', (clock) => {
  const catalog = tieredProduct(clock)
  const upgrade = { type: 'subscribe', plan: 'premium', interval: 'month' } as const

  it('A-03 A3 previews −$9.19 + $23.71 = $14.52 on Oct 30 with 15 of 31 days left', () => {
    const { world: w } = buyer(clock, 'essential')
    const shown = preview(w.account, {}, upgrade, instant('2025-10-30'), catalog)
    expect(shown).toMatchObject({ due: 1452, next: { at: october.end, amount: 4900 } })
    expect(shown.ok && shown.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['proration_credit', -919],
      ['proration_charge', 2371],
    ])
  })

  it('A-02 A-03 A3 a paying customer who subscribes again gets a change, never a checkout', () => {
    const c = buyer(clock, 'essential')
    const { id, gatewayRef } = c.world.subscription()
    c.world.at('2025-10-30').do(upgrade)
    c.paysChange()
    expect(c.world.subscription()).toMatchObject({
      ...{ id, gatewayRef, plan: 'premium', price: { amount: 4900 }, period: october },
    })
    expect(c.world.account.payments.map(({ amount }) => amount)).toEqual([1900, 1452])
    expect(asked(c.world, 'checkout.open')).toHaveLength(1)
  })

  it('A-02 A3 clicked twice or in two tabs, one change is asked for', () => {
    const c = buyer(clock, 'essential')
    c.world.at('2025-10-30').do(upgrade)
    const again = c.world.do(upgrade)
    expect([again.refused, again.events, again.effects]).toEqual([null, [], []])
    c.paysChange()
    expect(c.world.do(upgrade).effects).toEqual([])
    const kind = clock === 'gateway' ? 'subscription.change' : 'payment.collect'
    expect(asked(c.world, kind)).toHaveLength(1)
  })

  it('A-03 A3 a declined upgrade leaves Essential, its period and its price', () => {
    const c = buyer(clock, 'essential')
    const before = c.world.subscription()
    c.world.at('2025-10-30').do(upgrade)
    c.declinesChange()
    expect(c.world.subscription()).toMatchObject({
      ...{ plan: 'essential', status: 'active', price: before.price },
      ...{ period: before.period, anchor: before.anchor, charged: before.charged },
    })
  })

  it('A-03 A3 monthly to yearly is an upgrade now: new anchor, $190.00 less the unused $9.19', () => {
    const c = buyer(clock, 'essential')
    c.world.at('2025-10-30')
    c.world.do({ type: 'subscribe', plan: 'essential', interval: 'year' })
    c.paysChange()
    expect(c.world.account.payments.at(-1)?.amount).toBe(19000 - 919)
    expect(c.world.subscription()).toMatchObject({
      anchor: instant('2025-10-30'),
      period: { start: instant('2025-10-30'), end: instant('2026-10-30') },
    })
  })

  it('A-03 A3 yearly to monthly waits for the end of the year', () => {
    const c = buyer(clock, 'essential', 'year')
    c.world.at('2025-10-30')
    c.world.do({ type: 'subscribe', plan: 'essential', interval: 'month' })
    c.vendorConfirms()
    expect(c.world.subscription()).toMatchObject({
      price: { interval: { unit: 'year' } },
      pendingChange: { at: instant('2026-10-14'), terms: { price: { amount: 1900 } } },
    })
    c.renews('2026-10-14', 1900)
    expect(c.world.subscription()).toMatchObject({
      price: { amount: 1900, interval: { unit: 'month' } },
      period: { start: instant('2026-10-14'), end: instant('2026-11-14') },
    })
  })
})

it('A-03 A3 with Stripe’s clock its own figure is what counts: $15.97 with tax is the invoice', () => {
  const c = buyer('gateway', 'essential')
  c.world.at('2025-10-30').do({ type: 'subscribe', plan: 'premium', interval: 'month' })
  const paid = c.paysChange(1597)
  expect(paid.events).toContainEqual(
    expect.objectContaining({
      type: 'invoice.paid',
      row: expect.objectContaining({ total: 1597, due: 1597 }),
    }),
  )
  expect(c.world.account.credit).toEqual({})
  expect(c.world.subscription().plan).toBe('premium')
})

describe.each(CLOCKS)('A4 down to Free, renewals by %s', (clock) => {
  const catalog = tieredProduct(clock)

  function leaving(): Customer {
    const c = buyer(clock, 'premium')
    c.world.at('2025-10-30')
    c.world.do({ type: 'subscribe', plan: 'free' })
    c.vendorConfirms()
    return c
  }

  it('A-04 A4 Free is a cancellation at the period’s end, with Premium until then', () => {
    const { world: w } = leaving()
    expect(w.subscription()).toMatchObject({
      ...{ status: 'active', plan: 'premium', cancelAt: october.end, pendingChange: null },
    })
    w.at('2025-11-13T23:59:59Z')
    expect(entitlements(w.account, {}, w.now, catalog).plan).toBe('premium')
  })

  it('A-07 A4 says in one sentence until when and what comes then', () => {
    const { world: w } = leaving()
    expect(sentence(w.account, {}, w.now, catalog)).toBe(
      'Your Premium plan is active until 14 Nov 2025. You will be switched to the Free plan after this.',
    )
  })

  it('A-06 A4 offers resume on Premium, shows Free as scheduled and nothing else', () => {
    expect(actions(leaving(), clock)).toEqual([
      'free scheduled',
      'essential month unavailable',
      'essential year unavailable',
      'premium month resume',
      'premium year unavailable',
    ])
  })

  it('A-04 A4 after the end the customer is on Free, active, without a charge', () => {
    const c = leaving()
    c.world.at('2025-11-14')
    expect(entitlements(c.world.account, {}, c.world.now, catalog)).toMatchObject({
      ...{ access: true, plan: 'free' },
    })
    c.vendorEnds()
    expect(c.world.subscription()).toMatchObject({ status: 'active', plan: 'free', price: null })
    expect(c.world.account.payments.map(({ amount }) => amount)).toEqual([4900])
    expect(actions(c, clock)[0]).toBe('free current')
  })

  it('A-04 A4 resumed in time, Premium renews on Nov 14 as if nothing had been said', () => {
    const c = leaving()
    c.world.at('2025-11-01').do({ type: 'resume' })
    c.vendorConfirms()
    expect(c.world.subscription().cancelAt).toBeNull()
    c.renews('2025-11-14', 4900)
    expect(c.world.subscription()).toMatchObject({
      plan: 'premium',
      period: { start: october.end, end: instant('2025-12-14') },
    })
  })

  it('A-04 Premium to Essential waits for Nov 14 and then costs $19.00', () => {
    const c = buyer(clock, 'premium')
    c.world.at('2025-10-30').do({ type: 'change_plan', plan: 'essential' })
    c.vendorConfirms()
    expect(c.world.subscription().plan).toBe('premium')
    expect(actions(c, clock)).toContain('essential month scheduled')
    c.renews('2025-11-14', 1900)
    expect(c.world.subscription()).toMatchObject({ plan: 'essential', pendingChange: null })
    expect(c.world.account.payments.at(-1)?.amount).toBe(1900)
  })
})

it('A-05 A4 a cancellation made in the vendor’s own dashboard is mirrored', () => {
  const c = buyer('gateway', 'premium')
  c.world.at('2025-10-30').do({
    type: 'subscription.observed',
    gateway: 'stripe',
    observation: {
      ...{ subscription: VENDOR_SUBSCRIPTION, observedAt: c.world.now, state: 'active' },
      ...{ period: october, cancelAt: october.end, quantity: 1 },
      plan: { id: 'premium', interval: { unit: 'month', count: 1 } },
    },
  })
  expect(c.world.subscription().cancelAt).toBe(october.end)
})
