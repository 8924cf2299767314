/**
 * Story D3 as raw requests to the webhook route: what is forged, altered or replayed leaves nothing
 * behind. The judge is a dump of the whole storage, before and after.
 */
import type { WebhookRequest } from 'billwright'
import type { Renewals } from 'billwright/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  APP,
  openShop,
  type Shop,
  STORAGES,
  type StorageName,
  type Visitor,
} from '../../support/shop.ts'
import { buy } from './buy.ts'
import { dump } from './dump.ts'
import { CLOCKS } from './products.ts'
import { analyserProduct } from './products-more.ts'

const worlds = STORAGES.flatMap((storage) => CLOCKS.map((renewals) => ({ storage, renewals })))

describe.each(worlds)('webhooks of the analyser on $storage, renewals by $renewals', (world) => {
  let shop: Shop
  let dev: Visitor

  beforeEach(async () => {
    shop = await openAnalyser(world)
    dev = shop.as('dev')
    await dev.post('/register')
    await shop.at('2025-10-14')
  })
  afterEach(() => shop.close())

  /** Dev has paid on the page, and the webhook about it has not arrived. */
  const paidUntold = async (): Promise<WebhookRequest> => {
    const { body } = await dev.post('/checkout', { plan: 'pro' })
    await shop.pay(body.url)
    const [request] = shop.emulator.webhooks()
    if (!request) throw new Error('The gateway told nothing')
    return request
  }
  const planOf = async () => (await dev.get('/status')).body.plan

  it('D-02 D3 the webhook as it was sent counts', async () => {
    const request = await paidUntold()
    expect(await post(shop, request)).toEqual([200, undefined])
    expect(await planOf()).toBe('pro')
  })

  it.each<Forgery>([
    {
      how: 'without a signature',
      forge: ({ headers: { 'webhook-signature': _, ...headers }, body }) => ({ headers, body }),
    },
    {
      how: 'with an empty signature',
      forge: ({ headers, body }) => ({ headers: { ...headers, 'webhook-signature': '' }, body }),
    },
    {
      how: 'signed with another secret',
      forge: ({ headers, body }) => ({
        headers: { ...headers, 'webhook-signature': `v1,${btoa('x'.repeat(32))}` },
        body,
      }),
    },
    {
      how: 'with one byte of the body changed',
      forge: ({ headers, body }) => ({ headers, body: body.map((b, i) => (i === 20 ? b ^ 1 : b)) }),
    },
    {
      how: 'with the same JSON in other white space',
      forge: ({ headers, body }) => ({ headers, body: bytes(` ${text(body)}`) }),
    },
    {
      how: 'with the amount raised',
      forge: ({ headers, body }) => ({
        headers,
        body: bytes(text(body).replace(/"amount":200/g, '"amount":900')),
      }),
    },
    {
      how: 'under another id, so that it counts twice',
      forge: ({ headers, body }) => ({ headers: { ...headers, 'webhook-id': 'evt_other' }, body }),
    },
    {
      how: 'with a newer time on an old signature',
      forge: ({ headers, body }) => {
        const later = String(Number(headers['webhook-timestamp']) + 60)
        return { headers: { ...headers, 'webhook-timestamp': later }, body }
      },
    },
  ])('D-02 D3 sent $how it is a 401, and nothing is written', async ({ forge }) => {
    const request = await paidUntold()
    const before = await dump(shop.storage)
    const forged = forge(request)
    expect([text(forged.body), forged.headers]).not.toEqual([text(request.body), request.headers])
    expect(await post(shop, forged)).toEqual([401, 'invalid_signature'])
    expect(await dump(shop.storage)).toEqual(before)
    expect(await planOf()).toBe('free')
    // The genuine one still counts afterwards.
    await shop.quiet()
    expect(await planOf()).toBe('pro')
  })

  it('D-02 D3 replayed at once it is thanked for, and nothing is written', async () => {
    const request = await paidUntold()
    await post(shop, request)
    const before = await dump(shop.storage)
    for (let i = 0; i < 3; i += 1) expect(await post(shop, request)).toEqual([200, undefined])
    expect(await dump(shop.storage)).toEqual(before)
  })

  it('D-02 D3 replayed by an attacker an hour later it is a 401, and nothing is written', async () => {
    const request = await paidUntold()
    await shop.at('2025-10-14T01:00:00Z')
    expect(await planOf()).toBe('pro')
    const before = await dump(shop.storage)
    expect(await post(shop, request)).toEqual([401, 'invalid_signature'])
    expect(await dump(shop.storage)).toEqual(before)
  })

  it('D-02 D3 the same event under a new signature is known by its id', async () => {
    const request = await paidUntold()
    await post(shop, request)
    await shop.at('2025-10-15')
    const before = await dump(shop.storage)
    expect((await shop.bill.operations.deliveries('done')).items).toContainEqual({
      ...{ gateway: 'dodo', id: request.headers['webhook-id'], error: null },
    })
    const again = shop.emulator.sign(request.body, request.headers['webhook-id'])
    expect(await post(shop, again)).toEqual([200, undefined])
    expect(await dump(shop.storage)).toEqual(before)
  })

  it('D-02 D3 ten deliveries of one event at one instant are one payment', async () => {
    const request = await paidUntold()
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(shop, request)))
    expect(new Set(answers.map(([status]) => status))).toEqual(new Set([200]))
    expect((await dev.get('/transactions')).body.items).toHaveLength(1)
  })

  it('D-02 D3 signed bytes that are no JSON are thanked for and written nowhere', async () => {
    const before = await dump(shop.storage)
    const request = shop.emulator.sign(Uint8Array.of(0xff, 0xfe, 0x00, 0x7b))
    expect(await post(shop, request)).toEqual([200, undefined])
    expect(await dump(shop.storage)).toEqual(before)
  })

  it('D-02 D3 to a gateway that is not configured it is a 404, and nothing is written', async () => {
    const request = await paidUntold()
    const before = await dump(shop.storage)
    expect(await post(shop, request, 'stripe')).toEqual([404, 'unknown_gateway'])
    expect(await dump(shop.storage)).toEqual(before)
  })

  it('D-02 D3 after everything told is told again the books are what they were', async () => {
    await buy(shop, dev, 'pro')
    await shop.at('2025-11-14')
    await shop.at('2025-12-14')
    const before = await dump(shop.storage)
    for (const { headers, body } of shop.emulator.webhooks())
      await post(shop, shop.emulator.sign(body, headers['webhook-id']))
    await shop.quiet()
    expect(await dump(shop.storage)).toEqual(before)
  })
})

type Raw = Pick<WebhookRequest, 'headers' | 'body'>

interface Forgery {
  readonly how: string
  readonly forge: (genuine: Raw) => Raw
}

function openAnalyser(world: { storage: StorageName; renewals: Renewals }): Promise<Shop> {
  return openShop({ product: analyserProduct(), start: '2025-10-01', gateway: 'dodo', ...world })
}

/** Status and code of the answer to a raw webhook. */
async function post({ bill }: Shop, { headers, body }: Raw, gateway = 'dodo') {
  const url = `${APP}/billing/webhooks/${gateway}`
  const init = { method: 'POST', headers: { ...headers }, body: new Uint8Array(body) }
  const response = await bill.handle(new Request(url, init), { basePath: '/billing' })
  const { code } = (await response.json()) as { readonly code?: string }
  return [response.status, code] as const
}

function text(body: Uint8Array): string {
  return new TextDecoder().decode(body)
}

function bytes(body: string): Uint8Array {
  return new TextEncoder().encode(body)
}
