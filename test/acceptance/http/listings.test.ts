/**
 * Product B over HTTP, the stories B1 to B3: sign-up, no subscription, the limit. B4 and B5 are in
 * listings-renewals, B6 to B8 in listings-changes, B9 in listings-admin, two processes at once in
 * listings-processes; these run with our clock and, unchanged, with the gateway's (F-02). Money is
 * judged by the gateway's book. What cannot be seen here lies elsewhere: access code, webhook names and
 * authorizations of the vendor (B-02, B-04) in its adapter; PDF and sending of B-17 and the
 * words of B-18 with mail and invoices, here they are rows and notices; conversion and churn (B-19) and
 * prices by usage (B-20) are in no answer yet.
 */

import { limit, monthly, plan } from 'billwright'
import { describe, expect, it } from 'vitest'
import { APP, openShop } from '../../support/shop.ts'
import { type Directory, type DirectoryOptions, day, openDirectory } from './directory.ts'
import { runsOn } from './products.ts'

const RUNS = runsOn('paystack', ['billwright']).filter(({ renewals }) => renewals === 'billwright')

const payments = async ({ joe }: Directory) => (await joe.get('/transactions')).body.items
const amounts = ({ shop }: Directory) => shop.emulator.book().charges.map(({ amount }) => amount)
const entitled = async ({ joe }: Directory) => (await joe.get('/entitlements/listings')).body

