/** Adopting a subscription that was sold at the gateway without us. */
import { describe, expect, it } from 'vitest'
import { type ForeignSubscription, instant } from '../../../src/core/index.ts'
import { type World, world } from '../../../src/testing/index.ts'
import { adopting, asked, NATIVE, tieredSaas, vendorShows } from './products.ts'

const sold = tieredSaas({}, NATIVE)
const OCT_30 = '2025-10-30'
const essential = { plan: 'essential', amount: 19_00 }

function adopted(found: Partial<ForeignSubscription> = {}): World {
  const customer = world(sold, OCT_30)
  customer.do({ type: 'register' })
  customer.do(adopting(essential, found))
  return customer
}

describe('an adopted subscription', () => {
  it('stands as if it had been bought here, and nothing is charged', () => {
    const customer = adopted()
    expect(customer.subscription()).toMatchObject({
      status: 'active',
      plan: 'essential',
      gateway: 'stripe',
      gatewayRef: 'sub_old',
      renewals: 'gateway',
      startedAt: instant('2025-08-14'),
      anchor: instant('2025-10-14'),
      paidThrough: instant('2025-11-14'),
    })
    expect(customer.account.paymentMethod?.id).toBe('card_old')
    expect(customer.account.gatewayCustomers).toEqual({ stripe: 'cus_old' })
    expect(customer.effects.filter(({ kind }) => kind !== 'notice.send')).toEqual([])
    expect(customer.account.invoices).toEqual([])
  })

  it('keeps a trial that runs, and that trial is used', () => {
    const customer = adopted({ state: 'trialing' })
    expect(customer.subscription()).toMatchObject({ status: 'trialing' })
    expect(customer.account.trials).toHaveLength(1)
  })

  it('keeps its ending', () => {
    const cancelAt = instant('2025-11-14')
    expect(adopted({ cancelAt }).subscription()).toMatchObject({ status: 'active', cancelAt })
  })

  it('renews with the gateway’s word, and ends with it', () => {
    const customer = adopted().at('2025-11-14')
    const period = { start: instant('2025-11-14'), end: instant('2025-12-14') }
    const subject = { subscription: 'sub_old', period }
    const payment = { id: 'in_1', subject, amount: 19_00, currency: 'USD', at: customer.now }
    customer.do({ type: 'payment.succeeded', gateway: 'stripe', payment })
    expect(customer.subscription()).toMatchObject({ status: 'active', period })
    customer.do(vendorShows(customer, { state: 'canceled', observedAt: instant('2025-11-15') }))
    expect(customer.subscription().plan).toBe('free')
  })

  it('is upgraded at the gateway', () => {
    const customer = adopted()
    customer.do({ type: 'change_plan', plan: 'premium' })
    expect(asked(customer.effects, 'subscription.change')).toMatchObject([
      { gateway: 'stripe', subscription: 'sub_old' },
    ])
  })

  it('adopted again is nothing', () => {
    expect(adopted().do(adopting(essential))).toMatchObject({ refused: null, events: [] })
  })
})

describe('every difference is refused and named', () => {
  const price = { amount: 19_00, currency: 'USD', interval: { unit: 'month', count: 1 } } as const
  const cases: readonly (readonly [string, Partial<ForeignSubscription>])[] = [
    ['amount', { price: { ...price, amount: 18_00 } }],
    ['currency', { price: { ...price, currency: 'EUR' } }],
    ['interval', { price: { ...price, interval: { unit: 'week', count: 1 } } }],
    ['plan', { plan: 'premium' }],
    ['quantity', { quantity: 2 }],
    ['items', { items: 2 }],
    ['discounted', { discounted: true }],
    ['scheduled', { scheduled: true }],
    ['status', { state: 'past_due' }],
    ['status', { state: 'canceled' }],
    ['mode', { mode: 'live' }],
    ['collection', { collection: 'by_invoice' }],
  ]
  const refusal = (customer: World, command = adopting(essential)) => {
    const { refused, detail } = customer.do(command)
    const named = (detail?.differences ?? []) as readonly { readonly what: string }[]
    return [refused, ...named.map(({ what }) => what)]
  }

  it.each(cases)('%s', (what, found) => {
    expect(refusal(world(sold, OCT_30), adopting(essential, found))).toEqual([
      'adoption_mismatch',
      what,
    ])
  })

  it('all of them at once', () => {
    const found = { quantity: 2, items: 3, state: 'paused', mode: 'live' } as const
    expect(refusal(world(sold, OCT_30), adopting(essential, found))).toEqual([
      'adoption_mismatch',
      ...['quantity', 'items', 'status', 'mode'],
    ])
  })

  it('a customer who has a paid subscription, or another customer there', () => {
    const other = { subscription: 'sub_two', customer: 'cus_two' }
    expect(refusal(adopted(), adopting(essential, other))).toEqual([
      'adoption_mismatch',
      ...['subscribed', 'customer'],
    ])
  })

  it('what belongs to another account', () => {
    const taken = { ...adopting(essential), takenElsewhere: ['subscription', 'customer'] } as const
    expect(refusal(world(sold, OCT_30), taken)).toEqual([
      'adoption_mismatch',
      ...['subscription_taken', 'customer_taken'],
    ])
  })

  it('a gateway whose clock is not used', () => {
    const ours = tieredSaas({}, [{ name: 'stripe' }])
    expect(refusal(world(ours, OCT_30))).toEqual(['adoption_mismatch', 'renewals'])
  })
})
