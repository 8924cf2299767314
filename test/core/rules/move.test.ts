import { describe, expect, it } from 'vitest'
import {
  catalog,
  coupon,
  days,
  entitlements,
  instant,
  limit,
  meter,
  monthly,
  plan,
  type Usage,
} from '../../../src/core/index.ts'
import { card, type World, world } from '../../../src/testing/index.ts'
import { asked, customerOn, dateOf, requestKey, vendorShows } from './products.ts'

const OCT_14 = '2025-10-14'
const OCT_30 = '2025-10-30'
const NOV_14 = '2025-11-14'

const members = limit('members')
const mails = meter('mails')
const sold = catalog({
  plans: [
    plan('free', { default: true, includes: [members(1)] }),
    plan('crew', {
      price: monthly(10_00, 'USD'),
      quantity: { min: 1 },
      trial: days(14, { payment: 'upfront' }),
      includes: [members(1, { per: 'unit' }), mails(100)],
    }),
    plan('fleet', {
      price: monthly(20_00, 'USD'),
      quantity: { min: 1 },
      includes: [members(2, { per: 'unit' }), mails(500)],
    }),
  ],
  coupons: [coupon('TENTH', { percent: 10, duration: 'forever' })],
  gateways: [
    { name: 'paystack' },
    { name: 'paymongo' },
    { name: 'stripe', renewals: 'gateway', amounts: 'session' },
  ],
})

/** A crew of three at Paystack, with a coupon. */
function customer(): World {
  const crew = world(sold, OCT_14)
  crew.do({ type: 'register' })
  const bought = { plan: 'crew', quantity: 3, coupon: 'TENTH', trial: false } as const
  crew.do({ type: 'subscribe', ...bought })
  crew.pay()
  return crew.at(OCT_30)
}
/** A fleet of one at Stripe, which owns the clock. */
function native(): World {
  const fleet = world(sold, OCT_14)
  fleet.do({ type: 'subscribe', plan: 'fleet', gateway: 'stripe' })
  fleet.pay({ subscription: 'sub_vendor' })
  return fleet.at(OCT_30)
}
const moveTo = (to: string) => ({ type: 'move', to }) as const
/** Goes to the other gateway's page and saves a card there. */
function moved(from: World, to: string, subscription?: string): World {
  from.do(moveTo(to))
  from.pay({ method: card(to, 'card_2'), ...(subscription && { subscription }) })
  return from
}
const opened = (from: World) => asked(from.effects, 'checkout.open').at(-1)

describe('moving to another gateway', () => {
  it('F-04 opens a page there that costs nothing and starts where the paid period ends', () => {
    const crew = customer()
    const before = crew.subscription()
    crew.do(moveTo('paymongo'))
    expect(opened(crew)).toMatchObject({
      gateway: 'paymongo',
      startsAt: Date.UTC(2025, 10, 14),
      checkout: { purpose: 'move', amount: 0, lines: [] },
    })
    expect(crew.subscription()).toEqual(before)
  })

  it('F-04 keeps plan, price, seats, coupon, anchor, period and what is scheduled', () => {
    const crew = customer()
    crew.do({ type: 'set_quantity', quantity: 2 })
    const before = crew.subscription()
    moved(crew, 'paymongo')
    expect(crew.subscription()).toEqual({ ...before, gateway: 'paymongo' })
    expect(crew.account.payments).toHaveLength(1)
  })

  it('F-04 keeps access and what was used', () => {
    const crew = customer()
    const usage: Usage = {
      members: { used: 2 },
      mails: { used: 40, since: instant('2025-10-20') },
    }
    const seen = () => entitlements(crew.account, usage, crew.now, sold).all
    const before = seen()
    moved(crew, 'paymongo')
    expect(seen()).toEqual(before)
  })

  it('F-04 collects the next period there, with the card that was saved there', () => {
    const crew = moved(customer(), 'paymongo').at(NOV_14)
    expect(crew.asked()).toMatchObject({
      gateway: 'paymongo',
      amount: 27_00,
      customer: 'cus_paymongo',
      method: { id: 'card_2' },
    })
    crew.pay()
    expect(dateOf(crew.subscription().period.end)).toBe('2025-12-14')
  })

  it('forgets the card at the old gateway', () => {
    const crew = moved(customer(), 'paymongo')
    expect(asked(crew.effects, 'method.detach')).toMatchObject([
      { gateway: 'paystack', method: 'card_1' },
    ])
    expect(crew.account.paymentMethod?.id).toBe('card_2')
  })

  it('takes the payment link of the next period back from the old gateway', () => {
    const crew = world(sold, OCT_14)
    crew.do({ type: 'subscribe', plan: 'fleet' })
    crew.pay({ method: { ...card('paystack'), reusable: false } })
    crew.at('2025-11-11')
    const [invoice] = crew.account.invoices
    const id = invoice?.id ?? ''
    crew.do({
      type: 'link.delivered',
      gateway: 'paystack',
      invoice: id,
      url: 'https://pay.example',
    })
    moved(crew, 'paymongo')
    expect(asked(crew.effects, 'checkout.expire')).toMatchObject([
      { gateway: 'paystack', reference: id },
    ])
    crew.at(NOV_14)
    expect(crew.asked()).toMatchObject({ gateway: 'paymongo', amount: 20_00 })
  })

  it('changes nothing when the page is given up', () => {
    const crew = customer()
    crew.do(moveTo('paymongo'))
    const before = crew.subscription()
    crew.at('2025-11-01')
    expect(crew.account.checkouts).toEqual({})
    expect(crew.subscription()).toEqual(before)
    expect(crew.at(NOV_14).asked()).toMatchObject({ gateway: 'paystack', method: { id: 'card_1' } })
  })

  it('opens one page however often it is asked for', () => {
    const crew = customer()
    crew.do(moveTo('paymongo'))
    expect(crew.do(moveTo('paymongo')).events).toEqual([])
  })

  it('is nothing when the customer is there already', () => {
    expect(customer().do(moveTo('paystack'))).toMatchObject({ refused: null, events: [] })
  })
})

