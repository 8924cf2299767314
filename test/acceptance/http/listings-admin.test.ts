/**
 * Product B over HTTP, the story B9: what an operator sees and does, each action with its line in the
 * audit log. The report over a whole year stands in report.test.ts.
 */
import { monthly, plan, yearly } from 'billwright'
import { describe, expect, it } from 'vitest'
import { openShop, type Reply, STORAGES } from '../../support/shop.ts'
import { charged, type Directory, day, openDirectory, RUNS, told } from './directory.ts'

const status = async ({ joe }: Directory) => (await joe.get('/status')).body

/** Who did what to Joe, newest first: `admin refund`. */
async function audit({ admin }: Directory): Promise<readonly string[]> {
  const { body } = await admin.get('/customers/joe/audit')
  return body.items.map(({ actor, action }: Record<string, string>) => `${actor} ${action}`)
}

describe.each(RUNS)('F-02 $gateway, renewals by $renewals, $storage', (run) => {
  async function owner(card = 'succeeds'): Promise<Directory> {
    const site = await openDirectory(run)
    await site.buys('basic', { card })
    return site
  }

  /** Joe's renewal of Nov 14 was declined. */
  async function unpaid(): Promise<Directory> {
    const site = await owner('fails_later')
    await site.create('joe', 'main-street')
    await site.shop.at('2025-11-14')
    return site
  }

  const act = ({ admin }: Directory, action: string, body: object = {}): Promise<Reply> =>
    admin.post(`/customers/joe/${action}`, body)

  const paid = async ({ admin }: Directory): Promise<string> =>
    (await admin.get('/customers/joe/transactions')).body.items[0].id

  describe('B9 totals', () => {
    /** One owner of each plan, and one whose renewal failed is Joe on Basic when asked for. */
    async function three(card = 'succeeds'): Promise<Directory> {
      const site = await openDirectory(run)
      await site.buys('basic', { card })
      await site.buys('professional', { owner: 'ann' })
      await site.buys('enterprise', { owner: 'bob' })
      return site
    }

    it('B-19 B9 one customer of each plan: MRR $347.00, ARR $4,164.00', async () => {
      const { admin } = await three()
      expect((await admin.get('/admin/report')).body).toMatchObject({
        active: 3,
        byStatus: { active: 3 },
        byPlan: { basic: 1, professional: 1, enterprise: 1 },
        revenue: [{ currency: 'USD', mrr: 34700, arr: 416400 }],
      })
    })

    it('B-19 B9 all subscriptions are listed, by plan and by status', async () => {
      const { admin } = await three()
      const who = async (filter: string) =>
        (await admin.get(`/admin/subscriptions${filter}`)).body.items
          .map(({ customer }: { customer: string }) => customer)
          .sort()
      expect(await who('')).toEqual(['ann', 'bob', 'joe'])
      expect(await who('?plan=enterprise')).toEqual(['bob'])
      expect(await who('?status=active&account=ann')).toEqual(['ann'])
      expect(await who('?status=past_due,suspended')).toEqual([])
      expect((await admin.get('/admin/subscriptions?limit=2')).body.next).not.toBeNull()
      expect((await admin.get('/admin/subscriptions?state=active')).status).toBe(400)
    })

    it('B-19 B9 whose payment failed is found by status, with amount and reason', async () => {
      const { admin, shop } = await three('fails_later')
      await shop.at('2025-11-14')
      const { items } = (await admin.get('/admin/subscriptions?status=past_due,suspended')).body
      expect(items).toMatchObject([{ customer: 'joe', plan: 'basic', amount: 4900 }])
      const { invoices } = (await admin.get('/customers/joe/status')).body
      expect(invoices).toMatchObject([{ due: 4900, decline: { code: 'insufficient_funds' } }])
      expect((await admin.get('/admin/report')).body).toMatchObject({
        ...{ active: 3, byStatus: { active: 2, past_due: 1 }, revenue: [{ mrr: 34700 }] },
      })
      await shop.at('2025-11-21')
      expect((await admin.get('/admin/report')).body).toMatchObject({
        ...{ active: 2, byStatus: { active: 2, suspended: 1 }, revenue: [{ mrr: 29800 }] },
      })
    })

    it('B-19 B9 who left in November is listed with the day, and earns nothing any more', async () => {
      const { admin, joe, shop } = await three()
      await joe.post('/cancel')
      await shop.at('2025-11-14')
      const { items } = (await admin.get('/admin/subscriptions?status=canceled')).body
      expect(items).toMatchObject([{ customer: 'joe', plan: 'basic' }])
      expect(new Date(items[0].endedAt)).toEqual(new Date('2025-11-14'))
      expect((await admin.get('/admin/report')).body).toMatchObject({
        ...{ active: 2, byStatus: { active: 2, canceled: 1 } },
        revenue: [{ mrr: 29800 }],
        churn: { customers: { atStart: 3, lost: 1, atEnd: 2, rate: 1 / 3 } },
        movement: [{ currency: 'USD', start: 34700, stopped: -4900, end: 29800 }],
      })
    })

    it('B-19 B9 customers see none of it', async () => {
      const { joe, shop } = await three()
      for (const path of ['report', 'subscriptions', 'audit', 'health'])
        expect((await joe.get(`/admin/${path}`)).status).toBe(404)
      expect((await joe.get('/customers/ann/status')).status).toBe(404)
      expect((await joe.post('/customers/joe/refund', { payment: 'ch_1' })).status).toBe(403)
      expect((await shop.as(null).get('/admin/report')).status).toBe(401)
    })
  })

  describe('B9 actions', () => {
    it('B-19 B9 canceling by hand ends it now', async () => {
      const site = await owner()
      await site.create('joe', 'main-street')
      await site.shop.at('2025-10-20')
      expect((await act(site, 'cancel', { at: 'now' })).status).toBe(200)
      await site.shop.quiet()
      expect(await status(site)).toMatchObject({
        ...{ status: 'canceled', access: false, subscription: { endedAt: day('2025-10-20') } },
      })
      expect(site.listings.get('main-street')?.isArchived).toBe(true)
      expect((await audit(site))[0]).toBe('admin cancel')
      await site.shop.at('2025-11-14')
      expect(charged(site)).toEqual([4900])
    })

    it('B-19 B9 a full refund gives back $49.00, once', async () => {
      const site = await owner()
      const payment = await paid(site)
      expect((await act(site, 'refund', { payment })).status).toBe(200)
      await site.shop.quiet()
      expect(site.shop.emulator.book().refunds).toMatchObject([{ charge: payment, amount: 4900 }])
      const { items } = (await site.joe.get('/transactions')).body
      expect(items).toMatchObject([{ id: payment, status: 'refunded', refunded: 4900 }])
      expect(await act(site, 'refund', { payment, amount: 1 })).toMatchObject({
        ...{ status: 409, body: { code: 'amount_too_high' } },
      })
      expect((await audit(site))[0]).toBe('admin refund')
      expect(told(site, 'refunded')).toHaveLength(1)
    })

    it('B-19 B-04 B9 of $49.00 a refund of $10.00 leaves $39.00, and the plan stays', async () => {
      const site = await owner()
      const payment = await paid(site)
      await act(site, 'refund', { payment, amount: 1000 })
      await site.shop.quiet()
      const { items } = (await site.joe.get('/transactions')).body
      expect(items).toMatchObject([{ status: 'partially_refunded', refunded: 1000 }])
      expect((await act(site, 'refund', { payment, amount: 3901 })).status).toBe(409)
      expect((await act(site, 'refund', { payment, amount: 3900 })).status).toBe(200)
      await site.shop.quiet()
      const refunds = site.shop.emulator.book().refunds.map(({ amount }) => amount)
      expect(refunds).toEqual([1000, 3900])
      expect((await status(site)).status).toBe('active')
    })

    it('B-19 B9 a refund clicked twice with one key gives back once', async () => {
      const site = await owner()
      const payment = await paid(site)
      const refund = () =>
        site.admin.post(
          '/customers/joe/refund',
          { payment, amount: 1000 },
          { 'idempotency-key': 'ticket-7' },
        )
      const both = [await refund(), await refund()]
      expect(both.map((reply) => reply.status)).toEqual([200, 200])
      expect(site.shop.emulator.book().refunds).toHaveLength(1)
    })

    it('B-04 B9 a dispute takes access until it is decided', async () => {
      const site = await owner()
      const payment = await paid(site)
      site.shop.emulator.dispute(payment)
      await site.shop.quiet()
      expect(await status(site)).toMatchObject({ access: false, because: 'blocked' })
      site.shop.emulator.decideDispute(payment, 'won')
      await site.shop.quiet()
      expect(await status(site)).toMatchObject({ access: true, status: 'active' })
    })

    it('B-19 B-20 B9 20 % off for 3 periods: $39.20 three times, then $49.00', async () => {
      const site = await owner()
      await site.shop.at('2025-11-01')
      expect((await act(site, 'coupon', { coupon: 'PARTNER20' })).status).toBe(200)
      await site.shop.quiet()
      expect((await status(site)).subscription).toMatchObject({
        coupon: { code: 'PARTNER20', periodsLeft: 3 },
        nextPayment: { amount: 3920 },
      })
      for (const date of ['2025-11-14', '2025-12-14', '2026-01-14', '2026-02-14'])
        await site.shop.at(date)
      expect(charged(site)).toEqual([4900, 3920, 3920, 3920, 4900])
      expect((await status(site)).subscription.coupon).toBeNull()
      expect(await audit(site)).toContain('admin apply_coupon')
    })

    it('B-19 B9 three more days of grace: suspended on Nov 24 instead of Nov 21', async () => {
      const site = await unpaid()
      expect((await act(site, 'extend-grace', { days: 3 })).status).toBe(200)
      expect((await status(site)).subscription.graceEndsAt).toBe(day('2025-11-24'))
      for (const date of ['11-15', '11-17', '11-19', '11-21']) await site.shop.at(`2025-${date}`)
      await site.shop.at('2025-11-23T23:59:59Z')
      expect((await status(site)).status).toBe('past_due')
      expect(site.browse()).toEqual(['main-street'])
      await site.shop.at('2025-11-24')
      expect((await status(site)).status).toBe('suspended')
      expect(site.browse()).toEqual([])
      expect((await audit(site))[0]).toBe('admin extend_grace')
    })

    it('B-19 B9 grace extended after the suspension opens everything again meanwhile', async () => {
      const site = await unpaid()
      await site.shop.at('2025-11-22')
      expect(site.browse()).toEqual([])
      await act(site, 'extend-grace', { days: 3 })
      await site.shop.quiet()
      expect(await status(site)).toMatchObject({ status: 'past_due', access: true })
    })

    it('B-19 B-18 B9 a reminder of what is owed goes out each time it is asked for', async () => {
      const site = await unpaid()
      for (const _ of [1, 2]) expect((await act(site, 'remind')).status).toBe(200)
      await site.shop.quiet()
      const data = { amount: 4900, currency: 'USD', graceEndsAt: +new Date('2025-11-21') }
      expect(told(site, 'payment_reminder')).toMatchObject([{ data }, { data }])
      expect((await audit(site)).slice(0, 2)).toEqual([
        'admin remind_payment',
        'admin remind_payment',
      ])
    })

    it('B-19 B9 with nothing owed a reminder is refused, and not in the log', async () => {
      const site = await owner()
      expect(await act(site, 'remind')).toMatchObject({
        ...{ status: 409, body: { code: 'nothing_to_pay' } },
      })
      expect(await audit(site)).not.toContain('admin remind_payment')
    })

    it('B-19 B9 the log of all customers says who did what, to whom and with which words', async () => {
      const site = await owner()
      await act(site, 'coupon', { coupon: 'PARTNER20' })
      await site.joe.post('/cancel')
      const { items } = (await site.admin.get('/admin/audit')).body
      expect(items).toMatchObject([
        { actor: 'joe', account: 'joe', action: 'cancel', input: { at: 'period_end' } },
        { actor: 'admin', account: 'joe', action: 'apply_coupon', input: { coupon: 'PARTNER20' } },
        { actor: 'joe', action: 'subscribe', input: { plan: 'basic' }, at: day('2025-10-14') },
      ])
    })

    it('B-19 B9 granted credit comes off the next charge, and is refused where the gateway makes it', async () => {
      const site = await owner()
      const granted = await act(site, 'credit', { amount: 500, currency: 'USD' })
      if (run.renewals === 'gateway') {
        expect(granted).toMatchObject({ status: 409, body: { code: 'not_supported' } })
      } else {
        expect(granted.status).toBe(200)
        expect((await status(site)).credit).toEqual({ USD: 500 })
      }
      const renewal = run.renewals === 'gateway' ? 4900 : 4400
      expect((await status(site)).subscription.nextPayment.amount).toBe(renewal)
      await site.shop.at('2025-11-14')
      expect(charged(site)).toEqual([4900, renewal])
      expect((await status(site)).credit.USD ?? 0).toBe(0)
    })
  })
})

