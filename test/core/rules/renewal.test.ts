/** Renewal where we own the clock: the boundary opens the next period and asks for its price. */
import { describe, expect, it } from 'vitest'
import {
  catalog,
  every,
  instant,
  monthly,
  type Price,
  plan,
  preview,
  yearly,
} from '../../../src/core/index.ts'
import { given, world } from '../../../src/testing/index.ts'
import {
  basicSince14October,
  day,
  demands,
  listingsCatalog,
  outcomes,
  paid,
  paying,
  periodOf,
  walletCatalog,
} from './customers.ts'

/** One plan at one price, in the zone where days are counted. */
const selling = (price: Price, timeZone = 'UTC') =>
  catalog({
    plans: [plan('only', { price })],
    policies: { timeZone },
    gateways: [{ name: 'paystack' }],
  })

/** The exact instants at which a customer of one plan is billed, each bill paid at once. */
function billedAt(price: Price, start: string, times: number, timeZone = 'UTC'): string[] {
  const customer = paying(selling(price, timeZone), start, { plan: 'only' })
  return Array.from({ length: times }, () => {
    const { end } = customer.subscription().period
    customer.at(end)
    customer.pay()
    return new Date(end).toISOString()
  })
}

describe('the boundary of a period', () => {
  it('B-06 charges the saved card on November 14 and moves the period on to December 14', () => {
    const customer = basicSince14October().at('2025-11-14')
    customer.pay()
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
    customer.at('2025-12-14')
    customer.pay()
    expect(periodOf(customer)).toEqual(['2025-12-14', '2026-01-14'])
    expect(demands(customer)).toEqual([
      ['2025-11-14', 4900],
      ['2025-12-14', 4900],
    ])
    expect(customer.account.invoices).toEqual([])
  })

  it('asks for nothing 1 ms before and opens the period at the very instant', () => {
    const customer = basicSince14October()
    customer.at(instant('2025-11-14') - 1)
    expect(demands(customer)).toEqual([])
    expect(periodOf(customer)).toEqual(['2025-10-14', '2025-11-14'])
    customer.at(instant('2025-11-14'))
    expect(demands(customer)).toEqual([['2025-11-14', 4900]])
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
  })

  it('opens the period, then its invoice, then the collection, in this order', () => {
    given(listingsCatalog(), {
      at: '2025-10-14',
      history: (customer) => {
        customer.do({ type: 'register' })
        customer.do({ type: 'subscribe', plan: 'basic' })
        customer.pay()
        customer.at('2025-11-13')
      },
    })
      .whenTimeIs('2025-11-14')
      .then('subscription.renewed', 'invoice.opened', 'invoice.collecting')
  })

  it('says all that the charge needs: the invoice, the amount, the card and its first attempt', () => {
    const customer = basicSince14October().at('2025-11-14')
    const [invoice] = customer.account.invoices
    expect(customer.asked()).toMatchObject({
      kind: 'payment.collect',
      gateway: 'paystack',
      invoice: invoice?.id,
      amount: 4900,
      currency: 'USD',
      attempt: 1,
      method: { id: 'card_1' },
      customer: 'cus_paystack',
    })
  })

  it('does not charge twice when the job runs again at the same instant', () => {
    const customer = basicSince14October().at('2025-11-14').at('2025-11-14').at('2025-11-15')
    expect(demands(customer)).toEqual([['2025-11-14', 4900]])
  })

  it('B-08 renews nothing after a cancellation that ends at the same instant', () => {
    const customer = basicSince14October()
    customer.do({ type: 'cancel', at: 'period_end' })
    customer.at('2025-11-14')
    expect(customer.subscription().status).toBe('canceled')
    expect(demands(customer)).toEqual([])
  })

  it('renews as if nothing had been after a cancellation that was taken back', () => {
    const customer = basicSince14October()
    customer.do({ type: 'cancel', at: 'period_end' })
    customer.at('2025-11-01').do({ type: 'resume' })
    customer.at('2025-11-14')
    expect(demands(customer)).toEqual([['2025-11-14', 4900]])
  })

  it('never bills the free plan', () => {
    const free = catalog({
      plans: [plan('free', { default: true }), plan('paid', { price: monthly(4900, 'USD') })],
      gateways: [{ name: 'paystack' }],
    })
    const customer = world(free, '2025-10-14')
    customer.do({ type: 'register' })
    customer.at('2027-10-14')
    expect(customer.subscription()).toMatchObject({ status: 'active', plan: 'free' })
    expect(customer.effects).toEqual([])
  })

  it('renews each plan group on its own date', () => {
    const sold = catalog({
      plans: [
        plan('basic', { price: monthly(4900, 'USD') }),
        plan('mail', { price: monthly(900, 'USD'), group: 'mail' }),
      ],
      gateways: [{ name: 'paystack' }],
    })
    const customer = paying(sold, '2025-10-14', { plan: 'basic' })
    customer.at('2025-10-20').do({ type: 'subscribe', plan: 'mail' })
    customer.pay()
    customer.at('2025-11-14')
    customer.pay()
    customer.at('2025-11-20')
    expect(demands(customer)).toEqual([
      ['2025-11-14', 4900],
      ['2025-11-20', 900],
    ])
  })
})

