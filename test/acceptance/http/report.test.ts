/**
 * B-19 over a year: seven customers, two currencies, a clock that is moved by hand, day by day. Every
 * figure below was worked out on paper from who did what when:
 *
 * | who | what |
 * |---|---|
 * | ann | Basic, $49 a month, from Jan 10; Pro, $99, from Oct 10; $10 refunded on Nov 20 |
 * | bob | Pro by the year, $1,188, from Feb 5: $99 a month |
 * | cyd | a trial of Pro from Mar 1, over on Mar 15, bought on Mar 20 |
 * | dan | a trial of Pro from Mar 3, over on Mar 17, never bought |
 * | eve | Basic from Apr 12; declined on May 12, 13, 15, 17; suspended May 19, canceled May 26 |
 * | fay | Basic from Jun 1; declined on Jul 1, another card on Jul 3 |
 * | gus | Basic in euros, €45, from Aug 15; canceled in September, over on Oct 15 |
 */
import { days, monthly, plan, yearly } from 'billwright'
import { beforeAll, describe, expect, it } from 'vitest'
import { openShop, type Shop, STORAGES } from '../../support/shop.ts'

const DAY = 86_400_000

const product = {
  plans: [
    plan('basic', { rank: 1, price: [monthly(49_00, 'USD'), monthly(45_00, 'EUR')] }),
    plan('pro', {
      rank: 2,
      price: [monthly(99_00, 'USD'), yearly(1_188_00, 'USD')],
      trial: days(14),
    }),
  ],
  dunning: { graceDays: 7, endAfterDays: 14 },
  checkoutsPerHour: null,
  authorize: ({ identity }: { readonly identity: { readonly id: string } }) =>
    identity.id === 'admin',
}

/** What happens on which day; the day's own work is done before it. */
const YEAR: Readonly<Record<string, (shop: Shop) => Promise<unknown>>> = {
  '2025-01-10': (shop) => buys(shop, 'ann', { plan: 'basic' }),
  '2025-02-05': (shop) => buys(shop, 'bob', { plan: 'pro', interval: 'year', trial: false }),
  '2025-03-01': (shop) => shop.as('cyd').post('/trial', { plan: 'pro' }),
  '2025-03-03': (shop) => shop.as('dan').post('/trial', { plan: 'pro' }),
  '2025-03-20': (shop) => buys(shop, 'cyd', { plan: 'pro' }),
  '2025-04-12': (shop) => buys(shop, 'eve', { plan: 'basic' }, 'fails_later'),
  '2025-06-01': (shop) => buys(shop, 'fay', { plan: 'basic' }, 'fails_later'),
  '2025-07-03': async (shop) => {
    const { body } = await shop.as('fay').post('/payment-method', {})
    await shop.pay(body.url)
    await shop.quiet()
    await shop.as('fay').post('/retry-payment')
  },
  '2025-08-15': (shop) => buys(shop, 'gus', { plan: 'basic', currency: 'EUR' }),
  '2025-09-20': (shop) => shop.as('gus').post('/cancel'),
  '2025-10-10': (shop) => shop.as('ann').post('/upgrade', { plan: 'pro' }),
  '2025-11-20': async (shop) => {
    const { items } = (await shop.as('admin').get('/customers/ann/transactions')).body
    const payment = items.find(({ amount }: { amount: number }) => amount === 5000).id
    await shop.as('admin').post('/customers/ann/refund', { payment, amount: 1000 })
  },
}

async function buys(shop: Shop, who: string, what: object, card = 'succeeds'): Promise<void> {
  const { body } = await shop.as(who).post('/checkout', what)
  await shop.pay(body.url, card)
}

