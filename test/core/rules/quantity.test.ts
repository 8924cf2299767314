import { describe, expect, it } from 'vitest'
import {
  catalog,
  days,
  entitlements,
  limit,
  monthly,
  plan,
  preview,
} from '../../../src/core/index.ts'
import { given, type World, world } from '../../../src/testing/index.ts'
import { asked, customerOn, happened, NATIVE, seats, tieredSaas, vendorShows } from './products.ts'

const JUN_10 = '2025-06-10'
const JUN_25 = '2025-06-25'
const JUL_10 = '2025-07-10'

/** A crew of some seats at 10.00 since June 10, with 15 of 30 days left. */
const crew = (quantity: number, policies = {}) =>
  customerOn(seats(policies), 'crew', JUN_10, { quantity }).at(JUN_25)
const set = (quantity: number) => ({ type: 'set_quantity', quantity }) as const
const membersOf = (customer: World) =>
  entitlements(customer.account, {}, customer.now, seats()).get('members').limit
const scheduled = (customer: World) => {
  const { pendingChange } = customer.subscription()
  return pendingChange && [pendingChange.terms.plan, pendingChange.terms.quantity]
}

describe('more seats', () => {
  it('are charged for the rest of the period and given once paid', () => {
    const customer = crew(2)
    customer.do(set(4))
    expect(customer.asked()).toMatchObject({ amount: 20_00 - 10_00 })
    expect([customer.subscription().quantity, membersOf(customer)]).toEqual([2, 2])
    customer.pay()
    expect([customer.subscription().quantity, membersOf(customer)]).toEqual([4, 4])
    expect(customer.at(JUL_10).asked()).toMatchObject({ amount: 40_00 })
  })

  it('C-01 are not given when the payment is declined', () => {
    const customer = crew(2)
    const before = customer.subscription()
    customer.do(set(4))
    customer.decline()
    expect(customer.subscription()).toEqual(before)
    expect(customer.at(JUL_10).asked()).toMatchObject({ amount: 20_00 })
  })

  it('I32 are rounded once on all of them, not each by itself', () => {
    const odd = catalog({
      plans: [plan('crew', { price: monthly(1_01, 'USD'), quantity: { min: 1 } })],
      gateways: [{ name: 'stripe' }],
    })
    const customer = customerOn(odd, 'crew', '2025-10-14', { quantity: 3 }).at('2025-10-30')
    customer.do(set(7))
    // 15 of 31 days of 7.07 less those of 3.03; a single seat would round up to 0.49.
    expect(customer.asked()).toMatchObject({ amount: 3_42 - 1_47 })
  })

  it('make one invoice of a double click, and nothing else meanwhile', () => {
    const customer = crew(2)
    customer.do(set(4))
    expect(customer.do(set(4)).events).toEqual([])
    expect(customer.do(set(5)).refused).toBe('in_progress')
    expect(customer.do({ type: 'change_plan', plan: 'fleet' }).refused).toBe('in_progress')
    customer.decline()
    customer.do(set(5))
    expect(customer.account.invoices.map(({ due }) => due)).toEqual([15_00])
  })

  it('cost what the preview pinned', () => {
    const customer = crew(2)
    const seen = preview(customer.account, {}, set(4), customer.now, seats())
    const quote = seen.ok && seen.quote ? seen.quote : undefined
    customer.at('2025-06-25T20:00Z').do({ ...set(4), ...(quote && { quote }) })
    expect(customer.asked()).toMatchObject({ amount: 10_00 })
    customer.decline()
    const wrong = { ...set(4), quote: { at: customer.now, due: 1, currency: 'USD' } }
    expect(customer.do(wrong).refused).toBe('quote_changed')
  })

  it('are asked of the gateway where it owns the clock, and true once it says so', () => {
    const sold = seats({}, NATIVE)
    const customer = customerOn(sold, 'crew', JUN_10, { quantity: 2, vendor: 'sub_vendor' })
    const { effects } = customer.at(JUN_25).do(set(4))
    expect(asked(effects, 'subscription.change')).toMatchObject([
      { terms: { plan: 'crew', quantity: 4 }, expected: 10_00, resetsAnchor: false },
    ])
    expect(customer.subscription().quantity).toBe(2)
    const [invoice] = customer.account.invoices
    const subject = { invoice: invoice?.id ?? '' }
    const payment = { id: 'in_1', subject, amount: 10_00, currency: 'USD', at: customer.now }
    customer.do({ type: 'payment.succeeded', gateway: 'stripe', payment })
    customer.do(vendorShows(customer, { quantity: 4 }))
    expect(customer.subscription().quantity).toBe(4)
    expect(happened(customer, 'subscription.changed')).toHaveLength(1)
  })

  it('in a trial are given at once and cost nothing: trial days are not charged', () => {
    const customer = tried()
    const { events } = customer.do(set(4))
    expect(events.map(({ type }) => type)).toEqual(['subscription.changed'])
    expect(customer.subscription()).toMatchObject({ status: 'trialing', quantity: 4 })
    expect(customer.asked()).toBeUndefined()
  })
})

