/**
 * Product C over HTTP, C7: a wallet pays once and cannot be charged again, so every renewal is a link;
 * and what a page for another payment method does.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from './buy.ts'
import { type Organization, openOrganization, RUNS } from './organization.ts'

describe.each(RUNS)('the payment method of an organization on $vendor, $storage', (run) => {
  let org: Organization

  beforeEach(async () => {
    org = await openOrganization(run)
  })
  afterEach(() => org.shop.close())

  describe('C7 wallets', () => {
    beforeEach(() => org.pays('starter', 'wallet'))
    const link = async () => (await org.status()).invoices[0].url

    it('C-10 C7 three days before the renewal comes a link to pay with, once', async () => {
      await org.shop.at('2025-07-06T23:59:59Z')
      expect(org.told('payment_link')).toEqual([])
      const before = org.shop.emulator.book().writes.length
      await org.shop.at('2025-07-07')
      await org.shop.at('2025-07-09')
      expect((await org.status()).invoices).toMatchObject([
        { reason: 'renewal', due: 49_900, dueAt: day('2025-07-10') },
      ])
      expect(org.told('payment_link')).toMatchObject([{ data: { url: await link() } }])
      // Nothing but the link.
      expect(org.shop.emulator.book().writes.slice(before)).toHaveLength(1)
    })

    it('C-10 C7 paid ahead, the next month starts at its boundary', async () => {
      await org.shop.at('2025-07-08')
      await org.shop.pay(await link(), 'wallet')
      await org.shop.quiet()
      expect((await org.status()).subscription.period.end).toBe(day('2025-07-10'))
      await org.shop.at('2025-07-10')
      expect(await org.status()).toMatchObject({
        status: 'active',
        subscription: { period: { start: day('2025-07-10'), end: day('2025-08-10') } },
      })
      expect(org.charges()).toEqual([
        [49_900, day('2025-06-10')],
        [49_900, day('2025-07-08')],
      ])
    })

    it('C-10 C7 unpaid on Jul 10 it is past due, on Jul 17 suspended', async () => {
      await org.shop.at('2025-07-07')
      await org.shop.at('2025-07-10')
      expect(await org.status()).toMatchObject({
        ...{ status: 'past_due', access: true },
        subscription: { graceEndsAt: day('2025-07-17') },
      })
      await org.shop.at('2025-07-17')
      expect(await org.status()).toMatchObject({
        ...{ status: 'suspended', access: false, because: 'suspended' },
      })
    })

    it('C-10 C7 paid late, on Jul 20, it is active again and Aug 10 stays the next date', async () => {
      await org.shop.at('2025-07-07')
      await org.shop.at('2025-07-20')
      expect((await org.status()).status).toBe('suspended')
      await org.shop.pay(await link(), 'wallet')
      await org.shop.quiet()
      expect(await org.status()).toMatchObject({
        ...{ status: 'active', access: true, invoices: [] },
        subscription: { period: { start: day('2025-07-10'), end: day('2025-08-10') } },
      })
      expect(org.charges()).toHaveLength(2)
    })

    it('C-06 C7 updating the payment method returns the open link instead of a page', async () => {
      await org.shop.at('2025-07-07')
      expect((await org.ana.post('/payment-method')).body).toMatchObject({
        ...{ status: 'redirect', url: await link() },
      })
    })

    it('C-06 C7 with nothing saved and nothing open there is no method to update', async () => {
      expect(await org.ana.post('/payment-method')).toMatchObject({
        ...{ status: 409, body: { code: 'no_saved_payment_method' } },
      })
    })
  })

  it('C-06 with a card saved the gateway’s page takes another, which pays from then on', async () => {
    await org.pays('starter', 'fails_later')
    const { status, body } = await org.ana.post('/payment-method')
    if (org.capabilities.savedMethods) {
      expect([status, body.status]).toEqual([200, 'redirect'])
      await org.shop.pay(body.url)
      await org.shop.quiet()
      // Where no card is saved, each link takes whichever pays.
    } else expect([status, body.code]).toEqual([409, 'no_saved_payment_method'])
    await org.renews('2025-07-10')
    expect(org.charges().at(-1)).toEqual([49_900, day('2025-07-10')])
    expect((await org.status()).status).toBe('active')
  })
})