describe.each(STORAGES)('B-19 a year on %s', (storage) => {
  let shop: Shop

  beforeAll(async () => {
    shop = await openShop({ storage, product, start: '2025-01-01' })
    for (let at = Date.UTC(2025, 0, 1); at < Date.UTC(2026, 0, 1); at += DAY) {
      await shop.at(at)
      const happens = YEAR[new Date(at).toISOString().slice(0, 10)]
      if (!happens) continue
      await happens(shop)
      await shop.quiet()
    }
  }, 120_000)

  const report = async (query: string) => (await shop.as('admin').get(`/admin/report${query}`)).body
  const inMonth = (month: number) => {
    const [from, to] = [Date.UTC(2025, month - 1), Date.UTC(2025, month)]
    return report(`?from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`)
  }

  it('B-19 at its end four pay: ann, bob, cyd and fay, $346 a month', async () => {
    expect(await report('')).toMatchObject({
      active: 4,
      byStatus: { active: 4, unpaid: 1, canceled: 2 },
      byPlan: { basic: 1, pro: 4 },
      revenue: [{ currency: 'USD', mrr: 9900 + 9900 + 9900 + 4900, arr: 12 * 34_600 }],
      period: { from: '2025-12-01T00:00:00.000Z', to: '2025-12-31T00:00:00.000Z' },
    })
  })

  it('B-19 revenue by month: payments on their day, the refund of an October payment in November', async () => {
    const { months } = await report('?from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z')
    const of = (wanted: string) =>
      months
        .filter(({ currency }: { currency: string }) => currency === wanted)
        .map(({ payments, received, refunded, net }: Record<string, number>) => {
          return [payments, received, refunded, net]
        })
    expect(of('USD')).toEqual([
      [1, 4900, 0, 4900], // ann
      [2, 4900 + 118_800, 0, 123_700], // ann, bob
      [2, 4900 + 9900, 0, 14_800], // ann, cyd
      [3, 4900 + 9900 + 4900, 0, 19_700], // and eve
      [2, 4900 + 9900, 0, 14_800], // eve was declined
      [3, 4900 + 9900 + 4900, 0, 19_700], // and fay
      [3, 4900 + 9900 + 4900, 0, 19_700], // fay on Jul 3
      [3, 4900 + 9900 + 4900, 0, 19_700],
      [3, 4900 + 9900 + 4900, 0, 19_700],
      [4, 4900 + 5000 + 9900 + 4900, 0, 24_700], // ann's upgrade on the day of her renewal
      [3, 9900 + 9900 + 4900, 1000, 23_700],
      [3, 9900 + 9900 + 4900, 0, 24_700],
    ])
    expect(of('EUR').slice(6)).toEqual([
      [0, 0, 0, 0],
      [1, 4500, 0, 4500],
      [1, 4500, 0, 4500],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ])
  })

  it('B-19 the books of the gateway say the same', () => {
    const { charges, refunds } = shop.emulator.book()
    const sum = (currency: string) =>
      charges
        .filter((each) => each.currency === currency)
        .reduce((total, { amount }) => total + amount, 0)
    expect(sum('USD')).toBe(330_800)
    expect(sum('EUR')).toBe(9000)
    expect(refunds.map(({ amount }) => amount)).toEqual([1000])
  })

  it('B-19 how recurring revenue moved: by month it starts where the one before ended', async () => {
    const usd = []
    for (let month = 1; month <= 12; month += 1) {
      const { movement } = await inMonth(month)
      const { start, started, resumed, expanded, contracted, stopped, end } = movement.find(
        ({ currency }: { currency: string }) => currency === 'USD',
      )
      usd.push([start, started, resumed, expanded, contracted, stopped, end])
    }
    expect(usd).toEqual([
      [0, 4900, 0, 0, 0, 0, 4900],
      [4900, 9900, 0, 0, 0, 0, 14_800],
      [14_800, 9900, 0, 0, 0, 0, 24_700], // cyd; a trial brings in nothing
      [24_700, 4900, 0, 0, 0, 0, 29_600],
      [29_600, 0, 0, 0, 0, -4900, 24_700], // eve was suspended
      [24_700, 4900, 0, 0, 0, 0, 29_600],
      [29_600, 0, 0, 0, 0, 0, 29_600], // fay was late, in grace
      [29_600, 0, 0, 0, 0, 0, 29_600],
      [29_600, 0, 0, 0, 0, 0, 29_600],
      [29_600, 0, 0, 5000, 0, 0, 34_600],
      [34_600, 0, 0, 0, 0, 0, 34_600],
      [34_600, 0, 0, 0, 0, 0, 34_600],
    ])
    const october = (await inMonth(10)).movement
    expect(october).toContainEqual({
      ...{ currency: 'EUR', start: 4500, started: 0, resumed: 0, expanded: 0 },
      ...{ contracted: 0, stopped: -4500, end: 0 },
    })
  })

  it('B-19 churn: one of four in May, one of five in October, and their revenue', async () => {
    expect((await inMonth(5)).churn).toEqual({
      customers: { atStart: 4, lost: 1, gained: 0, atEnd: 3, rate: 0.25 },
      revenue: [{ currency: 'USD', atStart: 29_600, lost: 4900, rate: 4900 / 29_600 }],
    })
    expect((await inMonth(10)).churn).toEqual({
      customers: { atStart: 5, lost: 1, gained: 0, atEnd: 4, rate: 0.2 },
      revenue: [
        { currency: 'EUR', atStart: 4500, lost: 4500, rate: 1 },
        { currency: 'USD', atStart: 29_600, lost: 0, rate: 0 },
      ],
    })
    // Nobody was there on January 1; who came and left within the year is in neither.
    const { churn } = await report('?from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z')
    expect(churn.customers).toEqual({ atStart: 0, lost: 0, gained: 4, atEnd: 4, rate: null })
  })

  it('B-19 trial conversion: of the two that ended in March one was bought, five days later', async () => {
    expect((await inMonth(3)).trials).toEqual({ started: 2, ended: 2, converted: 1, rate: 0.5 })
    const none = { started: 0, ended: 0, converted: 0, rate: null }
    expect((await inMonth(4)).trials).toEqual(none)
  })

  it('B-19 failed payments: four attempts at one invoice in May, one that recovered in July', async () => {
    expect((await inMonth(5)).failedPayments).toEqual([
      {
        ...{ currency: 'USD', attempts: 4, invoices: 1, amount: 4900 },
        ...{ recovered: 0, recoveredAmount: 0, rate: 0 },
      },
    ])
    const [july] = (await inMonth(7)).failedPayments
    expect(july).toMatchObject({ invoices: 1, amount: 4900, recovered: 1, recoveredAmount: 4900 })
    expect((await inMonth(6)).failedPayments).toEqual([])
  })

  it('B-19 the admin table shows since when, how much and when next', async () => {
    const table = async (filter: string) =>
      (await shop.as('admin').get(`/admin/subscriptions?${filter}`)).body.items
    expect(await table('status=active&currency=USD')).toMatchObject([
      { customer: 'ann', plan: 'pro', amount: 9900, nextPaymentAt: day('2026-01-10') },
      { customer: 'bob', plan: 'pro', amount: 118_800, nextPaymentAt: day('2026-02-05') },
      { customer: 'cyd', plan: 'pro', amount: 9900, nextPaymentAt: day('2026-01-20') },
      { customer: 'fay', plan: 'basic', amount: 4900, since: day('2025-06-01') },
    ])
    const who = async (filter: string) =>
      (await table(filter)).map(({ customer }: { customer: string }) => customer)
    expect(
      await who('startedFrom=2025-03-01T00:00:00Z&startedBefore=2025-06-01T00:00:00Z'),
    ).toEqual(['cyd', 'dan', 'eve'])
    expect(await who('currency=EUR&status=canceled')).toEqual(['gus'])
    await shop.as('bob').post('/cancel')
    expect(await who('ending=1')).toEqual(['bob'])
    expect(await who('ending=0&status=active')).toEqual(['ann', 'cyd', 'fay'])
  })

  it('B-19 a question that makes no sense is refused', async () => {
    const status = async (path: string) => (await shop.as('admin').get(path)).status
    expect(await status('/admin/report?from=2025-02-01T00:00:00Z&to=2025-01-01T00:00:00Z')).toBe(
      400,
    )
    expect(await status('/admin/report?from=yesterday')).toBe(400)
    expect(await status('/admin/report?month=5')).toBe(400)
    expect(await status('/admin/subscriptions?ending=maybe')).toBe(400)
    expect(await status('/admin/subscriptions?currency=usd')).toBe(400)
  })
})

function day(date: string): string {
  return new Date(date).toISOString()
}