describe('fewer seats', () => {
  it('count from the next period, and nothing is paid back', () => {
    const customer = crew(4)
    const { events } = customer.do(set(2))
    expect(events.map(({ type }) => type)).toEqual(['subscription.change_scheduled'])
    expect([customer.subscription().quantity, membersOf(customer)]).toEqual([4, 4])
    customer.at(JUL_10)
    expect(customer.asked()).toMatchObject({ amount: 20_00 })
    expect([customer.subscription().quantity, membersOf(customer)]).toEqual([2, 2])
    expect(customer.account.credit).toEqual({})
  })

  it('I17 are the last number that was asked for', () => {
    const customer = crew(4)
    customer.do(set(3))
    customer.do(set(2))
    expect(scheduled(customer)).toEqual(['crew', 2])
    expect(customer.do(set(2)).events).toEqual([])
  })

  it('are taken back by asking for the number one has', () => {
    const customer = crew(4)
    customer.do(set(2))
    expect(customer.do(set(4)).events.map(({ type }) => type)).toEqual([
      'subscription.change_undone',
    ])
  })

  it('I18 are forgotten when more were bought instead', () => {
    const customer = crew(4)
    customer.do(set(2))
    customer.do(set(6))
    customer.pay()
    expect(scheduled(customer)).toBeNull()
    expect(customer.at(JUL_10).asked()).toMatchObject({ amount: 60_00 })
  })

  it('are refused while they are taken', () => {
    const customer = crew(4, { downgradeFit: 'refuse' })
    customer.usage = { members: { used: 3 } }
    const { refused, detail } = customer.do(set(2))
    expect([refused, detail]).toEqual([
      'exceeds_limits',
      { excess: [{ feature: 'members', used: 3, limit: 2, resources: null }] },
    ])
    expect(customer.do(set(3)).refused).toBeNull()
  })

  it('can be scheduled in grace, more can not be bought', () => {
    const customer = crew(4).at(JUL_10)
    customer.decline()
    expect(customer.subscription().status).toBe('past_due')
    expect(customer.do(set(5)).refused).toBe('past_due')
    expect(customer.do(set(3)).refused).toBeNull()
  })

  it('in a trial count at once', () => {
    const customer = tried()
    customer.do(set(4))
    customer.do(set(2))
    expect(customer.subscription()).toMatchObject({ quantity: 2, pendingChange: null })
  })
})

