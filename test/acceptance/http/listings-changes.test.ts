/**
 * Product B over HTTP, the stories B6 to B8: up now, down at the period's end, canceled. With our clock
 * a month is prorated as 30 days, with the gateway's as the days it has: 15 of 31 instead of 15 of 30.
 */
import { describe, expect, it } from 'vitest'
import { charged, type Directory, day, openDirectory, RUNS, told } from './directory.ts'

const nov14 = day('2025-11-14')
const status = async ({ joe }: Directory) => (await joe.get('/status')).body
const entitled = async ({ joe }: Directory) => (await joe.get('/entitlements/listings')).body

describe.each(RUNS)('F-02 $gateway played by $vendor, renewals by $renewals, $storage', (run) => {
  const prorated = run.renewals === 'gateway' ? 2419 : 2500

  /** Joe has a plan since Oct 14. */
  async function owner(plan = 'basic', listings = ['main-street']): Promise<Directory> {
    const site = await openDirectory(run)
    await site.buys(plan)
    for (const id of listings) await site.create('joe', id, LABELS[id] ?? id)
    return site
  }

  /** Joe, on Professional with two listings, goes down to Basic on Oct 30 and keeps «Main Street». */
  async function goingDown(): Promise<Directory> {
    const site = await owner('professional')
    await site.shop.at('2025-10-20')
    await site.create('joe', 'downtown', LABELS.downtown)
    await site.shop.at('2025-10-30')
    const keep = { listings: ['main-street'] }
    const { status: answer, body } = await site.joe.post('/downgrade', { plan: 'basic', keep })
    expect([answer, body.status]).toEqual([200, 'scheduled'])
    await site.shop.quiet()
    return site
  }

  describe('B6 upgrade', () => {
    it('B-09 B6 with 15 days left the preview says what is due now, and $99.00 on Nov 14', async () => {
      const site = await owner()
      await site.shop.at('2025-10-30')
      const { body } = await site.joe.post('/preview/change', { plan: 'professional' })
      expect(body).toMatchObject({
        ...{ due: prorated, currency: 'USD', at: day('2025-10-30') },
        next: { at: nov14, amount: 9900, currency: 'USD' },
        subscription: { plan: 'professional', period: { end: nov14 } },
      })
      expect((await status(site)).plan).toBe('basic')
      expect(charged(site)).toEqual([4900])
    })

    it('B-09 B-03 B6 paid, it is Professional with 3 listings at once and the same billing date', async () => {
      const site = await owner()
      await site.shop.at('2025-10-30')
      const { body } = await site.joe.post('/upgrade', { plan: 'professional' })
      expect(body).toMatchObject({
        status: 'active',
        subscription: { plan: 'professional', price: { amount: 9900 }, period: { end: nov14 } },
      })
      expect(charged(site)).toEqual([4900, prorated])
      expect(await entitled(site)).toMatchObject({ limit: 3, used: 1, remaining: 2 })
      const created = []
      for (const id of ['b', 'c', 'd']) created.push((await site.create('joe', id)).status)
      expect(created).toEqual([201, 201, 403])
      await site.shop.quiet()
      expect(told(site, 'plan_changed')).toHaveLength(1)
      await site.shop.at('2025-11-14')
      expect(charged(site)).toEqual([4900, prorated, 9900])
    })

    it('B-09 B6 half a day after the preview its quote is still what is charged', async () => {
      const site = await owner()
      await site.shop.at('2025-10-30')
      const { quote } = (await site.joe.post('/preview/change', { plan: 'professional' })).body
      await site.shop.at('2025-10-30T12:00:00Z')
      await site.joe.post('/upgrade', { plan: 'professional', quote })
      expect(charged(site)).toEqual([4900, prorated])
    })

    // What the gateway charges is its own figure, so there an amount cannot be held against ours.
    if (run.renewals === 'billwright')
      it('B-09 B6 a quote of another amount is refused and charges nothing', async () => {
        const site = await owner()
        await site.shop.at('2025-10-30')
        const { quote } = (await site.joe.post('/preview/change', { plan: 'professional' })).body
        const less = { plan: 'professional', quote: { ...quote, due: 1 } }
        expect(await site.joe.post('/upgrade', less)).toMatchObject({
          ...{ status: 409, body: { code: 'quote_changed' } },
        })
        expect(charged(site)).toEqual([4900])
      })

    it('B-09 B6 declined, nothing has changed: plan, limit, date, and it renews as Basic', async () => {
      const site = await openDirectory(run)
      await site.buys('basic', { card: 'fails_later' })
      const before = (await status(site)).subscription
      await site.shop.at('2025-10-30')
      const { body } = await site.joe.post('/upgrade', { plan: 'professional' })
      expect(body).toMatchObject({
        ...{ status: 'declined', decline: { code: 'insufficient_funds' } },
        subscription: { plan: 'basic' },
      })
      await site.shop.quiet()
      expect((await status(site)).subscription).toEqual(before)
      expect(await entitled(site)).toMatchObject({ limit: 1 })
      expect(charged(site)).toEqual([4900])
    })

    it('B-09 B6 clicked twice at once, it is charged once', async () => {
      const site = await owner()
      await site.shop.at('2025-10-30')
      const upgrade = () => site.joe.post('/upgrade', { plan: 'professional' })
      const both = await Promise.all([upgrade(), upgrade()])
      expect(both.map((reply) => reply.status).every((code) => code === 200 || code === 409)).toBe(
        true,
      )
      await site.shop.quiet()
      expect(charged(site)).toEqual([4900, prorated])
      expect((await status(site)).plan).toBe('professional')
    })

    it('B-03 B6 an upgrade asked for as a downgrade is refused, and the other way round', async () => {
      const site = await owner('professional')
      const wrong = { status: 409, body: { code: 'wrong_direction' } }
      expect(await site.joe.post('/downgrade', { plan: 'enterprise' })).toMatchObject(wrong)
      expect(await site.joe.post('/upgrade', { plan: 'basic' })).toMatchObject(wrong)
      expect(charged(site)).toEqual([9900])
    })
  })

  describe('B7 downgrade', () => {
    it('B-11 B7 two listings do not fit in Basic: the answer lists them and asks what to keep', async () => {
      const site = await owner('professional', ['main-street', 'downtown'])
      await site.shop.at('2025-10-30')
      const { status: answer, body } = await site.joe.post('/downgrade', { plan: 'basic' })
      expect([answer, body.code]).toEqual([409, 'choose_what_to_keep'])
      expect(body.detail.excess).toMatchObject([
        {
          ...{ feature: 'listings', used: 2, limit: 1 },
          resources: [
            { id: 'main-street', label: 'Main Street' },
            { id: 'downtown', label: "Joe's Cafe Downtown" },
          ],
        },
      ])
      expect((await status(site)).subscription.scheduled).toBeNull()
    })

    it('B-10 B-11 B7 the choice waits for Nov 14 with what will be archived, told in a sentence', async () => {
      const site = await goingDown()
      const shown = await status(site)
      expect(shown.subscription).toMatchObject({
        plan: 'professional',
        scheduled: { plan: 'basic', at: nov14, amount: 4900, archive: { listings: ['downtown'] } },
        nextPayment: { at: nov14, amount: 4900 },
      })
      expect(shown.sentence).toBe(
        "Your Professional plan is active until 14 Nov 2025. Your plan will change to Basic on 14 Nov 2025 for $49.00. Joe's Cafe Downtown will be archived then.",
      )
      expect(shown.actions[0]).toMatchObject({ plan: 'basic', action: 'scheduled', at: nov14 })
      expect(told(site, 'downgrade_scheduled')).toHaveLength(1)
      expect(await entitled(site)).toMatchObject({ limit: 3, used: 2 })
      expect(site.browse()).toEqual(['main-street', 'downtown'])
    })

    it('B-10 B-11 B7 on Nov 14 he pays $49.00, «downtown» is archived and nothing is refunded', async () => {
      const site = await goingDown()
      await site.shop.at('2025-11-14')
      expect(charged(site)).toEqual([9900, 4900])
      expect(site.shop.emulator.book().refunds).toEqual([])
      expect(await status(site)).toMatchObject({
        ...{ plan: 'basic', credit: {}, archived: { listings: ['downtown'] } },
        subscription: { scheduled: null, period: { start: nov14, end: day('2025-12-14') } },
      })
      expect(site.browse()).toEqual(['main-street'])
      expect(site.listings.get('downtown')?.isArchived).toBe(true)
      expect(await entitled(site)).toMatchObject({ limit: 1, used: 1, remaining: 0 })
      expect((await site.create('joe', 'third')).status).toBe(403)
      expect(told(site, 'resource_archived')).toHaveLength(1)
    })

    it('B-11 B7 upgraded later, the archived listing can be brought back', async () => {
      const site = await goingDown()
      await site.shop.at('2025-11-14')
      const restore = () => site.joe.post('/restore', { feature: 'listings', ids: ['downtown'] })
      expect((await restore()).status).toBe(403)
      await site.joe.post('/upgrade', { plan: 'professional' })
      await site.shop.quiet()
      expect((await status(site)).archived).toEqual({ listings: ['downtown'] })
      expect((await restore()).status).toBe(200)
      await site.shop.quiet()
      expect(site.browse()).toEqual(['main-street', 'downtown'])
      expect((await status(site)).archived.listings).toEqual([])
      expect(await entitled(site)).toMatchObject({ limit: 3, used: 2, remaining: 1 })
    })

    it('B-10 B7 undone on Nov 10, Nov 14 costs $99.00 and nothing is archived', async () => {
      const site = await goingDown()
      await site.shop.at('2025-11-10')
      expect((await site.joe.post('/undo')).status).toBe(200)
      await site.shop.quiet()
      expect((await status(site)).subscription.scheduled).toBeNull()
      await site.shop.at('2025-11-14')
      expect(charged(site)).toEqual([9900, 9900])
      expect((await status(site)).plan).toBe('professional')
      expect(site.browse()).toEqual(['main-street', 'downtown'])
    })

    it('B-11 B7 when he deletes one before Nov 14, nothing is archived', async () => {
      const site = await goingDown()
      await site.remove('joe', 'main-street')
      expect((await status(site)).subscription.scheduled.archive).toEqual({})
      await site.shop.at('2025-11-14')
      expect(charged(site)).toEqual([9900, 4900])
      expect(await status(site)).toMatchObject({ plan: 'basic' })
      expect(site.browse()).toEqual(['downtown'])
      expect(told(site, 'resource_archived')).toEqual([])
    })
  })

  describe('B8 cancel', () => {
    async function canceled(): Promise<Directory> {
      const site = await owner()
      await site.shop.at('2025-10-20')
      const { body } = await site.joe.post('/cancel')
      expect(body.subscription).toMatchObject({ status: 'active', ending: { at: nov14 } })
      await site.shop.quiet()
      return site
    }

    it('B-15 B-03 B8 canceled on Oct 20, everything stays usable until Nov 14', async () => {
      const site = await canceled()
      await site.shop.at('2025-11-13T23:59:59Z')
      expect(await status(site)).toMatchObject({
        ...{ status: 'active', access: true, because: 'ending', ending: { at: nov14 } },
        subscription: { nextPayment: null },
        sentence: 'Your Basic plan is active until 14 Nov 2025.',
      })
      expect((await site.dashboard('joe')).status).toBe(200)
      expect(told(site, 'renewal_reminder')).toEqual([])
      expect(told(site, 'cancel_scheduled')).toHaveLength(1)
    })

    it('B-15 B8 on Nov 14 nothing is charged, access ends and the listings are archived', async () => {
      const site = await canceled()
      await site.shop.at('2025-11-14')
      expect(charged(site)).toEqual([4900])
      expect(await status(site)).toMatchObject({ status: 'canceled', access: false })
      expect((await site.dashboard('joe')).status).toBe(402)
      expect(site.listings.get('main-street')).toMatchObject({ isPublic: false, isArchived: true })
    })

    it('B-15 B8 resumed on Nov 1 it is as if it had never been canceled', async () => {
      const site = await canceled()
      await site.shop.at('2025-11-01')
      expect((await site.joe.post('/resume')).status).toBe(200)
      await site.shop.quiet()
      const never = await owner()
      await never.shop.at('2025-11-01')
      expect(await status(site)).toEqual(await status(never))
      await site.shop.at('2025-11-14')
      expect(charged(site)).toEqual([4900, 4900])
      expect(site.browse()).toEqual(['main-street'])
    })
  })
})

const LABELS: Readonly<Record<string, string>> = {
  'main-street': 'Main Street',
  downtown: "Joe's Cafe Downtown",
}
