/**
 * Product E, canceling on a billing page on Stripe, told as its stories E1 to E6 with Stripe's clock
 * and with ours. These wait for what surrounds the core: E-01 and the disabled button of E-03 (React);
 * E-02 the route and E-05 the words «contact support» (HTTP); a gateway that does not answer at all
 * is the outbox's (runtime): the core hears of the failure.
 */
import { describe, expect, it } from 'vitest'
import {
  type Command,
  entitlements,
  instant,
  planActions,
  describe as sentence,
} from '../../src/core/index.ts'
import { asked, type Customer, customer, VENDOR_SUBSCRIPTION } from './customer.ts'
import { billingPageProduct, CLOCKS, type Clock, tieredProduct } from './products.ts'

const november = instant('2025-11-14')

function subscriber(clock: Clock): Customer {
  const c = customer(billingPageProduct(clock), '2025-10-14', clock)
  c.world.do({ type: 'register' })
  c.buys('starter')
  c.world.at('2025-10-20')
  return c
}

const cancel = { type: 'cancel', at: 'period_end' } as const

function pending(clock: Clock): Customer {
  const c = subscriber(clock)
  c.world.do(cancel)
  c.vendorConfirms()
  return c
}

describe.each(CLOCKS)('E1 to E3 with renewals by %s', (clock) => {
  const catalog = billingPageProduct(clock)

  it('E-02 E1 cancels at the end of the period and keeps everything until then', () => {
    const { world: w } = pending(clock)
    expect(w.subscription()).toMatchObject({ status: 'active', cancelAt: november })
    const now = entitlements(w.account, { sms: { used: 100 } }, w.now, catalog)
    expect(now).toMatchObject({ access: true, because: 'ending', until: november })
    expect(now.get('sms')).toMatchObject({ limit: 500, remaining: 400 })
  })

  it('E-03 E1 says that it is ending', () => {
    const { world: w } = pending(clock)
    expect(sentence(w.account, {}, w.now, catalog)).toBe(
      'Your Starter plan is active until 14 Nov 2025.',
    )
    expect(planActions(w.account, {}, w.now, catalog)[0]).toMatchObject({
      ...{ plan: 'starter', action: 'resume', current: true, at: november },
    })
  })

  it('E-03 E2 a double click sends one request, and a third one after the answer none', () => {
    const c = subscriber(clock)
    c.world.do(cancel)
    const second = c.world.do(cancel)
    expect([second.refused, second.events, second.effects]).toEqual([null, [], []])
    c.vendorConfirms()
    expect(c.world.do(cancel).effects).toEqual([])
    const requests = clock === 'gateway' ? 1 : 0
    expect(asked(c.world, 'subscription.cancel')).toHaveLength(requests)
  })

  it.each<Command>([
    { type: 'change_plan', plan: 'growth' },
    { type: 'subscribe', plan: 'growth' },
    { type: 'set_quantity', quantity: 5 },
    { type: 'set_add_on', addOn: 'more_sms', quantity: 1 },
    { type: 'apply_coupon', coupon: 'LAUNCH20' },
    { type: 'pause' },
    { type: 'migrate_price' },
    { type: 'move', to: 'stripe' },
  ])('E-03 E3 while it is ending $type is refused: resume first', (command) => {
    const { world: w } = pending(clock)
    const before = w.account
    const answer = w.do(command)
    expect([answer.refused, answer.detail.cancelAt]).toEqual(['ending', november])
    expect(w.account).toEqual(before)
  })

  it('E-03 E3 the payment method stays reachable', () => {
    const { world: w } = pending(clock)
    expect(w.do({ type: 'update_payment_method' }).refused).toBeNull()
    expect(asked(w, 'method.update')).toHaveLength(1)
  })

  it('E-03 E3 resumed, the next action is accepted again', () => {
    const c = pending(clock)
    c.world.do({ type: 'resume' })
    c.vendorConfirms()
    expect(c.world.subscription().cancelAt).toBeNull()
    expect(c.world.do({ type: 'change_plan', plan: 'growth' }).refused).toBeNull()
  })
})

describe.each(CLOCKS)('E4 and E6 with renewals by %s', (clock) => {
  it('E-05 E4 without a subscription there is nothing to cancel and nothing is sent', () => {
    const { world: w } = customer(billingPageProduct(clock), '2025-10-14', clock)
    w.do({ type: 'register' })
    const answer = w.do(cancel)
    expect(answer.refused).toBe('subscription_required')
    expect(w.effects).toEqual([])
  })

  it('E-05 E4 the free plan cannot be canceled either', () => {
    const { world: w } = customer(tieredProduct(clock), '2025-10-14', clock)
    w.do({ type: 'register' })
    expect(w.do(cancel).refused).toBe('subscription_required')
    expect(w.subscription()).toMatchObject({ plan: 'free', status: 'active' })
  })

  it('E-04 E6 after the end the account is unsubscribed and can subscribe anew', () => {
    const c = pending(clock)
    c.world.at('2025-11-14')
    c.vendorEnds()
    expect(c.world.subscription()).toMatchObject({ status: 'canceled', reason: 'requested' })
    expect(entitlements(c.world.account, {}, c.world.now, billingPageProduct(clock))).toMatchObject(
      { access: false, plan: null },
    )
    expect(c.world.do(cancel).refused).toBe('subscription_required')
    c.world.do({ type: 'subscribe', plan: 'starter' })
    expect(asked(c.world, 'checkout.open')).toHaveLength(2)
  })
})

