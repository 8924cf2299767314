/**
 * Product C over HTTP, C8: who may act for an organization and who sees it. The app's `authorize` decides
 * on every route; somebody else's organization looks like one that does not exist.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buy } from './buy.ts'
import { ORG, type Organization, openOrganization, RUNS } from './organization.ts'

describe.each(RUNS)('members of an organization on $vendor, $storage', (run) => {
  let org: Organization

  beforeEach(async () => {
    org = await openOrganization(run)
  })
  afterEach(() => org.shop.close())

  describe('C8 who may act for an organization', () => {
    const ben = () => org.shop.as({ id: 'ben', customer: ORG })
    const zoe = () => org.shop.as({ id: 'zoe', customer: 'org_2' })

    it('C-09 C8 a member without the billing role sees it and can’t act for it: 403', async () => {
      await org.pays('starter')
      expect((await ben().get('/status')).body).toMatchObject({ customer: ORG, plan: 'starter' })
      const before = await org.status()
      const writes = org.shop.emulator.book().writes.length
      for (const [path, body] of ACTIONS)
        expect(await ben().post(path, body), path).toMatchObject({
          ...{ status: 403, body: { code: 'forbidden' } },
        })
      expect((await ben().delete('/coupon')).status).toBe(403)
      expect(await org.status()).toEqual(before)
      expect(org.shop.emulator.book().writes).toHaveLength(writes)
    })

    it('C-09 C8 nobody reads or changes another organization: 404, as if it did not exist', async () => {
      await org.pays('starter')
      const unknown = await zoe().get('/customers/org_none/status')
      for (const path of READS) {
        const { status: code, body } = await zoe().get(`/customers/${ORG}${path}`)
        expect([code, body.code, body.error], path).toEqual([
          ...[404, unknown.body.code, unknown.body.error],
        ])
      }
      for (const [path, body] of ACTIONS)
        expect((await zoe().post(`/customers/${ORG}${path}`, body)).status, path).toBe(404)
      expect((await org.shop.as({ id: 'zoe', customer: ORG }).get('/status')).status).toBe(404)
    })

    it('C-09 C8 whoever pays acts under either path, and only for their own', async () => {
      const named = await org.ana.post(`/customers/${ORG}/trial`, { plan: 'starter' })
      expect(named.body.subscription.plan).toBe('starter')
      expect((await zoe().get('/status')).body.status).toBe('none')
    })

    it('C-09 C8 the redirect’s reference of another organization is unknown', async () => {
      const { reference } = (await buy(org.shop, org.ana, 'starter', { body: { trial: false } }))
        .body
      expect((await zoe().get(`/verify/${encodeURIComponent(reference)}`)).status).toBe(404)
      expect((await org.ana.get(`/verify/${encodeURIComponent(reference)}`)).status).toBe(200)
    })
  })
})

const READS = ['/status', '/entitlements', '/usage', '/transactions', '/invoices', '/notices']
const ACTIONS: readonly (readonly [path: string, body?: object])[] = [
  ['/checkout', { plan: 'team' }],
  ['/trial', { plan: 'team' }],
  ['/upgrade', { plan: 'team' }],
  ['/downgrade', { plan: 'starter' }],
  ['/cancel'],
  ['/resume'],
  ['/undo'],
  ['/add-ons', { addOn: 'five_seats', quantity: 1 }],
  ['/payment-method'],
  ['/retry-payment'],
]