describe('moving between gateways with different clocks', () => {
  it('lets the new gateway renew from the next period on, where it owns the clock', () => {
    const crew = moved(customer(), 'stripe', 'sub_new')
    expect(crew.subscription()).toMatchObject({
      gateway: 'stripe',
      renewals: 'gateway',
      gatewayRef: 'sub_new',
    })
    crew.at('2025-11-14T00:30Z')
    expect(asked(crew.effects, 'payment.collect')).toEqual([])
    const period = { start: instant(NOV_14), end: instant('2025-12-14') }
    const subject = { subscription: 'sub_new', period }
    const payment = { id: 'in_1', subject, amount: 30_00, currency: 'USD', at: crew.now }
    crew.do({ type: 'payment.succeeded', gateway: 'stripe', payment })
    expect(crew.subscription()).toMatchObject({
      period,
      anchor: Date.UTC(2025, 9, 14),
      quantity: 3,
    })
  })

  it('ends the subscription at the old gateway, and its last word ends nothing here', () => {
    const fleet = native()
    const goodbye = vendorShows(fleet, { state: 'canceled', observedAt: instant('2025-10-31') })
    moved(fleet, 'paymongo')
    expect(asked(fleet.effects, 'subscription.cancel')).toMatchObject([
      { gateway: 'stripe', subscription: 'sub_vendor', at: 'now' },
    ])
    fleet.at('2025-10-31').do(goodbye)
    expect(fleet.subscription()).toMatchObject({
      status: 'active',
      gateway: 'paymongo',
      renewals: 'billwright',
      gatewayRef: null,
    })
    expect(fleet.at(NOV_14).asked()).toMatchObject({ gateway: 'paymongo', amount: 20_00 })
  })
})

