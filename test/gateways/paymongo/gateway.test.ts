/** What the adapter sends, and what its emulator insists on. */
import type { GatewayEffect, Line } from 'billwright/core'
import { BillingError, type Gateway, type PerformContext } from 'billwright'
import { instant } from 'billwright/core'
import { testClock } from 'billwright/testing'
import { describe, expect, it } from 'vitest'
import { paymongo } from '../../../adapters/gateways/paymongo/index.ts'
import { lineItems } from '../../../adapters/gateways/paymongo/perform/line-items.ts'
import {
  PAYMONGO_WEBHOOK_SECRET,
  paymongoEmulator,
} from '../../../adapters/gateways/paymongo/testing.ts'

const NOW = instant('2026-01-15T10:00:00Z')
const KEY = 'sk_test_12345678'

type Collect = Extract<GatewayEffect, { readonly kind: 'payment.collect' }>

const line = (amount: number, quantity = 1, id = 'pro'): Line => ({
  ...{ kind: 'plan', id, quantity, amount },
  period: { start: NOW, end: instant('2026-02-15T10:00:00Z') },
})

const collect = (change: Partial<Collect> = {}): Collect => ({
  ...{ kind: 'payment.collect', key: 'payment.collect/ada/ada.inv1/1', gateway: 'paymongo' },
  ...{ invoice: 'ada.inv1', amount: 50_000, currency: 'PHP', lines: [line(50_000)], attempt: 1 },
  ...{ method: null, customer: null, dueAt: NOW, expiresAt: null },
  ...change,
})

const context = (change: Partial<PerformContext> = {}): PerformContext => ({
  now: NOW,
  signal: new AbortController().signal,
  attempt: 1,
  customer: { id: 'ada', email: 'ada@example.com', name: 'Ada' },
  titleOf: (id) => `The ${id} plan`,
  ...change,
})

/** A gateway on an emulator of its own, and the requests that it made. */
function listening(options: Parameters<typeof paymongoEmulator>[0] = {}, secretKey = KEY) {
  const emulator = paymongoEmulator({ clock: testClock(NOW), ...options })
  const requests: Request[] = []
  const gateway = paymongo({
    ...{ secretKey, webhookSecret: PAYMONGO_WEBHOOK_SECRET, emulator },
    fetch(input, init) {
      requests.push(new Request(input, init))
      return emulator.fetch(input, init)
    },
  })
  return { emulator, gateway, requests }
}

async function typesOf(gateway: Gateway, effect: GatewayEffect): Promise<readonly string[]> {
  const { events } = await gateway.perform(effect, context())
  return events.map((event) =>
    event.type === 'effect.refused' ? `refused ${event.code}` : event.type,
  )
}

describe('a call', () => {
  it('is authorized by the key and a colon, carries the effect’s key and the envelope', async () => {
    const { gateway, requests } = listening()
    await gateway.perform(collect(), context())
    const [request] = requests
    expect(request?.url).toMatch(/\/v1\/checkout_sessions$/)
    expect(request?.headers.get('authorization')).toBe(`Basic ${btoa(`${KEY}:`)}`)
    expect(request?.headers.get('idempotency-key')).toBe('payment.collect%2Fada%2Fada.inv1%2F1')
    expect(await request?.json()).toEqual({
      data: {
        attributes: {
          line_items: [{ name: 'The pro plan', quantity: 1, amount: 50_000, currency: 'PHP' }],
          payment_method_types: ['card', 'gcash', 'paymaya'],
          reference_number: 'invoice:ada.inv1',
          metadata: { billwright: 'invoice:ada.inv1' },
          description: 'The pro plan',
          billing: { email: 'ada@example.com', name: 'Ada' },
          send_email_receipt: false,
        },
      },
    })
  })

  it('has a key of 255 characters at most, and another effect has another', async () => {
    const { gateway, requests } = listening()
    for (const end of ['1', '2'])
      await gateway.perform(collect({ key: `${'ä'.repeat(300)}${end}` }), context())
    const keys = requests.map(({ headers }) => headers.get('idempotency-key') ?? '')
    expect(keys.map(({ length }) => length)).toEqual([255, 255])
    expect(new Set(keys).size).toBe(2)
  })

  it.each([
    ['another currency', { currency: 'USD' }, 'refused currency_unsupported'],
    ['less than PHP 20.00', { amount: 1999, lines: [line(1999)] }, 'refused amount_below_minimum'],
  ])('for %s is refused before it is made', async (_, change, refused) => {
    const { gateway, requests } = listening()
    expect(await typesOf(gateway, collect(change))).toEqual([refused])
    expect(requests).toEqual([])
  })

  it('under a key that was used for something else is not known to be undone', async () => {
    const { gateway } = listening()
    await gateway.perform(collect(), context())
    const other = context({ customer: { id: 'ada', email: 'other@example.com' } })
    const error = await gateway.perform(collect(), other).catch((thrown: unknown) => thrown)
    expect(BillingError.isInstance(error) && error.code).toBe('outcome_unknown')
  })
})

