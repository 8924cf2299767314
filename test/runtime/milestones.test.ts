/** What reports count, told from the events of one customer. */
import type { MilestoneRow } from '../../src/storage.ts'
import { describe, expect, it } from 'vitest'
import { addOn, catalog, coupon, days, limit, monthly, plan, yearly } from '../../src/core/index.ts'
import { milestoneRows } from '../../src/runtime/milestones.ts'
import { subscriptionRows } from '../../src/runtime/rows.ts'
import { card, type World, world } from '../../src/testing/world.ts'

const SOLD = catalog({
  plans: [
    plan('free', { default: true }),
    plan('basic', { price: [monthly(49_00, 'USD'), yearly(490_00, 'USD')], rank: 1 }),
    plan('pro', {
      ...{ price: monthly(99_00, 'USD'), rank: 2 },
      ...{ quantity: { min: 1, max: 9 }, trial: days(14) },
    }),
    plan('carded', { price: monthly(59_00, 'USD'), trial: days(14, { payment: 'upfront' }) }),
  ],
  addOns: [addOn('seats', { price: monthly(10_00, 'USD'), adds: [limit('members')(1)] })],
  coupons: [
    coupon('FOREVER', { percent: 10, duration: 'forever' }),
    coupon('THRICE', { percent: 10, duration: { periods: 3 } }),
  ],
  gateways: [{ name: 'bank' }],
})

/** Everything that was counted, as `2025-01-10 started basic +1 4900/month`. */
function counted(w: World): readonly string[] {
  return milestoneRows(null, w.account.id, w.journal).map(told)
}

function told(row: MilestoneRow): string {
  const { at, kind, plan: on, count, amount, interval, currency } = row
  const day = new Date(at).toISOString().slice(0, 10)
  const worth = interval ? `${amount}/${interval}` : currency ? `${amount}` : ''
  return [day, kind, on ?? '', `${count > 0 ? '+' : ''}${count}`, worth].filter(Boolean).join(' ')
}

/** A customer who registered on Jan 10, and bought a plan if said. */
function customer(on?: string, more: object = {}): World {
  const w = world(SOLD, '2025-01-10')
  w.do({ type: 'register' })
  if (on === undefined) return w
  w.do({ type: 'subscribe', plan: on, trial: false, ...more })
  w.pay()
  return w
}

const BOUGHT = '2025-01-10 started basic +1 4900/month'

