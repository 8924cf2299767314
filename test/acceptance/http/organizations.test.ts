/**
 * Product C, organizations, told over HTTP. Here C1 to C3: the trial and what comes after it, in pesos.
 * The judge of money is the gateway's own book. C9 and the hooks of C-07 wait for the client.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buy, day } from './buy.ts'
import { ORG, type Organization, openOrganization, RUNS } from './organization.ts'

describe.each(RUNS)('the trial of an organization on $vendor, $storage', (run) => {
  let org: Organization

  beforeEach(async () => {
    org = await openOrganization(run)
  })
  afterEach(() => org.shop.close())

  describe('C1 the trial', () => {
    it('C-04 C1 a trial of 14 days needs no payment', async () => {
      const started = await org.ana.post('/trial', { plan: 'starter' })
      expect(started).toMatchObject({
        status: 200,
        body: {
          status: 'trialing',
          subscription: { plan: 'starter', trialEndsAt: day('2025-06-15') },
        },
      })
      expect(await org.status()).toMatchObject({
        ...{ access: true, because: 'trialing', plan: 'starter' },
        trial: { used: true, endsAt: day('2025-06-15') },
      })
      expect(org.shop.emulator.book().writes).toEqual([])
    })

    it('C-04 C1 it is written down for ever when the trial was used', async () => {
      await org.ana.post('/trial', { plan: 'starter' })
      const { body } = await org.shop.as('operator').get(`/customers/${ORG}/journal`)
      const found = body.items.find(
        ({ event }: { event: { type: string } }) => event.type === 'trial.started',
      )
      expect(found.event).toMatchObject({ at: Date.parse('2025-06-01'), plan: 'starter' })
    })

    it('C-04 C1 after canceling it there is no second trial, not even on another plan', async () => {
      await org.ana.post('/trial', { plan: 'starter' })
      await org.shop.at('2025-06-03')
      await org.ana.post('/cancel', { at: 'now' })
      for (const plan of ['starter', 'business'])
        expect(await org.ana.post('/trial', { plan })).toMatchObject({
          ...{ status: 409, body: { code: 'trial_used' } },
        })
      expect(await org.status()).toMatchObject({
        access: false,
        trial: { used: true, endsAt: null },
      })
    })

    it('C-04 C1 of two requests at one instant one starts a trial', async () => {
      const replies = await Promise.all([
        org.ana.post('/trial', { plan: 'starter' }),
        org.ana.post('/trial', { plan: 'team' }),
      ])
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 409])
    })

    it('C-04 C1 of two requests in two processes one starts a trial', async () => {
      const other = await openOrganization({ ...run, beside: org.shop })
      const replies = await Promise.all([
        org.ana.post('/trial', { plan: 'starter' }),
        other.ana.post('/trial', { plan: 'team' }),
      ])
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 409])
      expect((await org.status()).subscriptions).toHaveLength(1)
    })

    it('C-04 C1 subscribing after a used trial sells without one', async () => {
      await org.ana.post('/trial', { plan: 'starter' })
      await org.shop.at('2025-06-03')
      await org.ana.post('/cancel', { at: 'now' })
      await buy(org.shop, org.ana, 'team')
      expect(org.charges()).toEqual([[149_900, day('2025-06-03')]])
      expect(await org.status()).toMatchObject({ status: 'active', plan: 'team' })
    })

    it('C-07 C1 its end is announced three days before, once', async () => {
      await org.ana.post('/trial', { plan: 'starter' })
      await org.shop.at('2025-06-11T23:59:59Z')
      expect(org.told('trial_ending')).toEqual([])
      await org.shop.at('2025-06-12')
      await org.shop.at('2025-06-14')
      expect(org.told('trial_ending')).toMatchObject([{ data: { at: Date.parse('2025-06-15') } }])
    })
  })

  describe('C2 and C3 the end of the trial', () => {
    beforeEach(async () => {
      await org.ana.post('/trial', { plan: 'starter' })
    })

    it.each([
      { by: 'card', card: 'succeeds' },
      { by: 'GCash', card: 'wallet' },
    ])('C-05 C2 paid by $by during the trial, the paid month starts that day', async ({ card }) => {
      await org.shop.at('2025-06-10')
      await buy(org.shop, org.ana, 'starter', { card })
      const paid = {
        status: 'active',
        plan: 'starter',
        subscription: { period: { start: day('2025-06-10'), end: day('2025-07-10') } },
      }
      expect(await org.status()).toMatchObject(paid)
      await org.shop.at('2025-06-15')
      expect(await org.status()).toMatchObject(paid)
      expect(org.charges()).toEqual([[49_900, day('2025-06-10')]])
    })

    it('C-05 C2 while the page is not paid the trial goes on', async () => {
      await org.shop.at('2025-06-10')
      await org.ana.post('/checkout', { plan: 'starter' })
      expect(await org.status()).toMatchObject({
        ...{ status: 'trialing', access: true },
        checkout: { plan: 'starter', amount: 49_900, currency: 'PHP' },
      })
    })

    it('C-05 C3 a trial that ends unpaid gives no access and deletes nothing', async () => {
      await org.shop.at('2025-06-14T23:59:59Z')
      expect((await org.status()).access).toBe(true)
      await org.has(3)
      await org.shop.at('2025-06-15')
      expect(await org.status()).toMatchObject({
        ...{ status: 'unpaid', access: false, because: 'unpaid' },
        sentence: 'Your Starter trial has ended. Subscribe to continue; your data is kept.',
      })
      expect((await org.ana.get('/usage')).body.usage).toContainEqual(
        expect.objectContaining({ feature: 'members', used: 3, allowed: false }),
      )
      expect(org.shop.archived).toEqual([])
      expect(org.told('trial_ended')).toHaveLength(1)
    })

    it('C-05 C3 paying a month later activates from that day', async () => {
      await org.shop.at('2025-07-20')
      await buy(org.shop, org.ana, 'starter')
      expect(await org.status()).toMatchObject({
        ...{ status: 'active', access: true },
        subscription: { period: { start: day('2025-07-20'), end: day('2025-08-20') } },
      })
    })
  })
})
