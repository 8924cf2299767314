/**
 * Story E5 over HTTP: the gateway is down while somebody cancels. Where the gateway owns the clock
 * nothing may change, and somebody must be able to see that it was tried; with our own clock canceling
 * needs no gateway at all.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  openShop,
  type Shop,
  STORAGES,
  type StorageName,
  type Visitor,
} from '../../support/shop.ts'
import { buy, day } from './buy.ts'
import { billingPageProduct } from './products-more.ts'

describe.each(STORAGES)('the gateway is down while somebody cancels, on %s', (storage) => {
  let shop: Shop
  let sam: Visitor

  beforeEach(async () => {
    shop = await openSubscribed(storage, 'gateway')
    sam = shop.as('sam')
  })
  afterEach(() => shop.close())

  const status = async () => (await sam.get('/status')).body
  const cancel = () => sam.post('/cancel')
  const seen = async (what: 'journal' | 'audit') =>
    (await shop.as('operator').get(`/customers/sam/${what}`)).body.items
  const cancellations = () =>
    shop.emulator.book().writes.filter(({ operation }) => /cancel/.test(operation))

  it.each(['refused_connection', '429'] as const)(
    'E-05 E5 %s is a 503: please contact support',
    async (fault) => {
      const before = await status()
      shop.emulator.fault(fault)
      const down = await cancel()
      expect([down.status, down.body.code]).toEqual([503, 'gateway_unavailable'])
      expect(down.body.error).toMatch(/please contact support/i)
      expect(Number(down.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await status()).toEqual(before)
      expect(cancellations()).toEqual([])
    },
  )

  it('E-05 E5 the answer holds nothing of ours and nothing of the gateway’s', async () => {
    shop.emulator.fault('refused_connection')
    const { body } = await cancel()
    expect(Object.keys(body).sort()).toEqual(['code', 'error', 'requestId'])
    expect(JSON.stringify(body)).not.toMatch(/ECONN|sk_test|sub_|sandbox|stripe/)
  })

  it('E-05 E5 the attempt is recorded: who asked, that it was asked, that it was not done', async () => {
    shop.emulator.fault('refused_connection')
    await cancel()
    expect(await seen('audit')).toMatchObject([
      { action: 'cancel', actor: 'sam', at: day('2025-10-20') },
      { action: 'subscribe' },
    ])
    const [closed, opened] = await seen('journal')
    expect([opened.event, closed.event]).toMatchObject([
      { type: 'request.opened', request: { kind: 'cancel' } },
      { type: 'request.closed', outcome: 'refused' },
    ])
  })

  it('E-05 E5 what was reported as not done does not happen later by itself', async () => {
    shop.emulator.fault('refused_connection')
    await cancel()
    await shop.at('2025-10-21')
    await shop.at('2025-10-25')
    expect(cancellations()).toEqual([])
    expect((await status()).ending).toBeNull()
    await shop.at('2025-11-14')
    expect(shop.emulator.book().charges.map(({ amount }) => amount)).toEqual([29_00, 29_00])
  })

  it('E-05 E5 a retry works, and is one request', async () => {
    shop.emulator.fault('refused_connection')
    await cancel()
    expect((await cancel()).body).toMatchObject({
      subscription: { ending: { at: day('2025-11-14') } },
    })
    await shop.quiet()
    expect((await status()).ending).toEqual({ at: day('2025-11-14') })
    expect(cancellations()).toHaveLength(1)
  })

  it.each(['500_before', '500_after', 'lost_reply'] as const)(
    'E-05 E5 %s: nobody knows, so it says pending, and finds out',
    async (fault) => {
      shop.emulator.fault(fault)
      const unsure = await cancel()
      expect([unsure.status, unsure.body.status]).toEqual([200, 'pending'])
      expect((await status()).ending).toBeNull()
      await shop.at('2025-10-20T00:01:00Z')
      await shop.at('2025-10-20T00:30:00Z')
      expect((await status()).ending).toEqual({ at: day('2025-11-14') })
      expect(cancellations()).toHaveLength(1)
    },
  )

  it('E-05 E5 while nobody knows, other changes wait', async () => {
    shop.emulator.fault('500_before')
    await cancel()
    const refused = await sam.post('/upgrade', { plan: 'growth' })
    expect([refused.status, refused.body.code]).toEqual([409, 'in_progress'])
  })

  it('E-05 E5 with our own clock canceling works although the gateway is down', async () => {
    const own = await openSubscribed(storage, 'billwright')
    own.emulator.fault('refused_connection', 10)
    const canceled = await own.as('sam').post('/cancel')
    expect(canceled).toMatchObject({
      status: 200,
      body: { subscription: { ending: { at: day('2025-11-14') } } },
    })
    await own.close()
  })
})

/** Sam pays for Starter since Oct 14; it is Oct 20. */
async function openSubscribed(
  storage: StorageName,
  renewals: 'billwright' | 'gateway',
): Promise<Shop> {
  const product = billingPageProduct()
  const shop = await openShop({
    product,
    start: '2025-10-14',
    gateway: 'stripe',
    storage,
    renewals,
  })
  await buy(shop, shop.as('sam'), 'starter')
  await shop.at('2025-10-20')
  return shop
}
