/**
 * Product B over HTTP, the stories B4 and B5: the renewal of Nov 14 that is paid, and the one that is
 * not. The same owner lives through them with our clock and, unchanged, with the gateway's.
 */
import { describe, expect, it } from 'vitest'
import {
  charged,
  type Directory,
  type DirectoryOptions,
  day,
  openDirectory,
  RUNS,
  told,
} from './directory.ts'

interface Owning extends Pick<DirectoryOptions, 'deliver' | 'policies'> {
  readonly card?: string
  readonly plan?: string
}

const october = { start: day('2025-10-14'), end: day('2025-11-14') }
const november = { start: day('2025-11-14'), end: day('2025-12-14') }

const status = async ({ joe }: Directory) => (await joe.get('/status')).body

describe.each(RUNS)('F-02 $gateway played by $vendor, renewals by $renewals, $storage', (run) => {
  /** Joe has Basic since Oct 14 and one listing. */
  async function owner(options: Owning = {}): Promise<Directory> {
    const { card = 'succeeds', plan = 'basic', ...more } = options
    const site = await openDirectory({ ...run, ...more })
    await site.buys(plan, { card })
    await site.create('joe', 'main-street', 'Main Street')
    return site
  }

  /** The renewal of Nov 14 was declined, and so is every retry until the date. */
  async function unpaid(until: string, options: Owning = {}) {
    const site = await owner({ card: 'fails_later', ...options })
    for (const date of ['11-14', '11-15', '11-17', '11-19', '11-21'])
      if (`2025-${date}` < until) await site.shop.at(`2025-${date}`)
    await site.shop.at(until)
    return site
  }

  /** What checking another card takes; where the vendor has no page for it, it comes back as credit. */
  function checkOf({ shop }: Directory): readonly number[] {
    const { operations, minimum } = [...shop.bill.gateways.values()][0]?.capabilities ?? {}
    return operations?.update_payment_method === 'core' ? [minimum?.USD ?? 0] : []
  }

  /** Joe saves a card that works. */
  async function savesAnotherCard({ joe, shop }: Directory) {
    const { status: answer, body } = await joe.post('/payment-method')
    expect([answer, body.status]).toEqual([200, 'redirect'])
    await shop.pay(body.url)
    await shop.quiet()
  }

  describe('B4 renewal', () => {
    it('B-07 B4 on Nov 11, and once, he hears that $49.00 are due on Nov 14', async () => {
      const site = await owner()
      await site.shop.at('2025-11-10T23:59:59Z')
      expect(told(site, 'renewal_reminder')).toEqual([])
      for (const date of ['2025-11-11', '2025-11-12', '2025-11-13']) await site.shop.at(date)
      expect(told(site, 'renewal_reminder')).toMatchObject([
        { data: { plan: 'basic', at: +new Date(october.end), amount: 4900, currency: 'USD' } },
      ])
      const { body } = await site.joe.get('/notices?unread=1&limit=1')
      expect(body.items).toMatchObject([{ name: 'renewal_reminder', at: day('2025-11-11') }])
      expect((await status(site)).sentence).toBe(
        'Your Basic plan is active and renews on 14 Nov 2025 for $49.00.',
      )
    })

    it('B-06 B4 on Nov 14 the saved card is charged $49.00 and the period moves on', async () => {
      const site = await owner()
      await site.shop.at('2025-11-14')
      expect(charged(site)).toEqual([4900, 4900])
      expect(await status(site)).toMatchObject({
        status: 'active',
        subscription: { period: november, nextPayment: { at: november.end, amount: 4900 } },
      })
      expect(told(site, 'payment_succeeded')).toHaveLength(2)
      expect(site.browse()).toEqual(['main-street'])
      const { items } = (await site.joe.get('/transactions')).body
      expect(items.map(({ at }: { at: string }) => at)).toEqual([november.start, october.start])
    })

    it('B-06 B4 he is never charged twice for a period, however often the workers run', async () => {
      const site = await owner()
      await site.shop.at('2025-11-14')
      for (const _ of [1, 2, 3]) await site.shop.quiet()
      await site.shop.at('2025-11-20')
      expect(charged(site)).toEqual([4900, 4900])
    })

    it('B-06 B4 every renewal keeps the 14th: Nov, Dec, Jan', async () => {
      const site = await owner()
      for (const date of ['2025-11-14', '2025-12-14', '2026-01-14']) await site.shop.at(date)
      const { charges } = site.shop.emulator.book()
      expect(charges.map(({ at }) => day(new Date(at).toISOString()))).toEqual([
        ...[october.start, november.start, november.end, day('2026-01-14')],
      ])
      expect((await status(site)).subscription.period.end).toBe(day('2026-02-14'))
    })

    it('B-06 B-17 B4 the invoice of the renewal is listed as paid, with the next number', async () => {
      const site = await owner()
      await site.shop.at('2025-11-14')
      const { items } = (await site.joe.get('/invoices')).body
      expect(items[0]).toMatchObject({ state: 'paid', due: 4900, period: november })
      expect(items.map(({ number }: { number: string | null }) => number)).toEqual([
        'INV-000002',
        'INV-000001',
      ])
    })
  })

  describe('B5 failed renewal', () => {
    it('B-08 B5 declined on Nov 14: grace until Nov 21, what exists stays public', async () => {
      const site = await unpaid('2025-11-14')
      expect(await status(site)).toMatchObject({
        ...{ status: 'past_due', access: true, because: 'past_due' },
        subscription: { graceEndsAt: day('2025-11-21') },
        invoices: [{ due: 4900, decline: { code: 'insufficient_funds' } }],
        sentence:
          'Your payment of $49.00 failed. Your Basic plan stays active until 21 Nov 2025; please update your payment method.',
      })
      expect(site.browse()).toEqual(['main-street'])
      expect((await site.dashboard('joe')).status).toBe(200)
      expect(charged(site)).toEqual([4900])
    })

    it('B-08 B-18 B5 he is told at once, with the deadline', async () => {
      const site = await unpaid('2025-11-14')
      expect(told(site, 'payment_failed')).toMatchObject([
        { data: { plan: 'basic', graceEndsAt: +new Date('2025-11-21') } },
      ])
      const { items } = (await site.joe.get('/notices?limit=1')).body
      expect(items).toMatchObject([{ name: 'payment_failed', readAt: null }])
    })

    it('B-08 B-13 B5 in grace nothing new can be created, not even where there is room', async () => {
      const site = await unpaid('2025-11-14', { plan: 'professional' })
      expect(await site.create('joe', 'downtown')).toMatchObject({
        ...{ status: 402, body: { code: 'past_due' } },
      })
      expect(site.listings.size).toBe(1)
    })

    it('B-08 B5 two days before the end, on Nov 19, one reminder goes out', async () => {
      const site = await unpaid('2025-11-18T23:59:59Z')
      expect(told(site, 'grace_ending')).toEqual([])
      for (const date of ['2025-11-19', '2025-11-20']) await site.shop.at(date)
      expect(told(site, 'grace_ending')).toMatchObject([
        { at: +new Date('2025-11-19'), data: { at: +new Date('2025-11-21'), amount: 4900 } },
      ])
    })

    it('B-08 B-13 B5 on Nov 21 everything is locked and the listings are hidden, not deleted', async () => {
      const site = await unpaid('2025-11-20T23:59:59Z')
      expect((await status(site)).status).toBe('past_due')
      expect(site.browse()).toEqual(['main-street'])
      await site.shop.at('2025-11-21')
      expect(await status(site)).toMatchObject({
        ...{ status: 'suspended', access: false, because: 'suspended' },
        sentence: 'Your Basic plan is suspended because $49.00 is unpaid. Pay to restore it.',
      })
      expect(site.browse()).toEqual([])
      expect(site.listings.get('main-street')).toMatchObject({ isPublic: false, isArchived: false })
      expect(told(site, 'suspended')).toHaveLength(1)
      expect((await site.dashboard('joe')).status).toBe(402)
      expect((await site.create('joe', 'downtown')).status).toBe(402)
    })

    it('B-08 B5 on Nov 21 access is gone although no worker has run', async () => {
      const site = await unpaid('2025-11-19')
      site.shop.clock.set('2025-11-21')
      expect((await site.dashboard('joe')).status).toBe(402)
      expect((await status(site)).status).toBe('suspended')
    })

    it('B-08 B5 with a grace of 3 days it is suspended on Nov 17', async () => {
      const dunning = { graceDays: 3, endAfterDays: 10 }
      const site = await unpaid('2025-11-14', { policies: { dunning } })
      expect((await status(site)).subscription.graceEndsAt).toBe(day('2025-11-17'))
      await site.shop.at('2025-11-17')
      expect((await status(site)).status).toBe('suspended')
    })

    it('B-08 B5 on Nov 28 it is canceled and the listings are archived', async () => {
      const site = await unpaid('2025-11-27T23:59:59Z')
      expect((await status(site)).status).toBe('suspended')
      await site.shop.at('2025-11-28')
      expect(await status(site)).toMatchObject({
        ...{ status: 'canceled', access: false, subscription: { endedAt: day('2025-11-28') } },
        archived: { listings: ['main-street'] },
      })
      expect(site.listings.get('main-street')).toMatchObject({ isPublic: false, isArchived: true })
      expect(told(site, 'canceled')).toHaveLength(1)
      expect(told(site, 'resource_archived')).toHaveLength(1)
      expect(charged(site)).toEqual([4900])
    })

    it('B-08 B5 after that only a new purchase helps, and it starts a period of its own', async () => {
      const site = await unpaid('2025-11-28')
      const { joe } = site
      expect((await joe.post('/retry-payment')).status).toBe(409)
      expect((await joe.post('/change', { plan: 'basic' })).status).toBe(402)
      await site.buys('basic')
      expect(await status(site)).toMatchObject({
        status: 'active',
        subscription: { period: { start: day('2025-11-28'), end: day('2025-12-28') } },
      })
      expect(charged(site)).toEqual([4900, 4900])
      const restored = await joe.post('/restore', { feature: 'listings', ids: ['main-street'] })
      expect(restored.status).toBe(200)
      await site.shop.quiet()
      expect(site.browse()).toEqual(['main-street'])
    })

    it('B-08 B-16 B5 another card on Nov 18 pays at once, and the 14th stays the billing day', async () => {
      const site = await unpaid('2025-11-18')
      await savesAnotherCard(site)
      expect(await status(site)).toMatchObject({
        ...{ status: 'active', access: true, invoices: [] },
        subscription: { period: november, graceEndsAt: null },
      })
      const check = checkOf(site)
      expect(charged(site)).toEqual([4900, ...check, 4900])
      await site.shop.at('2025-12-14')
      expect(charged(site)).toEqual([4900, ...check, 4900, 4900 - (check[0] ?? 0)])
    })

    it('B-08 B5 paid on Nov 24, while suspended: open and public again until Dec 14', async () => {
      const site = await unpaid('2025-11-24')
      expect(site.browse()).toEqual([])
      await savesAnotherCard(site)
      const amount = 4900 - (checkOf(site)[0] ?? 0)
      expect(await status(site)).toMatchObject({
        ...{ status: 'active', access: true },
        subscription: { period: november, nextPayment: { at: day('2025-12-14'), amount } },
      })
      expect(site.browse()).toEqual(['main-street'])
      expect(charged(site)).toEqual([4900, ...checkOf(site), 4900])
      await site.shop.at('2025-11-28')
      expect((await status(site)).status).toBe('active')
    })

    // Paystack tells no failures: a declined charge is the answer to the call, and nothing comes later.
    if (run.vendor !== 'paystack')
      it('B-04 B-08 B5 a failure told late, after the payment, changes nothing', async () => {
        const held: Request[] = []
        const site = await unpaid('2025-11-24', {
          async deliver(request: Request, { bill }: Directory['shop']) {
            const { type } = (await request.clone().json()) as { readonly type: string }
            if (type !== 'charge.failed') return bill.handle(request, { basePath: '/billing' })
            held.push(request.clone())
            return new Response(null, { status: 200 })
          },
        })
        await savesAnotherCard(site)
        const before = await status(site)
        expect([before.status, held.length > 0]).toEqual(['active', true])
        for (const request of held) await site.shop.bill.handle(request, { basePath: '/billing' })
        await site.shop.quiet()
        expect(await status(site)).toEqual(before)
      })
  })
})
