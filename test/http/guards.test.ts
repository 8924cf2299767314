import { describe, expect, it } from 'vitest'
import { pathsOf } from '../../src/http/route.ts'
import { ROUTES } from '../../src/http/routes.ts'
import { answerOf, ORIGIN, testApp } from './support/app.ts'

const changing = ROUTES.filter(({ method, raw }) => method !== 'GET' && !raw)
const lines = changing.flatMap((route) =>
  pathsOf(route).map((path) => `${route.method} ${path.replaceAll(/:\w+/g, 'alice')}`),
)

describe('C10 a call that changes something', () => {
  it.each([
    ['no Origin', { origin: undefined }, 403],
    ['a foreign Origin', { origin: 'https://evil.example' }, 403],
    ['Origin null', { origin: 'null' }, 403],
    ['an Origin that starts alike', { origin: `${ORIGIN}.evil.example` }, 403],
    ['an Origin in other case', { origin: 'https://APP.example' }, 403],
    ['an Origin with another port', { origin: `${ORIGIN}:8443` }, 403],
    ['a cross-site page', { 'sec-fetch-site': 'cross-site' }, 403],
    ['plain text', { 'content-type': 'text/plain' }, 415],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
    ['JSON as a parameter only', { 'content-type': 'text/plain; application/json' }, 415],
    ['no content type', { 'content-type': undefined }, 415],
    ['an encoded body', { 'content-encoding': 'gzip' }, 415],
  ])('is refused with %s, on every route', async (_, headers, status) => {
    const app = testApp({ usageWrites: true, authorize: () => true })
    for (const line of lines) {
      const request = requestFor(line, headers)
      expect([line, (await app.handle(request)).status]).toEqual([line, status])
    }
    expect(app.calls).toEqual([])
  })

  it('passes from an allowed page, with and without a charset', async () => {
    const app = testApp()
    for (const type of ['application/json', 'Application/JSON; charset=utf-8']) {
      const request = requestFor('POST /cancel', { 'content-type': type })
      expect((await app.handle(request)).status).toBe(200)
    }
  })

  it('needs no body and no content type', async () => {
    const app = testApp()
    expect((await app.ask('POST /resume', { user: 'alice' })).status).toBe(200)
  })

  it('needs no Origin where the app says so, and still no foreign one', async () => {
    const app = testApp({ http: { requireOrigin: false } })
    const status = async (origin: string | undefined) =>
      (await app.handle(requestFor('POST /resume', { origin }))).status
    expect(await status(undefined)).toBe(200)
    expect(await status('https://evil.example')).toBe(403)
    expect(await status('null')).toBe(403)
  })

  it('does not take the Host header for an origin', async () => {
    const app = testApp({ http: { origins: [] } })
    const headers = { host: 'app.example', 'x-forwarded-host': 'app.example', origin: ORIGIN }
    expect((await app.handle(requestFor('POST /resume', headers))).status).toBe(403)
  })

  it('is not done by another method, whatever a header says', async () => {
    const app = testApp()
    const headers = { 'x-http-method-override': 'POST', 'x-method-override': 'DELETE' }
    const answer = await app.ask('GET /cancel?_method=POST', { user: 'alice', headers })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('POST')
    expect(app.calls).toEqual([])
  })

  it('names every method of a path in Allow', async () => {
    const app = testApp()
    for (const method of ['GET', 'PUT', 'PATCH', 'OPTIONS', 'HEAD']) {
      const response = await app.handle(new Request('http://localhost/coupon', { method }))
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, DELETE'])
    }
  })
})

describe('C11 a path has one spelling', () => {
  it.each([
    '//cancel',
    '/cancel/',
    '/cancel//',
    '/CANCEL',
    '/Cancel',
    '/cancel;x=y',
    '/cancel%20',
    '/%63ancel',
    '/cancel%2f',
    '/x/cancel',
    '/cancel/x',
    '/.cancel',
    '/cancel.json',
    '/:x',
    '/*',
    '/',
    '/customers//cancel',
    '/customers/alice//cancel',
    '/customers/alice/x/cancel',
    '/customers/alice',
    '/customers/alice%2fcancel',
    '/customers/%61lice/cancel/',
    '/billing/cancel',
    '/__proto__',
    '/constructor',
    '/webhooks',
    '/webhooks/',
    '/webhooks/stripe/',
    '/webhooks/constructor',
  ])('%s is not found', async (path) => {
    const app = testApp({ authorize: () => true })
    const answer = await app.ask(`POST ${path}`, { user: 'alice', body: {} })
    expect(answer.status).toBe(404)
    expect(app.calls).toEqual([])
  })

  it.each(['/x/%2e%2e/cancel', '/./cancel', '/x/../cancel', '/cancel?', '/cancel#/plans'])(
    '%s is decided as the canonical path',
    async (path) => {
      const app = testApp()
      expect((await app.ask(`POST ${path}`, { body: {} })).status).toBe(401)
      expect((await app.ask(`POST ${path}`, { user: 'alice', body: {} })).status).toBe(200)
    },
  )

  it('lies below the mount path and nowhere else', async () => {
    const app = testApp({ http: { basePath: '/billing/' } })
    const status = async (path: string, basePath?: string) => {
      const request = new Request(`http://localhost${path}`)
      return (await app.handle(request, basePath === undefined ? {} : { basePath })).status
    }
    expect(await status('/billing/plans')).toBe(200)
    expect(await status('/plans')).toBe(404)
    expect(await status('/billingplans')).toBe(404)
    expect(await status('/Billing/plans')).toBe(404)
    expect(await status('/billing')).toBe(404)
    expect(await status('/api/plans', '/api')).toBe(200)
    expect(await status('/billing/plans', '/api')).toBe(404)
    expect(await status('/plans', '')).toBe(200)
  })
})

