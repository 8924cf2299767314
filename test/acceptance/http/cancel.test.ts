/**
 * Product E, canceling on a billing page, told over HTTP as its stories E1 to E6, with either clock.
 * The judge is the gateway's own book: what it was asked, what it charged. The red button and its
 * disabled state wait for React; here is what they are made of.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AnyShop, openShop, type Visitor } from '../../support/shop.ts'
import { buy, day } from './buy.ts'
import { runsOn, tieredProduct, VENDOR_CLOCKS } from './products.ts'
import { billingPageProduct } from './products-more.ts'

const worlds = runsOn('stripe', VENDOR_CLOCKS)

describe.each(worlds)('canceling on $vendor, $storage, renewals by $renewals', (world) => {
  const remote = world.renewals === 'gateway'
  let shop: AnyShop
  let sam: Visitor

  beforeEach(async () => {
    const product = billingPageProduct()
    shop = await openShop({ product, start: '2025-10-14', gateway: 'stripe', ...world })
    sam = shop.as('sam')
    await buy(shop, sam, 'starter')
    await shop.at('2025-10-20')
  })
  afterEach(() => shop.close())

  const status = async () => (await sam.get('/status')).body
  const cancel = () => sam.post('/cancel', { at: 'period_end' })
  /** What the gateway was asked about the subscription; with our own clock that is nothing. */
  const asked = () =>
    shop.emulator.book().writes.filter(({ operation }) => /subscriptions/.test(operation))
  const charges = () => shop.emulator.book().charges.map(({ amount }) => amount)
  const told = (name: string) => shop.sent.filter(({ notice }) => notice.name === name)
  const pending = async () => {
    const reply = await cancel()
    await shop.quiet()
    return reply
  }

  describe('E1 the button', () => {
    it('E-02 E1 cancels at the end of the period, and says so', async () => {
      expect(await cancel()).toMatchObject({
        status: 200,
        body: { status: 'active', subscription: { ending: { at: day('2025-11-14') } } },
      })
      expect(await status()).toMatchObject({
        ...{ status: 'active', access: true, because: 'ending' },
        ending: { at: day('2025-11-14') },
        sentence: 'Your Starter plan is active until 14 Nov 2025.',
      })
      expect(shop.emulator.book().subscriptions.map(({ cancelAt }) => cancelAt)).toEqual(
        remote ? [Date.parse('2025-11-14')] : [],
      )
    })

    it('E-02 E1 everything paid for works until then', async () => {
      await shop.bill.use('sam', 'sms', 100)
      await pending()
      await shop.at('2025-11-13T23:59:59Z')
      expect((await sam.get('/entitlements/sms')).body).toMatchObject({
        ...{ allowed: true, limit: 500, used: 100, remaining: 400, until: day('2025-11-14') },
      })
    })

    it('E-01 E1 the customer is told once, with the date', async () => {
      await pending()
      await shop.at('2025-10-21')
      expect(told('cancel_scheduled')).toMatchObject([
        { customer: 'sam', notice: { data: { cancelAt: Date.parse('2025-11-14') } } },
      ])
    })

    it('E-03 E1 the page has what it needs to disable the button and to offer the way back', async () => {
      await pending()
      expect((await status()).actions[0]).toMatchObject({
        ...{ plan: 'starter', action: 'resume', current: true, at: day('2025-11-14') },
      })
    })
  })

  describe('E2 a double click', () => {
    it('E-03 E2 sends one request to the gateway, and both clicks get the same answer', async () => {
      const replies = await Promise.all([cancel(), cancel()])
      await shop.quiet()
      expect(replies.map(({ status }) => status)).toEqual([200, 200])
      expect(asked()).toHaveLength(remote ? 1 : 0)
      expect((await status()).ending).toEqual({ at: day('2025-11-14') })
      expect(told('cancel_scheduled')).toHaveLength(1)
    })

    it('E-03 E2 in two tabs of two processes sends one as well', async () => {
      const product = billingPageProduct()
      const { storage } = shop
      const other = await openShop({
        ...{ product, start: '2025-10-20', gateway: 'stripe', ...world, storage },
        wrap: (options) => ({ ...options, gateways: [...shop.bill.gateways.values()] }),
      })
      const replies = await Promise.all([cancel(), other.as('sam').post('/cancel')])
      await shop.quiet()
      await other.emulator.close()
      expect(replies.map(({ status }) => status)).toEqual([200, 200])
      expect(asked()).toHaveLength(remote ? 1 : 0)
      expect((await status()).ending).toEqual({ at: day('2025-11-14') })
    })

    it('E-03 E2 a click after the answer sends nothing more', async () => {
      await pending()
      const writes = shop.emulator.book().writes.length
      const { body } = await shop.as('operator').get('/customers/sam/journal')
      expect((await cancel()).status).toBe(200)
      expect(shop.emulator.book().writes).toHaveLength(writes)
      expect((await shop.as('operator').get('/customers/sam/journal')).body.items).toEqual(
        body.items,
      )
    })

    it('E-03 E2 the same idempotency key is one cancellation', async () => {
      const key = { 'idempotency-key': 'click-1' }
      const [first, second] = [
        await sam.post('/cancel', { at: 'period_end' }, key),
        await sam.post('/cancel', { at: 'period_end' }, key),
      ]
      expect(second.body).toEqual(first.body)
      const other = await sam.post('/cancel', { at: 'now' }, key)
      expect([other.status, other.body.code]).toEqual([409, 'idempotency_mismatch'])
    })
  })

  describe('E3 while it is pending', () => {
    beforeEach(pending)

    it.each<Action>([
      { path: '/upgrade', body: { plan: 'growth' } },
      { path: '/change', body: { plan: 'growth' } },
      { path: '/checkout', body: { plan: 'growth' } },
      { path: '/quantity', body: { quantity: 5 } },
      { path: '/add-ons', body: { addOn: 'more_sms', quantity: 1 } },
      { path: '/coupon', body: { coupon: 'LAUNCH20' } },
      { path: '/pause', body: {} },
    ])('E-03 E3 $path is refused with the date: resume first', async ({ path, body }) => {
      const before = await status()
      const writes = shop.emulator.book().writes.length
      const refused = await sam.post(path, body)
      expect(refused).toMatchObject({
        status: 409,
        body: { code: 'ending', detail: { cancelAt: day('2025-11-14') } },
      })
      expect(refused.body.error).toMatch(/resume/i)
      expect(await status()).toEqual(before)
      expect(shop.emulator.book().writes).toHaveLength(writes)
    })

    it('E-03 E3 invoices, payments and the payment method stay reachable', async () => {
      for (const path of ['/invoices', '/transactions', '/usage', '/notices'])
        expect((await sam.get(path)).status, path).toBe(200)
      expect((await sam.post('/payment-method')).body.status).toBe('redirect')
    })

    it('E-03 E3 resumed, the upgrade is accepted again and Nov 14 renews', async () => {
      await sam.post('/resume')
      await shop.quiet()
      expect(await status()).toMatchObject({ status: 'active', ending: null })
      expect((await sam.post('/upgrade', { plan: 'growth' })).status).toBe(200)
      await shop.quiet()
      await shop.at('2025-11-14')
      expect(charges().at(-1)).toBe(79_00)
    })
  })

  describe('E4 nothing to cancel', () => {
    it('E-05 E4 without a subscription it is an error, and the gateway is not called', async () => {
      const writes = shop.emulator.book().writes.length
      for (const visitor of [shop.as('nobody'), await registered('newcomer')])
        expect(await visitor.post('/cancel')).toMatchObject({
          status: 402,
          body: { error: 'Active subscription required', code: 'subscription_required' },
        })
      expect(shop.emulator.book().writes).toHaveLength(writes)
    })

    it('E-05 E4 nor is it for a subscription that has ended', async () => {
      await pending()
      await shop.at('2025-11-14')
      const writes = shop.emulator.book().writes.length
      expect((await cancel()).status).toBe(402)
      expect(shop.emulator.book().writes).toHaveLength(writes)
    })

    async function registered(id: string): Promise<Visitor> {
      const visitor = shop.as(id)
      await visitor.post('/register')
      return visitor
    }
  })

  describe('E6 the end', () => {
    beforeEach(pending)

    it('E-04 E6 on Nov 14 the account is unsubscribed and nothing is charged', async () => {
      await shop.at('2025-11-14')
      expect(await status()).toMatchObject({
        ...{ status: 'canceled', access: false, plan: null },
        subscription: { endedAt: day('2025-11-14'), nextPayment: null },
      })
      await shop.at('2025-12-14')
      expect(charges()).toEqual([29_00])
      expect(told('canceled')).toHaveLength(1)
    })

    it('E-04 E6 it is so for the first request after the date, with no job run', async () => {
      shop.clock.set('2025-11-14')
      expect(await status()).toMatchObject({ access: false, plan: null })
      expect((await sam.get('/entitlements/sms')).body.allowed).toBe(false)
    })

    it('E-04 E6 whoever comes back subscribes anew', async () => {
      await shop.at('2025-11-20')
      await buy(shop, sam, 'growth')
      expect(await status()).toMatchObject({
        ...{ status: 'active', plan: 'growth', access: true },
        subscription: { period: { start: day('2025-11-20'), end: day('2025-12-20') } },
      })
      expect(charges()).toEqual([29_00, 79_00])
    })
  })
})

describe.each(worlds)(
  'the end with a default plan on $vendor, $storage, renewals by $renewals',
  (world) => {
    it('E-04 E6 after the end everybody is on Free again', async () => {
      const shop = await openShop({
        ...{ product: tieredProduct(), start: '2025-10-14', gateway: 'stripe', ...world },
      })
      const sam = shop.as('sam')
      await sam.post('/register')
      await buy(shop, sam, 'premium')
      await sam.post('/cancel')
      await shop.quiet()
      await shop.at('2025-11-14')
      expect((await sam.get('/status')).body).toMatchObject({
        ...{ status: 'active', plan: 'free', access: true },
      })
      expect((await sam.post('/cancel')).status).toBe(402)
      await shop.close()
    })
  },
)

interface Action {
  readonly path: string
  readonly body: object
}
