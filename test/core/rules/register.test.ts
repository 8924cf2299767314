import { describe, expect, it } from 'vitest'
import { catalog, entitlements, meter, plan } from '../../../src/core/index.ts'
import { given, world } from '../../../src/testing/index.ts'
import { dateOf } from './products.ts'
import { checkOut, periodOf, registered, shop, stateOf } from './shop.ts'

const OCT_14 = '2025-10-14'

describe('registering', () => {
  it('A-01 puts a new customer on the free plan at once', () => {
    given(shop(), { at: OCT_14 })
      .when({ type: 'register' })
      .then('account.registered', 'subscription.started')
      .and((customer) => {
        expect(stateOf(customer)).toBe('free active')
        expect(customer.subscription().price).toBeNull()
        expect(dateOf(customer.account.registeredAt)).toBe(OCT_14)
      })
  })

  it('A-01 twice makes one free subscription', () => {
    const customer = registered(shop(), OCT_14)
    const first = customer.account
    expect(customer.do({ type: 'register' }).events).toEqual([])
    expect(customer.account).toEqual(first)
  })

  it('keeps the first date when the customer registers again later', () => {
    const customer = registered(shop(), OCT_14).at('2026-01-02')
    customer.do({ type: 'register' })
    expect(dateOf(customer.account.registeredAt)).toBe(OCT_14)
    expect(dateOf(customer.subscription().startedAt)).toBe(OCT_14)
  })

  it('B-01 without a free plan gives nothing until something is paid', () => {
    given(shop({ free: false }), { at: OCT_14 })
      .when({ type: 'register' })
      .then('account.registered')
      .and(({ account, now }) => {
        const rights = entitlements(account, {}, now, shop({ free: false }))
        expect(rights.access).toBe(false)
        expect(rights.because).toBe('subscription_required')
      })
  })

  it('gives what the free plan includes, from the same moment', () => {
    const customer = registered(shop(), OCT_14)
    const listings = entitlements(customer.account, {}, customer.now, shop()).get('listings')
    expect(listings).toMatchObject({ allowed: true, limit: 1, because: 'default_plan' })
  })

  it('starts the free plan of every group that has one', () => {
    const twoGroups = catalog({
      plans: [plan('free', { default: true }), plan('small', { group: 'storage', default: true })],
    })
    const customer = registered(twoGroups, OCT_14)
    expect(stateOf(customer)).toBe('free active')
    expect(stateOf(customer, 'storage')).toBe('small active')
  })

  it('starts nothing in a group without a free plan', () => {
    expect(stateOf(registered(shop(), OCT_14), 'backup')).toBe('nothing')
  })

  it('tells nobody about a free plan', () => {
    expect(registered(shop(), OCT_14).effects).toEqual([])
  })

  it('leaves a plan alone that was bought before', () => {
    const customer = world(shop(), OCT_14)
    checkOut(customer, 'basic')
    customer.pay()
    const { events } = customer.do({ type: 'register' })
    expect(events.map(({ type }) => type)).toEqual(['account.registered'])
    expect(stateOf(customer)).toBe('basic active')
  })
})

describe('the free plan', () => {
  it('never ends and never costs anything', () => {
    const customer = registered(shop(), OCT_14)
    const before = customer.account
    customer.at('2027-10-14')
    expect(customer.account).toEqual(before)
    expect(customer.effects).toEqual([])
  })

  it('D-01 counts its meters by the month, from the day of the registration', () => {
    const queries = meter('queries')
    const analyser = catalog({ plans: [plan('free', { default: true, includes: [queries(50)] })] })
    const customer = registered(analyser, '2025-01-31')
    expect(periodOf(customer)).toEqual(['2025-01-31', '2025-02-28'])
    const resetsAt = (at: string) => {
      customer.at(at)
      const rights = entitlements(customer.account, {}, customer.now, analyser)
      return dateOf(rights.get('queries').resetsAt)
    }
    expect(resetsAt('2025-02-27')).toBe('2025-02-28')
    expect(resetsAt('2025-02-28')).toBe('2025-03-31')
  })
})
