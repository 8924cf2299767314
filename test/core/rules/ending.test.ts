import { describe, expect, it } from 'vitest'
import {
  catalog,
  coupon,
  days,
  entitlements,
  instant,
  monthly,
  plan,
} from '../../../src/core/index.ts'
import { type World, world } from '../../../src/testing/index.ts'
import {
  asked,
  customerOn,
  dateOf,
  happened,
  listingSite,
  NATIVE,
  organisations,
  requestKey,
  tieredSaas,
  vendorShows,
} from './products.ts'

const OCT_14 = '2025-10-14'
const OCT_20 = '2025-10-20'
const NOV_14 = '2025-11-14'

const cancel = (at: 'period_end' | 'now' = 'period_end') => ({ type: 'cancel', at }) as const
const resume = { type: 'resume' } as const
/** A listing owner on Professional, on October 20. */
const owner = () => customerOn(listingSite(), 'professional', OCT_14).at(OCT_20)
const endsAt = (customer: World) => dateOf(customer.subscription().cancelAt)

describe('resuming', () => {
  it('B8 is as if it had never been canceled', () => {
    const canceled = owner()
    canceled.do(cancel())
    canceled.at('2025-11-01').do(resume)
    const other = owner().at('2025-11-01')
    expect(canceled.subscription()).toEqual(other.subscription())
    expect(canceled.at(NOV_14).asked()).toMatchObject({ amount: 99_00 })
  })

  it('B8 sends the payment link again that canceling had withdrawn', () => {
    const customer = walletOwner().at('2025-11-11')
    const [first] = customer.account.invoices
    const url = 'https://pay.example/1'
    customer.do({ type: 'link.delivered', gateway: 'paystack', invoice: first?.id ?? '', url })
    expect(asked(customer.do(cancel()).effects, 'checkout.expire')).toHaveLength(1)
    expect(customer.account.invoices).toEqual([])
    customer.do(resume)
    customer.at('2025-11-11T00:01Z')
    expect(customer.account.invoices.map(({ due, dueAt }) => [due, dateOf(dueAt)])).toEqual([
      [99_00, NOV_14],
    ])
  })

  it('is refused when nothing is ending', () => {
    expect(owner().do(resume).refused).toBe('not_ending')
  })

  it('is too late once it has ended', () => {
    const customer = owner()
    customer.do(cancel())
    customer.at(NOV_14)
    expect(customer.do(resume).refused).toBe('subscription_required')
  })

  it('ends the ending of a trial', () => {
    const tried = catalog({
      plans: [plan('pro', { price: monthly(49_00, 'USD'), trial: days(14) })],
      gateways: [{ name: 'stripe' }],
    })
    const customer = world(tried, OCT_14)
    customer.do({ type: 'start_trial', plan: 'pro' })
    customer.do(cancel())
    customer.do(resume)
    expect(customer.at('2025-10-28').subscription().status).toBe('unpaid')
  })
})

describe('E-03 while it is ending', () => {
  const { plans, policies, gateways, addOns } = organisations()
  const sold = catalog({
    plans: [...plans.values()],
    addOns: [...addOns.values()],
    coupons: [coupon('HALF', { percent: 50 })],
    policies,
    gateways,
  })
  function ending(): World {
    const customer = customerOn(sold, 'team', '2025-06-10')
    customer.do(cancel())
    return customer
  }

  it.each([
    { type: 'change_plan', plan: 'business' },
    { type: 'change_plan', plan: 'starter' },
    { type: 'change_plan', plan: 'team' },
    { type: 'subscribe', plan: 'business' },
    { type: 'set_add_on', addOn: 'five-seats', quantity: 1 },
    { type: 'apply_coupon', coupon: 'HALF' },
    { type: 'remove_coupon' },
    { type: 'pause' },
    { type: 'migrate_price' },
    { type: 'move', to: 'paymongo' },
  ] as const)('$type is refused until it is resumed', (command) => {
    const customer = ending()
    expect(customer.do(command).refused).toBe('ending')
    customer.do(resume)
    expect(customer.do(command).refused).not.toBe('ending')
  })

  it('there is nothing left to undo', () => {
    expect(ending().do({ type: 'undo_change' }).refused).toBe('nothing_to_undo')
  })

  it('the payment method can be changed', () => {
    const { effects } = ending().do({ type: 'update_payment_method' })
    expect(asked(effects, 'method.update')).toHaveLength(1)
  })

  it('an unpaid invoice can be paid', () => {
    const customer = customerOn(sold, 'team', '2025-06-10').at('2025-07-10')
    customer.decline()
    customer.do(cancel())
    const { effects } = customer.do({ type: 'retry_payment' })
    expect(asked(effects, 'payment.collect')).toMatchObject([{ amount: 1499_00, attempt: 2 }])
    customer.pay()
    expect(customer.subscription().status).toBe('active')
    expect(endsAt(customer)).toBe('2025-08-10')
  })
})

