import { describe, expect, it } from 'vitest'
import {
  type Catalog,
  catalog,
  entitlements,
  instant,
  limit,
  monthly,
  plan,
} from '../../../src/core/index.ts'
import { given, type World, world } from '../../../src/testing/index.ts'
import {
  asked,
  customerOn,
  dateOf,
  happened,
  listingSite,
  NATIVE,
  type PolicyOptions,
  requestKey,
  tieredSaas,
  vendorShows,
} from './products.ts'

const OCT_14 = '2025-10-14'
const NOV_14 = '2025-11-14'

const owner = (policies: PolicyOptions = {}) =>
  customerOn(listingSite(policies), 'professional', OCT_14)
const accessOf = (customer: World) => {
  const { access, because } = entitlements(customer.account, {}, customer.now, listingSite())
  return [access, because]
}

describe('granting credit', () => {
  const grant = (amount: number, currency = 'USD') =>
    ({ type: 'grant_credit', amount, currency }) as const

  it('B-19 pays for the next period first', () => {
    const customer = owner()
    customer.do(grant(30_00))
    expect(customer.at(NOV_14).asked()).toMatchObject({ amount: 69_00 })
    expect(customer.account.credit).toEqual({ USD: 0 })
  })

  it('pays for a whole period without asking the bank, and keeps the rest', () => {
    const customer = owner()
    customer.do(grant(100_00))
    customer.at(NOV_14)
    expect(customer.asked()).toBeUndefined()
    expect(customer.subscription().status).toBe('active')
    expect(customer.account.credit).toEqual({ USD: 1_00 })
  })

  it('is kept apart by currency', () => {
    const customer = owner()
    customer.do(grant(30_00, 'EUR'))
    customer.do(grant(5_00, 'EUR'))
    expect(customer.account.credit).toEqual({ EUR: 35_00 })
    expect(customer.at(NOV_14).asked()).toMatchObject({ amount: 99_00 })
  })

  it.each([0, -1, 0.5, Number.NaN, 2 ** 53])('I22 is refused for %s minor units', (amount) => {
    expect(owner().do(grant(amount)).refused).toBe('amount_invalid')
  })

  it('is refused in something that is no currency', () => {
    expect(owner().do(grant(1_00, 'POINTS')).refused).toBe('amount_invalid')
  })
})

describe('extending the grace period', () => {
  const extend = (days: number) => ({ type: 'extend_grace', days }) as const
  /** An owner whose renewal of November 14 was declined: grace until November 21. */
  function declined(): World {
    const customer = owner().at(NOV_14)
    customer.decline('insufficient_funds', 'never')
    return customer
  }

  it('B9 gives three more days before it is suspended, and before it ends', () => {
    const customer = declined()
    customer.do(extend(3))
    customer.at('2025-11-23T23:59:59.999Z')
    expect(customer.subscription().status).toBe('past_due')
    customer.at('2025-11-24')
    expect(customer.subscription().status).toBe('suspended')
    customer.at('2025-11-30T23:59:59.999Z')
    expect(customer.subscription().status).toBe('suspended')
    customer.at('2025-12-01')
    expect(customer.subscription()).toMatchObject({ status: 'canceled', reason: 'dunning' })
  })

  it('gives access back to one that was suspended already', () => {
    const customer = declined().at('2025-11-22')
    expect(accessOf(customer)).toEqual([false, 'suspended'])
    const { events } = customer.do(extend(3))
    expect(events.map(({ type }) => type)).toEqual(['grace.extended', 'subscription.past_due'])
    expect(accessOf(customer)).toEqual([true, 'past_due'])
    customer.at('2025-11-24')
    expect(accessOf(customer)).toEqual([false, 'suspended'])
  })

  it('adds up, and is forgotten once everything is paid', () => {
    const customer = declined()
    customer.do(extend(1))
    customer.do(extend(2))
    expect(customer.subscription().graceDays).toBe(3)
    customer.do({ type: 'retry_payment' })
    customer.pay()
    expect(customer.subscription()).toMatchObject({ status: 'active', graceDays: 0 })
  })

  it('is refused where nothing is unpaid, and for less than a day', () => {
    expect(owner().do(extend(3)).refused).toBe('nothing_to_pay')
    const customer = declined()
    expect([0, -1, 1.5].map((days) => customer.do(extend(days)).refused)).toEqual([
      'quantity_invalid',
      'quantity_invalid',
      'quantity_invalid',
    ])
  })
})