describe('the days on which periods begin', () => {
  const days = (price: Price, start: string, times: number) =>
    billedAt(price, start, times).map((at) => at.slice(0, 10))

  it('come back to the 31st after February and every short month', () => {
    expect(days(monthly(4900, 'USD'), '2025-01-31', 5)).toEqual([
      '2025-02-28',
      '2025-03-31',
      '2025-04-30',
      '2025-05-31',
      '2025-06-30',
    ])
  })

  it('find February 29 in a leap year', () => {
    expect(days(monthly(4900, 'USD'), '2023-12-31', 3)).toEqual([
      '2024-01-31',
      '2024-02-29',
      '2024-03-31',
    ])
    expect(days(yearly(49_000, 'USD'), '2024-02-29', 4)).toEqual([
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
    ])
  })

  it('are every day, every week or every quarter where the plan says so', () => {
    expect(days(every({ unit: 'day', count: 1 }, 100, 'USD'), '2025-12-30', 3)).toEqual([
      '2025-12-31',
      '2026-01-01',
      '2026-01-02',
    ])
    expect(days(every({ unit: 'week', count: 2 }, 100, 'USD'), '2025-10-14', 2)).toEqual([
      '2025-10-28',
      '2025-11-11',
    ])
    expect(days(every({ unit: 'month', count: 3 }, 100, 'USD'), '2025-11-30', 3)).toEqual([
      '2026-02-28',
      '2026-05-30',
      '2026-08-30',
    ])
  })

  it('keep the local hour when the clocks in Berlin go back', () => {
    // Bought at 9:00 summer time (7:00 UTC); 9:00 winter time is 8:00 UTC.
    expect(billedAt(monthly(4900, 'USD'), '2025-10-14T07:00:00Z', 2, 'Europe/Berlin')).toEqual([
      '2025-11-14T08:00:00.000Z',
      '2025-12-14T08:00:00.000Z',
    ])
  })

  it('give a daily plan in New York a day of 25 hours and one of 23', () => {
    const daily = every({ unit: 'day', count: 1 }, 100, 'USD')
    expect(billedAt(daily, '2025-11-01T13:00:00Z', 2, 'America/New_York')).toEqual([
      '2025-11-02T14:00:00.000Z',
      '2025-11-03T14:00:00.000Z',
    ])
    expect(billedAt(daily, '2026-03-07T14:00:00Z', 2, 'America/New_York')).toEqual([
      '2026-03-08T13:00:00.000Z',
      '2026-03-09T13:00:00.000Z',
    ])
  })

  it('are the first of the month with calendar alignment, after a shorter first period', () => {
    const sold = listingsCatalog({ alignment: 'calendar' })
    const customer = paying(sold, '2025-10-16', { plan: 'basic' })
    // 16 of the 31 days of October: 4900 × 16 / 31 = 2529.03.
    expect(customer.account.payments.map(({ amount }) => amount)).toEqual([2529])
    customer.at('2025-11-01')
    customer.pay()
    expect(periodOf(customer)).toEqual(['2025-11-01', '2025-12-01'])
    expect(demands(customer)).toEqual([['2025-11-01', 4900]])
  })
})

