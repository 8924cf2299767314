import { describe, expect, it } from 'vitest'
import { catalog, days, entitlements, instant, monthly, plan } from '../../../src/core/index.ts'
import { type World, world } from '../../../src/testing/index.ts'
import { asked, customerOn, dateOf, happened } from './products.ts'
import {
  atCheckout,
  checkOut,
  completed,
  HOSTED,
  moneyFor,
  offset,
  periodOf,
  registered,
  shop,
  stateOf,
} from './shop.ts'

const MAR_5 = '2025-03-05'
const MAR_15 = '2025-03-15'
const sold = shop()

const tryOut = (customer: World, wanted: string, more: { readonly trialKeys?: string[] } = {}) =>
  customer.do({ type: 'start_trial', plan: wanted, ...more })

/** A customer whose ten days of Starter began on March 5. */
function trying(of = sold): World {
  const customer = registered(of, MAR_5)
  tryOut(customer, 'starter')
  return customer
}

function trialEnd(customer: World, group = 'default'): string | null {
  const subscription = customer.subscription(group)
  return subscription.status === 'trialing' ? dateOf(subscription.trial.endsAt) : null
}

describe('starting a trial', () => {
  it('C-04 without payment gives the plan at once and asks no gateway for anything', () => {
    const customer = trying()
    expect(stateOf(customer)).toBe('starter trialing')
    expect(trialEnd(customer)).toBe(MAR_15)
    const rights = entitlements(customer.account, {}, customer.now, sold)
    expect(rights.get('listings')).toMatchObject({ limit: 5, because: 'trialing' })
    expect(customer.effects.map(({ kind }) => kind)).toEqual(['notice.send'])
    expect(customer.subscription().gateway).toBeNull()
  })

  it('C-04 writes down when the trial was used', () => {
    const marks = trying().account.trials.map(({ key, plan, at }) => [key, plan, dateOf(at)])
    expect(marks).toEqual([['customer:customer', 'starter', MAR_5]])
  })

  it('happens by subscribing, too', () => {
    const customer = registered(sold, MAR_5)
    customer.do({ type: 'subscribe', plan: 'starter' })
    expect(stateOf(customer)).toBe('starter trialing')
  })

  it('is left out when the customer wants to pay at once, and stays open for later', () => {
    const customer = registered(sold, MAR_5)
    expect(checkOut(customer, { plan: 'starter', trial: false })).toMatchObject({
      amount: 49_00,
      trialDays: null,
    })
    expect(customer.account.trials).toEqual([])
  })

  it('with a card saved first opens a page for nothing and starts when it is done', () => {
    const { customer, checkout } = atCheckout(sold, MAR_5, 'vip')
    expect(checkout).toMatchObject({ amount: 0, lines: [], trialDays: 14 })
    expect(stateOf(customer)).toBe('free active')
    customer.at('2025-03-05T18:00:00Z')
    customer.pay()
    expect(stateOf(customer)).toBe('vip trialing')
    expect(trialEnd(customer)).toBe('2025-03-19T18:00:00.000Z')
    expect(customer.account.paymentMethod?.last4).toBe('4242')
    expect(customer.account.payments).toEqual([])
  })

  it('with a card saved first is told twice and starts once', () => {
    const { customer, checkout } = atCheckout(sold, MAR_5, 'vip')
    const done = completed(checkout, { paid: false })
    customer.do(done)
    customer.do(done)
    expect(happened(customer, 'trial.started')).toHaveLength(1)
  })

  it('counts from the moment the page was done, though we hear of it after the page expired', () => {
    const { customer, checkout } = atCheckout(sold, MAR_5, 'vip')
    customer.at('2025-03-07')
    checkOut(customer, 'basic')
    customer.do(completed(checkout, { paid: false, at: instant('2025-03-05T23:00:00Z') }))
    expect(stateOf(customer)).toBe('vip trialing')
    expect(trialEnd(customer)).toBe('2025-03-19T23:00:00.000Z')
    expect(customer.account.checkouts).toEqual({})
  })

  it.each(['2025-03-01', '2025-04-01'])(
    'never counts from outside the time the page was open: %s',
    (at) => {
      const { customer, checkout } = atCheckout(sold, MAR_5, 'vip')
      customer.do(completed(checkout, { paid: false, at: instant(at) }))
      expect(trialEnd(customer)).toBe('2025-03-19')
    },
  )

  it('uses nothing up when the page is abandoned', () => {
    const { customer } = atCheckout(sold, MAR_5, 'vip')
    customer.at('2025-03-06')
    expect(customer.account.trials).toEqual([])
    expect(checkOut(customer, 'vip').trialDays).toBe(14)
  })

  it('is refused for a plan without one', () => {
    const customer = registered(sold, MAR_5)
    expect(tryOut(customer, 'basic').refused).toBe('trial_not_offered')
    expect(tryOut(customer, 'constructor').refused).toBe('unknown_plan')
    expect(tryOut(customer, 'free').refused).toBe('trial_not_offered')
  })

  it('is refused to a customer who pays already', () => {
    const customer = customerOn(sold, 'basic', MAR_5)
    expect(tryOut(customer, 'starter')).toMatchObject({
      refused: 'already_subscribed',
      detail: { plan: 'basic' },
    })
  })

  it('lasts to the millisecond', () => {
    const customer = trying().at(offset(MAR_15, -1))
    expect(stateOf(customer)).toBe('starter trialing')
    expect(stateOf(customer.at(MAR_15))).toBe('starter unpaid')
  })
})