describe('moving at the end of the period', () => {
  const later = (to: string) => ({ ...moveTo(to), at: 'period_end' }) as const
  function held(from: World, to: string, subscription?: string): World {
    from.do(later(to))
    from.pay({ method: card(to, 'card_2'), ...(subscription && { subscription }) })
    return from
  }

  it('F-04 changes nothing before: the old gateway charges what comes until then', () => {
    const crew = held(customer(), 'paymongo')
    expect(crew.subscription()).toMatchObject({ gateway: 'paystack', status: 'active' })
    expect(crew.account.paymentMethod).toMatchObject({ gateway: 'paystack', id: 'card_1' })
    expect(asked(crew.effects, 'method.detach')).toEqual([])
  })

  it('F-04 at the boundary the new gateway collects, and the old one forgets the card', () => {
    const crew = held(customer(), 'paymongo').at(NOV_14)
    expect(crew.asked()).toMatchObject({ gateway: 'paymongo', amount: 27_00 })
    expect(crew.asked()).toMatchObject({ method: { id: 'card_2' } })
    expect(asked(crew.effects, 'method.detach')).toMatchObject([
      { gateway: 'paystack', method: 'card_1' },
    ])
    crew.pay()
    expect(crew.subscription()).toMatchObject({ gateway: 'paymongo', status: 'active' })
    expect(crew.account.checkouts).toEqual({})
  })

  it('a subscription at the old gateway ends there with its period, and that ends nothing here', () => {
    const fleet = held(native(), 'paymongo')
    expect(asked(fleet.effects, 'subscription.cancel')).toMatchObject([
      { gateway: 'stripe', subscription: 'sub_vendor', at: instant(NOV_14) },
    ])
    const ending = { cancelAt: instant(NOV_14), observedAt: instant('2025-10-31') }
    fleet.at('2025-10-31').do(vendorShows(fleet, ending))
    expect(fleet.subscription()).toMatchObject({ gateway: 'stripe', cancelAt: null })
    const over = vendorShows(fleet, { state: 'canceled', observedAt: instant(NOV_14) })
    fleet.at(NOV_14).do(over)
    expect(fleet.subscription()).toMatchObject({ gateway: 'paymongo', status: 'active' })
    expect(fleet.asked()).toMatchObject({ gateway: 'paymongo', amount: 20_00 })
  })

  it('one that ends at the old gateway too soon goes on at the new one', () => {
    const fleet = held(native(), 'paymongo')
    const gone = vendorShows(fleet, { state: 'canceled', observedAt: instant('2025-10-31') })
    fleet.at('2025-10-31').do(gone)
    expect(fleet.subscription()).toMatchObject({
      gateway: 'paymongo',
      status: 'active',
      period: { end: instant(NOV_14) },
    })
  })

  it('the word of a new gateway whose clock is ahead switches, and pays the period', () => {
    const crew = held(customer(), 'stripe', 'sub_new').at('2025-11-13T23:59:50Z')
    const period = { start: instant(NOV_14), end: instant('2025-12-14') }
    const subject = { subscription: 'sub_new', period }
    const payment = { id: 'in_1', subject, amount: 27_00, currency: 'USD', at: crew.now }
    crew.do({ type: 'payment.succeeded', gateway: 'stripe', payment })
    expect(crew.subscription()).toMatchObject({ gateway: 'stripe', gatewayRef: 'sub_new', period })
    expect(crew.account.incidents).toEqual([])
  })

  it('undone, the new gateway lets go and the old one goes on', () => {
    const fleet = held(native(), 'paymongo')
    fleet.do({ type: 'undo_change' })
    expect(asked(fleet.effects, 'method.detach')).toMatchObject([{ gateway: 'paymongo' }])
    expect(asked(fleet.effects, 'subscription.resume')).toMatchObject([{ gateway: 'stripe' }])
    const crew = held(customer(), 'stripe', 'sub_new')
    crew.do({ type: 'undo_change' })
    expect(asked(crew.effects, 'subscription.cancel')).toMatchObject([
      { gateway: 'stripe', subscription: 'sub_new', at: 'now' },
    ])
    expect(crew.at(NOV_14).asked()).toMatchObject({ gateway: 'paystack', method: { id: 'card_1' } })
  })

  it('a cancellation takes it back, and so does the end', () => {
    const crew = held(customer(), 'stripe', 'sub_new')
    crew.do({ type: 'cancel', at: 'period_end' })
    expect(asked(crew.effects, 'subscription.cancel')).toMatchObject([{ gateway: 'stripe' }])
    expect(crew.account.checkouts).toEqual({})
    const fleet = held(customer(), 'stripe', 'sub_new')
    fleet.do({ type: 'cancel', at: 'now' })
    expect(asked(fleet.effects, 'subscription.cancel')).toMatchObject([{ gateway: 'stripe' }])
  })

  it('asked for now after all, it happens now', () => {
    const crew = held(customer(), 'paymongo')
    crew.do(moveTo('paymongo'))
    expect(crew.subscription()).toMatchObject({ gateway: 'paymongo' })
    expect(crew.account.paymentMethod?.id).toBe('card_2')
  })

  it('what the other gateway will charge was agreed: plan, seats, coupon and pauses wait', () => {
    for (const command of [
      { type: 'change_plan', plan: 'fleet' },
      { type: 'set_quantity', quantity: 2 },
      { type: 'remove_coupon' },
      { type: 'pause' },
    ] as const)
      expect(held(customer(), 'stripe', 'sub_new').do(command).refused, command.type).toBe(
        'in_progress',
      )
  })
})

it('a gateway that bills learns of the coupon, and a change that it would not know of is refused', () => {
  expect(
    asked(moved(customer(), 'stripe', 'sub_new').effects, 'subscription.discount'),
  ).toMatchObject([{ gateway: 'stripe', subscription: 'sub_new', coupon: { code: 'TENTH' } }])
  const crew = customer()
  crew.do({ type: 'set_quantity', quantity: 2 })
  expect(crew.do(moveTo('stripe')).refused).toBe('in_progress')
})