describe('seats and a scheduled change of plan', () => {
  /** A fleet of two at 20.00 that becomes a crew of two at the end of the period. */
  function becomingCrew(): World {
    const customer = customerOn(seats(), 'fleet', JUN_10, { quantity: 2 }).at(JUN_25)
    customer.do({ type: 'change_plan', plan: 'crew' })
    return customer
  }

  it('more seats now stay in the plan that is scheduled', () => {
    const customer = becomingCrew()
    customer.do(set(5))
    expect(scheduled(customer)).toEqual(['crew', 2])
    expect(customer.asked()).toMatchObject({ amount: 30_00 })
    customer.pay()
    expect(scheduled(customer)).toEqual(['crew', 5])
    expect(customer.at(JUL_10).asked()).toMatchObject({ amount: 50_00 })
  })

  it('a declined payment leaves the scheduled plan as it was', () => {
    const customer = becomingCrew()
    customer.do(set(5))
    customer.decline()
    expect(customer.at(JUL_10).asked()).toMatchObject({ amount: 20_00 })
  })

  it('fewer seats are scheduled in the plan that is scheduled', () => {
    const customer = customerOn(seats(), 'fleet', JUN_10, { quantity: 4 })
    customer.do({ type: 'change_plan', plan: 'crew' })
    customer.do(set(3))
    expect(scheduled(customer)).toEqual(['crew', 3])
    expect(customer.subscription()).toMatchObject({ plan: 'fleet', quantity: 4 })
  })

  it('a scheduled plan that is for one stays for one, however many seats there are until then', () => {
    const customer = crew(2)
    customer.do({ type: 'change_plan', plan: 'solo' })
    customer.do(set(4))
    customer.pay()
    expect(scheduled(customer)).toEqual(['solo', 1])
    expect(customer.at(JUL_10).asked()).toMatchObject({ amount: 5_00 })
  })

  it('a scheduled plan that was undone does not come back with the payment for more seats', () => {
    const customer = becomingCrew()
    customer.do(set(5))
    customer.do({ type: 'undo_change' })
    customer.pay()
    expect(customer.subscription()).toMatchObject({ plan: 'fleet', quantity: 5 })
    expect(scheduled(customer)).toBeNull()
  })

  it('a change of plan keeps the seats, or says how many', () => {
    const keeps = crew(3)
    keeps.do({ type: 'change_plan', plan: 'fleet' })
    keeps.pay()
    expect(keeps.subscription()).toMatchObject({ plan: 'fleet', quantity: 3 })
    const says = crew(3)
    says.do({ type: 'change_plan', plan: 'fleet', quantity: 5 })
    expect(says.asked()).toMatchObject({ amount: 50_00 - 15_00 })
  })

  it('a change of plan is refused when its seats are too few or too many for it', () => {
    const toFleet = { type: 'change_plan', plan: 'fleet' } as const
    expect(crew(1).do(toFleet).refused).toBe('quantity_invalid')
    const toCrew = { type: 'change_plan', plan: 'crew', quantity: 11 } as const
    expect(crew(3).do(toCrew).refused).toBe('quantity_invalid')
  })

  it('the same plan with another number of seats is a change of seats', () => {
    const customer = crew(2)
    customer.do({ type: 'change_plan', plan: 'crew', quantity: 4 })
    expect(customer.asked()).toMatchObject({ amount: 10_00 })
    customer.pay()
    customer.do({ type: 'change_plan', plan: 'crew', quantity: 1 })
    expect(scheduled(customer)).toEqual(['crew', 1])
  })
})

describe('a number of seats is refused', () => {
  it.each([0, 11, -1, 2.5, Number.NaN])('outside what the plan allows: %s', (quantity) => {
    const customer = crew(2)
    expect(customer.do(set(quantity)).refused).toBe('quantity_invalid')
  })

  it('other than one for a plan without seats', () => {
    const customer = customerOn(seats(), 'solo', JUN_10)
    expect(customer.do(set(2)).refused).toBe('quantity_invalid')
    expect(customer.do(set(1)).events).toEqual([])
  })

  it('without a paid subscription', () => {
    given(tieredSaas(), { at: JUN_10, history: (it) => it.do({ type: 'register' }) })
      .when(set(1))
      .thenRefused('subscription_required')
  })

  it('E-03 while the subscription is ending', () => {
    const customer = crew(2)
    customer.do({ type: 'cancel', at: 'period_end' })
    expect([customer.do(set(4)).refused, customer.do(set(1)).refused]).toEqual(['ending', 'ending'])
  })

  it('while it is paused or suspended', () => {
    const paused = crew(2)
    paused.do({ type: 'pause' })
    expect(paused.do(set(4)).refused).toBe('paused')
    const suspended = crew(2).at(JUL_10)
    suspended.decline()
    suspended.at('2025-07-17')
    expect(suspended.do(set(1)).refused).toBe('past_due')
  })
})

/** A crew of one in a trial of 14 days. */
function tried(): World {
  const offered = catalog({
    plans: [
      plan('crew', {
        price: monthly(10_00, 'USD'),
        quantity: { min: 1 },
        trial: days(14),
        includes: [limit('members')(1, { per: 'unit' })],
      }),
    ],
    gateways: [{ name: 'stripe' }],
  })
  const customer = world(offered, JUN_10)
  customer.do({ type: 'start_trial', plan: 'crew' })
  return customer.at('2025-06-12')
}