describe('canceling at a gateway that owns the clock', () => {
  const native = () =>
    customerOn(tieredSaas({}, NATIVE), 'premium', OCT_14, { vendor: 'sub_vendor' }).at(OCT_20)
  const requests = (customer: World) => asked(customer.effects, 'subscription.cancel')

  it('E-02 asks the gateway and is true once it says so', () => {
    const customer = native()
    const { events } = customer.do(cancel())
    expect(events.map(({ type }) => type)).toEqual(['request.opened'])
    expect(requests(customer)).toMatchObject([
      { subscription: 'sub_vendor', at: Date.UTC(2025, 10, 14) },
    ])
    expect(endsAt(customer)).toBeNull()
    customer.do(vendorShows(customer, { cancelAt: instant(NOV_14) }, requestKey(customer)))
    expect([endsAt(customer), customer.subscription().request]).toEqual([NOV_14, null])
  })

  it('E-02 sends one request for a double click', () => {
    const customer = native()
    customer.do(cancel())
    expect(customer.do(cancel())).toMatchObject({ refused: null, events: [], effects: [] })
    expect(customer.do(cancel('now')).refused).toBe('in_progress')
    expect(requests(customer)).toHaveLength(1)
  })

  it('E-05 leaves the state as it was when the gateway refuses, records it, and can be retried', () => {
    const customer = native()
    const before = customer.subscription()
    customer.do(cancel())
    const answers = requestKey(customer)
    customer.do({ type: 'effect.refused', gateway: 'stripe', answers, code: 'api_error' })
    expect(customer.subscription()).toEqual(before)
    expect(happened(customer, 'request.closed')).toMatchObject([{ outcome: 'refused' }])
    customer.do(cancel())
    expect(new Set(requests(customer).map(({ key }) => key)).size).toBe(2)
    customer.do(vendorShows(customer, { cancelAt: instant(NOV_14) }, requestKey(customer)))
    expect(endsAt(customer)).toBe(NOV_14)
  })

  it('E-05 takes an answer without the ending for a refusal', () => {
    const customer = native()
    customer.do(cancel())
    customer.do(vendorShows(customer, {}, requestKey(customer)))
    expect(endsAt(customer)).toBeNull()
    expect(happened(customer, 'request.closed')).toMatchObject([{ outcome: 'refused' }])
  })

  it('E-04 ends with the gateway’s word and returns to the free plan', () => {
    const customer = native()
    customer.do(cancel())
    customer.do(vendorShows(customer, { cancelAt: instant(NOV_14) }, requestKey(customer)))
    customer.at('2025-11-14T00:10Z')
    expect(happened(customer, 'subscription.canceled')).toEqual([])
    customer.do(vendorShows(customer, { state: 'canceled' }))
    expect(happened(customer, 'subscription.canceled')).toMatchObject([{ reason: 'requested' }])
    expect(customer.subscription()).toMatchObject({ plan: 'free', status: 'active' })
  })

  it('takes access with the date, even when the gateway is late to say so', () => {
    const sold = tieredSaas({}, NATIVE)
    const customer = native()
    customer.do(cancel())
    customer.do(vendorShows(customer, { cancelAt: instant(NOV_14) }, requestKey(customer)))
    const at = (time: string) => entitlements(customer.account, {}, instant(time), sold).plan
    expect([at('2025-11-13'), at(NOV_14)]).toEqual(['premium', 'free'])
  })

  it('is resumed once the gateway says so', () => {
    const customer = native()
    customer.do(cancel())
    customer.do(vendorShows(customer, { cancelAt: instant(NOV_14) }, requestKey(customer)))
    const { effects } = customer.at('2025-10-21').do(resume)
    expect(asked(effects, 'subscription.resume')).toHaveLength(1)
    expect(endsAt(customer)).toBe(NOV_14)
    expect(customer.do(resume).effects).toEqual([])
    customer.do(vendorShows(customer, { cancelAt: null }, requestKey(customer)))
    expect([endsAt(customer), customer.subscription().request]).toEqual([null, null])
  })

  it('asks the gateway to end it now', () => {
    const customer = native()
    customer.do(cancel('now'))
    expect(requests(customer)).toMatchObject([{ at: 'now' }])
    expect(customer.subscription().status).toBe('active')
    customer.do(vendorShows(customer, { state: 'canceled' }, requestKey(customer)))
    expect(customer.subscription().plan).toBe('free')
  })
})

/** A listing owner who pays with a wallet that can't be charged again. */
function walletOwner(): World {
  const customer = world(listingSite(), OCT_14)
  customer.do({ type: 'subscribe', plan: 'professional' })
  const wallet = { gateway: 'paystack', id: 'wallet_1', reusable: false }
  const unknown = { brand: null, last4: null, expires: null, fingerprint: null }
  customer.pay({ method: { ...wallet, ...unknown } })
  return customer
}
