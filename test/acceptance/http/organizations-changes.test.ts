/**
 * Product C over HTTP, C4 to C6: an upgrade by days, a downgrade that must fit, seats as an add-on. The
 * judge of money is the gateway's own book.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from './buy.ts'
import { ORG, type Organization, openOrganization, RUNS } from './organization.ts'

describe.each(RUNS)('changes of an organization on $vendor, $storage', (run) => {
  let org: Organization

  beforeEach(async () => {
    org = await openOrganization(run)
  })
  afterEach(() => org.shop.close())

  describe('C4 upgrade', () => {
    it('C-01 C4 on Jun 25, 15 of 30 days left, Starter to Team costs ₱500.00 by a new payment', async () => {
      await org.pays('starter')
      await org.shop.at('2025-06-25')
      const preview = await org.ana.post('/preview/change', { plan: 'team' })
      expect(preview.body).toMatchObject({
        ...{ due: 50_000, currency: 'PHP' },
        next: { at: day('2025-07-10'), amount: 149_900 },
      })
      const { quote } = preview.body
      await org.settles(await org.ana.post('/upgrade', { plan: 'team', quote }))
      expect(org.charges()).toEqual([
        [49_900, day('2025-06-10')],
        [50_000, day('2025-06-25')],
      ])
      expect(await org.status()).toMatchObject({
        plan: 'team',
        subscription: { period: { start: day('2025-06-10'), end: day('2025-07-10') } },
      })
      expect(await org.limitOf('members')).toBe(10)
    })

    it('C-01 C4 a declined payment changes nothing', async () => {
      await org.pays('starter', 'fails_later')
      const before = await org.status()
      await org.shop.at('2025-06-25')
      const { body } = await org.ana.post('/upgrade', { plan: 'team' })
      if (org.capabilities.savedMethods)
        expect(body).toMatchObject({
          ...{ status: 'declined', decline: { code: 'insufficient_funds' } },
        })
      // The page says it itself, and takes another card until it is given up.
      else await org.shop.pay(body.url, 'insufficient_funds')
      await org.shop.at('2025-06-27')
      expect((await org.status()).subscription).toEqual(before.subscription)
      expect(await org.limitOf('members')).toBe(3)
      expect(org.charges()).toEqual([[49_900, day('2025-06-10')]])
    })

    it('C-06 C4 the last payment is the upgrade’s, and Jul 10 charges the full ₱1,499.00', async () => {
      await org.pays('starter')
      await org.shop.at('2025-06-25')
      await org.settles(await org.ana.post('/upgrade', { plan: 'team' }))
      const [, upgrade] = org.shop.emulator.book().charges
      const { body } = await org.ana.get('/transactions')
      expect(body.items[0]).toMatchObject({ id: upgrade?.id, amount: 50_000, status: 'paid' })
      expect((await org.status()).subscription.nextPayment).toEqual({
        ...{ at: day('2025-07-10'), amount: 149_900, currency: 'PHP' },
      })
      await org.renews('2025-07-10')
      expect(org.charges().at(-1)).toEqual([149_900, day('2025-07-10')])
    })

    it('C-01 C-10 C4 with a wallet the upgrade is a page to pay on', async () => {
      await org.pays('starter', 'wallet')
      await org.shop.at('2025-06-25')
      const changed = await org.ana.post('/upgrade', { plan: 'team' })
      expect(changed.body.status).toBe('redirect')
      expect((await org.status()).plan).toBe('starter')
      await org.shop.pay(changed.body.url, 'wallet')
      await org.shop.quiet()
      expect(await org.status()).toMatchObject({ plan: 'team', status: 'active' })
      expect(org.charges().at(-1)).toEqual([50_000, day('2025-06-25')])
    })
  })

  describe('C5 downgrade', () => {
    beforeEach(async () => {
      await org.pays('business')
      await org.shop.at('2025-06-25')
    })

    it('C-03 C5 with 12 members Starter is refused, with the excess', async () => {
      await org.has(12)
      const refused = await org.ana.post('/downgrade', { plan: 'starter' })
      expect(refused).toMatchObject({
        status: 409,
        body: {
          code: 'exceeds_limits',
          detail: { excess: [{ feature: 'members', used: 12, limit: 3 }] },
        },
      })
      expect((await org.status()).subscription.scheduled).toBeNull()
    })

    it('C-02 C5 after removing 9 it is scheduled for Jul 10 and visible', async () => {
      await org.has(12)
      await org.shop.bill.release(ORG, 'members', 9)
      const scheduled = await org.ana.post('/downgrade', { plan: 'starter' })
      expect(scheduled).toMatchObject({ status: 200, body: { status: 'scheduled' } })
      expect(await org.status()).toMatchObject({
        ...{ plan: 'business', status: 'active' },
        sentence: expect.stringMatching(/change to Starter on 10 Jul 2025 for ₱499\.00\.$/),
        subscription: {
          scheduled: { plan: 'starter', at: day('2025-07-10'), amount: 49_900, currency: 'PHP' },
        },
      })
      expect(await org.limitOf('members')).toBe(50)
    })

    it('C-02 C5 it can be taken back until then', async () => {
      await org.has(3)
      await org.ana.post('/downgrade', { plan: 'starter' })
      await org.shop.at('2025-07-07')
      await org.shop.at('2025-07-09')
      await org.ana.post('/undo')
      await org.renews('2025-07-10')
      expect(await org.status()).toMatchObject({
        plan: 'business',
        subscription: { scheduled: null },
      })
      expect(org.charges().at(-1)).toEqual([499_900, day('2025-07-10')])
    })

    it('C-02 C5 at the boundary Starter applies and costs ₱499.00', async () => {
      await org.has(3)
      await org.ana.post('/downgrade', { plan: 'starter' })
      await org.renews('2025-07-10')
      expect(org.charges().at(-1)).toEqual([49_900, day('2025-07-10')])
      expect(await org.status()).toMatchObject({ plan: 'starter', status: 'active' })
      expect((await org.ana.get('/entitlements/members')).body).toMatchObject({
        ...{ limit: 3, used: 3, remaining: 0 },
      })
    })
  })

  describe('C6 add-ons', () => {
    beforeEach(async () => {
      await org.pays('team')
      await org.shop.at('2025-06-25')
    })
    const seats = (quantity: number) => org.ana.post('/add-ons', { addOn: 'five_seats', quantity })
    const fiveSeats = async () => org.settles(await seats(1))

    it('C-08 C6 five seats on Jun 25 cost ₱149.50 now: 15 members instead of 10', async () => {
      const preview = await org.ana.post('/preview/add-ons', { addOn: 'five_seats', quantity: 1 })
      expect(preview.body).toMatchObject({ due: 14_950, next: { amount: 179_800 } })
      expect(await org.limitOf('members')).toBe(10)
      await fiveSeats()
      expect(org.charges().at(-1)).toEqual([14_950, day('2025-06-25')])
      expect((await org.ana.get('/entitlements/members')).body).toMatchObject({
        ...{ limit: 15, because: 'add_on' },
      })
    })

    it('C-08 C6 on Jul 10 plan and seats cost ₱1,798.00 together', async () => {
      await fiveSeats()
      await org.renews('2025-07-10')
      expect(org.charges().at(-1)).toEqual([179_800, day('2025-07-10')])
    })

    it('C-03 C-08 C6 with 12 members the seats can’t be taken off', async () => {
      await fiveSeats()
      await org.has(12)
      expect(await seats(0)).toMatchObject({
        status: 409,
        body: {
          code: 'exceeds_limits',
          detail: { excess: [{ feature: 'members', used: 12, limit: 10 }] },
        },
      })
    })

    it('C-08 C6 with 10 members they go at the end of the period, without a refund', async () => {
      await fiveSeats()
      await org.has(10)
      await seats(0)
      expect(await org.limitOf('members')).toBe(15)
      await org.renews('2025-07-10')
      expect(org.charges().at(-1)).toEqual([149_900, day('2025-07-10')])
      expect(await org.limitOf('members')).toBe(10)
      expect(org.shop.emulator.book().refunds).toEqual([])
    })
  })
})