describe('E1 and E5 what only the vendor can say', () => {
  it('E-02 E1 asks Stripe to cancel at the period’s end; until it answers nothing is true', () => {
    const { world: w } = subscriber('gateway')
    w.do(cancel)
    expect(asked(w, 'subscription.cancel')).toMatchObject([
      { gateway: 'stripe', subscription: VENDOR_SUBSCRIPTION, at: november },
    ])
    expect(w.subscription().cancelAt).toBeNull()
  })

  it('E-03 E2 while the answer is awaited no other change is begun', () => {
    const { world: w } = subscriber('gateway')
    w.do(cancel)
    expect(w.do({ type: 'change_plan', plan: 'growth' }).refused).toBe('in_progress')
    expect(w.do({ type: 'resume' }).refused).toBe('in_progress')
  })

  it('E-05 E5 when Stripe can’t, nothing has changed, the attempt is recorded, a retry works', () => {
    const c = subscriber('gateway')
    const before = c.world.subscription()
    c.world.do(cancel)
    c.vendorRefuses()
    expect(c.world.subscription()).toEqual(before)
    expect(c.world.journal.slice(-2)).toMatchObject([
      { type: 'request.opened', request: { kind: 'cancel' } },
      { type: 'request.closed', outcome: 'refused' },
    ])
    c.world.do(cancel)
    c.vendorConfirms()
    expect(c.world.subscription().cancelAt).toBe(november)
    const keys = asked(c.world, 'subscription.cancel').map(({ key }) => key)
    expect(new Set(keys).size).toBe(2)
  })

  it('E-04 E6 Stripe’s final word before the date ends it at once', () => {
    const c = pending('gateway')
    c.world.at('2025-11-01')
    c.vendorEnds()
    expect(c.world.subscription()).toMatchObject({
      ...{ status: 'canceled', endedAt: instant('2025-11-01') },
    })
  })

  it('E-04 E6 an update that is older than the final word does not revive it', () => {
    const c = pending('gateway')
    c.world.at('2025-11-14')
    c.vendorEnds()
    const before = c.world.account
    c.world.do({
      type: 'subscription.observed',
      gateway: 'stripe',
      observation: {
        ...{ subscription: VENDOR_SUBSCRIPTION, observedAt: instant('2025-11-13') },
        ...{ state: 'active', cancelAt: null, quantity: 1 },
        period: { start: instant('2025-10-14'), end: november },
        plan: { id: 'starter', interval: { unit: 'month', count: 1 } },
      },
    })
    expect(c.world.account).toEqual(before)
  })

  it('E-03 E2 a late update from before the cancellation does not take it back', () => {
    const c = pending('gateway')
    const before = c.world.account
    c.world.do({
      type: 'subscription.observed',
      gateway: 'stripe',
      observation: {
        ...{ subscription: VENDOR_SUBSCRIPTION, observedAt: instant('2025-10-19') },
        ...{ state: 'active', cancelAt: null, quantity: 1 },
        period: { start: instant('2025-10-14'), end: november },
        plan: { id: 'starter', interval: { unit: 'month', count: 1 } },
      },
    })
    expect(c.world.account).toEqual(before)
  })

  it('E-04 E6 after the date there is nothing left to resume, even before the final word', () => {
    const { world: w } = pending('gateway')
    const resumed = w.at('2025-11-14').do({ type: 'resume' })
    expect([resumed.refused, resumed.effects]).toEqual(['not_ending', []])
  })

  it('E-02 E1 an answer that carries the time of the last observation still counts', () => {
    const c = subscriber('gateway')
    const { world: w } = c
    const told = (cancelAt: typeof november | null, answers?: string) =>
      w.do({
        type: 'subscription.observed',
        gateway: 'stripe',
        observation: {
          ...{ subscription: VENDOR_SUBSCRIPTION, observedAt: instant('2025-10-20') },
          ...{ state: 'active', cancelAt, quantity: 1 },
          period: { start: instant('2025-10-14'), end: november },
          plan: { id: 'starter', interval: { unit: 'month', count: 1 } },
        },
        ...(answers && { answers }),
      })
    told(null)
    w.do(cancel)
    told(november, asked(w, 'subscription.cancel')[0]?.key)
    expect(w.subscription().cancelAt).toBe(november)
  })
})
