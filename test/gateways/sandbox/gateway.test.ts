/** The adapter against its vendor: what is asked once happens once, whatever the network does. */

import type { GatewayEffect } from 'billwright/core'
import { BillingError, type ListPage } from 'billwright'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  SANDBOX_WEBHOOK_SECRET,
  sandbox,
  sandboxEmulator,
} from '../../../adapters/gateways/sandbox/index.ts'
import { number, openShop, SECRET_KEY, type Shop } from './shop.ts'

const writesOf = ({ emulator }: Shop, operation: string) =>
  emulator.book().writes.filter((write) => write.operation === operation)

async function errorOf(run: () => Promise<unknown>): Promise<BillingError> {
  try {
    await run()
  } catch (error) {
    if (BillingError.isInstance(error)) return error
    throw error
  }
  throw new Error('It did not fail')
}

/** A charge of the saved card that nobody has sent yet. */
async function dueCharge(): Promise<{ shop: Shop; effect: GatewayEffect }> {
  const shop = openShop()
  await shop.buy()
  shop.clock.set('2026-02-28T10:00:00Z')
  const effect = shop.customer
    .at(shop.clock.now())
    .effects.find((each) => each.kind === 'payment.collect')
  if (effect?.kind !== 'payment.collect') throw new Error('Nothing is due')
  return { shop, effect }
}

describe('options', () => {
  const options = {
    secretKey: SECRET_KEY,
    webhookSecret: SANDBOX_WEBHOOK_SECRET,
    baseUrl: 'https://x.test',
  }

  it.each<[string, object]>([
    ['secretKey', { secretKey: undefined }],
    ['secretKey', { secretKey: '' }],
    ['secretKey', { secretKey: 'pk_test_12345678' }],
    ['secretKey', { secretKey: `${SECRET_KEY}\n` }],
    ['baseUrl', { baseUrl: undefined }],
    ['baseUrl', { baseUrl: 'file:///etc/passwd' }],
    ['renewals', { renewals: 'nobody' }],
  ])('with a wrong %s are refused when the gateway is made: %o', (option, wrong) => {
    expect(() => sandbox({ ...options, ...wrong })).toThrow(
      expect.objectContaining({
        kind: 'config',
        code: 'invalid_gateway',
        detail: expect.objectContaining({ option }),
      }),
    )
  })

  it('say the mode by their key', () => {
    expect(sandbox(options).mode).toBe('test')
    expect(sandbox({ ...options, secretKey: 'sk_live_12345678' }).mode).toBe('live')
  })

  it('F13 in production make no emulator', () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => openShop()).toThrow(
      expect.objectContaining({ kind: 'config', code: 'emulator_in_production' }),
    )
    vi.unstubAllEnvs()
  })
})

