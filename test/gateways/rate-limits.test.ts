/**
 * A crowd that comes at once, at vendors that take few calls in a window: what was refused is done
 * later, and by the vendor's own book nothing is done twice.
 */
import type { Gateway, WebhookRequest } from 'billwright'
import type { GatewayStage } from 'billwright/testing'
import { type Bill, BillingError, billing } from 'billwright'
import { memory } from 'billwright/memory'
import { describe, expect, it } from 'vitest'
import { dodoStage } from '../../adapters/gateways/dodo/stage.ts'
import { paymongoStage } from '../../adapters/gateways/paymongo/stage.ts'
import { paystackStage } from '../../adapters/gateways/paystack/stage.ts'
import { stripeStage } from '../../adapters/gateways/stripe/stage.ts'
import { scenarioProduct } from '../../src/testing/scenarios.ts'

const SECOND = 1000
const DAY = 86_400 * SECOND
const CROWD = ['ada', 'ben', 'cleo', 'dan', 'eve']

type SigningStage = GatewayStage & { sign(body: Uint8Array): WebhookRequest }
type Spy = (send: typeof fetch) => typeof fetch

interface Busy {
  readonly name: string
  /** Opens a stage whose vendor takes few calls in a window. */
  readonly open: (spy: Spy) => Promise<SigningStage>
  /** The write that opens a page. */
  readonly page: string
  /** Whether the customers pay each period on a page. */
  readonly byLink: boolean
}

const busy: readonly Busy[] = [
  {
    name: 'stripe, which renews',
    open: (spy) => stripeStage({ callsPerSecond: 6, fetch: spy(fetch) }),
    page: 'POST /v1/checkout/sessions',
    byLink: false,
  },
  {
    name: 'stripe, which we renew',
    open: (spy) => stripeStage({ callsPerSecond: 6, fetch: spy(fetch), renewals: 'billwright' }),
    page: 'POST /v1/checkout/sessions',
    byLink: false,
  },
  {
    name: 'dodo',
    open: (wrap) => dodoStage({ callsPerMinute: 6, wrap }),
    page: 'POST /checkouts',
    byLink: false,
  },
  {
    name: 'paystack',
    open: (wrap) => paystackStage({ callsPerMinute: 2, wrap }),
    page: 'POST /transaction/initialize',
    byLink: false,
  },
  {
    name: 'paymongo',
    open: (wrap) => paymongoStage({ callsPerSecond: 2, wrap }),
    page: 'POST /v1/checkout_sessions',
    byLink: true,
  },
]

async function openApp({ open }: Busy, after: Spy = (send) => send) {
  const seen = { limited: 0 }
  const stage = await open((send) => {
    const next = after(send)
    return async (input, init) => {
      const response = await next(input, init)
      if (response.status === 429) seen.limited += 1
      return response
    }
  })
  const { gateway, clock } = stage
  const bill = billing({
    ...scenarioProduct(gateway as Pick<Gateway, 'capabilities'>),
    ...{ gateways: [gateway], storage: memory(), clock },
    customer: async (id: string) => ({ id, email: `${id}@example.com`, name: id }),
  }) as Bill
  return { stage, bill, seen }
}

type App = Awaited<ReturnType<typeof openApp>>

/** Asks for everybody at once; whoever is sent away comes back in a minute. */
async function subscribeAll({ stage, bill }: App): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>()
  for (let again = 0; pages.size < CROWD.length && again < 12; again += 1) {
    for (const customer of CROWD.filter((each) => !pages.has(each)))
      try {
        const opened = await bill.subscribe(customer, 'basic')
        if ('url' in opened) pages.set(customer, opened.url)
      } catch (error) {
        if (!BillingError.isInstance(error) || error.kind !== 'unavailable') throw error
      }
    await stage.advance(stage.clock.now() + 61 * SECOND)
  }
  return pages
}

/** Webhooks come until each was taken, and the worker works, with minutes in between. */
async function pass({ stage, bill }: App, taken: Set<number>, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await bill.work({ once: true })
    for (const [index, webhook] of stage.webhooks().entries()) {
      if (taken.has(index)) continue
      // Signed anew, as every attempt is.
      const { headers, body } = minute === 0 ? webhook : stage.sign(webhook.body)
      await bill.receive(stage.gateway.name, { headers, body }).then(
        () => taken.add(index),
        () => {},
      )
    }
    await stage.advance(stage.clock.now() + 61 * SECOND)
  }
}