describe('another link for an invoice', () => {
  const page = async (gateway: Gateway) => {
    const { events, page: opened } = await gateway.perform(collect(), context())
    const told = events.find(({ type }) => type === 'page.opened')
    return { id: told?.type === 'page.opened' ? told.page : '', url: opened?.url ?? '' }
  }
  const again = (id: string) => collect({ key: 'payment.collect/ada/ada.inv1/2', page: id })

  it('is opened after the old one was closed', async () => {
    const { gateway, requests, emulator } = listening()
    const { id, url } = await page(gateway)
    expect(await typesOf(gateway, again(id))).toEqual(['link.delivered', 'page.opened'])
    const paths = requests.map((request) => new URL(request.url).pathname)
    expect(paths.slice(1)).toEqual([`/v1/checkout_sessions/${id}/expire`, '/v1/checkout_sessions'])
    const body = JSON.stringify({ card: '4343434343434345' })
    const headers = { 'content-type': 'application/json' }
    await emulator.fetch(url, { method: 'POST', headers, body })
    expect(emulator.book().charges).toEqual([])
  })

  it('is not opened where the old one was paid: that is told instead', async () => {
    const { gateway, emulator } = listening()
    const { id, url } = await page(gateway)
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ card: '4343434343434345' })
    await emulator.fetch(url, { method: 'POST', headers, body })
    expect(await typesOf(gateway, again(id))).toEqual(['payment.succeeded'])
    expect(emulator.book().writes.map(({ operation }) => operation)).toEqual([
      'POST /v1/checkout_sessions',
    ])
  })
})

describe('what a page shows', () => {
  const titleOf = (id: string) => id
  const shown = (amount: number, ...lines: Line[]) =>
    lineItems({ amount, currency: 'PHP', lines }, titleOf).map(
      ({ name, quantity, amount: each }) => `${quantity} × ${name} at ${each}`,
    )

  it('is each line, with its price per unit', () => {
    const lines = [line(30_000, 3), line(5000, 1, 'seats')]
    expect(shown(35_000, ...lines)).toEqual(['3 × pro at 10000', '1 × seats at 5000'])
  })

  it('is a line for all units where the price does not divide', () => {
    expect(shown(10_000, line(10_000, 3))).toEqual(['1 × 3 × pro at 10000'])
  })

  it('is one line where something comes off, and always the amount that is asked', () => {
    expect(shown(15_000, line(20_000), line(-5000, 1, 'TEN'))).toEqual(['1 × pro at 15000'])
    expect(shown(12_000, line(20_000))).toEqual(['1 × pro at 12000'])
    expect(shown(12_000)).toEqual(['1 × Payment at 12000'])
  })
})

