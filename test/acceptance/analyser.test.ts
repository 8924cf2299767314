/**
 * Product D, an AI error analyser on Dodo Payments, told as its stories D1, D2, D4 and D6, with the
 * vendor's clock and, where it makes a difference, with ours. These wait for what surrounds the core:
 * D-02 and D3, signatures (adapter) and 401 (HTTP); D-01 the routes and D-03 the body of 429 (HTTP);
 * D-07 the words of mails (mail); D-08 and D5, the pages (React).
 */
import { describe, expect, it } from 'vitest'
import {
  type Account,
  entitlements,
  instant,
  planActions,
  describe as sentence,
  type Usage,
} from '../../src/core/index.ts'
import { world } from '../../src/testing/index.ts'
import { asked, type Customer, customer, notices, VENDOR_SUBSCRIPTION } from './customer.ts'
import { analyserProduct, CLOCKS, type Clock } from './products.ts'

const catalog = analyserProduct('gateway')
const queriesUsed = (used: number, since = '2025-10-01'): Usage => ({
  queries: { used, since: instant(since) },
})

function free() {
  const w = world(catalog, '2025-10-01')
  w.do({ type: 'register' })
  return w
}

/** Somebody on Free since October 1 who bought a plan on October 14. */
function subscriber(clock: Clock, plan: string): Customer {
  const c = customer(analyserProduct(clock), '2025-10-01', clock)
  c.world.do({ type: 'register' })
  c.world.at('2025-10-14')
  c.buys(plan)
  return c
}

function seen(account: Account, at: string, usage: Usage = {}, clock: Clock = 'gateway') {
  return entitlements(account, usage, instant(at), analyserProduct(clock))
}

describe('D1 the free plan', () => {
  it('D-03 D1 the 50th query of the month passes, the 51st is refused until Nov 1', () => {
    const w = free()
    expect(seen(w.account, '2025-10-20', queriesUsed(49)).check('queries')).toBe(true)
    expect(seen(w.account, '2025-10-20', queriesUsed(50)).get('queries')).toEqual({
      feature: 'queries',
      kind: 'meter',
      allowed: false,
      value: 50,
      limit: 50,
      used: 50,
      remaining: 0,
      because: 'limit_reached',
      until: null,
      resetsAt: instant('2025-11-01'),
    })
  })

  it('D-03 D1 the refusal can offer both plans as a way up', () => {
    const actions = planActions(free().account, queriesUsed(50), instant('2025-10-20'), catalog)
    expect(actions.map(({ plan, action }) => [plan, action])).toEqual([
      ['free', 'current'],
      ['pro', 'upgrade'],
      ['team', 'upgrade'],
    ])
  })

  it('D-03 D1 next month there are 50 again, although nobody reset a counter', () => {
    const { account } = free()
    expect(seen(account, '2025-10-31T23:59:59Z', queriesUsed(50)).check('queries')).toBe(false)
    expect(seen(account, '2025-11-01', queriesUsed(50)).get('queries')).toMatchObject({
      ...{ allowed: true, used: 0, remaining: 50, resetsAt: instant('2025-12-01') },
    })
  })

  it('D-04 D1 Free reads gemini, 800 tokens, 7 days and none of the paid features', () => {
    const now = seen(free().account, '2025-10-01')
    expect(['model', 'maxTokens', 'historyDays'].map((id) => now.get(id).value)).toEqual([
      ...['gemini', 800, 7],
    ])
    const locked = ['fixSuggestions', 'codeExamples', 'advancedAnalysis', 'team', 'prioritySupport']
    for (const feature of locked)
      expect(now.get(feature)).toMatchObject({ allowed: false, because: 'not_in_plan' })
  })
})

describe.each(CLOCKS)('D2 subscribing, renewals by %s', (clock) => {
  it('D-01 D2 opens a checkout of $2.00 and leaves Free as it is until it is paid', () => {
    const { world: w } = customer(analyserProduct(clock), '2025-10-14', clock)
    w.do({ type: 'register' })
    w.do({ type: 'subscribe', plan: 'pro', successUrl: '/done' })
    expect(asked(w, 'checkout.open')).toMatchObject([
      { gateway: 'dodo', checkout: { amount: 200, currency: 'USD' }, successUrl: '/done' },
    ])
    expect(seen(w.account, '2025-10-14', {}, clock).plan).toBe('free')
  })

  it('D-04 D-05 D2 paid, Pro counts at once: unlimited, gpt-3.5, 1200 tokens, 30 days', () => {
    const { world: w } = subscriber(clock, 'pro')
    const now = seen(w.account, '2025-10-14', queriesUsed(50), clock)
    expect(now.get('queries')).toMatchObject({ allowed: true, limit: 'unlimited' })
    expect(['model', 'maxTokens', 'historyDays'].map((id) => now.get(id).value)).toEqual([
      ...['gpt-3.5', 1200, 30],
    ])
    expect(now.check('fixSuggestions')).toBe(true)
    expect(now.check('team')).toBe(false)
  })

  it('D-01 D2 coming back and the webhook are one fact, whichever is first', () => {
    const { world: w } = subscriber(clock, 'pro')
    const before = w.account
    w.do({
      type: 'checkout.completed',
      gateway: 'dodo',
      reference: Object.values(w.account.closedCheckouts)[0]?.reference ?? '',
      customer: 'cus_dodo',
      subscription: clock === 'gateway' ? VENDOR_SUBSCRIPTION : null,
      method: w.account.paymentMethod,
      payment: {
        ...{ id: 'pay_1', subject: null, amount: 200, currency: 'USD' },
        at: instant('2025-10-14'),
      },
      at: instant('2025-10-14'),
    })
    expect(w.account).toEqual(before)
  })

  it('D-07 D2 the confirmation carries the plan and the next billing date, once', () => {
    const { world: w } = subscriber(clock, 'pro')
    expect(notices(w, 'activated')).toMatchObject([
      { data: { plan: 'pro', nextBillingAt: instant('2025-11-14') } },
    ])
  })
})

