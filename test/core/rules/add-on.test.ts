import { describe, expect, it } from 'vitest'
import {
  addOn,
  type Catalog,
  catalog,
  entitlements,
  flag,
  limit,
  monthly,
  plan,
  preview,
  yearly,
} from '../../../src/core/index.ts'
import { given, type World, world } from '../../../src/testing/index.ts'
import {
  asked,
  customerOn,
  NATIVE,
  occupying,
  organisations,
  type PolicyOptions,
  tieredSaas,
  vendorShows,
} from './products.ts'

const JUN_10 = '2025-06-10'
const JUN_25 = '2025-06-25'
const JUL_10 = '2025-07-10'

const set = (quantity: number, id = 'five-seats') =>
  ({ type: 'set_add_on', addOn: id, quantity }) as const
const team = () => customerOn(organisations(), 'team', JUN_10).at(JUN_25)
const membersOf = (customer: World, sold: Catalog = organisations()) =>
  entitlements(customer.account, customer.usage, customer.now, sold).get('members')
const addOnsOf = (customer: World) =>
  customer.subscription().addOns.map(({ id, quantity }) => [id, quantity])

/** A team that has paid for one unit of five seats. */
function biggerTeam(): World {
  const customer = team()
  customer.do(set(1))
  customer.pay()
  return customer
}

describe('buying an add-on', () => {
  it('C6 costs ₱149.50 for 15 of 30 days and raises the limit once paid', () => {
    const customer = team()
    customer.do(set(1))
    expect(customer.asked()).toMatchObject({ amount: 149_50 })
    expect(membersOf(customer).limit).toBe(10)
    customer.pay()
    expect(membersOf(customer)).toMatchObject({ limit: 15, because: 'add_on' })
  })

  it('C6 adds to every following period', () => {
    expect(biggerTeam().at(JUL_10).asked()).toMatchObject({ amount: 1798_00 })
  })

  it('C-07 can be left out of the limits that are shown', () => {
    const { account, now } = biggerTeam()
    const base = entitlements(account, {}, now, organisations(), { addOns: false })
    expect(base.get('members').limit).toBe(10)
  })

  it('C-01 gives nothing when the payment is declined', () => {
    const customer = team()
    const before = customer.subscription()
    customer.do(set(1))
    customer.decline()
    expect(customer.subscription()).toEqual(before)
    expect(customer.at(JUL_10).asked()).toMatchObject({ amount: 1499_00 })
  })

  it('charges only what comes on top of what one has', () => {
    const customer = biggerTeam()
    customer.do(set(3))
    expect(customer.asked()).toMatchObject({ amount: 299_00 })
    customer.pay()
    expect([addOnsOf(customer), membersOf(customer).limit]).toEqual([[['five-seats', 3]], 25])
  })

  it('makes one invoice of a double click', () => {
    const customer = team()
    customer.do(set(1))
    expect(customer.do(set(1)).events).toEqual([])
    expect(customer.do(set(2)).refused).toBe('in_progress')
  })

  it('changes nothing when one has it already', () => {
    const customer = biggerTeam()
    expect(customer.do(set(1))).toMatchObject({ refused: null, events: [], effects: [] })
  })

  it('costs what the preview pinned', () => {
    const customer = team()
    const seen = preview(customer.account, {}, set(1), customer.now, organisations())
    const quote = seen.ok && seen.quote ? seen.quote : undefined
    customer.at('2025-06-25T20:00Z').do({ ...set(1), ...(quote && { quote }) })
    expect(customer.asked()).toMatchObject({ amount: 149_50 })
  })

  it('gives flags as well as amounts', () => {
    const sold = catalog({
      plans: [plan('team', { price: monthly(10_00, 'USD') })],
      addOns: [addOn('sso', { price: monthly(5_00, 'USD'), adds: [flag('sso')()] })],
      gateways: [{ name: 'stripe' }],
    })
    const customer = customerOn(sold, 'team', JUN_10)
    const sso = () => entitlements(customer.account, {}, customer.now, sold).get('sso')
    expect(sso()).toMatchObject({ allowed: false, because: 'not_in_plan' })
    customer.do(set(1, 'sso'))
    customer.pay()
    expect(sso()).toMatchObject({ allowed: true, value: true, because: 'add_on' })
  })

  it('is asked of the gateway where it owns the clock', () => {
    const sold = native()
    const customer = customerOn(sold, 'team', JUN_10, { vendor: 'sub_vendor' }).at(JUN_25)
    const { effects } = customer.do(set(1))
    expect(asked(effects, 'subscription.change')).toMatchObject([
      { terms: { addOns: [{ id: 'five-seats', quantity: 1 }] }, expected: 149_50 },
    ])
    expect(addOnsOf(customer)).toEqual([])
  })

  it('that costs nothing now is given once the gateway has answered', () => {
    const sold = native({ proration: { granularity: 'day', behavior: 'next_invoice' } })
    const customer = customerOn(sold, 'team', JUN_10, { vendor: 'sub_vendor' }).at(JUN_25)
    const [sent] = asked(customer.do(set(1)).effects, 'subscription.change')
    expect(sent?.expected).toBe(0)
    customer.do(vendorShows(customer))
    expect(addOnsOf(customer)).toEqual([])
    customer.do(vendorShows(customer, {}, sent?.key))
    expect(addOnsOf(customer)).toEqual([['five-seats', 1]])
  })

  /** The organisations at a gateway that owns the clock. */
  function native(policies: PolicyOptions = {}): Catalog {
    const sold = organisations(policies)
    return catalog({
      plans: [...sold.plans.values()],
      addOns: [...sold.addOns.values()],
      policies: sold.policies,
      gateways: NATIVE,
    })
  }
})