describe('the options', () => {
  const make = (change: object) => () =>
    paymongo({ secretKey: KEY, webhookSecret: PAYMONGO_WEBHOOK_SECRET, ...change })

  it.each([
    ['secretKey', { secretKey: 'pk_test_12345678' }],
    ['secretKey', { secretKey: '' }],
    ['renewals', { renewals: 'gateway' }],
    ['paymentMethods', { paymentMethods: [] }],
    ['paymentMethods', { paymentMethods: ['maya'] }],
    ['baseUrl', { baseUrl: 'ftp://paymongo.example' }],
    ['returnUrl', { returnUrl: '/billing' }],
    ['returnUrl', { returnUrl: 'javascript:alert(1)' }],
  ])('%s is checked when the gateway is made: %j', (option, change) => {
    expect(make(change)).toThrow(
      expect.objectContaining({ kind: 'config', detail: expect.objectContaining({ option }) }),
    )
  })
})

describe('the emulator', () => {
  it('refuses a page with a method that the account does not have', async () => {
    const { gateway } = listening({ paymentMethods: ['card'] })
    expect(await typesOf(gateway, collect())).toEqual(['refused parameter_invalid'])
  })

  it('shows nothing of one mode to a key of the other', async () => {
    const { gateway, emulator } = listening()
    await gateway.perform(collect(), context())
    const secretKey = 'sk_live_12345678'
    const live = paymongo({ secretKey, webhookSecret: PAYMONGO_WEBHOOK_SECRET, emulator })
    const thing = { kind: 'invoice', invoice: 'ada.inv1', page: 'cs_1' } as const
    expect(await live.fetch(thing, context())).toEqual([])
  })

  it('takes so many calls in a second, and says when to come back', async () => {
    const { gateway } = listening({ callsPerSecond: 1 })
    await gateway.perform(collect(), context())
    const error = await gateway.perform(collect(), context()).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'gateway_unavailable',
      detail: { status: 429, retryAfterMs: 1000 },
    })
  })

  it.each([
    ['an empty answer', () => new Response(null, { status: 204 })],
    ['an answer without JSON', () => new Response('ok')],
    ['another status', () => Response.json({}, { status: 210 })],
  ])('sends again after %s, and turns the webhook off after three events', async (_, reply) => {
    const clock = testClock(NOW)
    let answer = reply
    let calls = 0
    const { gateway, emulator } = listening({
      clock,
      webhookUrl: 'https://app.example/hook',
      deliver: async () => {
        calls += 1
        return answer()
      },
    })
    const payments = ['1', '2']
    for (const each of payments) {
      const { page } = await gateway.perform(collect({ key: each }), context())
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ card: '4343434343434345' })
      await emulator.fetch(page?.url ?? '', { method: 'POST', headers, body })
    }
    for (let second = 0; second < 14; second += 1) {
      await emulator.settle()
      clock.set(clock.now() + 2 ** (second + 1) * 1000)
    }
    // Two payments are four events. The third gave up and turned it off, so one try is missing.
    expect(emulator.events.map(({ attempts }) => attempts.length)).toEqual([13, 13, 13, 12])
    answer = () => Response.json({ received: true })
    const before = calls
    emulator.dispute('pay_1')
    await emulator.settle()
    expect(calls).toBe(before)
    const authorization = `Basic ${btoa(`${KEY}:`)}`
    const url = `${emulator.url}/v1/webhooks/hook_1/enable`
    await emulator.fetch(url, { method: 'POST', headers: { authorization } })
    emulator.decideDispute('pay_1', 'won')
    await emulator.settle()
    expect(emulator.events.at(-1)?.delivered).toBe(true)
    expect(emulator.events.at(-2)?.delivered).toBe(false)
  })

  it('does not run in production', () => {
    const { NODE_ENV } = process.env
    process.env.NODE_ENV = 'production'
    try {
      expect(() => paymongoEmulator()).toThrow('does not run with NODE_ENV=production')
    } finally {
      process.env.NODE_ENV = NODE_ENV
    }
  })
})
