/**
 * Product D, an AI error analyser, told over HTTP as its stories D1 to D6, with either clock. Of D5 this
 * is what its pages are made of; the pages themselves, and the words of mails, wait for React and mail.
 */
import type { Reply } from '../../support/shop.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AnyShop, APP, openShop, type Visitor } from '../../support/shop.ts'
import { buy, day } from './buy.ts'
import { runsOn } from './products.ts'
import { analyserProduct } from './products-more.ts'

const worlds = runsOn('dodo', ['gateway'])

describe.each(worlds)('the analyser on $vendor, $storage, renewals by $renewals', (world) => {
  let shop: AnyShop
  let dev: Visitor

  beforeEach(async () => {
    const product = analyserProduct()
    shop = await openShop({ product, start: '2025-10-01', gateway: 'dodo', ...world })
    dev = shop.as('dev')
    await dev.post('/register')
  })
  afterEach(() => shop.close())

  const status = async () => (await dev.get('/status')).body
  const featureValue = async (feature: string) =>
    (await dev.get(`/entitlements/${feature}`)).body.value
  const values = () => Promise.all(['model', 'maxTokens', 'historyDays'].map(featureValue))
  const allows = async (feature: string) => (await dev.get(`/entitlements/${feature}`)).body.allowed
  const query = () => dev.post('/usage/queries')
  const charges = () => shop.emulator.book().charges.map(({ amount }) => amount)
  const told = (name: string) =>
    shop.sent.map(({ notice }) => notice).filter((n) => n.name === name)
  const subscribed = async (plan = 'pro') => {
    await shop.at('2025-10-14')
    return buy(shop, dev, plan, { body: { successUrl: `${APP}/done` } })
  }

  describe('D1 the free plan', () => {
    it('D-03 D1 50 queries pass, the 51st is a 429 with the way up', async () => {
      await shop.at('2025-10-20')
      const replies: Reply[] = []
      for (let i = 0; i < 50; i += 1) replies.push(await query())
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
      expect(replies.at(-1)?.body).toMatchObject({ used: 50, limit: 50, remaining: 0 })
      const refused = await query()
      expect(refused.status).toBe(429)
      const { requestId: _, ...body } = refused.body
      expect(body).toEqual({
        error: 'Monthly limit reached',
        code: 'limit_reached',
        feature: 'queries',
        limit: 50,
        used: 50,
        resetsAt: day('2025-11-01'),
        upgradeRequired: true,
      })
    })

    it('D-03 D1 51 queries at one instant are 50', async () => {
      const replies = await Promise.all(Array.from({ length: 51 }, query))
      const granted = replies.filter(({ status }) => status === 200)
      expect([granted.length, replies.filter(({ status }) => status === 429).length]).toEqual([
        ...[50, 1],
      ])
    })

    it('D-03 D1 next month there are 50 again, with no job run', async () => {
      await shop.bill.setUsage('dev', 'queries', 50)
      shop.clock.set('2025-10-31T23:59:59Z')
      expect((await query()).status).toBe(429)
      shop.clock.set('2025-11-01')
      expect((await query()).body).toMatchObject({
        ...{ used: 1, limit: 50, remaining: 49, resetsAt: day('2025-12-01') },
      })
    })

    it('D-04 D1 Free reads gemini, 800 tokens, 7 days and none of the paid features', async () => {
      expect(await values()).toEqual(['gemini', 800, 7])
      for (const feature of PAID.concat('team', 'prioritySupport'))
        expect((await dev.get(`/entitlements/${feature}`)).body, feature).toMatchObject({
          ...{ allowed: false, because: 'not_in_plan' },
        })
    })
  })

  describe('D2 subscribing to Pro', () => {
    it('D-01 D2 opens a checkout of $2.00 and leaves Free as it is until it is paid', async () => {
      await shop.at('2025-10-14')
      const opened = await dev.post('/checkout', { plan: 'pro', successUrl: `${APP}/done` })
      expect(opened.body).toMatchObject({
        ...{ status: 'redirect', url: expect.stringMatching(/^https?:/) },
        reference: expect.any(String),
      })
      expect(await status()).toMatchObject({ plan: 'free', checkout: { amount: 200 } })
      expect(charges()).toEqual([])
    })

    it('D-01 D2 a page that leads back to a stranger’s site is not opened', async () => {
      const opened = await dev.post('/checkout', {
        plan: 'pro',
        successUrl: 'https://evil.example',
      })
      expect([opened.status, opened.body.code]).toEqual([400, 'invalid_return_url'])
      expect(shop.emulator.book().writes).toEqual([])
    })

    it('D-04 D-05 D2 the webhook alone makes it Pro: unlimited, gpt-3.5, 1200 tokens', async () => {
      await shop.bill.setUsage('dev', 'queries', 50)
      expect((await query()).status).toBe(429)
      await subscribed()
      expect(await status()).toMatchObject({ status: 'active', plan: 'pro' })
      expect((await query()).body).toMatchObject({ limit: 'unlimited', remaining: 'unlimited' })
      expect(await values()).toEqual(['gpt-3.5', 1200, 30])
      for (const feature of PAID) expect(await allows(feature), feature).toBe(true)
      expect(await allows('team')).toBe(false)
    })

    it('D-01 D-05 D2 coming back before the webhook makes it Pro, and the webhook changes nothing', async () => {
      await shop.at('2025-10-14')
      const { body } = await dev.post('/checkout', { plan: 'pro' })
      await shop.pay(body.url)
      const verified = await dev.get(`/verify/${encodeURIComponent(body.reference)}`)
      expect(verified).toMatchObject({
        status: 200,
        body: { status: 'active', subscription: { plan: 'pro' } },
      })
      const before = await status()
      await shop.quiet()
      expect(await status()).toEqual(before)
      expect((await dev.get('/transactions')).body.items).toHaveLength(1)
      expect(charges()).toEqual([200])
    })

    it('D-01 D2 coming back after the webhook, and again, answers the same', async () => {
      const { reference } = (await subscribed()).body
      const before = await status()
      for (let i = 0; i < 2; i += 1)
        expect((await dev.get(`/verify/${encodeURIComponent(reference)}`)).body).toMatchObject({
          ...{ status: 'active', subscription: { plan: 'pro' } },
        })
      expect(await status()).toEqual(before)
      expect((await dev.get('/transactions')).body.items).toHaveLength(1)
    })

    it('D-07 D2 the confirmation carries plan and next billing date, once', async () => {
      await subscribed()
      expect(told('activated')).toMatchObject([
        { data: { plan: 'pro', nextBillingAt: Date.parse('2025-11-14') } },
      ])
      const { body } = await dev.get('/notices?unread=1')
      expect(body.items.map(({ name }: { name: string }) => name)).toContain('activated')
    })

    it('D-05 D2 the next month is charged $2.00 and goes on', async () => {
      await subscribed()
      await shop.at('2025-11-14')
      expect(charges()).toEqual([200, 200])
      expect(await status()).toMatchObject({
        status: 'active',
        subscription: { period: { start: day('2025-11-14'), end: day('2025-12-14') } },
      })
    })
  })

  describe('D4 canceling', () => {
    beforeEach(async () => {
      await subscribed()
      await shop.at('2025-10-20')
    })

    it('D-06 D-07 D4 shows the ending, keeps Pro, and tells until when', async () => {
      const canceled = await dev.post('/cancel')
      await shop.quiet()
      expect(canceled).toMatchObject({
        status: 200,
        body: { subscription: { ending: { at: day('2025-11-14') } } },
      })
      expect(await status()).toMatchObject({
        ...{ status: 'active', plan: 'pro', access: true, because: 'ending' },
        ending: { at: day('2025-11-14') },
        sentence:
          'Your Pro plan is active until 14 Nov 2025. You will be switched to the Free plan after this.',
      })
      expect(told('cancel_scheduled')).toMatchObject([
        { data: { plan: 'pro', cancelAt: Date.parse('2025-11-14') } },
      ])
    })

    it('D-06 D4 what the dialog says before: nothing to pay, Pro until Nov 14', async () => {
      expect((await dev.post('/preview/cancel')).body).toMatchObject({
        ...{ due: 0, at: day('2025-11-14'), next: null },
      })
      expect((await status()).ending).toBeNull()
    })

    it('D-06 D4 the last request before the date is Pro, the first after it Free, with no job run', async () => {
      await dev.post('/cancel')
      await shop.quiet()
      await shop.bill.use('dev', 'queries', 900)
      shop.clock.set('2025-11-13T23:59:59.999Z')
      expect((await query()).body.limit).toBe('unlimited')
      expect(await values()).toEqual(['gpt-3.5', 1200, 30])
      shop.clock.set('2025-11-14')
      expect((await query()).body).toMatchObject({ limit: 50, used: 1, remaining: 49 })
      expect(await values()).toEqual(['gemini', 800, 7])
      expect(await allows('fixSuggestions')).toBe(false)
      expect(await status()).toMatchObject({ access: true, plan: 'free', because: 'default_plan' })
    })

    it('D-06 D4 once the job has run it is Free as well, and nothing more is charged', async () => {
      await dev.post('/cancel')
      await shop.quiet()
      await shop.at('2025-11-14')
      await shop.at('2025-12-24')
      expect(await status()).toMatchObject({ plan: 'free', status: 'active', ending: null })
      expect(charges()).toEqual([200])
    })

    it('D-07 D4 whoever resumes pays on Nov 14 as if nothing had been', async () => {
      await dev.post('/cancel')
      await shop.quiet()
      await shop.at('2025-11-01')
      await dev.post('/resume')
      await shop.quiet()
      await shop.at('2025-11-14')
      expect(await status()).toMatchObject({ plan: 'pro', status: 'active', ending: null })
      expect(charges()).toEqual([200, 200])
    })
  })

  describe('D6 Pro to Team', () => {
    it('D-05 D6 is charged what the preview said, and gpt-4 counts at once', async () => {
      await subscribed()
      await shop.at('2025-10-30')
      const preview = (await dev.post('/preview/change', { plan: 'team' })).body
      expect(preview).toMatchObject({ due: 290, currency: 'USD', next: { amount: 800 } })
      const changed = await dev.post('/upgrade', { plan: 'team', quote: preview.quote })
      expect(changed.status).toBe(200)
      await shop.quiet()
      expect(charges()).toEqual([200, 290])
      expect(await status()).toMatchObject({
        plan: 'team',
        subscription: { period: { end: day('2025-11-14') } },
      })
      expect(await values()).toEqual(['gpt-4', 2000, 'unlimited'])
      expect(await allows('team')).toBe(true)
      await shop.at('2025-11-14')
      expect(charges()).toEqual([200, 290, 800])
    })
  })

  describe('D5 what the pages are made of', () => {
    it('D-08 D5 three cards with prices and features, for everybody', async () => {
      const { body } = await shop.as(null).get('/plans')
      expect(
        body.plans.map(({ id, prices }: { id: string; prices: { amount: number }[] }) => [
          ...[id, prices[0]?.amount ?? 0],
        ]),
      ).toEqual([
        ['free', 0],
        ['pro', 200],
        ['team', 800],
      ])
      expect(body.plans[1].includes).toContainEqual({
        ...{ feature: 'maxTokens', kind: 'value', value: 1200 },
      })
    })

    it('D-08 D5 the current card is marked, the others offer the way up', async () => {
      const buttons = async () =>
        (await status()).actions.map(({ plan, action }: { plan: string; action: string }) => [
          ...[plan, action],
        ])
      expect(await buttons()).toEqual([
        ['free', 'current'],
        ['pro', 'upgrade'],
        ['team', 'upgrade'],
      ])
      await subscribed()
      expect((await buttons())[1]).toEqual(['pro', 'current'])
    })

    it('D-08 D5 the usage bar: 12 of 50 until Nov 1', async () => {
      await shop.bill.use('dev', 'queries', 12)
      expect((await dev.get('/usage')).body.usage).toMatchObject([
        { feature: 'queries', used: 12, limit: 50, remaining: 38, resetsAt: day('2025-11-01') },
      ])
    })
  })
})

const PAID: readonly string[] = ['fixSuggestions', 'codeExamples', 'advancedAnalysis']