describe('one trial per customer', () => {
  it.each(['starter', 'growth', 'vip'])('C-04 refuses a second one of %s while one runs', (of) => {
    expect(tryOut(trying(), of).refused).toBe('trial_used')
  })

  it('C-04 refuses a second one after it was canceled', () => {
    const customer = trying()
    customer.do({ type: 'cancel', at: 'now' })
    expect(stateOf(customer)).toBe('free active')
    expect(tryOut(customer, 'growth').refused).toBe('trial_used')
  })

  it('C-04 refuses a second one years after it ended', () => {
    const customer = trying().at('2028-01-01')
    expect(tryOut(customer, 'growth').refused).toBe('trial_used')
  })

  it('C-04 sells without a trial to whoever used it', () => {
    const customer = trying()
    customer.do({ type: 'cancel', at: 'now' })
    expect(checkOut(customer, 'growth')).toMatchObject({ amount: 99_00, trialDays: null })
    expect(checkOut(customer, 'vip')).toMatchObject({ amount: 199_00, trialDays: null })
  })

  it('holds across plan groups', () => {
    const customer = trying()
    expect(tryOut(customer, 'vault').refused).toBe('trial_used')
    expect(checkOut(customer, 'vault')).toMatchObject({ amount: 7_00, trialDays: null })
  })

  it.each([
    ['in the same group', 'vip', 'default'],
    ['in another group', 'vault', 'backup'],
  ])('holds when a page %s is finished after a trial has started', (_, paged, group) => {
    const { customer, checkout } = atCheckout(sold, MAR_5, paged)
    tryOut(customer, 'starter')
    customer.do(completed(checkout, { paid: false }))
    expect(stateOf(customer)).toBe('starter trialing')
    expect(customer.account.trials).toHaveLength(1)
    expect(customer.account.checkouts[group]).toBeUndefined()
  })

  it('uses up every key the app adds', () => {
    const customer = registered(sold, MAR_5)
    tryOut(customer, 'starter', { trialKeys: ['card:abc'] })
    expect(customer.account.trials.map(({ key }) => key)).toEqual(['customer:customer', 'card:abc'])
  })

  it('refuses a key that another account used', () => {
    const customer = registered(sold, MAR_5, 'second-account')
    const keys = { trialKeys: ['card:abc', 'mail:x'], trialKeysTaken: ['card:abc'] }
    expect(customer.do({ type: 'start_trial', plan: 'starter', ...keys }).refused).toBe(
      'trial_used',
    )
    expect(checkOut(customer, { plan: 'starter', ...keys })).toMatchObject({
      amount: 49_00,
      trialDays: null,
    })
  })

  it('does not mind keys of others that this purchase does not name', () => {
    const customer = registered(sold, MAR_5)
    const keys = { trialKeys: ['card:abc'], trialKeysTaken: ['card:xyz'] }
    customer.do({ type: 'subscribe', plan: 'starter', ...keys })
    expect(stateOf(customer)).toBe('starter trialing')
  })
})