describe('recurring revenue', () => {
  it('starts when a plan is paid for, not when its checkout opens', () => {
    const w = customer()
    w.do({ type: 'subscribe', plan: 'basic' })
    expect(counted(w)).toEqual([])
    w.pay()
    expect(counted(w)).toEqual([BOUGHT])
  })

  it('does not move when a period is renewed and paid, nor while a late payment is in grace', () => {
    const w = customer('basic').at('2025-02-10')
    w.pay()
    w.at('2025-03-10')
    w.decline()
    expect(w.subscription().status).toBe('past_due')
    expect(counted(w).filter((line) => /\//.test(line))).toEqual([BOUGHT])
  })

  it('expands by what is added: the old terms are taken away, the new ones added', () => {
    const w = customer('basic')
    w.do({ type: 'change_plan', plan: 'pro', quantity: 2 })
    w.pay()
    expect(counted(w)).toEqual([
      BOUGHT,
      '2025-01-10 expanded basic -1 -4900/month',
      '2025-01-10 expanded pro +1 19800/month',
    ])
  })

  it('counts quantity and add-ons', () => {
    const w = customer('pro', { quantity: 3, addOns: { seats: 2 } })
    expect(counted(w)).toEqual(['2025-01-10 started pro +1 31700/month'])
  })

  it('contracts when a smaller plan begins, not when it is scheduled', () => {
    const w = customer('pro')
    w.do({ type: 'change_plan', plan: 'basic' })
    expect(counted(w)).toHaveLength(1)
    w.at('2025-02-10')
    expect(counted(w).slice(1)).toEqual([
      '2025-02-10 contracted pro -1 -9900/month',
      '2025-02-10 contracted basic +1 4900/month',
    ])
  })

  it('contracts when a longer interval is cheaper by the month', () => {
    const w = customer('basic')
    w.do({ type: 'change_plan', plan: 'basic', interval: 'year' })
    w.pay()
    expect(counted(w).slice(1)).toEqual([
      '2025-01-10 contracted basic -1 -4900/month',
      '2025-01-10 contracted basic +1 49000/year',
    ])
  })

  it('stops when it ends, not when that is asked for', () => {
    const w = customer('basic')
    w.do({ type: 'cancel', at: 'period_end' })
    expect(counted(w)).toEqual([BOUGHT])
    w.at('2025-02-10')
    expect(counted(w)).toEqual([BOUGHT, '2025-02-10 stopped basic -1 -4900/month'])
  })

  it('stops at the end of grace and resumes with the payment', () => {
    const w = customer('basic').at('2025-02-10')
    w.decline('insufficient_funds', 'with_customer')
    w.at('2025-02-17')
    w.do({ type: 'retry_payment' })
    w.pay()
    expect(counted(w).filter((line) => /\//.test(line))).toEqual([
      BOUGHT,
      '2025-02-17 stopped basic -1 -4900/month',
      '2025-02-17 resumed basic +1 4900/month',
    ])
  })

  it('resumes while more grace is given, and stops again at its end', () => {
    const w = customer('basic').at('2025-02-10')
    w.decline('insufficient_funds', 'with_customer')
    w.at('2025-02-18')
    w.do({ type: 'extend_grace', days: 3 })
    w.at('2025-02-20')
    expect(counted(w).slice(3)).toEqual([
      '2025-02-17 stopped basic -1 -4900/month',
      '2025-02-18 resumed basic +1 4900/month',
      '2025-02-20 stopped basic -1 -4900/month',
    ])
  })

  it('stops at a pause and resumes after it; leaving and coming back is a new start', () => {
    const w = customer('basic').at('2025-01-20')
    w.do({ type: 'pause' })
    w.at('2025-01-25')
    w.do({ type: 'unpause' })
    w.do({ type: 'cancel', at: 'now' })
    w.at('2025-01-27')
    w.do({ type: 'subscribe', plan: 'basic' })
    w.pay()
    expect(counted(w)).toEqual([
      BOUGHT,
      '2025-01-20 stopped basic -1 -4900/month',
      '2025-01-25 resumed basic +1 4900/month',
      '2025-01-25 stopped basic -1 -4900/month',
      '2025-01-27 started basic +1 4900/month',
    ])
  })

  it('is less by a discount for ever, and not by one for some periods', () => {
    const thrice = customer('basic', { coupon: 'THRICE' })
    expect(counted(thrice)).toEqual([BOUGHT])
    const w = customer('basic', { coupon: 'FOREVER' })
    expect(counted(w)).toEqual(['2025-01-10 started basic +1 4410/month'])
    w.do({ type: 'remove_coupon' })
    expect(counted(w).slice(1)).toEqual([
      '2025-01-10 expanded basic -1 -4410/month',
      '2025-01-10 expanded basic +1 4900/month',
    ])
    const later = customer('basic')
    later.do({ type: 'apply_coupon', coupon: 'FOREVER' })
    expect(counted(later).slice(1)).toEqual([
      '2025-01-10 contracted basic -1 -4900/month',
      '2025-01-10 contracted basic +1 4410/month',
    ])
    expect(subscriptionRows(later.account)).toMatchObject([{ amount: 4900, recurring: 4410 }])
  })
})

describe('trials', () => {
  const tried = (on = 'pro') => {
    const w = customer()
    w.do({ type: 'start_trial', plan: on })
    return w
  }
  const STARTED = '2025-01-10 trial_started pro +1'

  it('bring in nothing until they are bought', () => {
    expect(counted(tried())).toEqual([STARTED])
  })

  it('convert early with a payment, on the day of the payment', () => {
    const w = tried().at('2025-01-12')
    w.do({ type: 'subscribe', plan: 'pro' })
    w.pay()
    expect(counted(w)).toEqual([
      STARTED,
      '2025-01-12 trial_ended pro +1',
      '2025-01-12 trial_converted pro +1',
      '2025-01-12 started pro +1 9900/month',
    ])
  })

  it('end without one, and convert later under the day they ended', () => {
    const w = tried().at('2025-01-24')
    expect(counted(w)).toEqual([STARTED, '2025-01-24 trial_ended pro +1'])
    w.at('2025-02-03')
    w.do({ type: 'subscribe', plan: 'pro' })
    w.pay()
    expect(counted(w).slice(2)).toEqual([
      '2025-01-24 trial_converted pro +1',
      '2025-02-03 started pro +1 9900/month',
    ])
  })

  it('with a saved card convert at their end, while the bank is still asked', () => {
    const w = customer()
    w.do({ type: 'subscribe', plan: 'carded' })
    w.pay({ method: card('bank') })
    w.at('2025-01-24')
    expect(counted(w)).toEqual([
      '2025-01-10 trial_started carded +1',
      '2025-01-24 trial_ended carded +1',
      '2025-01-24 trial_converted carded +1',
      '2025-01-24 started carded +1 5900/month',
    ])
  })

  it('end with a cancellation, and did not convert', () => {
    const w = tried().at('2025-01-13')
    w.do({ type: 'cancel', at: 'now' })
    expect(counted(w)).toEqual([STARTED, '2025-01-13 trial_ended pro +1'])
  })

  it('end once, however much longer they were made and whatever the plan became', () => {
    const w = tried()
    w.do({ type: 'extend_trial', days: 3 })
    w.do({ type: 'set_quantity', quantity: 2 })
    w.at('2025-01-26')
    expect(counted(w)).toEqual([STARTED])
    w.at('2025-01-27')
    expect(counted(w)).toEqual([STARTED, '2025-01-27 trial_ended pro +1'])
  })
})

describe('payments that fail', () => {
  const failing = () => {
    const w = customer('basic').at('2025-02-10')
    w.decline()
    return w
  }
  const money = (w: World) => counted(w).filter((line) => !/\//.test(line))

  it('count each attempt, and the invoice once', () => {
    const w = failing().at('2025-02-11')
    w.decline()
    expect(money(w)).toEqual([
      '2025-02-10 declined basic +1 4900',
      '2025-02-10 failed basic +1 4900',
      '2025-02-11 declined basic +1 4900',
    ])
  })

  it('are recovered under the day of the first failure', () => {
    const w = failing().at('2025-02-11')
    w.pay()
    expect(money(w).slice(2)).toEqual(['2025-02-10 recovered basic +1 4900'])
  })

  it('move to the older day when an older failure is told later', () => {
    const w = failing().at('2025-02-13')
    const { id, renewals } = w.account.invoices[0] ?? { id: '', renewals: '' }
    expect(renewals).toBe('billwright')
    const rows = milestoneRows(w.account, w.account.id, [
      {
        ...{ type: 'invoice.declined', invoice: id, payment: 'older', at: w.now },
        ...{ decline: { code: 'unknown', retry: 'later' }, nextAttemptAt: null },
        failedAt: (w.now - 5 * 86_400_000) as typeof w.now,
      },
    ])
    expect(rows.map(told)).toEqual([
      '2025-02-08 declined basic +1 4900',
      '2025-02-10 failed basic -1 -4900',
      '2025-02-08 failed basic +1 4900',
    ])
    expect(rows.map(({ part }) => part)).toEqual([0, 1, 2])
  })

  it('count refunds on the day they are made', () => {
    const w = customer('basic').at('2025-03-01')
    const [payment] = w.account.payments
    if (!payment) throw new Error('No payment')
    const refunded = { payment: payment.id, refund: 're_1', amount: 1000 }
    w.do({ type: 'payment.refunded', gateway: 'bank', ...refunded })
    expect(money(w).at(-1)).toBe('2025-03-01 refunded +1 1000')
  })
})

describe('rows', () => {
  it('are numbered by the version their event made, and part by part', () => {
    const w = customer('basic')
    w.do({ type: 'change_plan', plan: 'pro' })
    w.pay()
    const rows = milestoneRows(null, w.account.id, w.journal)
    const types = rows.map(({ seq }) => w.journal[seq - 1]?.type)
    expect(types).toEqual(['subscription.started', 'subscription.changed', 'subscription.changed'])
    expect(rows.map(({ part }) => part)).toEqual([0, 0, 1])
  })

  it('are none for a renewal that is paid, so that such commits write no more than before', () => {
    const w = customer('basic').at('2025-02-01')
    const [before, seen] = [w.account, w.journal.length]
    w.at('2025-02-10')
    w.pay()
    expect(w.journal.length).toBeGreaterThan(seen + 3)
    expect(milestoneRows(before, before.id, w.journal.slice(seen))).toEqual([])
  })
})