describe('a worker that comes late', () => {
  it('bills every missed period, oldest first, each dated at its boundary', () => {
    const customer = basicSince14October()
    const bought = customer.journal.length
    customer.at('2026-01-20')
    const opened = customer.journal
      .slice(bought)
      .filter((event) => event.type === 'invoice.opened')
      .map(({ at }) => day(at))
    expect(opened).toEqual(['2025-11-14', '2025-12-14', '2026-01-14'])
    expect(demands(customer)).toEqual([
      ['2025-11-14', 4900],
      ['2025-12-14', 4900],
      ['2026-01-14', 4900],
    ])
    expect(periodOf(customer)).toEqual(['2026-01-14', '2026-02-14'])
  })

  it('does exactly what a worker does that comes every day', () => {
    const late = basicSince14October().at('2026-01-20')
    const daily = basicSince14October()
    for (let at = instant('2025-10-14'); at <= instant('2026-01-20'); at = instant(at + 86_400_000))
      daily.at(at)
    expect(daily.journal).toEqual(late.journal)
    expect(daily.effects).toEqual(late.effects)
    expect(daily.account).toEqual(late.account)
  })

  it('ends the same whichever of the missed periods is paid first', () => {
    const sold = listingsCatalog()
    const customer = basicSince14October(sold).at('2025-12-20')
    const [november, december] = customer.account.invoices.map(({ id }) => id)
    const both = outcomes(customer, sold, [
      paid({ invoice: `${november}` }, { id: 'nov', at: '2025-12-20', amount: 4900 }),
      paid({ invoice: `${december}` }, { id: 'dec', at: '2025-12-20', amount: 4900 }),
    ])
    expect(both).toHaveLength(1)
    expect(both[0]?.invoices).toEqual([])
    expect(day(both[0]?.subscriptions.default?.paidThrough)).toBe('2026-01-14')
  })
})