describe('paying during a trial', () => {
  it('C-02 starts the paid period at the payment', () => {
    const customer = trying().at('2025-03-10')
    expect(checkOut(customer, 'starter').amount).toBe(49_00)
    expect(stateOf(customer)).toBe('starter trialing')
    customer.pay()
    expect(stateOf(customer)).toBe('starter active')
    expect(periodOf(customer)).toEqual(['2025-03-10', '2025-04-10'])
    expect(happened(customer, 'trial.ended').map(({ converted }) => converted)).toEqual([true])
  })

  it('leaves nothing to happen when the trial would have ended', () => {
    const customer = trying().at('2025-03-10')
    checkOut(customer, 'starter')
    customer.pay()
    const before = customer.account
    expect(customer.at('2025-04-06').account).toEqual(before)
  })

  it('keeps the trial while the page is open, declined or abandoned', () => {
    const customer = trying().at('2025-03-10')
    checkOut(customer, 'starter')
    customer.decline()
    customer.at('2025-03-12')
    expect(trialEnd(customer)).toBe(MAR_15)
  })

  it('works when the trial ends between the page and the payment', () => {
    const customer = trying().at('2025-03-14T20:00:00Z')
    checkOut(customer, 'starter')
    customer.at('2025-03-15T08:00:00Z')
    expect(stateOf(customer)).toBe('starter unpaid')
    customer.pay()
    expect(stateOf(customer)).toBe('starter active')
    expect(periodOf(customer)[0]).toBe('2025-03-15T08:00:00.000Z')
  })

  it('ends the trial that runs at a gateway, so that it never charges a second time', () => {
    const { customer, checkout } = atCheckout(shop({ gateways: HOSTED }), MAR_5, 'vip')
    customer.do(completed(checkout, { paid: false, subscription: 'sub_trial' }))
    expect(stateOf(customer)).toBe('vip trialing')
    const bought = checkOut(customer.at('2025-03-10'), 'vip')
    customer.do(moneyFor(bought))
    customer.do(completed(bought, { subscription: 'sub_paid' }))
    expect(stateOf(customer)).toBe('vip active')
    expect(customer.subscription().gatewayRef).toBe('sub_paid')
    expect(asked(customer.effects, 'subscription.cancel')).toMatchObject([
      { subscription: 'sub_trial', at: 'now' },
    ])
  })
})

describe('a running trial', () => {
  const reminders = (customer: World) =>
    asked(customer.effects, 'notice.send')
      .filter(({ notice }) => notice.name === 'trial_ending')
      .map(({ notice }) => dateOf(notice.at))

  it('is announced to end three days before, once', () => {
    const customer = trying().at('2025-03-11T23:59:59Z')
    expect(reminders(customer)).toEqual([])
    expect(reminders(customer.at('2025-03-14'))).toEqual(['2025-03-12'])
  })

  it('that is shorter than the notice is announced to end when it begins', () => {
    const brief = catalog({ plans: [plan('day', { price: monthly(1, 'USD'), trial: days(1) })] })
    const customer = world(brief, MAR_5)
    tryOut(customer, 'day')
    expect(reminders(customer.at(MAR_5))).toEqual([MAR_5])
  })

  it('is not announced to end when it is canceled anyway', () => {
    const customer = trying()
    customer.do({ type: 'cancel', at: 'period_end' })
    expect(reminders(customer.at('2025-03-14'))).toEqual([])
  })

  it('B-19 can be given more days, and is announced for the new end', () => {
    const customer = trying()
    customer.do({ type: 'extend_trial', days: 5 })
    expect(trialEnd(customer)).toBe('2025-03-20')
    expect(reminders(customer.at('2025-03-19'))).toEqual(['2025-03-17'])
  })

  it('B-19 is given whole days, one at least', () => {
    const customer = trying()
    for (const count of [0, -3, 1.5, Number.NaN])
      expect(customer.do({ type: 'extend_trial', days: count }).refused).toBe('quantity_invalid')
    expect(trialEnd(customer)).toBe(MAR_15)
  })

  it('that is over is given no days', () => {
    const customer = trying().at(MAR_15)
    expect(customer.do({ type: 'extend_trial', days: 5 }).refused).toBe('trial_not_running')
  })

  it('C-04 keeps access to its end when it is canceled, and costs nothing', () => {
    const customer = trying()
    customer.do({ type: 'cancel', at: 'period_end' })
    customer.at(offset(MAR_15, -1))
    expect(entitlements(customer.account, {}, customer.now, sold).get('listings').limit).toBe(5)
    expect(stateOf(customer.at(MAR_15))).toBe('free active')
    expect(asked(customer.effects, 'payment.collect')).toEqual([])
  })

  it('leaves nothing behind when it is canceled and there is no free plan', () => {
    const customer = trying(shop({ free: false }))
    customer.do({ type: 'cancel', at: 'period_end' })
    customer.at(MAR_15)
    expect(customer.subscription()).toMatchObject({ status: 'canceled', reason: 'requested' })
  })

  it('sells nothing while it is ending', () => {
    const customer = trying()
    customer.do({ type: 'cancel', at: 'period_end' })
    expect(customer.do({ type: 'subscribe', plan: 'starter' }).refused).toBe('ending')
  })
})