describe('a charge', () => {
  it('that is sent again under its key is made once', async () => {
    const { shop, effect } = await dueCharge()
    const first = await shop.gateway.perform(effect, shop.context())
    const again = await shop.gateway.perform(effect, shop.context())
    expect(again).toEqual(first)
    expect(writesOf(shop, 'POST /v1/charges')).toHaveLength(1)
    expect(shop.emulator.book().charges).toHaveLength(2)
  })

  it('is refused by the vendor under a key that paid for something else', async () => {
    const { shop, effect } = await dueCharge()
    await shop.gateway.perform(effect, shop.context())
    const dearer = { ...effect, amount: 999_999 } as GatewayEffect
    const { events } = await shop.gateway.perform(dearer, shop.context())
    expect(events.map(({ type }) => type)).not.toContain('payment.succeeded')
    expect(shop.emulator.book().charges).toHaveLength(2)
  })

  it.each([
    ['429', 'gateway_unavailable', 1],
    ['500_before', 'outcome_unknown', 1],
    ['500_after', 'outcome_unknown', 2],
    ['lost_reply', 'outcome_unknown', 2],
    ['refused_connection', 'gateway_unavailable', 1],
  ] as const)('after «%s» is %s, and sent again it is made once', async (fault, code, made) => {
    const { shop, effect } = await dueCharge()
    shop.emulator.fault(fault)
    const error = await errorOf(() => shop.gateway.perform(effect, shop.context()))
    expect(error).toMatchObject({ kind: 'unavailable', code, retryable: true })
    expect(shop.emulator.book().charges).toHaveLength(made)
    const found = await shop.gateway.find(effect, shop.context())
    expect(found !== null).toBe(made === 2)
    const { events } = await shop.gateway.perform(effect, shop.context())
    expect(events).toMatchObject([{ type: 'payment.succeeded', answers: effect.key }])
    expect(shop.emulator.book().charges).toHaveLength(2)
  })

  it('that hangs is unknown when the time is over, and is made after that', async () => {
    const { shop, effect } = await dueCharge()
    shop.emulator.fault('hang')
    const time = new AbortController()
    const running = errorOf(() => shop.gateway.perform(effect, shop.context(time.signal)))
    time.abort()
    expect(await running).toMatchObject({
      code: 'outcome_unknown',
      detail: { vendorCode: 'aborted' },
    })
    expect(shop.emulator.book().charges).toHaveLength(2)
    expect(await shop.gateway.find(effect, shop.context())).not.toBeNull()
  })

  it('tells how long to wait after too many requests', async () => {
    const { shop, effect } = await dueCharge()
    shop.emulator.fault('429')
    const error = await errorOf(() => shop.gateway.perform(effect, shop.context()))
    expect(error.detail).toMatchObject({ status: 429, retryAfterMs: 1000 })
  })

  it('of a method that is gone is a decline that needs the customer', async () => {
    const { shop, effect } = await dueCharge()
    const method = shop.customer.account.paymentMethod?.id ?? ''
    const detach = { kind: 'method.detach', key: 'detach/1', gateway: 'sandbox', method } as const
    await shop.gateway.perform(detach, shop.context())
    const { events } = await shop.gateway.perform(effect, shop.context())
    expect(events).toMatchObject([{ type: 'payment.failed', decline: { retry: 'with_customer' } }])
  })

  it('with a key of the other mode finds nothing', async () => {
    const { shop, effect } = await dueCharge()
    const live = sandbox({
      secretKey: 'sk_live_12345678',
      webhookSecret: SANDBOX_WEBHOOK_SECRET,
      emulator: shop.emulator,
    })
    const { events } = await live.perform(effect, shop.context())
    expect(events.map(({ type }) => type)).toEqual(['payment.failed'])
    expect(shop.emulator.book().charges).toHaveLength(1)
    const [charge] = shop.emulator.book().charges
    expect(await live.fetch({ kind: 'payment', id: charge?.id ?? '' }, shop.context())).toEqual([])
  })
})

describe('a reply', () => {
  const answering = (response: () => Response | Promise<Response>) =>
    sandbox({
      secretKey: SECRET_KEY,
      webhookSecret: SANDBOX_WEBHOOK_SECRET,
      baseUrl: 'https://sandbox.billwright.test',
      fetch: async (_, init) => {
        expect(init?.redirect).toBe('error')
        return response()
      },
    })
  const json =
    (body: string, status = 200) =>
    () =>
      new Response(body, { status, headers: { 'content-type': 'application/json' } })

  it.each<[string, () => Response]>([
    ['F8 HTML', () => new Response('<html></html>', { headers: { 'content-type': 'text/html' } })],
    ['F8 no content type', () => new Response('{}', { headers: {} })],
    ['F8 JSON that breaks off', json('{"object":"charge"')],
    ['F8 null', json('null')],
    ['F8 a list', json('[]')],
    ['F8 another object', json('{"object":"surprise","id":"x"}')],
    ['F8 a charge without an amount', json('{"object":"charge","id":"ch_1"}')],
    ['F8 more than 1 MB', json(JSON.stringify({ object: 'charge', id: 'x'.repeat(1_000_001) }))],
    ['a gateway error', () => new Response('bad gateway', { status: 502 })],
    ['a 503 that does not say when', () => new Response('', { status: 503 })],
  ])('that is %s leaves a write unknown', async (_, response) => {
    const { shop, effect } = await dueCharge()
    const error = await errorOf(() => answering(response).perform(effect, shop.context()))
    expect(error).toMatchObject({ kind: 'unavailable', code: 'outcome_unknown' })
  })

  it('that never ends is cut off', async () => {
    const { shop, effect } = await dueCharge()
    let sent = 0
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent += 65_536
            controller.enqueue(new Uint8Array(65_536).fill(32))
          },
        }),
        { headers: { 'content-type': 'application/json' } },
      )
    const error = await errorOf(() => answering(endless).perform(effect, shop.context()))
    expect(error.code).toBe('outcome_unknown')
    expect(sent).toBeLessThan(3_000_000)
  })

  it.each([
    ['401', 401],
    ['403', 403],
    ['429', 429],
  ])('of %s says that nothing was done', async (_, status) => {
    const { shop, effect } = await dueCharge()
    const error = await errorOf(() => answering(json('{}', status)).perform(effect, shop.context()))
    expect(error.code).toBe('gateway_unavailable')
  })

  it('of 503 with a time to come back says that nothing was done', async () => {
    const { shop, effect } = await dueCharge()
    const busy = () => new Response('', { status: 503, headers: { 'retry-after': '2' } })
    const error = await errorOf(() => answering(busy).perform(effect, shop.context()))
    expect(error).toMatchObject({ code: 'gateway_unavailable', detail: { retryAfterMs: 2000 } })
  })

  it('that fails never carries the secret key, nor the error of the platform', async () => {
    const { shop, effect } = await dueCharge()
    const leaking = () => Promise.reject(new TypeError(`failed with ${SECRET_KEY}`))
    const error = await errorOf(() => answering(leaking).perform(effect, shop.context()))
    expect(error.cause).toBeUndefined()
    expect(JSON.stringify([error.message, error.stack, error.detail])).not.toContain(SECRET_KEY)
  })
})