it('D-05 D2 tax that Dodo adds on its page is neither an overpayment nor a mismatch', () => {
  const c = customer(catalog, '2025-10-14', 'gateway')
  c.world.do({ type: 'register' })
  c.buys('pro', { amount: 242 })
  expect(c.world.subscription()).toMatchObject({ status: 'active', plan: 'pro' })
  expect([c.world.account.credit, c.world.account.incidents]).toEqual([{}, []])
})

describe.each(CLOCKS)('D4 canceling, renewals by %s', (clock) => {
  function canceled(): Customer {
    const c = subscriber(clock, 'pro')
    c.world.at('2025-10-20').do({ type: 'cancel', at: 'period_end' })
    c.vendorConfirms()
    return c
  }

  it('D-06 D-07 D4 shows the ending, keeps Pro, and tells until when', () => {
    const { world: w } = canceled()
    expect(seen(w.account, '2025-11-13', {}, clock)).toMatchObject({
      ...{ plan: 'pro', because: 'ending', until: instant('2025-11-14') },
    })
    expect(notices(w, 'cancel_scheduled')).toMatchObject([
      { data: { plan: 'pro', cancelAt: instant('2025-11-14') } },
    ])
    expect(sentence(w.account, {}, w.now, analyserProduct(clock))).toBe(
      'Your Pro plan is active until 14 Nov 2025. You will be switched to the Free plan after this.',
    )
  })

  it('D-06 D4 the last request before the date is Pro, the first after it Free, with no job run', () => {
    const { account } = canceled().world
    expect(seen(account, '2025-11-13T23:59:59.999Z', {}, clock).plan).toBe('pro')
    const after = seen(account, '2025-11-14', queriesUsed(900, '2025-10-14'), clock)
    expect(after).toMatchObject({ access: true, plan: 'free', because: 'default_plan' })
    expect(after.get('queries')).toMatchObject({ allowed: true, limit: 50, used: 0 })
    expect(after.get('model').value).toBe('gemini')
    expect(after.check('fixSuggestions')).toBe(false)
  })

  it('D-06 D4 weeks later it is still Free, whether or not the vendor ever spoke', () => {
    const { account } = canceled().world
    expect(seen(account, '2025-12-24', {}, clock).plan).toBe('free')
  })
})

describe('D6 Pro to Team', () => {
  it('D-05 D6 is charged what Dodo says, and gpt-4 counts once it is paid', () => {
    const c = subscriber('gateway', 'pro')
    c.world.at('2025-10-30').do({ type: 'change_plan', plan: 'team' })
    expect(seen(c.world.account, '2025-10-30').get('model').value).toBe('gpt-3.5')
    c.paysChange(311)
    expect(c.world.account.payments.at(-1)?.amount).toBe(311)
    const now = seen(c.world.account, '2025-10-30')
    expect(['model', 'maxTokens', 'historyDays'].map((id) => now.get(id).value)).toEqual([
      ...['gpt-4', 2000, 'unlimited'],
    ])
    expect(now.check('team')).toBe(true)
  })
})

describe('D-02 what is told twice', () => {
  it('D-02 D3 a webhook that is replayed changes nothing', () => {
    const c = subscriber('gateway', 'pro')
    c.renews('2025-11-14', 200)
    const before = c.world.account
    c.world.do({
      type: 'payment.succeeded',
      gateway: 'dodo',
      payment: {
        ...{ id: 'vendor_1', amount: 200, currency: 'USD', at: instant('2025-11-14') },
        subject: {
          subscription: VENDOR_SUBSCRIPTION,
          period: { start: instant('2025-11-14'), end: instant('2025-12-14') },
        },
      },
    })
    expect(c.world.account).toEqual(before)
  })
})
