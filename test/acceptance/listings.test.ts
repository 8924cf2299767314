/**
 * Product B, business listings on Paystack, told as its stories B1 to B5; B6 and B7 are in
 * listings-changes.test.ts, B8 and B9 in listings-admin.test.ts. Proven here is what the core
 * decides. These wait for what surrounds it: B-02 verification at the gateway, its customer and popup
 * (adapter); B-03, B-13 and the bodies of B-12 (HTTP); B-04 parsing webhooks (adapter); B-12 two
 * creations at one instant (storage); B-16 the card form (adapter); B-17 numbers and PDF, B-18 the
 * words of mails and the list of notifications (runtime, mail); hiding listings on suspension (the
 * app's hook).
 */
import { describe, expect, it } from 'vitest'
import { entitlements, instant, planActions } from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'
import { asked, notices } from './customer.ts'
import { access, catalog, listings, november, october, owner, says } from './listing-owner.ts'

describe('B1 sign-up', () => {
  it('B-01 B1 a registered owner has no subscription and must pay before listing anything', () => {
    const w = world(catalog, '2025-10-14')
    w.do({ type: 'register' })
    expect(w.account.subscriptions).toEqual({})
    expect(access(w)).toMatchObject({ allowed: false, because: 'subscription_required' })
    expect(listings(w).allowed).toBe(false)
    expect(planActions(w.account, {}, w.now, catalog)[0]).toMatchObject({
      plan: 'basic',
      action: 'upgrade',
      price: { amount: 4900, currency: 'USD', interval: { unit: 'month', count: 1 } },
    })
  })

  it('B-02 B1 a checkout asks the gateway for exactly the price and changes nothing yet', () => {
    const w = world(catalog, '2025-10-14')
    w.do({ type: 'subscribe', plan: 'basic', successUrl: '/welcome' })
    const [open] = asked(w, 'checkout.open')
    expect(open).toMatchObject({
      gateway: 'paystack',
      checkout: { amount: 4900, currency: 'USD', reference: 'customer.chk1' },
      successUrl: '/welcome',
    })
    expect(access(w).allowed).toBe(false)
  })

  it('B-05 B1 paying on Oct 14 gives the Basic plan until Nov 14 and a payment on record', () => {
    const w = owner()
    expect(w.subscription()).toMatchObject({
      status: 'active',
      plan: 'basic',
      price: { amount: 4900, currency: 'USD' },
      period: october,
      paidThrough: october.end,
      gateway: 'paystack',
    })
    expect(w.account.payments).toMatchObject([
      { id: 'pay_1', gateway: 'paystack', amount: 4900, currency: 'USD', at: october.start },
    ])
    expect(w.account.gatewayCustomers).toEqual({ paystack: 'cus_paystack' })
    expect(listings(w)).toMatchObject({ limit: 1, used: 1, remaining: 0 })
  })

  const redirect = (w: World) => w.pay({ id: 'trx_1' })
  const webhook = (w: World) =>
    w.do({
      type: 'payment.succeeded',
      gateway: 'paystack',
      payment: {
        id: 'trx_1',
        subject: { checkout: 'customer.chk1' },
        amount: 4900,
        currency: 'USD',
        at: instant('2025-10-14'),
      },
    })
  const verify = (w: World) => w.do({ type: 'verify', reference: 'customer.chk1' })

  it.each([
    { told: [redirect, webhook, webhook, verify], as: 'redirect, then webhook twice' },
    { told: [webhook, redirect, verify], as: 'webhook, then redirect' },
    { told: [verify, webhook, webhook, redirect, webhook], as: 'webhook before and after' },
  ])('B-02 B-04 B1 one payment told by $as counts once', ({ told }) => {
    const w = world(catalog, '2025-10-14')
    w.do({ type: 'subscribe', plan: 'basic' })
    for (const tell of told) tell(w)
    expect(w.subscription()).toMatchObject({ status: 'active', plan: 'basic', period: october })
    expect(w.account.payments.map(({ id, amount }) => [id, amount])).toEqual([['trx_1', 4900]])
    expect(w.account.credit).toEqual({})
    expect(notices(w, 'activated')).toHaveLength(1)
  })

  it('B-02 B1 verifying a paid checkout again asks the gateway nothing', () => {
    const w = owner()
    const again = w.do({ type: 'verify', reference: 'customer.chk1' })
    expect([again.events, again.effects]).toEqual([[], []])
  })

  it.each([
    { paid: { amount: 48_99 }, kind: 'amount_mismatch' },
    { paid: { currency: 'NGN' }, kind: 'currency_mismatch' },
  ])('B-02 B1 $paid instead of $49.00 activates nothing and is reported', ({ paid, kind }) => {
    const w = world(catalog, '2025-10-14')
    w.do({ type: 'subscribe', plan: 'basic' })
    w.pay(paid)
    expect(w.account.subscriptions).toEqual({})
    expect(w.account.incidents).toMatchObject([{ kind, payment: 'pay_1' }])
  })

  it('B-18 B1 the welcome notice carries the plan and the next billing date', () => {
    const [welcome] = notices(owner(), 'activated')
    expect(welcome?.data).toMatchObject({ plan: 'basic', nextBillingAt: october.end })
  })

  it('B-14 B1 the first listing fills the plan: told once, with Professional as the way up', () => {
    const w = owner()
    const noted = w.do({ type: 'note_usage', feature: 'listings', before: 0, after: 1 })
    expect(noted.events).toMatchObject([
      { type: 'limit.reached', feature: 'listings', used: 1, limit: 1 },
    ])
    expect(notices(w, 'limit_reached')).toMatchObject([{ data: { used: 1, limit: 1 } }])
    const next = planActions(w.account, w.usage, w.now, catalog)
    expect(next.find(({ plan }) => plan === 'professional')?.action).toBe('upgrade')
  })

  it('B-14 B1 of three places the third reaches the limit, and again when it was given up and taken', () => {
    const w = owner('professional')
    const step = (before: number, after: number) =>
      w
        .do({ type: 'note_usage', feature: 'listings', before, after })
        .events.map(({ type }) => type)
    expect([step(0, 1), step(1, 2), step(2, 3), step(3, 2), step(2, 3)]).toEqual([
      [],
      [],
      ['limit.reached'],
      [],
      ['limit.reached'],
    ])
  })
})