describe('looking up', () => {
  it('a payment tells everything that happened to it', async () => {
    const shop = openShop()
    await shop.buy()
    const [payment] = shop.customer.account.payments
    if (!payment) throw new Error('Nothing was paid')
    await shop.ask({ type: 'refund', payment, amount: 300 })
    shop.emulator.dispute(payment.id)
    shop.emulator.decideDispute(payment.id, 'lost')
    const events = await shop.gateway.fetch({ kind: 'payment', id: payment.id }, shop.context())
    expect(events).toMatchObject([
      { type: 'payment.succeeded' },
      { type: 'payment.refunded', amount: 300 },
      { type: 'payment.dispute_closed', outcome: 'lost' },
    ])
  })

  it('a dispute withholds access, and a lost one ends the subscription', async () => {
    const shop = openShop()
    await shop.buy()
    const [payment] = shop.customer.account.payments
    shop.emulator.dispute(payment?.id ?? '')
    await shop.hear()
    expect(shop.customer.subscription().blocks).toEqual(['dispute'])
    shop.emulator.decideDispute(payment?.id ?? '', 'lost')
    await shop.hear()
    expect(shop.customer.subscription().plan).toBe('free')
  })

  it('a refund of more than is left fails and gives nothing back', async () => {
    const shop = openShop()
    await shop.buy()
    const [payment] = shop.customer.account.payments
    if (!payment) throw new Error('Nothing was paid')
    await shop.ask({ type: 'refund', payment, amount: 600 })
    const more = {
      kind: 'payment.refund',
      key: 'refund/2',
      gateway: 'sandbox',
      payment: payment.id,
      amount: 500,
      currency: 'USD',
    } as const
    expect((await shop.gateway.perform(more, shop.context())).events).toMatchObject([
      { type: 'payment.refund_failed', answers: 'refund/2' },
    ])
    expect(shop.emulator.book().refunds).toHaveLength(1)
  })

  it('what is not there is nothing, and no error', async () => {
    const shop = openShop()
    const since = shop.clock.now()
    for (const thing of [
      { kind: 'checkout', reference: 'nope' },
      { kind: 'invoice', invoice: 'nope' },
      { kind: 'payment', id: 'nope' },
      { kind: 'subscription', id: '../charges', since },
    ] as const)
      expect(await shop.gateway.fetch(thing, shop.context())).toEqual([])
  })

  it('the list tells what the webhooks told, page by page', async () => {
    const shop = openShop({ renewals: 'gateway' })
    await shop.buy()
    const since = shop.clock.now()
    for (let month = 2; month <= 12; month += 1)
      await shop.advance(new Date(Date.UTC(2026, month, 0, 10)).toISOString())
    for (let i = 0; i < 20; i += 1) {
      await shop.ask({ type: 'cancel', at: 'period_end' })
      await shop.ask({ type: 'resume' })
    }
    const told = await Promise.all(
      shop.emulator.webhooks().map(async (request) => (await shop.gateway.receive(request)).events),
    )
    const listed: unknown[] = []
    let pages = 0
    for (let cursor: string | null = null; pages === 0 || cursor !== null; pages += 1) {
      const page: ListPage | undefined = await shop.gateway.list?.(
        { since, cursor },
        shop.context(),
      )
      listed.push(...(page?.items ?? []).map(({ events }) => events))
      cursor = page?.cursor ?? null
    }
    expect(pages).toBeGreaterThan(1)
    expect(listed).toEqual(told)
  })

  it('a webhook that was lost is made up for by the list', async () => {
    const shop = openShop({ renewals: 'gateway' })
    await shop.buy()
    const since = shop.clock.now()
    shop.clock.set('2026-02-28T10:00:00Z')
    await shop.emulator.advance()
    const page = await shop.gateway.list?.({ since, cursor: null }, shop.context())
    shop.customer.at(shop.clock.now())
    for (const { events } of page?.items ?? []) for (const event of events) shop.customer.do(event)
    expect(shop.customer.account.payments).toHaveLength(2)
    expect(shop.customer.account.incidents).toEqual([])
  })

  it('what somebody cancels in the dashboard ends here', async () => {
    const shop = openShop({ renewals: 'gateway' })
    await shop.buy()
    shop.emulator.cancelInDashboard(shop.customer.subscription().gatewayRef ?? '')
    await shop.hear()
    expect(shop.customer.subscription().plan).toBe('free')
  })

  it('every event about a subscription says whose it is', async () => {
    const shop = openShop({ renewals: 'gateway' })
    await shop.buy('basic', 'succeeds')
    await shop.advance('2026-02-28T10:00:00Z')
    for (const request of shop.emulator.webhooks())
      expect((await shop.gateway.receive(request)).about).not.toEqual([])
  })
})