describe.each(busy)('a crowd at $name', (gateway) => {
  it('is served once each, and renewed once each', { timeout: 60_000 }, async () => {
    const app = await openApp(gateway)
    const { stage, bill, seen } = app
    const start = stage.clock.now()
    const taken = new Set<number>()
    const pages = await subscribeAll(app)
    expect([...pages.keys()].sort()).toEqual(CROWD)
    expect(seen.limited).toBeGreaterThan(0)
    const pagesOpened = () =>
      stage.book().writes.filter(({ operation }) => operation === gateway.page).length
    expect(pagesOpened()).toBe(CROWD.length)

    for (const url of pages.values()) await stage.pay({ url })
    await pass(app, taken, 16)
    for (const customer of CROWD)
      expect(await bill.status(customer)).toMatchObject({ plan: 'basic' })
    expect(stage.book().charges).toHaveLength(CROWD.length)

    seen.limited = 0
    await stage.advance(start + 31 * DAY + 3600 * SECOND)
    await pass(app, taken, 16)
    const { charges } = stage.book()
    if (gateway.byLink) expect(pagesOpened()).toBe(2 * CROWD.length)
    else expect(charges).toHaveLength(2 * CROWD.length)
    for (const customer of CROWD)
      expect(await bill.status(customer)).toMatchObject({ plan: 'basic' })
    if (gateway.name !== 'stripe, which renews' && gateway.name !== 'dodo')
      expect(seen.limited).toBeGreaterThan(0)
    await stage.close()
  })
})

describe('a call beyond the limit of Dodo', () => {
  /** What is told of a call that is one too many, 20 seconds before a minute is over. */
  async function told(header?: (now: number) => string) {
    const now = Date.UTC(2026, 9, 14, 9, 0, 40)
    const spy: Spy = (send) => async (input, init) => {
      const response = await send(input, init)
      if (!header) return response
      const headers = new Headers(response.headers)
      headers.set('x-ratelimit-reset', header(now))
      return new Response(await response.text(), { status: response.status, headers })
    }
    const stage = await dodoStage({ callsPerMinute: 0, wrap: spy })
    await stage.advance(now)
    const context = { now: stage.clock.now(), signal: AbortSignal.timeout(5_000) } as never
    const asked = stage.gateway.fetch?.({ kind: 'payment', id: 'pay_1' }, context)
    const error: unknown = await Promise.resolve(asked).catch((thrown) => thrown)
    await stage.close()
    return BillingError.isInstance(error) ? error.detail : error
  }

  it('may be made again when the limit resets, as its own header says', async () => {
    expect(await told()).toMatchObject({ status: 429, retryAfterMs: 20 * SECOND })
  })

  it.each<[string, (now: number) => string]>([
    ['seconds from now', () => '20'],
    ['Unix seconds', (now) => String(now / SECOND + 20)],
    ['Unix milliseconds', (now) => String(now + 20 * SECOND)],
    ['a date', (now) => new Date(now + 20 * SECOND).toISOString()],
  ])('is the same said as %s, because Dodo names no unit', async (_, header) => {
    expect(await told(header)).toMatchObject({ retryAfterMs: 20 * SECOND })
  })

  it.each(['', '0', '-20', 'soon', '3600', '1e9'])('%j says nothing', async (header) => {
    const detail = await told(() => header)
    expect(detail).toMatchObject({ status: 429 })
    expect(detail).not.toHaveProperty('retryAfterMs')
  })
})

const HOUR = 3600 * SECOND
const comeBackInAnHour: Spy = (send) => async (input, init) => {
  const response = await send(input, init)
  if (response.status !== 429) return response
  const headers = new Headers(response.headers)
  headers.set('retry-after', '3600')
  return new Response(await response.text(), { status: 429, headers })
}

describe.each(busy.filter(({ name }) => /^pay/.test(name)))('a renewal at $name', (gateway) => {
  it('is not tried before Retry-After is over', { timeout: 60_000 }, async () => {
    const app = await openApp(gateway, comeBackInAnHour)
    const { stage, bill } = app
    const taken = new Set<number>()
    const start = stage.clock.now()
    const pages = await subscribeAll(app)
    for (const url of pages.values()) await stage.pay({ url })
    await pass(app, taken, 12)
    await stage.advance(start + 31 * DAY + 3600 * SECOND)
    await bill.work({ once: true })
    const collected = () => {
      const { charges, writes } = stage.book()
      const pagesOpened = writes.filter(({ operation }) => operation === gateway.page).length
      return gateway.byLink ? pagesOpened : charges.length
    }
    const [done, limited] = [collected(), stage.clock.now()]
    expect(done).toBeLessThan(2 * CROWD.length)
    await stage.advance(limited + HOUR - SECOND)
    await bill.work({ once: true })
    expect(collected()).toBe(done)
    await stage.advance(limited + HOUR + SECOND)
    await bill.work({ once: true })
    expect(collected()).toBeGreaterThan(done)
    await stage.close()
  })
})
