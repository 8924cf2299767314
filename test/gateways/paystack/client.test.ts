/** An instance of the real `paystack-api` package in place of the adapter's own calls. */

import { createServer, type Server } from 'node:http'
import { inspect } from 'node:util'
import { BillingError } from 'billwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type PaystackClient, paystack } from '../../../adapters/gateways/paystack/index.ts'
import { checkOptions } from '../../../adapters/gateways/paystack/options.ts'
import { paystackStage } from '../../../adapters/gateways/paystack/testing.ts'
import { transport } from '../../../adapters/gateways/paystack/transport.ts'
import { gatewayCases } from '../../../src/testing/gateway-cases.ts'
import { paystackApi } from '../../support/paystack-api.ts'

const KEY = 'sk_test_of_the_client_01'

/** Everything that goes wrong on the way: declines, faults, duplicates, secrets. */
const TELLING = /checkout|refund|reply|500|429|refused|secret|same key|again|confirm|declin/i

describe('the published cases through paystack-api', () => {
  const connect = (secretKey: string, endpoint: string) =>
    Object.assign(paystackApi(secretKey), { endpoint })
  const cases = gatewayCases((setup) => paystackStage({ ...setup, connect }))
  const telling = cases.filter(({ name }) => TELLING.test(name))
  const outcomes: string[] = []

  it.each(telling.map(({ name, run }) => ({ name, run })))('$name', async ({ run }) => {
    const outcome = await run()
    outcomes.push(outcome === 'passed' ? 'passed' : outcome.skipped)
  })

  afterAll(() => expect(outcomes.filter((each) => each === 'passed').length).toBeGreaterThan(15))
})

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly key: string | undefined
  readonly body: string
}

let server: Server
let endpoint: string
let asked: Asked[] = []
let reply: (() => { status: number; body: string; headers?: Record<string, string> }) | null

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      const { method, url, headers } = request
      asked.push({ method, url, key: headers.authorization, body })
      const made = reply?.()
      if (!made) return
      response.writeHead(made.status, { 'content-type': 'application/json', ...made.headers })
      response.end(made.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
afterEach(() => {
  asked = []
})

const clientOf = (key = KEY) => Object.assign(paystackApi(key), { endpoint })
const callOf = (client: PaystackClient) => transport(checkOptions({ client }))
const signal = () => new AbortController().signal
const ok = (data: unknown) => ({ status: 200, body: JSON.stringify({ status: true, data }) })

async function failureOf(run: Promise<unknown>): Promise<BillingError> {
  const error = await run.then(
    () => null,
    (thrown) => thrown,
  )
  if (!BillingError.isInstance(error)) throw new Error('It did not fail as it should')
  return error
}

describe('a client of the app', () => {
  it('sends its own key although another instance was made after it', async () => {
    reply = () => ok([])
    const first = clientOf()
    const second = clientOf('sk_test_of_another_0002')
    await callOf(first)({ method: 'GET', path: '/refund', signal: signal() })
    await first.plan.list()
    // What the package does with its ready-made resources, and why they are not used.
    expect(asked.map(({ key }) => key)).toEqual([`Bearer ${KEY}`, `Bearer ${second.key}`])
  })

  it('sends paths, queries and bodies as they are, and keeps what it was given', async () => {
    reply = () => ok({})
    const call = callOf(clientOf())
    const body = { reference: 'bw-1', metadata: { a: '{reference}' } }
    const path = `/transaction/verify/${encodeURIComponent('a/b {reference}=?')}`
    const query = { transaction: '1&2', perPage: '100' }
    await call({ method: 'POST', path: '/refund', body, signal: signal() })
    await call({ method: 'GET', path, query, signal: signal() })
    expect(body).toEqual({ reference: 'bw-1', metadata: { a: '{reference}' } })
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual(body)
    const url = new URL(asked[1]?.url ?? '', endpoint)
    expect(url.pathname).toBe('/transaction/verify/a%2Fb%20%7Breference%7D%3D%3F')
    expect(Object.fromEntries(url.searchParams)).toEqual(query)
  })

  it.each([
    [400, '{"status":false,"code":"missing_params","message":"no"}', 'refusal', 'refusal'],
    [429, '{"status":false,"code":"rate_limited"}', 'gateway_unavailable', 'gateway_unavailable'],
    [500, '{"status":false}', 'gateway_unavailable', 'outcome_unknown'],
    [200, '<html>', 'gateway_unavailable', 'outcome_unknown'],
  ])('that is answered with %i %s says what that decides', async (status, body, read, write) => {
    reply = () => ({ status, body, headers: { 'retry-after': '7' } })
    const call = callOf(clientOf())
    const outcome = async (method: 'GET' | 'POST') => {
      const asking = call({ method, path: '/refund', body: { transaction: 'x' }, signal: signal() })
      return asking.then(
        ({ ok }) => (ok ? 'done' : 'refusal'),
        ({ code }) => code,
      )
    }
    expect([await outcome('GET'), await outcome('POST')]).toEqual([read, write])
  })

  it('fails without a word of its key, whatever happened', async () => {
    const call = callOf(clientOf())
    const ask = () => call({ method: 'POST', path: '/refund', body: {}, signal: signal() })
    reply = () => ({ status: 500, body: `{"message":"${KEY}"}` })
    const failed = await failureOf(ask())
    const closed = Object.assign(clientOf(), { endpoint: 'http://127.0.0.1:1' })
    const unsent = await failureOf(
      callOf(closed)({ method: 'POST', path: '/refund', signal: signal() }),
    )
    expect([failed.code, unsent.code]).toEqual(['outcome_unknown', 'gateway_unavailable'])
    for (const error of [failed, unsent]) {
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(KEY)
      expect(error.cause).toBeUndefined()
    }
  })

  it('that hangs is given up when the time is over, and the charge counts as unknown', async () => {
    reply = null
    const time = new AbortController()
    const asking = callOf(clientOf())({
      ...{ method: 'POST', path: '/refund', body: {}, signal: time.signal },
    })
    while (asked.length === 0) await new Promise(setImmediate)
    time.abort()
    expect((await failureOf(asking)).code).toBe('outcome_unknown')
  })

  it('signs webhooks with its key and says the mode', () => {
    expect(paystack({ client: clientOf('sk_live_12345678') }).mode).toBe('live')
    expect(paystack({ client: clientOf() }).mode).toBe('test')
  })

  it.each([
    ['client', { client: {} as PaystackClient }],
    ['secretKey', { client: clientOf(''), secretKey: 'no' }],
    ['secretKey', { client: clientOf(), secretKey: 'sk_test_of_another_0002' }],
    ['secretKey', {}],
    ['baseUrl', { client: clientOf(), baseUrl: 'https://api.paystack.co' }],
    ['fetch', { client: clientOf(), fetch }],
  ])('is refused at the start, naming %s', (option, options) => {
    expect(() => paystack(options)).toThrow(
      expect.objectContaining({
        code: 'invalid_gateway',
        message: expect.stringContaining(option),
      }),
    )
  })
})