it('a payment of another gateway with the same id is another payment', () => {
  const crew = moved(customer(), 'paymongo').at(NOV_14)
  const [first] = crew.account.payments
  crew.pay({ id: first?.id ?? '' })
  expect(crew.account.payments.map(({ id, gateway }) => [id, gateway])).toEqual([
    [first?.id, 'paystack'],
    [first?.id, 'paymongo'],
  ])
  expect(crew.subscription().status).toBe('active')
})

it('what a page charges only to save a card comes back, by policy', () => {
  const crew = customer()
  crew.do(moveTo('paymongo'))
  const { reference = '' } = crew.account.checkouts.default ?? {}
  const payment = { id: 'check_1', subject: { checkout: reference }, amount: 2_00 }
  crew.do({
    type: 'checkout.completed',
    gateway: 'paymongo',
    reference,
    customer: null,
    subscription: null,
    method: card('paymongo', 'card_2'),
    payment: { ...payment, currency: 'USD', at: crew.now },
    at: crew.now,
  })
  expect(crew.subscription()).toMatchObject({ gateway: 'paymongo', status: 'active' })
  expect(crew.account.credit).toEqual({ USD: 2_00 })
  expect(crew.account.incidents).toEqual([])
})

it('the card that was saved for a move is kept, though another was saved in the same second', () => {
  const fleet = world(sold, OCT_14)
  fleet.do({ type: 'subscribe', plan: 'fleet', gateway: 'stripe' })
  fleet.pay({ subscription: 'sub_vendor' })
  expect(moved(fleet, 'paymongo').account.paymentMethod).toMatchObject({ gateway: 'paymongo' })
})

describe('moving to a gateway that saves nothing', () => {
  const links = catalog({
    plans: [plan('fleet', { price: monthly(20_00, 'USD') })],
    gateways: [{ name: 'paystack' }, { name: 'paymongo', savesMethods: false }],
  })
  function onLinks(at: 'now' | 'period_end'): World {
    const fleet = world(links, OCT_14)
    fleet.do({ type: 'subscribe', plan: 'fleet' })
    fleet.pay()
    fleet.at(OCT_30).do({ ...moveTo('paymongo'), at })
    return fleet
  }

  it('F-04 needs no page: the next period is paid on one that is sent ahead', () => {
    const fleet = onLinks('now')
    expect(
      asked(fleet.effects, 'checkout.open').filter(({ gateway }) => gateway === 'paymongo'),
    ).toEqual([])
    expect(fleet.subscription()).toMatchObject({ gateway: 'paymongo' })
    fleet.at('2025-11-11')
    expect(fleet.asked()).toMatchObject({ gateway: 'paymongo', method: null, amount: 20_00 })
  })

  it('at the end of the period, it switches when that page is sent', () => {
    const fleet = onLinks('period_end').at('2025-11-10')
    expect(fleet.subscription()).toMatchObject({ gateway: 'paystack' })
    fleet.at('2025-11-11')
    expect(fleet.subscription()).toMatchObject({ gateway: 'paymongo' })
    expect(fleet.asked()).toMatchObject({ gateway: 'paymongo', method: null, amount: 20_00 })
  })
})

describe('a move is refused', () => {
  it('to a gateway nobody configured', () => {
    const { refused, detail } = customer().do(moveTo('dodo'))
    expect([refused, detail]).toEqual(['gateway_required', { gateway: 'dodo' }])
  })

  it('without a paid subscription', () => {
    const free = world(sold, OCT_14)
    free.do({ type: 'register' })
    expect(free.do(moveTo('paymongo')).refused).toBe('subscription_required')
    const trial = customerOn(sold, 'crew', OCT_14)
    expect(trial.subscription().status).toBe('trialing')
    expect(trial.do(moveTo('paymongo')).refused).toBe('subscription_required')
  })

  it('while it is ending, unpaid or paused', () => {
    const ending = customer()
    ending.do({ type: 'cancel', at: 'period_end' })
    expect(ending.do(moveTo('paymongo')).refused).toBe('ending')
    const unpaid = customer().at(NOV_14)
    unpaid.decline()
    expect(unpaid.do(moveTo('paymongo')).refused).toBe('past_due')
    const paused = customer()
    paused.do({ type: 'pause' })
    expect(paused.do(moveTo('paymongo')).refused).toBe('paused')
  })

  it('while a change or a request is under way', () => {
    const changing = customer()
    changing.do({ type: 'change_plan', plan: 'fleet' })
    expect(changing.do(moveTo('paymongo')).refused).toBe('in_progress')
    const asking = native()
    asking.do({ type: 'cancel', at: 'period_end' })
    expect(requestKey(asking)).not.toBe('')
    expect(asking.do(moveTo('paymongo')).refused).toBe('in_progress')
  })
})