describe('observations', () => {
  it('rise with every change, also within one millisecond', async () => {
    const shop = openShop({ renewals: 'gateway' })
    await shop.buy()
    for (let i = 0; i < 3; i += 1) {
      await shop.ask({ type: 'cancel', at: 'period_end' })
      await shop.ask({ type: 'resume' })
    }
    const seen = (await shop.hear()).flatMap((event) =>
      event.type === 'subscription.observed' ? [event.observation.observedAt] : [],
    )
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b))
    expect(shop.customer.subscription().cancelAt).toBeNull()
  })
})

describe('webhooks that are delivered', () => {
  const servers: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })

  it('arrive signed, are tried again with the clock, and stop once they are accepted', async () => {
    const { clock, gateway } = openShop()
    const statuses = [500, 503, 204]
    const arrived: string[] = []
    const emulator = sandboxEmulator({
      clock,
      webhookUrl: 'https://app.example/billing/webhooks/sandbox',
      deliver: async (request) => {
        const headers = Object.fromEntries(request.headers)
        const body = new Uint8Array(await request.arrayBuffer())
        arrived.push((await gateway.receive({ headers, body, receivedAt: clock.now() })).type)
        return new Response(null, { status: statuses.shift() ?? 204 })
      },
    })
    servers.push(emulator)
    const paying = sandbox({
      secretKey: SECRET_KEY,
      webhookSecret: SANDBOX_WEBHOOK_SECRET,
      emulator,
    })
    const shop = openShop()
    shop.customer.do({ type: 'subscribe', plan: 'basic', trial: false })
    const effect = shop.customer.effects.find((each) => each.kind === 'checkout.open')
    if (effect?.kind !== 'checkout.open') throw new Error('No checkout')
    const { page } = await paying.perform(effect, shop.context())
    const body = JSON.stringify({ card: number('succeeds') })
    const headers = { 'content-type': 'application/json' }
    await emulator.fetch(page?.url ?? '', { method: 'POST', headers, body })
    await emulator.settle()
    await emulator.settle()
    expect(arrived).toEqual(['page.done'])
    clock.set(clock.now() + 5000)
    await emulator.advance()
    clock.set(clock.now() + 300_000)
    await emulator.advance()
    clock.set(clock.now() + 86_400_000)
    await emulator.advance()
    expect(arrived).toEqual(['page.done', 'page.done', 'page.done'])
    expect(emulator.events[0]).toMatchObject({ delivered: true })
    expect(emulator.events[0]?.attempts.map(({ status }) => status)).toEqual([500, 503, 204])
  })
})