describe('blocking', () => {
  const block = (reason: 'admin' | 'fraud') => ({ type: 'block', reason }) as const
  const unblock = (reason: 'admin' | 'fraud') => ({ type: 'unblock', reason }) as const

  it('I12 withholds access and changes nothing else', () => {
    const customer = owner()
    const before = customer.subscription()
    customer.do(block('fraud'))
    expect(accessOf(customer)).toEqual([false, 'blocked'])
    expect(customer.subscription()).toEqual({ ...before, blocks: ['fraud'] })
    expect(customer.at(NOV_14).asked()).toMatchObject({ amount: 99_00 })
  })

  it('I13 lifting one reason does not lift another', () => {
    const customer = owner()
    customer.do(block('fraud'))
    customer.do(block('admin'))
    customer.do(unblock('fraud'))
    expect(accessOf(customer)).toEqual([false, 'blocked'])
    customer.do(unblock('admin'))
    expect(accessOf(customer)).toEqual([true, 'active'])
  })

  it('is a set: the same reason twice is one, and lifting what is not there is nothing', () => {
    const customer = owner()
    customer.do(block('fraud'))
    expect(customer.do(block('fraud')).events).toEqual([])
    expect(customer.do(unblock('admin')).events).toEqual([])
    customer.do(unblock('fraud'))
    expect(accessOf(customer)).toEqual([true, 'active'])
  })

  it('I13 paying does not lift it', () => {
    const customer = owner().at(NOV_14)
    customer.decline()
    customer.do(block('admin'))
    customer.do({ type: 'retry_payment' })
    customer.pay()
    expect([customer.subscription().status, ...accessOf(customer)]).toEqual([
      'active',
      false,
      'blocked',
    ])
  })

  it('needs a live subscription', () => {
    const nobody = world(listingSite(), OCT_14)
    expect(nobody.do(block('admin')).refused).toBe('subscription_required')
    expect(nobody.do(unblock('admin')).refused).toBe('subscription_required')
  })
})

describe('a new price in the catalog', () => {
  const listings = limit('listings')
  const priced = (amount: number, version = 1, includes = 3, gateways = [{ name: 'paystack' }]) =>
    catalog({
      plans: [
        plan('basic', { price: monthly(9_00, 'USD'), includes: [listings(1)] }),
        plan('professional', {
          price: monthly(amount, 'USD'),
          version,
          includes: [listings(includes)],
          earlier: version > 1 ? [{ version: 1, includes: [listings(3)] }] : [],
        }),
      ],
      gateways,
    })
  /** A customer of Professional at 99.00, after a deploy that sells it otherwise. */
  function deployed(sold: Catalog): World {
    const { account } = customerOn(priced(99_00), 'professional', OCT_14)
    return world(sold, '2025-10-20', { account })
  }

  it('never changes what a customer pays by itself', () => {
    const customer = deployed(priced(129_00))
    expect(customer.at(NOV_14).asked()).toMatchObject({ amount: 99_00 })
    customer.pay({ id: 'pay_nov' })
    expect(customer.at('2025-12-14').asked()).toMatchObject({ amount: 99_00 })
  })

  it('never changes what a customer gets by itself', () => {
    const sold = priced(99_00, 2, 2)
    const customer = deployed(sold)
    const limitNow = entitlements(customer.account, {}, customer.now, sold).get('listings').limit
    expect(limitNow).toBe(3)
  })

  it('reaches a customer who was migrated with the next period, after a notice', () => {
    const customer = deployed(priced(129_00))
    const { effects } = customer.do({ type: 'migrate_price' })
    expect(asked(effects, 'notice.send').map(({ notice }) => notice.name)).toEqual(['price_change'])
    expect(customer.subscription().price?.amount).toBe(99_00)
    expect(customer.at(NOV_14).asked()).toMatchObject({ amount: 129_00 })
  })

  it('comes with what the plan includes today', () => {
    const sold = priced(99_00, 2, 5)
    const customer = deployed(sold)
    customer.do({ type: 'migrate_price' })
    customer.at(NOV_14)
    const { limit: now } = entitlements(customer.account, {}, customer.now, sold).get('listings')
    expect([customer.subscription().planVersion, now]).toEqual([2, 5])
  })

  it('changes nothing when it is the price one has', () => {
    given(priced(99_00), { at: OCT_14, history: subscribes })
      .when({ type: 'migrate_price' })
      .thenNothing()
  })

  it('keeps quantity and add-ons', () => {
    const crewFor = (amount: number) =>
      catalog({
        plans: [plan('crew', { price: monthly(amount, 'USD'), quantity: { min: 1 } })],
        gateways: [{ name: 'stripe' }],
      })
    const { account } = customerOn(crewFor(10_00), 'crew', OCT_14, { quantity: 4 })
    const customer = world(crewFor(12_00), OCT_14, { account })
    customer.do({ type: 'migrate_price' })
    expect(customer.at(NOV_14).asked()).toMatchObject({ amount: 48_00 })
  })

  it('is asked of the gateway where it owns the clock', () => {
    const sold = priced(99_00)
    const native = catalog({ plans: [...sold.plans.values()], gateways: NATIVE })
    const { account } = customerOn(native, 'professional', OCT_14, { vendor: 'sub_vendor' })
    const dearer = catalog({ plans: [...priced(129_00).plans.values()], gateways: NATIVE })
    const customer = world(dearer, '2025-10-20', { account })
    const { effects } = customer.do({ type: 'migrate_price' })
    expect(asked(effects, 'subscription.schedule')).toMatchObject([
      { terms: { price: { amount: 129_00 } }, from: { price: { amount: 99_00 } } },
    ])
    customer.do(vendorShows(customer, {}, requestKey(customer)))
    expect(customer.subscription().pendingChange?.terms.price?.amount).toBe(129_00)
  })

  it('can not reach a customer whose price is gone, who is ending, or who pays nothing', () => {
    const yearless = catalog({
      plans: [plan('professional', { price: monthly(99_00, 'EUR') })],
      gateways: [{ name: 'paystack' }],
    })
    expect(deployed(yearless).do({ type: 'migrate_price' }).refused).toBe('price_not_found')
    const ending = deployed(priced(129_00))
    ending.do({ type: 'cancel', at: 'period_end' })
    expect(ending.do({ type: 'migrate_price' }).refused).toBe('ending')
    const free = world(tieredSaas(), OCT_14)
    free.do({ type: 'register' })
    expect(free.do({ type: 'migrate_price' }).refused).toBe('subscription_required')
  })
})