describe.each(STORAGES)('B-20 on %s', (storage) => {
  const currencies = ['USD', 'NGN', 'GHS', 'KES', 'ZAR']
  const open = () =>
    openShop({
      ...{ storage, start: '2025-10-14', gateway: 'paystack' },
      product: {
        plans: [
          plan('basic', {
            price: [...currencies.map((each) => monthly(49_00, each)), yearly(490_00, 'USD')],
          }),
        ],
        checkoutsPerHour: null,
      },
    })

  it('B-20 a plan is sold in each of its currencies, and charged in it', async () => {
    const shop = await open()
    for (const currency of currencies) {
      const { body } = await shop.as(currency).post('/checkout', { plan: 'basic', currency })
      await shop.pay(body.url)
    }
    expect(shop.emulator.book().charges.map((each) => each.currency)).toEqual(currencies)
  })

  it('B-20 a year costs its own price and is renewed after a year', async () => {
    const shop = await open()
    const { body } = await shop.as('joe').post('/checkout', { plan: 'basic', interval: 'year' })
    await shop.pay(body.url)
    await shop.quiet()
    await shop.at('2026-10-14')
    const { charges } = shop.emulator.book()
    expect(charges.map(({ amount, at }) => [amount, at])).toEqual([
      [49000, +new Date('2025-10-14')],
      [49000, +new Date('2026-10-14')],
    ])
  })
})
