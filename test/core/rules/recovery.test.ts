/** The way out of dunning: who pays what is owed, who gets more time, and what is billed afterwards. */

import type { World } from '../../../src/testing/index.ts'
import { describe, expect, it } from 'vitest'
import { catalog, entitlements, every, plan } from '../../../src/core/index.ts'
import {
  basicSince14October,
  date,
  day,
  demands,
  listingsCatalog,
  paid,
  paying,
  periodOf,
  typesOf,
} from './customers.ts'

/** Grace for 40 days: December's renewal comes and fails while November's is still unpaid. */
const patient = listingsCatalog({ dunning: { graceDays: 40, endAfterDays: 90 } })
/** Suspended customers are kept until they pay. */
const keeping = listingsCatalog({ dunning: { end: 'keep' } })

function twoUnpaid() {
  const customer = basicSince14October(patient).at('2025-11-14')
  customer.decline('do_not_honor', 'never')
  customer.at('2025-12-14')
  customer.decline('do_not_honor', 'never')
  const [november, december] = customer.account.invoices.map(({ id }) => id)
  return { customer, november: `${november}`, december: `${december}` }
}

function declinedOn14November(sold = listingsCatalog()) {
  const customer = basicSince14October(sold).at('2025-11-14')
  customer.decline('do_not_honor', 'never')
  return customer
}

function pay(customer: World, invoice: string) {
  return customer.do(paid({ invoice }, { id: `late_${invoice}`, at: '2025-11-14', amount: 4900 }))
}

function payOldest(customer: World) {
  const [oldest] = customer.account.invoices
  return pay(customer, `${oldest?.id}`)
}

describe('several unpaid invoices', () => {
  it('are anchored on the oldest: 40 days after November 14 it is suspended', () => {
    const { customer } = twoUnpaid()
    expect(customer.at(date('2025-12-24') - 1).subscription().status).toBe('past_due')
    expect(customer.at('2025-12-24').subscription().status).toBe('suspended')
  })

  it('anchor on the next when the oldest is paid: from suspended back to past due', () => {
    const { customer, november } = twoUnpaid()
    customer.at('2025-12-26')
    expect(customer.subscription().status).toBe('suspended')
    pay(customer, november)
    expect(customer.subscription().status).toBe('past_due')
    // 40 days after December 14.
    expect(customer.at(date('2026-01-23') - 1).subscription().status).toBe('past_due')
    expect(customer.at('2026-01-23').subscription().status).toBe('suspended')
  })

  it('stay anchored on the oldest when a newer one is paid', () => {
    const { customer, december } = twoUnpaid()
    customer.at('2025-12-26')
    expect(typesOf(pay(customer, december).events)).toEqual(['payment.recorded', 'invoice.paid'])
    expect(customer.subscription().status).toBe('suspended')
  })

  it('end dunning at once when all are paid, in either order', () => {
    for (const oldestFirst of [true, false]) {
      const { customer, november, december } = twoUnpaid()
      customer.at('2025-12-26')
      for (const invoice of oldestFirst ? [november, december] : [december, november])
        pay(customer, invoice)
      expect(customer.subscription().status).toBe('active')
      expect(periodOf(customer)).toEqual(['2025-12-14', '2026-01-14'])
      expect(customer.account.invoices).toEqual([])
    }
  })
})

describe('a suspended subscription', () => {
  it('is not billed: no invoice is opened on December 14', () => {
    const customer = declinedOn14November(keeping).at('2026-03-01')
    expect(customer.account.invoices).toHaveLength(1)
    expect(demands(customer)).toEqual([['2025-11-14', 4900]])
  })

  it('paid after the boundary, is billed the rest of the running period on the same anchor', () => {
    const customer = declinedOn14November(keeping).at('2025-12-20')
    payOldest(customer)
    expect(customer.subscription().status).toBe('active')
    // 25 of the 31 days from December 14 to January 14: 4900 × 25 / 31 = 3951.61.
    expect(demands(customer).at(-1)).toEqual(['2025-12-20', 3952])
    expect(periodOf(customer)).toEqual(['2025-12-20', '2026-01-14'])
    customer.pay()
    expect(demands(customer.at('2026-01-14')).at(-1)).toEqual(['2026-01-14', 4900])
  })

  it('paid at the boundary itself, is billed the whole period', () => {
    const customer = declinedOn14November(keeping).at('2025-12-14')
    payOldest(customer)
    expect(demands(customer).at(-1)).toEqual(['2025-12-14', 4900])
    expect(periodOf(customer)).toEqual(['2025-12-14', '2026-01-14'])
  })

  it('paid 1 ms before the boundary, is not billed again before it', () => {
    const customer = declinedOn14November(keeping).at(date('2025-12-14') - 1)
    payOldest(customer)
    expect(demands(customer)).toEqual([['2025-11-14', 4900]])
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
  })

  it('paid after the boundary, comes back on the plan that was scheduled for it', () => {
    const customer = paying(keeping, '2025-10-14', { plan: 'pro' }).at('2025-11-14')
    customer.decline('do_not_honor', 'never')
    customer.at('2025-11-16').do({ type: 'change_plan', plan: 'basic' })
    customer.at('2025-12-20')
    customer.do(
      paid(
        { invoice: `${customer.account.invoices[0]?.id}` },
        { id: 'late', at: '2025-12-20', amount: 9900 },
      ),
    )
    expect(customer.subscription()).toMatchObject({ plan: 'basic', pendingChange: null })
    expect(demands(customer).at(-1)).toEqual(['2025-12-20', 3952])
  })

  it('that pays the oldest of two after the boundary pays for no day without access', () => {
    const { customer, november } = twoUnpaid()
    customer.at('2026-01-20')
    expect(customer.subscription().status).toBe('suspended')
    pay(customer, november)
    customer.at('2026-01-20')
    // Past due for December's until January 23, and billed from today: 25 of 31 days.
    expect(customer.subscription().status).toBe('past_due')
    expect(demands(customer).at(-1)).toEqual(['2026-01-20', 3952])
    expect(periodOf(customer)).toEqual(['2026-01-20', '2026-02-14'])
  })

  it('starts dunning anew when the bill for the rest of the period fails', () => {
    const customer = declinedOn14November(keeping).at('2025-12-20')
    payOldest(customer)
    customer.decline('do_not_honor', 'never')
    expect(customer.subscription().status).toBe('past_due')
    expect(customer.at(date('2025-12-27') - 1).subscription().status).toBe('past_due')
    expect(customer.at('2025-12-27').subscription().status).toBe('suspended')
  })
})