describe('removing an add-on', () => {
  it('waits for the end of the period and pays nothing back', () => {
    const customer = biggerTeam()
    customer.do(set(0))
    expect(membersOf(customer).limit).toBe(15)
    customer.at(JUL_10)
    expect(customer.asked()).toMatchObject({ amount: 1499_00 })
    expect([addOnsOf(customer), membersOf(customer).limit]).toEqual([[], 10])
    expect(customer.account.credit).toEqual({})
  })

  it('C6 is refused while its seats are taken', () => {
    const customer = biggerTeam()
    customer.usage = { members: { used: 12 } }
    const { refused, detail } = customer.do(set(0))
    expect([refused, detail]).toEqual([
      'exceeds_limits',
      { excess: [{ feature: 'members', used: 12, limit: 10, resources: null }] },
    ])
    customer.usage = { members: { used: 10 } }
    expect(customer.do(set(0)).refused).toBeNull()
  })

  it('can be taken back', () => {
    const customer = biggerTeam()
    customer.do(set(0))
    expect(customer.do(set(1)).events.map(({ type }) => type)).toEqual([
      'subscription.change_undone',
    ])
  })

  it('changes nothing when one does not have it', () => {
    expect(team().do(set(0))).toMatchObject({ refused: null, events: [] })
  })

  it('is possible for one that is not sold any more', () => {
    const { account } = biggerTeam()
    const { plans, policies, gateways } = organisations()
    const sold = catalog({ plans: [...plans.values()], policies, gateways })
    const customer = world(sold, JUN_25, { account })
    expect(customer.do(set(2)).refused).toBe('unknown_add_on')
    expect(customer.do(set(0)).refused).toBeNull()
    expect(customer.at(JUL_10).asked()).toMatchObject({ amount: 1499_00 })
  })
})

describe('the price of an add-on', () => {
  /** The same catalog after five seats became dearer. */
  function dearer(): Catalog {
    const { plans, policies, gateways } = organisations()
    const seats = limit('members')
    return catalog({
      plans: [...plans.values()],
      addOns: [addOn('five-seats', { price: monthly(399_00, 'PHP'), adds: [seats(5)] })],
      policies,
      gateways,
    })
  }

  it('stays what it was for units bought before, and for more of them', () => {
    const customer = world(dearer(), JUN_25, { account: biggerTeam().account })
    customer.do(set(2))
    expect(customer.asked()).toMatchObject({ amount: 149_50 })
    customer.pay({ id: 'pay_later' })
    expect(customer.at(JUL_10).asked()).toMatchObject({ amount: 1499_00 + 2 * 299_00 })
  })

  it('is today’s for a first purchase', () => {
    const customer = world(dearer(), JUN_25, { account: team().account })
    customer.do(set(1))
    expect(customer.asked()).toMatchObject({ amount: 199_50 })
  })

  it('stays what it was when the plan changes', () => {
    const customer = world(dearer(), JUN_25, { account: biggerTeam().account })
    customer.do({ type: 'change_plan', plan: 'business' })
    // Only the plan costs more: 4,999.00 − 1,499.00 for 15 of 30 days.
    expect(customer.asked()).toMatchObject({ amount: 1750_00 })
    customer.pay({ id: 'pay_later' })
    expect(customer.at(JUL_10).asked()).toMatchObject({ amount: 4999_00 + 299_00 })
  })
})