describe('B2 no subscription and B3 the limit', () => {
  it('B-12 B2 without a subscription the reason is that one is required', () => {
    const w = world(catalog, '2025-10-14')
    expect(access(w).because).toBe('subscription_required')
    expect(says(w)).toBe('You have no subscription. Choose a plan to get started.')
  })

  it('B-12 B3 the second listing on Basic is refused with plan, count and limit', () => {
    const w = owner()
    const { plan } = entitlements(w.account, w.usage, w.now, catalog)
    expect({ plan, ...listings(w) }).toMatchObject({
      plan: 'basic',
      allowed: false,
      because: 'limit_reached',
      used: 1,
      limit: 1,
    })
  })

  it('B-12 B3 deleting the listing makes room again', () => {
    const w = owner()
    w.usage = { listings: { used: 0 } }
    expect(listings(w)).toMatchObject({ allowed: true, remaining: 1 })
  })
})

describe('B4 renewal', () => {
  it('B-07 B4 the renewal is announced once, on Nov 11, with date and amount', () => {
    const w = owner().at('2025-11-10T23:59:59Z')
    expect(notices(w, 'renewal_reminder')).toEqual([])
    w.at('2025-11-11').at('2025-11-12').at('2025-11-13')
    expect(notices(w, 'renewal_reminder')).toMatchObject([
      {
        at: instant('2025-11-11'),
        data: { plan: 'basic', at: october.end, amount: 4900, currency: 'USD' },
      },
    ])
  })

  it('B-06 B4 on Nov 14 the saved card is charged 49.00 and the period moves on', () => {
    const w = owner().at('2025-11-14')
    expect(asked(w, 'payment.collect')).toMatchObject([
      { amount: 4900, currency: 'USD', method: { id: 'card_1' }, attempt: 1 },
    ])
    w.pay()
    expect(w.subscription()).toMatchObject({ status: 'active', period: november })
    expect(w.subscription().paidThrough).toBe(november.end)
    expect(notices(w, 'payment_succeeded')).toHaveLength(2)
    expect(asked(w, 'resource.archive')).toEqual([])
  })

  it('B-06 B4 every renewal keeps the 14th: Nov, Dec, Jan', () => {
    const w = owner()
    const ends = ['2025-11-14', '2025-12-14', '2026-01-14'].map((date) => {
      w.at(date).pay()
      return w.subscription().period.end
    })
    expect(ends).toEqual([november.end, instant('2026-01-14'), instant('2026-02-14')])
  })
})

/** The renewal of Nov 14 was declined, and so is every retry until the date. */
function unpaid(until: string): World {
  const w = owner().at('2025-11-14')
  w.decline('insufficient_funds')
  for (const retry of ['2025-11-15', '2025-11-17', '2025-11-19'])
    if (retry <= until) w.at(retry).decline('insufficient_funds')
  return w.at(until)
}