describe('resolving an incident', () => {
  /** An owner who paid 20.00 of the 25.00 that an upgrade costs. */
  function underpaid(): World {
    const customer = customerOn(listingSite(), 'basic', OCT_14).at('2025-10-30')
    customer.do({ type: 'change_plan', plan: 'professional' })
    customer.pay({ amount: 20_00 })
    return customer
  }
  const resolve = (customer: World, choice: 'refund' | 'credit' | 'none') => {
    const incident = customer.account.incidents[0]?.id ?? ''
    return customer.do({ type: 'resolve_incident', incident, choice })
  }

  it('gives the money back as credit', () => {
    const customer = underpaid()
    resolve(customer, 'credit')
    expect(customer.account.incidents).toEqual([])
    expect(customer.account.credit).toEqual({ USD: 20_00 })
  })

  it('sends the money back', () => {
    const customer = underpaid()
    const { effects } = resolve(customer, 'refund')
    expect(asked(effects, 'payment.refund')).toMatchObject([{ amount: 20_00, currency: 'USD' }])
    expect(customer.account.payments.at(-1)).toMatchObject({ refunding: 20_00 })
    expect(customer.account.credit).toEqual({})
  })

  it('does nothing about it when that is the decision', () => {
    const customer = underpaid()
    expect(resolve(customer, 'none').events.map(({ type }) => type)).toEqual(['incident.resolved'])
  })

  it('happens once', () => {
    const customer = underpaid()
    const incident = customer.account.incidents[0]?.id ?? ''
    resolve(customer, 'credit')
    const again = customer.do({ type: 'resolve_incident', incident, choice: 'credit' })
    expect(again.refused).toBe('incident_unknown')
    expect(customer.account.credit).toEqual({ USD: 20_00 })
  })
})

describe('reminding of a payment', () => {
  it('B-19 tells the customer what is owed and until when, as often as it is asked', () => {
    const customer = owner().at(NOV_14)
    customer.decline()
    for (const day of ['2025-11-15', '2025-11-16']) customer.at(day).do({ type: 'remind_payment' })
    const sent = asked(customer.effects, 'notice.send').filter(
      ({ notice }) => notice.name === 'payment_reminder',
    )
    expect(sent.map(({ notice }) => [dateOf(notice.at), notice.data.amount])).toEqual([
      ['2025-11-15', 99_00],
      ['2025-11-16', 99_00],
    ])
    expect(sent.map(({ notice }) => dateOf(instant(Number(notice.data.graceEndsAt))))).toEqual([
      '2025-11-21',
      '2025-11-21',
    ])
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2)
  })

  it('is refused where nothing is owed', () => {
    given(listingSite(), { at: OCT_14 })
      .when({ type: 'remind_payment' })
      .thenRefused('nothing_to_pay')
    expect(owner().do({ type: 'remind_payment' }).refused).toBe('nothing_to_pay')
  })
})

describe('the journal of what an operator did', () => {
  it('B-19 has a dated event for each', () => {
    const customer = owner()
    customer.at('2025-10-20').do({ type: 'grant_credit', amount: 5_00, currency: 'USD' })
    customer.at('2025-10-21').do({ type: 'block', reason: 'admin' })
    customer.at('2025-10-22').do({ type: 'unblock', reason: 'admin' })
    const dates = (['credit.added', 'block.added', 'block.lifted'] as const).map((type) =>
      happened(customer, type).map(({ at }) => dateOf(at)),
    )
    expect(dates).toEqual([['2025-10-20'], ['2025-10-21'], ['2025-10-22']])
  })
})

function subscribes(customer: World): void {
  customer.do({ type: 'subscribe', plan: 'professional' })
  customer.pay()
}
