/**
 * Product B, the end of its list: B8 canceling and B9 what an operator may do. These wait for the
 * runtime: B-19 totals, MRR, ARR, churn and filters over many customers, the payment reminder sent
 * by hand, and who did it in the audit log; here each action's event is what the log will show.
 */
import { describe, expect, it } from 'vitest'
import {
  catalog,
  entitlements,
  instant,
  isLive,
  monthly,
  type Payment,
  plan,
} from '../../src/core/index.ts'
import { type World, world } from '../../src/testing/index.ts'
import { asked, notices } from './customer.ts'
import { catalog as listingsCatalog, owner } from './listing-owner.ts'

const types = (w: World) => w.journal.map(({ type }) => type)

describe('B8 cancel', () => {
  function canceled(): World {
    const w = owner().at('2025-10-20')
    w.do({ type: 'cancel', at: 'period_end' })
    return w
  }

  it('B-15 B8 canceled on Oct 20, everything stays usable until Nov 14', () => {
    const w = canceled().at('2025-11-13T23:59:59Z')
    expect(w.subscription()).toMatchObject({ status: 'active', cancelAt: instant('2025-11-14') })
    const now = entitlements(w.account, {}, w.now, listingsCatalog)
    expect([now.access, now.because, now.check('listings')]).toEqual([true, 'ending', true])
    expect(notices(w, 'renewal_reminder')).toEqual([])
  })

  it('B-15 B8 on Nov 14 nothing is charged and the listings are archived', () => {
    const w = canceled().at('2025-11-14')
    expect(asked(w, 'payment.collect')).toEqual([])
    expect(w.subscription()).toMatchObject({ status: 'canceled', reason: 'requested' })
    expect(asked(w, 'resource.archive')).toMatchObject([{ ids: ['main-street'] }])
    expect(entitlements(w.account, w.usage, w.now, listingsCatalog).access).toBe(false)
  })

  it('B-15 B8 resumed on Nov 1 it is as if it had never been canceled', () => {
    const w = canceled().at('2025-11-01')
    w.do({ type: 'resume' })
    expect(w.subscription()).toEqual(owner().at('2025-11-01').subscription())
    w.at('2025-11-14')
    expect(asked(w, 'payment.collect').map(({ amount }) => amount)).toEqual([4900])
  })
})