describe('the idempotency key', () => {
  it('goes along with the call, on POST and DELETE', async () => {
    const app = testApp()
    const headers = { 'idempotency-key': 'key-1' }
    await app.ask('POST /cancel', { user: 'alice', body: {}, headers })
    await app.ask('DELETE /coupon', { user: 'alice', headers })
    expect(app.calls.map(({ args }) => args)).toEqual([
      [{ actor: 'alice', idempotencyKey: 'key-1' }],
      [{ actor: 'alice', idempotencyKey: 'key-1' }],
    ])
  })

  it.each(['', 'a b', 'é', 'x'.repeat(201)])('%j is refused', async (key) => {
    const app = testApp()
    const headers = { 'idempotency-key': key }
    const answer = await app.ask('POST /cancel', { user: 'alice', body: {}, headers })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_idempotency_key' } })
    expect(app.calls).toEqual([])
  })
})

describe('every response', () => {
  it('is JSON, is not cached and has the id of the request', async () => {
    const app = testApp()
    for (const line of ['GET /plans', 'GET /status', 'GET /none']) {
      const { headers, body, status } = await app.ask(line)
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-request-id')).toMatch(/^request-\d+$/)
      if (status !== 200) expect(body.requestId).toBe(headers.get('x-request-id'))
    }
  })

  it('does not take its request id from outside', async () => {
    const app = testApp()
    const { headers } = await app.ask('GET /plans', { headers: { 'x-request-id': 'forged' } })
    expect(headers.get('x-request-id')).toBe('request-1')
  })

  it('shows what is sold, without what is archived', async () => {
    const app = testApp()
    const { body } = await app.ask('GET /plans')
    expect(body).toEqual({
      addOns: [],
      plans: [
        expect.objectContaining({ id: 'free', default: true, prices: [] }),
        expect.objectContaining({
          id: 'pro',
          includes: [
            { feature: 'listings', kind: 'limit', value: 3, per: 'subscription' },
            { feature: 'queries', kind: 'meter', value: 'unlimited', per: 'subscription' },
            { feature: 'sso', kind: 'flag', value: true },
          ],
        }),
      ],
    })
  })

  it('is found for features that exist, and explains one when asked', async () => {
    const app = testApp()
    app.accounts.set('alice', { plan: 'free', used: new Map() })
    const one = await app.ask('GET /entitlements/queries', { user: 'alice' })
    expect(one.body).toMatchObject({ allowed: true, resetsAt: '2026-01-01T00:00:00.000Z' })
    const why = await app.ask('GET /entitlements/queries?explain=1', { user: 'alice' })
    expect(why.body.steps).toEqual(['The plan says so.'])
    expect((await app.ask('GET /entitlements/none', { user: 'alice' })).status).toBe(404)
    const usage = await app.ask('GET /usage', { user: 'alice' })
    expect(usage.body.usage).toHaveLength(2)
  })
})

function requestFor(line: string, headers: Readonly<Record<string, string | undefined>>): Request {
  const [method = 'POST', path = '/'] = line.split(' ')
  const all = new Headers()
  const given = {
    origin: ORIGIN,
    'content-type': 'application/json',
    'x-user': 'alice',
    ...headers,
  }
  for (const [name, value] of Object.entries(given)) if (value !== undefined) all.set(name, value)
  const body = new TextEncoder().encode('{}')
  return new Request(`http://localhost${path}`, { method, headers: all, body })
}

it('answers a request that is not read with its body left alone', async () => {
  const app = testApp()
  const request = requestFor('POST /cancel', { origin: 'https://evil.example' })
  expect((await answerOf(await app.handle(request))).status).toBe(403)
  expect(request.bodyUsed).toBe(false)
})