describe.each(RUNS)('played by $vendor, on $storage', ({ vendor, storage }) => {
  const open = (options: DirectoryOptions = {}) => openDirectory({ vendor, storage, ...options })

  describe('B1 sign-up', () => {
    it('B-01 B1 a registered owner must pay first: Basic is to be bought for $49.00 a month', async () => {
      const { joe } = await open()
      expect((await joe.post('/register')).status).toBe(200)
      const { body } = await joe.get('/status')
      expect(body).toMatchObject({
        ...{ registered: true, access: false, because: 'subscription_required' },
        ...{ status: 'none', plan: null, subscription: null },
        sentence: 'You have no subscription. Choose a plan to get started.',
      })
      expect(body.actions[0]).toMatchObject({
        ...{ plan: 'basic', action: 'upgrade' },
        price: { amount: 4900, currency: 'USD', interval: { unit: 'month', count: 1 } },
      })
    })

    it('B-02 B-03 B1 a checkout answers with the gateway’s page and our reference, and sells nothing yet', async () => {
      const site = await open()
      const { status, body } = await site.joe.post('/checkout', { plan: 'basic' })
      expect(status).toBe(200)
      expect(body).toMatchObject({ status: 'redirect', url: expect.stringMatching(/^https?:/) })
      const shown = (await site.joe.get('/status')).body
      expect(shown).toMatchObject({
        access: false,
        checkout: { reference: body.reference, plan: 'basic', amount: 4900, currency: 'USD' },
      })
      expect(amounts(site)).toEqual([])
    })

    it('B-02 B1 the page returns the owner with the reference', async () => {
      const { joe, shop } = await open()
      const successUrl = `${APP}/welcome`
      const { body } = await joe.post('/checkout', { plan: 'basic', successUrl })
      const page = await (await shop.emulator.fetch(body.url)).text()
      const [, number = ''] = /name="number" value="([^"]+)"/.exec(page) ?? []
      const paid = await shop.emulator.fetch(body.url, {
        ...{ method: 'POST', redirect: 'manual' },
        body: new URLSearchParams({ action: 'pay', number }),
      })
      const back = new URL(paid.headers.get('location') ?? '')
      expect(back.origin + back.pathname).toBe(successUrl)
      const reference = back.searchParams.get('reference') ?? ''
      expect(reference).toContain(body.reference)
      const verified = await joe.get(`/verify/${encodeURIComponent(reference)}`)
      expect([verified.status, verified.body.status]).toEqual([200, 'active'])
    })

    it('B-02 B1 nobody is returned to a site that is not ours', async () => {
      const { joe } = await open()
      const asked = { plan: 'basic', successUrl: 'https://evil.example/' }
      expect(await joe.post('/checkout', asked)).toMatchObject({
        ...{ status: 400, body: { code: 'invalid_return_url' } },
      })
    })

    it('B-02 B-05 B1 paid on Oct 14 and verified: Basic until Nov 14, limit 1, used 0', async () => {
      const site = await open({ deliver: async () => new Response(null, { status: 500 }) })
      const { joe, shop } = site
      const { body } = await joe.post('/checkout', { plan: 'basic' })
      await shop.pay(body.url)
      const verified = await joe.get(`/verify/${body.reference}`)
      expect(verified.status).toBe(200)
      expect(verified.body).toMatchObject({
        status: 'active',
        subscription: {
          ...{ status: 'active', plan: 'basic', gateway: 'paystack', renewals: 'billwright' },
          price: { amount: 4900, currency: 'USD' },
          period: { start: day('2025-10-14'), end: day('2025-11-14') },
          nextPayment: { at: day('2025-11-14'), amount: 4900, currency: 'USD' },
          graceEndsAt: null,
        },
      })
      expect(await entitled(site)).toMatchObject({ limit: 1, used: 0, remaining: 1 })
      expect(amounts(site)).toEqual([4900])
    })

    it('B-05 B1 the payment is on record as the gateway booked it, the customer’s code in the journal', async () => {
      const site = await open()
      await site.buys('basic')
      const [charge] = site.shop.emulator.book().charges
      expect(await payments(site)).toEqual([
        expect.objectContaining({
          ...{ id: charge?.id, gateway: 'paystack', amount: 4900, currency: 'USD' },
          ...{ at: day('2025-10-14'), status: 'paid' },
        }),
      ])
      const { body } = await site.admin.get('/customers/joe/journal')
      const linked = body.items.map(({ event }: { event: unknown }) => event)
      expect(linked).toContainEqual(
        expect.objectContaining({
          type: 'gateway.linked',
          gateway: 'paystack',
          customer: expect.stringMatching(/^cus_1$/i),
        }),
      )
    })

    it.each([
      { as: 'webhook before, verified after', steps: ['webhook', 'verify'] },
      { as: 'verified, then the webhook', steps: ['verify', 'webhook'] },
      { as: 'webhook twice, verified twice', steps: ['webhook', 'webhook', 'verify', 'verify'] },
      { as: 'both, alternating', steps: ['verify', 'webhook', 'verify', 'webhook'] },
    ])('B-02 B-04 B1 $as: one payment, one welcome', async ({ steps }) => {
      const held: Request[] = []
      const deliver = async (request: Request) => {
        held.push(request)
        return new Response(null, { status: 200 })
      }
      const site = await open({ deliver })
      const { joe, shop } = site
      const { reference, url } = (await joe.post('/checkout', { plan: 'basic' })).body
      await shop.pay(url)
      await shop.emulator.settle()
      for (const step of steps) {
        if (step === 'verify') expect((await joe.get(`/verify/${reference}`)).status).toBe(200)
        else
          for (const request of held) {
            const heard = await shop.bill.handle(request.clone(), { basePath: '/billing' })
            expect(heard.status).toBe(200)
          }
        const { body } = await joe.get('/status')
        expect(body).toMatchObject({ status: 'active', plan: 'basic', credit: {}, incidents: [] })
      }
      await shop.quiet()
      expect(held.length).toBeGreaterThan(0)
      expect(amounts(site)).toEqual([4900])
      expect(await payments(site)).toHaveLength(1)
      expect(shop.sent.filter(({ notice }) => notice.name === 'activated')).toHaveLength(1)
    })

    it('B-02 B-13 B1 another owner cannot verify the reference, nor is a made-up one known', async () => {
      const { shop, joe, buys } = await open()
      const reference = await buys('basic')
      expect((await shop.as('eve').get(`/verify/${reference}`)).status).toBe(404)
      expect((await joe.get('/verify/made-up')).status).toBe(404)
    })

    it('B-04 B1 a webhook that nobody signed is refused and changes nothing', async () => {
      const site = await open({ deliver: async () => new Response(null, { status: 500 }) })
      const { shop, joe } = site
      await shop.pay((await joe.post('/checkout', { plan: 'basic' })).body.url)
      const [real] = shop.emulator.webhooks()
      const forged = await joe.post('/webhooks/paystack', { ...real }, { 'webhook-id': 'evt_1' })
      expect(forged.status).toBe(401)
      expect((await joe.get('/status')).body.status).toBe('none')
    })

    it('B-02 B-04 B1 a signed webhook of another amount activates nothing and is an incident', async () => {
      const site = await open({ deliver: async () => new Response(null, { status: 500 }) })
      const { shop, joe } = site
      await shop.pay((await joe.post('/checkout', { plan: 'basic' })).body.url)
      for (const { body } of shop.emulator.webhooks()) {
        const text = new TextDecoder().decode(body).replaceAll('4900', '4899')
        const { headers, body: bytes } = shop.emulator.sign(new TextEncoder().encode(text))
        await shop.bill.receive('paystack', { headers, body: bytes })
      }
      expect(await joe.get('/status')).toMatchObject({
        body: { status: 'none', access: false, incidents: [{ kind: 'amount_mismatch' }] },
      })
    })

    it('B-18 B1 welcomed to Basic with the next billing date, and the limit to word it with', async () => {
      const site = await open()
      await site.buys('basic')
      const { body } = await site.joe.get('/notices?unread=1')
      const [welcome] = body.items.filter(({ name }: { name: string }) => name === 'activated')
      expect(welcome).toMatchObject({ readAt: null, data: { plan: 'basic' } })
      expect(day(welcome.data.nextBillingAt)).toBe(day('2025-11-14'))
      expect((await entitled(site)).limit).toBe(1)
      expect(site.shop.sent.map(({ notice }) => notice.name)).toContain('activated')
    })

    it('B-18 B1 a notice that was read is not unread any more', async () => {
      const { joe, buys } = await open()
      await buys('basic')
      const all = (await joe.get('/notices')).body.items
      const ids = all.map(({ id }: { id: string }) => id)
      expect((await joe.post('/notices/read', { ids })).body).toEqual({ read: ids.length })
      expect((await joe.get('/notices?unread=1')).body.items).toEqual([])
      expect((await joe.get('/notices')).body.items[0].readAt).toBe(day('2025-10-14'))
    })

    it('B-14 B1 the first listing makes it 1 of 1: told once, with Professional for 3 as the way up', async () => {
      const site = await open()
      const { joe, shop } = site
      await site.buys('basic')
      expect((await site.create('joe', 'main-street')).status).toBe(201)
      await shop.quiet()
      expect((await joe.get('/usage')).body.usage).toMatchObject([
        { feature: 'listings', used: 1, limit: 1, remaining: 0, because: 'limit_reached' },
      ])
      const told = shop.sent.filter(({ notice }) => notice.name === 'limit_reached')
      expect(told.map(({ notice }) => notice.data)).toMatchObject([
        { feature: 'listings', used: 1, limit: 1 },
      ])
      const { actions } = (await joe.get('/status')).body
      expect(actions[1]).toMatchObject({ plan: 'professional', action: 'upgrade' })
      const { plans } = (await joe.get('/plans')).body
      expect(plans[1].includes).toMatchObject([{ feature: 'listings', value: 3 }])
    })

    it('B-14 B1 at 2 of 3 nobody is told, at 3 of 3 once, and again when it is filled again', async () => {
      const site = await open()
      await site.buys('professional')
      const told = async () => {
        await site.shop.quiet()
        return site.shop.sent.filter(({ notice }) => notice.name.startsWith('limit_')).length
      }
      for (const id of ['a', 'b']) await site.create('joe', id)
      expect(await told()).toBe(0)
      await site.create('joe', 'c')
      expect(await told()).toBe(1)
      await site.remove('joe', 'c')
      await site.create('joe', 'd')
      expect(await told()).toBe(2)
    })

    it('B-14 B1 the fourth of five is told as approaching, the fifth as reached, each once', async () => {
      const plans = [
        plan('five', { price: monthly(49_00, 'USD'), includes: [limit('listings')(5)] }),
      ]
      const shop = await openShop({ storage, start: '2025-10-14', product: { plans } })
      await shop.pay((await shop.as('joe').post('/checkout', { plan: 'five' })).body.url)
      await shop.quiet()
      const heard = async () => {
        await shop.quiet()
        const names = shop.sent.map(({ notice }) => notice.name)
        return names.filter((name) => name.startsWith('limit_'))
      }
      for (const _ of [1, 2, 3]) await shop.bill.use('joe', 'listings')
      expect(await heard()).toEqual([])
      await shop.bill.use('joe', 'listings')
      expect(await heard()).toEqual(['limit_approached'])
      await shop.bill.use('joe', 'listings')
      expect(await heard()).toEqual(['limit_approached', 'limit_reached'])
    })

    it('B-16 B1 the saved card is shown as brand, last four digits and expiry, never its id', async () => {
      const { joe, buys } = await open()
      await buys('basic')
      expect((await joe.get('/status')).body.paymentMethod).toEqual({
        ...{ gateway: 'paystack', reusable: true },
        ...{ brand: 'visa', last4: expect.stringMatching(/^\d{4}$/), expires: expect.any(String) },
      })
    })

    it('B-17 B1 the paid invoice is listed with its lines', async () => {
      const { joe, buys } = await open()
      await buys('basic')
      expect((await joe.get('/invoices')).body.items).toMatchObject([
        { state: 'paid', total: 4900, due: 4900, currency: 'USD', lines: [{ amount: 4900 }] },
      ])
    })
  })

  describe('B2 no subscription', () => {
    it('B-12 B-13 B2 the dashboard and a new listing answer 402 with where to go', async () => {
      const site = await open()
      const refused = { error: 'Active subscription required', redirectTo: '/pricing' }
      expect(await site.dashboard('joe')).toMatchObject({ status: 402, body: refused })
      expect(await site.create('joe', 'main-street')).toMatchObject({ status: 402, body: refused })
      expect(site.listings.size).toBe(0)
    })

    it('B-01 B2 browsing and the prices need no subscription, not even a name', async () => {
      const site = await open()
      await site.buys('basic')
      await site.create('joe', 'main-street')
      expect(site.browse()).toEqual(['main-street'])
      const { status, body } = await site.shop.as(null).get('/plans')
      expect(status).toBe(200)
      expect(body.plans.map(({ id }: { id: string }) => id)).toEqual([
        ...['basic', 'professional', 'enterprise'],
      ])
      expect((await site.shop.as(null).get('/status')).status).toBe(401)
    })

    it('B-13 B2 a subscriber reaches the dashboard', async () => {
      const site = await open()
      await site.buys('basic')
      await site.create('joe', 'main-street')
      expect(await site.dashboard('joe')).toMatchObject({
        ...{ status: 200, body: { listings: ['main-street'] } },
      })
    })
  })

  describe('B3 the limit', () => {
    const refused = {
      ...{ code: 'limit_reached', feature: 'listings', currentPlan: 'basic' },
      ...{ currentCount: 1, limit: 1, upgradeRequired: true },
    }

    it('B-12 B-13 B3 the second listing on Basic answers 403 with plan, count and limit', async () => {
      const site = await open()
      await site.buys('basic')
      await site.create('joe', 'main-street')
      const second = await site.create('joe', 'downtown')
      expect(second).toMatchObject({ status: 403, body: refused })
      expect(second.body.error).toEqual(expect.any(String))
      expect([...site.listings.keys()]).toEqual(['main-street'])
    })

    it('B-12 B3 deleting the listing makes room for another', async () => {
      const site = await open()
      await site.buys('basic')
      await site.create('joe', 'main-street')
      await site.remove('joe', 'main-street')
      expect(await entitled(site)).toMatchObject({ used: 0, remaining: 1, allowed: true })
      expect((await site.create('joe', 'downtown')).status).toBe(201)
    })
  })
})