describe('B9 admin', () => {
  it('B-19 B9 every subscription shows what it is worth a month: $347.00 for one of each plan', () => {
    const worth = ['basic', 'professional', 'enterprise'].map((plan) => {
      const subscription = owner(plan).subscription()
      return isLive(subscription) ? (subscription.price?.amount ?? 0) : 0
    })
    expect(worth).toEqual([4900, 9900, 19900])
  })

  it('B-19 B9 canceling by hand ends it now and says so in the journal', () => {
    const w = owner().at('2025-10-20')
    w.do({ type: 'cancel', at: 'now' })
    expect(w.subscription()).toMatchObject({ status: 'canceled', endedAt: instant('2025-10-20') })
    expect(types(w)).toContain('subscription.canceled')
  })

  const paid = (w: World): Payment => {
    const payment = w.account.payments[0]
    if (!payment) throw new Error('Nothing was paid')
    return payment
  }

  it('B-19 B9 a full refund gives back $49.00 and nothing is left to refund', () => {
    const w = owner()
    w.do({ type: 'refund', payment: paid(w) })
    expect(asked(w, 'payment.refund')).toMatchObject([{ payment: 'pay_1', amount: 4900 }])
    const told = { type: 'payment.refunded', gateway: 'paystack', payment: 'pay_1' } as const
    w.do({ ...told, refund: 'ref_1', amount: 4900 })
    expect(paid(w)).toMatchObject({ refunded: 4900, refunding: 0 })
    expect(w.do({ type: 'refund', payment: paid(w), amount: 1 }).refused).toBe('amount_too_high')
  })

  it('B-19 B9 a refund of $10.00 leaves $39.00; more than that is refused', () => {
    const w = owner()
    w.do({ type: 'refund', payment: paid(w), amount: 1000 })
    const more = w.do({ type: 'refund', payment: paid(w), amount: 3901 })
    expect([more.refused, more.detail.left]).toEqual(['amount_too_high', 3900])
    expect(w.do({ type: 'refund', payment: paid(w), amount: 3900 }).refused).toBeNull()
    expect(w.subscription().status).toBe('active')
  })

  it('B-04 B9 a refund made at the gateway and told twice counts once', () => {
    const w = owner()
    const told = { type: 'payment.refunded', gateway: 'paystack', payment: 'pay_1' } as const
    w.do({ ...told, refund: 'ref_1', amount: 1000 })
    w.do({ ...told, refund: 'ref_1', amount: 1000 })
    expect(paid(w).refunded).toBe(1000)
    expect(notices(w, 'refunded')).toHaveLength(1)
  })

  it('B-19 B-20 B9 20 % off for 3 periods: Basic renews at $39.20 three times, then at $49.00', () => {
    const w = owner().at('2025-11-01')
    w.do({ type: 'apply_coupon', coupon: 'PARTNER20' })
    for (const date of ['2025-11-14', '2025-12-14', '2026-01-14', '2026-02-14']) w.at(date).pay()
    const amounts = asked(w, 'payment.collect').map(({ amount }) => amount)
    expect(amounts).toEqual([3920, 3920, 3920, 4900])
    expect(types(w).filter((type) => type === 'coupon.applied')).toHaveLength(1)
    expect(types(w).filter((type) => type === 'coupon.ended')).toHaveLength(1)
  })

  it('B-19 B9 three more days of grace: suspended on Nov 24 instead of Nov 21', () => {
    const w = owner().at('2025-11-14')
    w.decline('do_not_honor', 'never')
    w.do({ type: 'extend_grace', days: 3 })
    expect(w.at('2025-11-23T23:59:59Z').subscription().status).toBe('past_due')
    expect(w.at('2025-11-24').subscription().status).toBe('suspended')
    expect(types(w)).toContain('grace.extended')
  })

  it('B-19 B9 grace extended after the suspension opens everything again meanwhile', () => {
    const w = owner().at('2025-11-14')
    w.decline('do_not_honor', 'never')
    w.at('2025-11-22').do({ type: 'extend_grace', days: 3 })
    expect(w.subscription().status).toBe('past_due')
    expect(entitlements(w.account, {}, w.now, listingsCatalog).access).toBe(true)
  })

  it('B-19 B9 a failed payment stays on its invoice with the reason', () => {
    const w = owner().at('2025-11-14')
    w.decline('expired_card', 'with_customer')
    expect(w.account.invoices).toMatchObject([
      { due: 4900, firstFailedAt: instant('2025-11-14'), decline: { code: 'expired_card' } },
    ])
  })
})

describe('B-20 currencies', () => {
  const currencies = ['USD', 'NGN', 'GHS', 'KES', 'ZAR']
  const worldwide = catalog({
    plans: [plan('basic', { price: currencies.map((currency) => monthly(49_00, currency)) })],
    gateways: [{ name: 'paystack' }],
  })

  it('B-20 a plan is sold in each of its currencies', () => {
    const sold = currencies.map((currency) => {
      const w = world(worldwide, '2025-10-14')
      w.do({ type: 'subscribe', plan: 'basic', currency })
      return asked(w, 'checkout.open')[0]?.checkout.currency
    })
    expect(sold).toEqual(currencies)
  })

  it('B-20 a subscription keeps its currency', () => {
    const w = world(worldwide, '2025-10-14')
    w.do({ type: 'subscribe', plan: 'basic', currency: 'NGN' })
    w.pay()
    const change = w.do({ type: 'change_plan', plan: 'basic', currency: 'USD' })
    expect([change.refused, change.detail.currency]).toEqual(['currency_change', 'NGN'])
  })
})

describe('B-16 the payment method', () => {
  it('B-16 the saved card shows brand, last four digits and expiry', () => {
    expect(owner().account.paymentMethod).toMatchObject({
      brand: 'visa',
      last4: '4242',
      expires: '2030-12',
    })
  })

  it('B-16 a new card is asked for at the gateway and tried at once when something is owed', () => {
    const w = owner().at('2025-11-14')
    w.decline('expired_card', 'with_customer')
    w.do({ type: 'update_payment_method', returnUrl: '/billing' })
    expect(asked(w, 'method.update')).toMatchObject([
      { gateway: 'paystack', customer: 'cus_paystack', returnUrl: '/billing' },
    ])
    w.at('2025-11-16').do({
      type: 'method.saved',
      gateway: 'paystack',
      method: {
        ...{ gateway: 'paystack', id: 'card_2', reusable: true, brand: 'mastercard' },
        ...{ last4: '5555', expires: '2031-01', fingerprint: null },
      },
    })
    expect(asked(w, 'payment.collect').at(-1)).toMatchObject({
      amount: 4900,
      attempt: 2,
      method: { id: 'card_2' },
    })
  })
})