describe('what a renewal costs', () => {
  it('is nothing with a coupon of 100 %: the invoice is settled and nobody is asked', () => {
    const customer = basicSince14October()
    customer.do({ type: 'apply_coupon', coupon: 'FREEMONTH' })
    customer.at('2025-11-14')
    expect(demands(customer)).toEqual([])
    expect(customer.account.invoices).toEqual([])
    expect(day(customer.subscription().paidThrough)).toBe('2025-12-14')
    customer.at('2025-12-14')
    expect(demands(customer)).toEqual([['2025-12-14', 4900]])
  })

  it('B9 is $39.20 for three periods with the 20 % coupon, then $49.00 again', () => {
    const customer = basicSince14October()
    customer.do({ type: 'apply_coupon', coupon: 'PARTNER20' })
    for (const boundary of ['2025-11-14', '2025-12-14', '2026-01-14', '2026-02-14']) {
      customer.at(boundary)
      customer.pay()
    }
    expect(demands(customer).map(([, amount]) => amount)).toEqual([3920, 3920, 3920, 4900])
  })

  it('is taken from the credit first; only what is missing is asked for', () => {
    const customer = basicSince14October()
    customer.do({ type: 'grant_credit', amount: 10_000, currency: 'USD' })
    customer.at('2026-01-14')
    // 10000 − 4900 − 4900 leaves 200 for the third: 4900 − 200 = 4700.
    expect(demands(customer)).toEqual([['2026-01-14', 4700]])
    expect(customer.account.credit).toEqual({ USD: 0 })
  })

  it('leaves credit in another currency alone', () => {
    const customer = basicSince14October()
    customer.do({ type: 'grant_credit', amount: 10_000, currency: 'NGN' })
    customer.at('2025-11-14')
    expect(demands(customer)).toEqual([['2025-11-14', 4900]])
    expect(customer.account.credit).toEqual({ NGN: 10_000 })
  })

  it('B-10 is the lower price from the boundary at which a scheduled downgrade applies', () => {
    const customer = paying(listingsCatalog(), '2025-10-14', { plan: 'pro' })
    customer.do({ type: 'change_plan', plan: 'basic' })
    customer.at(instant('2025-11-14') - 1)
    expect(customer.subscription().plan).toBe('pro')
    customer.at('2025-11-14')
    expect(customer.subscription()).toMatchObject({ plan: 'basic', pendingChange: null })
    expect(demands(customer)).toEqual([['2025-11-14', 4900]])
    expect(periodOf(customer)).toEqual(['2025-11-14', '2025-12-14'])
  })

  it('B-10 stays the same after a downgrade that was taken back', () => {
    const customer = paying(listingsCatalog(), '2025-10-14', { plan: 'pro' })
    customer.do({ type: 'change_plan', plan: 'basic' })
    customer.at('2025-11-10').do({ type: 'undo_change' })
    customer.at('2025-11-14')
    expect(customer.subscription().plan).toBe('pro')
    expect(demands(customer)).toEqual([['2025-11-14', 9900]])
  })

  it('C-08 contains the add-ons: Team and five seats are ₱1,798.00', () => {
    const sold = walletCatalog({ proration: { granularity: 'day' } })
    const customer = paying(sold, '2025-06-10', { plan: 'team' })
    customer.at('2025-06-25').do({ type: 'set_add_on', addOn: 'five_seats', quantity: 1 })
    customer.pay()
    customer.at('2025-07-10')
    expect(demands(customer).map(([, amount]) => amount)).toEqual([14_950, 179_800])
  })

  it('contains the proration of an upgrade that was left for the next invoice', () => {
    const sold = listingsCatalog({
      proration: { granularity: 'day30', behavior: 'next_invoice' },
    })
    const customer = basicSince14October(sold)
    customer.at('2025-10-30').do({ type: 'change_plan', plan: 'pro' })
    expect(demands(customer)).toEqual([])
    customer.at('2025-11-14')
    // (9900 − 4900) × 15 / 30 = 2500, and the period itself.
    expect(demands(customer)).toEqual([['2025-11-14', 12_400]])
    customer.pay()
    customer.at('2025-12-14')
    expect(demands(customer).at(-1)).toEqual(['2025-12-14', 9900])
  })

  it('is the price that was bought, although the catalog sells it dearer today', () => {
    const before = selling(monthly(4900, 'USD'))
    const customer = paying(before, '2025-10-14', { plan: 'only' })
    const dearer = selling(monthly(9900, 'USD'))
    const later = world(dearer, '2025-11-14', { account: customer.account })
    later.at('2025-11-14')
    expect(demands(later)).toEqual([['2025-11-14', 4900]])
  })

  it('is what a preview had announced the day before', () => {
    const sold = listingsCatalog()
    const customer = paying(sold, '2025-10-14', { plan: 'pro' }).at('2025-11-13')
    const shown = preview(
      customer.account,
      {},
      { type: 'change_plan', plan: 'basic' },
      customer.now,
      sold,
    )
    expect(shown).toMatchObject({
      ok: true,
      due: 0,
      next: { at: instant('2025-11-14'), amount: 4900, currency: 'USD' },
    })
    customer.do({ type: 'change_plan', plan: 'basic' })
    customer.at('2025-11-14')
    expect(demands(customer)).toEqual([['2025-11-14', 4900]])
  })
})