describe('more time by hand', () => {
  it('B9 moves the grace from November 21 to 24 and the end to December 1', () => {
    const customer = declinedOn14November().at('2025-11-18')
    customer.do({ type: 'extend_grace', days: 3 })
    expect(customer.at(date('2025-11-24') - 1).subscription().status).toBe('past_due')
    expect(customer.at('2025-11-24').subscription().status).toBe('suspended')
    expect(customer.at(date('2025-12-01') - 1).subscription().status).toBe('suspended')
    expect(customer.at('2025-12-01').subscription().status).toBe('canceled')
  })

  it('B9 gives a suspended customer access again until the new end', () => {
    const customer = declinedOn14November().at('2025-11-22')
    expect(customer.subscription().status).toBe('suspended')
    customer.do({ type: 'extend_grace', days: 3 })
    expect(customer.subscription().status).toBe('past_due')
    const granted = entitlements(customer.account, {}, customer.now, listingsCatalog())
    expect([granted.access, day(granted.until)]).toEqual([true, '2025-11-24'])
    expect(customer.at('2025-11-24').subscription().status).toBe('suspended')
  })

  it('given twice adds up, and a recovery forgets it', () => {
    const customer = declinedOn14November().at('2025-11-18')
    customer.do({ type: 'extend_grace', days: 3 })
    customer.do({ type: 'extend_grace', days: 2 })
    expect(customer.at(date('2025-11-26') - 1).subscription().status).toBe('past_due')
    payOldest(customer)
    customer.at('2025-12-14')
    customer.decline('do_not_honor', 'never')
    expect(customer.at('2025-12-21').subscription().status).toBe('suspended')
  })

  it('given after a boundary bills from that day on, not for the days without access', () => {
    const customer = declinedOn14November(keeping).at('2025-12-20')
    customer.do({ type: 'extend_grace', days: 60 })
    customer.at('2025-12-20')
    expect(customer.subscription().status).toBe('past_due')
    expect(demands(customer).at(-1)).toEqual(['2025-12-20', 3952])
    expect(periodOf(customer)).toEqual(['2025-12-20', '2026-01-14'])
  })

  it('is refused where nothing is unpaid, and for less than a day', () => {
    expect(basicSince14October().do({ type: 'extend_grace', days: 3 }).refused).toBe(
      'nothing_to_pay',
    )
    const customer = declinedOn14November()
    for (const days of [0, -1, 1.5])
      expect(customer.do({ type: 'extend_grace', days }).refused).toBe('quantity_invalid')
  })
})

describe('trying again by hand', () => {
  it('charges the card at once, and paying ends the dunning', () => {
    const customer = declinedOn14November().at('2025-11-18')
    customer.do({ type: 'retry_payment' })
    expect(customer.asked()).toMatchObject({ kind: 'payment.collect', attempt: 2, amount: 4900 })
    customer.pay()
    expect(customer.subscription().status).toBe('active')
  })

  it('takes the oldest unpaid invoice first', () => {
    const { customer, november } = twoUnpaid()
    customer.do({ type: 'retry_payment' })
    expect(customer.asked()).toMatchObject({ invoice: november })
  })

  it('is refused while an attempt is under way, so that nobody pays twice', () => {
    const customer = basicSince14October().at('2025-11-14')
    expect(customer.do({ type: 'retry_payment' }).refused).toBe('in_progress')
  })

  it('is refused where nothing is owed', () => {
    expect(basicSince14October().do({ type: 'retry_payment' }).refused).toBe('nothing_to_pay')
  })
})

describe('a plan that is billed more often than the grace is long', () => {
  it('is billed once more at the instant the grace ends, and then no more', () => {
    const weekly = catalog({
      plans: [plan('weekly', { price: every({ unit: 'week', count: 1 }, 700, 'USD') })],
      policies: { dunning: { end: 'keep' } },
      gateways: [{ name: 'paystack' }],
    })
    const customer = paying(weekly, '2025-10-14', { plan: 'weekly' }).at('2025-10-21')
    customer.decline('do_not_honor', 'never')
    customer.at('2025-12-01')
    expect(demands(customer).map(([due]) => due)).toEqual(['2025-10-21', '2025-10-28'])
    expect(customer.subscription().status).toBe('suspended')
  })
})