describe('B5 failed renewal', () => {
  it('B-08 B5 a declined renewal starts the grace period: what exists stays, nothing new', () => {
    const w = unpaid('2025-11-14')
    expect(w.subscription().status).toBe('past_due')
    expect(access(w)).toMatchObject({ allowed: true, because: 'past_due' })
    expect(listings(w)).toMatchObject({ allowed: false, because: 'past_due', used: 1 })
    expect(access(w).until).toBe(instant('2025-11-21'))
    expect(asked(w, 'resource.archive')).toEqual([])
  })

  it('B-08 B5 in grace even a free place cannot be filled', () => {
    const w = owner('professional').at('2025-11-14')
    w.decline()
    expect(listings(w)).toMatchObject({ allowed: false, because: 'past_due', remaining: 2 })
  })

  it('B-18 B5 the failed payment is told with its deadline', () => {
    const w = unpaid('2025-11-14')
    expect(notices(w, 'payment_failed')).toMatchObject([
      { data: { plan: 'basic', graceEndsAt: instant('2025-11-21') } },
    ])
    expect(says(w)).toBe(
      'Your payment of $49.00 failed. Your Basic plan stays active until 21 Nov 2025; please update your payment method.',
    )
  })

  it('B-08 B5 on Nov 19, two days before the end, a reminder goes out, once', () => {
    const w = unpaid('2025-11-18T23:59:59Z')
    expect(notices(w, 'grace_ending')).toEqual([])
    w.at('2025-11-19').at('2025-11-20')
    expect(notices(w, 'grace_ending')).toMatchObject([
      { at: instant('2025-11-19'), data: { at: instant('2025-11-21') } },
    ])
  })

  it('B-08 B-13 B5 on Nov 21 everything is locked and nothing is deleted', () => {
    const w = unpaid('2025-11-20T23:59:59Z')
    expect(w.subscription().status).toBe('past_due')
    w.at('2025-11-21')
    expect(w.subscription().status).toBe('suspended')
    expect(access(w)).toMatchObject({ allowed: false, because: 'suspended' })
    expect(notices(w, 'suspended')).toHaveLength(1)
    expect(asked(w, 'resource.archive')).toEqual([])
  })

  it('B-08 B5 on Nov 28 it is canceled, listings are archived, and only a new purchase helps', () => {
    const w = unpaid('2025-11-27T23:59:59Z')
    expect(w.subscription().status).toBe('suspended')
    w.at('2025-11-28')
    expect(w.subscription()).toMatchObject({ status: 'canceled', reason: 'dunning' })
    expect(asked(w, 'resource.archive')).toMatchObject([
      { feature: 'listings', ids: ['main-street'] },
    ])
    expect(notices(w, 'canceled')).toHaveLength(1)
    expect(w.do({ type: 'retry_payment' }).refused).toBe('nothing_to_pay')
    w.usage = {}
    w.do({ type: 'subscribe', plan: 'basic' })
    w.pay()
    expect(w.subscription()).toMatchObject({
      status: 'active',
      period: { start: instant('2025-11-28'), end: instant('2025-12-28') },
    })
  })

  it('B-08 B5 paying on Nov 18 restores everything and the 14th stays the billing day', () => {
    const w = unpaid('2025-11-18')
    w.do({ type: 'retry_payment' })
    w.pay()
    expect(w.subscription()).toMatchObject({ status: 'active', period: november })
    expect(listings(w)).toMatchObject({ because: 'limit_reached', used: 1 })
    w.at('2025-12-14')
    expect(asked(w, 'payment.collect').at(-1)).toMatchObject({ amount: 4900, attempt: 1 })
  })

  it('B-08 B5 paying on Nov 24, while suspended, opens everything again until Dec 14', () => {
    const w = unpaid('2025-11-24')
    expect(w.subscription().status).toBe('suspended')
    w.do({ type: 'retry_payment' })
    const paid = w.pay()
    expect(paid.events.map(({ type }) => type)).toContain('subscription.recovered')
    expect(w.subscription()).toMatchObject({ status: 'active', period: november })
    expect(access(w).allowed).toBe(true)
  })

  it('B-04 B5 a failure that is told twice counts once and moves no deadline', () => {
    const w = unpaid('2025-11-14')
    const before = w.account
    w.at('2025-11-14T12:00:00Z').do({
      type: 'payment.failed',
      gateway: 'paystack',
      payment: 'pay_2',
      subject: { invoice: before.invoices[0]?.id ?? '' },
      decline: { code: 'insufficient_funds', retry: 'later' },
      amount: 4900,
      currency: 'USD',
      at: instant('2025-11-14'),
    })
    expect(w.account).toEqual(before)
    expect(notices(w, 'payment_failed')).toHaveLength(1)
  })

  it('B-04 B5 the failure of an earlier attempt that arrives after the payment changes nothing', () => {
    const w = unpaid('2025-11-18')
    const { invoice } = asked(w, 'payment.collect').at(-1) ?? { invoice: '' }
    w.do({ type: 'retry_payment' })
    w.pay()
    const before = w.account
    w.do({
      type: 'payment.failed',
      gateway: 'paystack',
      payment: 'late',
      subject: { invoice },
      decline: { code: 'insufficient_funds', retry: 'later' },
      amount: 4900,
      currency: 'USD',
      at: instant('2025-11-17'),
    })
    expect(w.account).toEqual(before)
  })
})