describe('an add-on and a change of plan', () => {
  const seats = limit('members')
  const sold = catalog({
    plans: [
      plan('small', { price: monthly(10_00, 'USD'), includes: [seats(1)] }),
      plan('middle', { price: monthly(20_00, 'USD'), includes: [seats(5)] }),
      plan('large', {
        price: [monthly(40_00, 'USD'), yearly(400_00, 'USD')],
        includes: [seats(9)],
      }),
    ],
    addOns: [
      addOn('extra', {
        price: [monthly(4_00, 'USD'), yearly(40_00, 'USD')],
        adds: [seats(2)],
        plans: ['middle', 'large'],
      }),
      addOn('lounge', { price: monthly(6_00, 'USD'), adds: [flag('lounge')()] }),
    ],
    policies: { proration: { granularity: 'day' } },
    gateways: [{ name: 'stripe' }],
  })
  const middle = (addOns = { extra: 1 }) =>
    customerOn(sold, 'middle', JUN_10, { addOns }).at(JUN_25)
  const scheduled = (customer: World) =>
    customer.subscription().pendingChange?.terms.addOns.map(({ id, quantity }) => [id, quantity])

  it('goes along to a plan it is sold with, and appears in neither credit nor charge', () => {
    const customer = middle()
    customer.do({ type: 'change_plan', plan: 'large' })
    expect(customer.account.invoices[0]?.lines.map(({ id, amount }) => [id, amount])).toEqual([
      ['middle', -10_00],
      ['large', 20_00],
    ])
    customer.pay()
    expect(addOnsOf(customer)).toEqual([['extra', 1]])
    expect(membersOf(customer, sold).limit).toBe(11)
  })

  it('is dropped by a plan it is not sold with', () => {
    const customer = middle()
    customer.do({ type: 'change_plan', plan: 'small' })
    expect(scheduled(customer)).toEqual([])
    expect(addOnsOf(customer)).toEqual([['extra', 1]])
    customer.at(JUL_10)
    expect(customer.asked()).toMatchObject({ amount: 10_00 })
    expect(addOnsOf(customer)).toEqual([])
  })

  it('is credited when an upgrade drops it', () => {
    const upward = catalog({
      plans: [
        plan('a', { price: monthly(20_00, 'USD') }),
        plan('b', { price: monthly(40_00, 'USD') }),
      ],
      addOns: [
        addOn('extra', { price: monthly(4_00, 'USD'), adds: [flag('extra')()], plans: ['a'] }),
      ],
      policies: { proration: { granularity: 'day' } },
      gateways: [{ name: 'stripe' }],
    })
    const customer = customerOn(upward, 'a', JUN_10, { addOns: { extra: 1 } }).at(JUN_25)
    customer.do({ type: 'change_plan', plan: 'b' })
    expect(customer.asked()).toMatchObject({ amount: 20_00 - 10_00 - 2_00 })
    customer.pay()
    expect(addOnsOf(customer)).toEqual([])
  })

  it('bought while a downgrade is scheduled goes along only where it is sold', () => {
    const customer = middle()
    customer.do({ type: 'change_plan', plan: 'small' })
    customer.do(set(2, 'extra'))
    customer.pay()
    expect([addOnsOf(customer), scheduled(customer)]).toEqual([[['extra', 2]], []])
    customer.do(set(1, 'lounge'))
    customer.pay()
    expect(scheduled(customer)).toEqual([['lounge', 1]])
    expect(customer.at(JUL_10).asked()).toMatchObject({ amount: 16_00 })
  })

  it('bought while a shorter interval is scheduled costs that interval’s price from then on', () => {
    const customer = customerOn(sold, 'large', JUN_10, { interval: 'year' })
    customer.do({ type: 'change_plan', plan: 'large', interval: 'month' })
    customer.do(set(1, 'extra'))
    expect(customer.asked()).toMatchObject({ amount: 40_00 })
    customer.pay()
    expect(customer.at('2026-06-10').asked()).toMatchObject({ amount: 44_00 })
  })

  it('removed while a downgrade is scheduled is removed from the scheduled plan too', () => {
    const customer = customerOn(sold, 'large', JUN_10, { addOns: { extra: 2 } })
    customer.do({ type: 'change_plan', plan: 'middle' })
    expect(scheduled(customer)).toEqual([['extra', 2]])
    customer.do(set(0, 'extra'))
    expect(scheduled(customer)).toEqual([])
    expect(customer.subscription().pendingChange?.terms.plan).toBe('middle')
  })
})

describe('an add-on is refused', () => {
  it('when nobody declared it', () => {
    expect(team().do(set(1, 'ten-seats')).refused).toBe('unknown_add_on')
  })

  it.each([-1, 1.5, 1_000_001])('in a number that makes no sense: %s', (quantity) => {
    expect(team().do(set(quantity)).refused).toBe('quantity_invalid')
  })

  it('without a paid subscription', () => {
    given(tieredSaas(), { at: JUN_10, history: (it) => it.do({ type: 'register' }) })
      .when(set(1))
      .thenRefused('subscription_required')
  })

  it('E-03 while the subscription is ending', () => {
    const customer = biggerTeam()
    customer.do({ type: 'cancel', at: 'period_end' })
    expect([customer.do(set(2)).refused, customer.do(set(0)).refused]).toEqual(['ending', 'ending'])
  })

  it('while an invoice is unpaid, unless it is taken off', () => {
    const customer = biggerTeam().at(JUL_10)
    customer.decline()
    expect([customer.do(set(2)).refused, customer.do(set(0)).refused]).toEqual(['past_due', null])
  })

  it('when it is taken and the customer would have to choose what to keep', () => {
    const choosing = organisations({ downgradeFit: 'choose' })
    const customer = customerOn(choosing, 'starter', JUN_10, { addOns: { 'five-seats': 1 } })
    customer.usage = occupying('members', 'ana', 'ben', 'cleo', 'dan')
    expect(customer.do(set(0)).refused).toBe('choose_what_to_keep')
  })
})
