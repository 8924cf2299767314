/**
 * F-10 over HTTP: what a gateway tells is known again, kept when it comes too early, given up for a
 * person when nobody can apply it, and played again; and what it never told is asked for. The judge is
 * the gateway's own book.
 */
import type { WebhookRequest } from 'billwright'
import { afterEach, describe, expect, it } from 'vitest'
import { APP, openShop, type Shop, type ShopOptions, STORAGES } from '../../support/shop.ts'
import { buy, day } from './buy.ts'
import { dump } from './dump.ts'
import { CLOCKS } from './products.ts'
import { analyserProduct } from './products-more.ts'

const worlds = STORAGES.flatMap((storage) => CLOCKS.map((renewals) => ({ storage, renewals })))
const shops: Shop[] = []

afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close()
})

describe.each(worlds)('the inbox on $storage, renewals by $renewals', (world) => {
  const open = (more: Partial<ShopOptions> = {}) => openAnalyser({ ...world, ...more })

  it('F-10 webhooks in reverse order, each twice, come to the same as in order', async () => {
    const [straight, turned] = [await open(), await open({ deliver: lost })]
    for (const shop of [straight, turned]) await buy(shop, shop.as('dev'), 'pro')
    const told = [...turned.emulator.webhooks()].reverse()
    for (const request of [...told, ...told]) await post(turned, request)
    await turned.at('2025-10-02')
    await straight.at('2025-10-02')
    expect(await shown(turned)).toEqual(await shown(straight))
  })

  it('F-10 a refund that is told before its payment is kept, and applied once that is known', async () => {
    const shop = await open({ deliver: lost })
    const dev = shop.as('dev')
    await buy(shop, dev, 'pro')
    await refundAtGateway(shop)
    const [paid, refunded] = [told(shop, 'page.done'), told(shop, 'charge.refunded')]
    expect(await post(shop, refunded)).toBe(200)
    expect((await dev.get('/status')).body.plan).toBe('free')
    expect((await shop.bill.operations.deliveries('parked')).items).toHaveLength(1)
    expect(await post(shop, paid)).toBe(200)
    expect((await dev.get('/transactions')).body.items).toMatchObject([{ refunded: 0 }])
    await shop.at('2025-10-01T00:01:00Z')
    expect((await dev.get('/transactions')).body.items).toMatchObject([
      { amount: 200, refunded: 200, status: 'refunded' },
    ])
    expect((await shop.bill.operations.deliveries('parked')).items).toEqual([])
    expect(await post(shop, refunded)).toBe(200)
    expect((await dev.get('/transactions')).body.items).toMatchObject([{ refunded: 200 }])
  })

  it('F-10 an operator need not wait: what is parked can be played again at once', async () => {
    const shop = await open({ deliver: lost })
    await buy(shop, shop.as('dev'), 'pro')
    await refundAtGateway(shop)
    await post(shop, told(shop, 'charge.refunded'))
    const [parked] = (await shop.bill.operations.deliveries('parked')).items
    if (!parked) throw new Error('Nothing is parked')
    expect((await shop.bill.operations.replay(parked)).outcome).toBe('parked')
    await post(shop, told(shop, 'page.done'))
    expect((await shop.bill.operations.replay(parked)).outcome).toBe('applied')
    await expect(shop.bill.operations.replay(parked)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('F-10 what is about nobody we know is tried for days, then waits for a person', async () => {
    const shop = await open({ deliver: lost })
    const stranger = await open({ deliver: lost })
    await buy(stranger, stranger.as('eve'), 'pro')
    const before = (await dump(shop.storage)).books
    expect(await post(shop, told(stranger, 'page.done'))).toBe(200)
    for (let hours = 1; hours <= 24 * 5; hours += 1)
      await shop.at(Date.parse('2025-10-01') + hours * HOUR)
    expect((await shop.bill.operations.deliveries('parked')).items).toEqual([])
    expect((await shop.bill.operations.deliveries('dead')).items).toMatchObject([
      { gateway: 'dodo', error: 'nobody we know' },
    ])
    const { body } = await shop.as('operator').get('/admin/health')
    expect([body.ok, body.problems]).toEqual([
      ...[false, ['1 webhooks could not be applied and wait for a person.']],
    ])
    expect((await dump(shop.storage)).books).toEqual(before)
  })

  it('F-10 live money told to a test account is set aside, and counts for nobody', async () => {
    const shop = await open({ deliver: lost })
    const dev = shop.as('dev')
    const { body } = await dev.post('/checkout', { plan: 'pro' })
    await shop.pay(body.url)
    const text = new TextDecoder().decode(told(shop, 'page.done').body)
    const live = new TextEncoder().encode(text.replaceAll('"live":false', '"live":true'))
    expect(live).not.toEqual(told(shop, 'page.done').body)
    const before = (await dump(shop.storage)).books
    expect(await post(shop, shop.emulator.sign(live, 'evt_live'))).toBe(200)
    expect((await dump(shop.storage)).books).toEqual(before)
    const { items } = await shop.bill.operations.deliveries('dead')
    expect(items).toEqual([
      { gateway: 'dodo', id: 'evt_live', error: 'quarantined: mode_mismatch' },
    ])
    expect((await shop.bill.operations.replay({ gateway: 'dodo', id: 'evt_live' })).outcome).toBe(
      'quarantined',
    )
    expect((await dev.get('/status')).body.plan).toBe('free')
  })

  it('F-10 a webhook that met a mistake of ours is kept, and applied once that is repaired', async () => {
    const broken = { is: false }
    const shop = await open({ wrap: stumbling(broken) })
    const dev = shop.as('dev')
    const { body } = await dev.post('/checkout', { plan: 'pro' })
    await shop.pay(body.url)
    broken.is = true
    expect(await post(shop, told(shop, 'page.done'))).toBe(500)
    expect((await dev.get('/status')).body.plan).toBe('free')
    broken.is = false
    await shop.bill.work({ once: true })
    expect((await shop.bill.operations.deliveries('parked')).items).toHaveLength(1)
    shop.clock.set('2025-10-01T00:01:00Z')
    await shop.bill.work({ once: true })
    expect((await dev.get('/status')).body.plan).toBe('pro')
    expect((await dev.get('/transactions')).body.items).toHaveLength(1)
  })
})

describe.each(worlds)('reconciliation on $storage, renewals by $renewals', (world) => {
  const open = () => openAnalyser({ ...world, deliver: lost })

  it('F-10 a purchase of which no webhook came is found', async () => {
    const shop = await open()
    const dev = shop.as('dev')
    await buy(shop, dev, 'pro')
    expect((await dev.get('/status')).body.plan).toBe('free')
    const { repaired, failed } = await shop.bill.reconcile()
    expect([new Set(repaired.map(({ account }) => account)), failed]).toEqual([new Set(['dev']), 0])
    expect((await dev.get('/status')).body).toMatchObject({ plan: 'pro', status: 'active' })
    expect((await dev.get('/transactions')).body.items).toHaveLength(1)
  })

  it('F-10 for one customer it asks about what is open, without reading lists', async () => {
    const shop = await open()
    const dev = shop.as('dev')
    await buy(shop, dev, 'pro')
    expect((await shop.bill.reconcile({ customer: 'eve' })).repaired).toEqual([])
    expect((await dev.get('/status')).body.plan).toBe('free')
    expect((await shop.bill.reconcile({ customer: 'dev' })).looked).toBe(1)
    expect((await dev.get('/status')).body.plan).toBe('pro')
  })

  it('F-10 what is in order is looked at and left alone', async () => {
    const shop = await openAnalyser(world)
    await buy(shop, shop.as('dev'), 'pro')
    const before = await dump(shop.storage)
    const { looked, repaired } = await shop.bill.reconcile()
    expect([looked > 0, repaired]).toEqual([true, []])
    expect(await dump(shop.storage)).toEqual(before)
  })

  it('F-10 three months without a single webhook: the books agree with the gateway’s', async () => {
    const shop = await open()
    const dev = shop.as('dev')
    await buy(shop, dev, 'pro')
    await shop.bill.reconcile()
    for (const date of ['2025-11-01', '2025-12-01', '2026-01-01']) {
      await shop.at(date)
      await shop.bill.reconcile()
    }
    const known = (await dev.get('/transactions')).body.items
    const { charges } = shop.emulator.book()
    expect(charges).toHaveLength(4)
    expect(known.map(({ id }: { id: string }) => id).reverse()).toEqual(charges.map(({ id }) => id))
    expect((await dev.get('/status')).body).toMatchObject({
      ...{ status: 'active', plan: 'pro' },
      subscription: { period: { start: day('2026-01-01'), end: day('2026-02-01') } },
    })
  })

  it('F-10 a refund made in the gateway’s dashboard is found', async () => {
    const shop = await open()
    const dev = shop.as('dev')
    await buy(shop, dev, 'pro')
    await shop.bill.reconcile()
    await refundAtGateway(shop)
    await shop.bill.reconcile()
    expect((await dev.get('/transactions')).body.items).toMatchObject([{ refunded: 200 }])
    await shop.bill.reconcile()
    expect((await dev.get('/transactions')).body.items).toMatchObject([{ refunded: 200 }])
  })

  it('F-10 while the gateway is away it says so, changes nothing, and finds it the next time', async () => {
    const shop = await open()
    const dev = shop.as('dev')
    await buy(shop, dev, 'pro')
    shop.emulator.fault('refused_connection', 10)
    const before = await dump(shop.storage)
    expect((await shop.bill.reconcile()).failed).toBeGreaterThan(0)
    expect(await dump(shop.storage)).toEqual(before)
    for (let look = 0; look < 10; look += 1) await shop.bill.reconcile()
    expect((await dev.get('/status')).body.plan).toBe('pro')
  })
})

describe.each(STORAGES)('what only a gateway with a clock can do, on %s', (storage) => {
  it('F-10 a subscription ended in the gateway’s dashboard is found', async () => {
    const shop = await openAnalyser({ storage, renewals: 'gateway', deliver: lost })
    const dev = shop.as('dev')
    await buy(shop, dev, 'pro')
    await shop.bill.reconcile()
    await shop.at('2025-10-10')
    shop.emulator.cancelInDashboard(shop.emulator.book().subscriptions[0]?.id ?? '')
    await shop.bill.reconcile({ customer: 'dev' })
    expect((await dev.get('/status')).body).toMatchObject({ plan: 'free', ending: null })
  })
})

describe.each(STORAGES)('a renewal that the gateway billed, on %s', (storage) => {
  it('F-10 a dispute that is told before its payment is kept, and counts once that is known', async () => {
    const shop = await openAnalyser({ storage, renewals: 'gateway', deliver: lost })
    const dev = shop.as('dev')
    await buy(shop, dev, 'pro')
    await shop.bill.reconcile()
    await shop.at('2025-11-01')
    const paid = told(shop, 'charge.succeeded')
    shop.emulator.dispute(shop.emulator.book().charges.at(-1)?.id ?? '')
    expect(await post(shop, told(shop, 'dispute.opened'))).toBe(200)
    expect((await shop.bill.operations.deliveries('parked')).items).toMatchObject([
      { error: 'its payment is not known yet' },
    ])
    expect((await dev.get('/transactions')).body.items).toHaveLength(1)
    expect(await post(shop, paid)).toBe(200)
    await shop.at('2025-11-01T00:01:00Z')
    expect((await dev.get('/transactions')).body.items).toMatchObject([
      { status: 'disputed' },
      { status: 'paid' },
    ])
    expect((await shop.bill.operations.deliveries('parked')).items).toEqual([])
  })
})

const HOUR = 3_600_000

/** Webhooks that never arrive. */
const lost = async () => new Response(null, { status: 200 })

async function openAnalyser(options: Partial<ShopOptions>): Promise<Shop> {
  const shop = await openShop({
    ...{ product: analyserProduct(), start: '2025-10-01', gateway: 'dodo' },
    ...options,
  })
  shops.push(shop)
  await shop.as('dev').post('/register')
  return shop
}

/** A storage whose commits throw something unforeseen while it is broken. */
function stumbling(broken: { readonly is: boolean }): NonNullable<ShopOptions['wrap']> {
  return (options) => {
    const { storage } = options
    const commit: typeof storage.commit = async (change) => {
      if (broken.is) throw new TypeError('a mistake')
      return storage.commit(change)
    }
    return { ...options, storage: { ...storage, commit } }
  }
}

/** The newest webhook of a type, signed as of now. */
function told({ emulator }: Shop, type: string): WebhookRequest {
  const event = emulator.events.filter((each) => each.type === type).at(-1)
  if (!event) throw new Error(`Nothing was told of ${type}`)
  return emulator.sign(new TextEncoder().encode(JSON.stringify(event.data)), event.id)
}

async function post({ bill }: Shop, { headers, body }: WebhookRequest): Promise<number> {
  const init = { method: 'POST', headers: { ...headers }, body: new Uint8Array(body) }
  const request = new Request(`${APP}/billing/webhooks/dodo`, init)
  return (await bill.handle(request, { basePath: '/billing' })).status
}

/** Somebody gives the only charge back in the gateway's dashboard. */
async function refundAtGateway({ emulator }: Shop): Promise<void> {
  const [charge] = emulator.book().charges
  const response = await emulator.fetch(`${emulator.url}/v1/refunds`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_dashboard', 'content-type': 'application/json' },
    body: JSON.stringify({ charge: charge?.id, amount: charge?.amount }),
  })
  if (!response.ok) throw new Error(`Not refunded: ${response.status}`)
}

/** What Dev sees. */
async function shown(shop: Shop) {
  const dev = shop.as('dev')
  const { body } = await dev.get('/status')
  const { items } = (await dev.get('/transactions')).body
  return { ...body, items }
}
