import type { Received } from '../../src/bill.ts'
import { describe, expect, it } from 'vitest'
import { BillingError } from '../../src/errors.ts'
import { notDone } from '../../src/gateway.ts'
import { answerOf, testApp } from './support/app.ts'

const good = { 'stripe-signature': 'good' }

function deliver(
  app: ReturnType<typeof testApp>,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = good,
  gateway = 'stripe',
) {
  const url = `http://localhost/webhooks/${gateway}`
  return app.handle(new Request(url, { method: 'POST', headers, body })).then(answerOf)
}

describe('webhooks', () => {
  it('B-03 D-02 hand the bytes over untouched, whatever their type', async () => {
    const app = testApp()
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x0d, 0x0a, 0xff, 0x00, 0x7d, 0x20])
    const seen: { readonly body: Uint8Array; readonly headers: object }[] = []
    app.bill.receive = async (_, request) => {
      seen.push(request)
      return { outcome: 'applied', id: 'e1' }
    }
    const headers = { 'X-Signature': 'a', 'content-type': 'text/plain', accept: 'x, y' }
    const answer = await deliver(app, bytes, headers)
    expect([answer.status, answer.body]).toEqual([200, { received: true }])
    expect([...(seen[0]?.body ?? [])]).toEqual([...bytes])
    expect(seen[0]?.headers).toMatchObject({ 'x-signature': 'a', accept: 'x, y' })
  })

  it('need no identity, no Origin and no JSON', async () => {
    const app = testApp({ identify: () => Promise.reject(new Error('not asked')) })
    const headers = { ...good, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await deliver(app, 'a=b', headers)).status).toBe(200)
  })

  it.each<Received['outcome']>(['applied', 'repeated', 'parked', 'quarantined', 'ignored'])(
    'are received when they were %s',
    async (outcome) => {
      const app = testApp()
      app.bill.receive = async () => ({ outcome, id: 'e1' })
      const { status, body } = await deliver(app, '{}')
      expect([status, body]).toEqual([200, { received: true }])
    },
  )

  it.each([{}, { 'stripe-signature': '' }, { 'stripe-signature': 'good, good' }])(
    'D-02 A2 are a 401 with the signature %j, and nothing is written',
    async (headers) => {
      const app = testApp()
      const answer = await deliver(app, '{}', headers)
      expect([answer.status, answer.body.code]).toEqual([401, 'invalid_signature'])
      expect(app.deliveries).toEqual([])
      expect(app.log).toEqual([expect.objectContaining({ level: 'warn', reason: 'no match' })])
    },
  )

  it('A13 go to the gateway of the path and to no other', async () => {
    const app = testApp()
    const answer = await deliver(app, '{}', { 'paystack-signature': 'good' }, 'stripe')
    expect(answer.status).toBe(401)
    expect(app.calls.map(({ args }) => args[0])).toEqual(['stripe'])
  })

  it.each(['paymongo', 'constructor', '__proto__', 'toString', 'Stripe', 'stripe%20'])(
    'are a 404 for %s, before the body is read',
    async (gateway) => {
      const app = testApp()
      const url = `http://localhost/webhooks/${gateway}`
      const request = new Request(url, { method: 'POST', headers: good, body: '{}' })
      expect((await app.handle(request)).status).toBe(404)
      expect(request.bodyUsed).toBe(false)
      expect(app.calls).toEqual([])
    },
  )

  it.each([
    new BillingError('unavailable', 'storage_unavailable', 'down'),
    notDone('stripe', { status: 503 }),
  ])('B16 are asked for again when %s', async (error) => {
    const app = testApp()
    app.fail('receive', error)
    const answer = await deliver(app, '{}')
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('10')
    expect((await deliver(app, '{}')).status).toBe(200)
  })

  it('B15 are not acknowledged when something unknown failed', async () => {
    const app = testApp()
    app.fail('receive', new TypeError('bug'))
    expect((await deliver(app, '{}')).status).toBe(500)
  })

  it('A9 say how to keep the bytes when somebody read them before', async () => {
    const app = testApp()
    const request = new Request('http://localhost/webhooks/stripe', { method: 'POST', body: '{}' })
    await request.json()
    const answer = await answerOf(await app.handle(request))
    expect([answer.status, answer.body.code]).toEqual([500, 'raw_body_unavailable'])
    expect(answer.body.error).toContain('before express.json()')
    expect(app.calls).toEqual([])
    expect(app.log).toEqual([expect.objectContaining({ level: 'error' })])
  })

  it('are not for customers: no path below a customer', async () => {
    const app = testApp({ authorize: () => true })
    const line = 'POST /customers/alice/webhooks/stripe'
    expect((await app.ask(line, { user: 'alice', headers: good })).status).toBe(404)
  })
})
