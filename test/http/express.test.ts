import {
  billingErrors,
  express,
  expressRequest,
  requireFeature,
  requireSubscription,
} from 'billwright/express'
import server, { type Express, type RequestHandler } from 'express'
import { describe, expect, it } from 'vitest'
import { testApp } from './support/app.ts'
import { shop } from './support/fake-bill.ts'
import { listening, send } from './support/server.ts'

/** An Express app with billing at /billing, after what `before` mounts. */
async function serving(before: (app: Express) => void = () => {}, settings = {}) {
  const app = testApp(settings)
  const routes = server()
  before(routes)
  routes.use('/billing', express(app))
  return { ...app, routes, at: await listening(routes) }
}

const good = { 'stripe-signature': 'good' }
const BODY = '{ "plan":"pro", "big": 1.0 }\r\n'
const keepRaw = server.json({
  verify: (incoming, _, raw) => {
    Object.assign(incoming, { rawBody: raw })
  },
})

const parsers: readonly (readonly [string, RequestHandler | null])[] = [
  ['no parser', null],
  ['express.json() that keeps the raw bytes', keepRaw],
  ['express.raw()', server.raw({ type: '*/*' })],
  ['express.text()', server.text({ type: '*/*' })],
]

describe('A9 webhooks in Express', () => {
  it.each(parsers)('get their raw bytes after %s', async (_, parser) => {
    const { at, deliveries } = await serving((app) => parser && app.use(parser))
    const answer = await send(at, 'POST /billing/webhooks/stripe', { body: BODY, headers: good })
    expect([answer.status, answer.body]).toEqual([200, { received: true }])
    expect(deliveries).toEqual([{ gateway: 'stripe', text: BODY }])
  })

  it('are a developer’s error after express.json(): named, logged, nothing applied', async () => {
    const { at, calls, log } = await serving((app) => app.use(server.json()))
    const answer = await send(at, 'POST /billing/webhooks/stripe', { body: BODY, headers: good })
    expect([answer.status, answer.body.code]).toEqual([500, 'raw_body_unavailable'])
    expect(answer.body.error).toContain('mount billing before express.json()')
    expect(calls).toEqual([])
    expect(log).toEqual([
      expect.objectContaining({ level: 'error', code: 'raw_body_unavailable', status: 500 }),
    ])
  })

  it('are the same error when somebody read the stream and left nothing', async () => {
    const drain: RequestHandler = (incoming, _, next) => {
      incoming.on('end', () => next()).resume()
    }
    const { at, calls } = await serving((app) => app.use(drain))
    const webhook = await send(at, 'POST /billing/webhooks/stripe', { body: BODY, headers: good })
    const ordinary = await send(at, 'POST /billing/cancel', { user: 'alice', body: '{"at":"now"}' })
    expect([webhook.body.code, ordinary.body.code]).toEqual([
      'raw_body_unavailable',
      'raw_body_unavailable',
    ])
    expect(calls).toEqual([])
  })

  it('are refused with a bad signature', async () => {
    const { at, deliveries } = await serving()
    const answer = await send(at, 'POST /billing/webhooks/stripe', { body: BODY })
    expect(answer.status).toBe(401)
    expect(deliveries).toEqual([])
  })
})

describe('F-09 the routes in Express', () => {
  it.each([...parsers, ['express.json()', server.json()] as const])(
    'work after %s',
    async (_, parser) => {
      const { at, calls } = await serving((app) => parser && app.use(parser))
      expect((await send(at, 'GET /billing/plans')).status).toBe(200)
      const body = '{"plan":"pro"}'
      expect((await send(at, 'POST /billing/checkout', { user: 'alice', body })).status).toBe(200)
      expect((await send(at, 'POST /billing/resume', { user: 'alice' })).status).toBe(200)
      expect((await send(at, 'DELETE /billing/coupon', { user: 'alice' })).status).toBe(200)
      expect(calls.map(({ verb }) => verb)).toEqual(['subscribe', 'resume', 'removeCoupon'])
    },
  )

  it.each([
    ['an unknown field', '{"plan":"pro","price":1}', 400],
    ['__proto__', '{"plan":"pro","__proto__":{"x":1}}', 400],
    ['an array', '[1]', 400],
    ['depth', `{"plan":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 400],
    ['size', `{"plan":"${'x'.repeat(50_000)}"}`, 413],
  ])('E1 E3 E4 refuse %s behind express.json() too', async (_, body, status) => {
    const { at, calls } = await serving((app) => app.use(server.json()))
    const answer = await send(at, 'POST /billing/checkout', { user: 'alice', body })
    expect(answer.status).toBe(status)
    expect(calls).toEqual([])
  })

  it('C10 refuse a form behind express.urlencoded()', async () => {
    const { at, calls } = await serving((app) => app.use(server.urlencoded()))
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await send(at, 'POST /billing/cancel', {
      user: 'alice',
      body: 'at=now',
      headers,
    })
    expect(answer.status).toBe(415)
    expect(calls).toEqual([])
  })

  it.each([
    '/billing//cancel',
    '//billing/cancel',
    '/billing/cancel/',
    '/billing/CANCEL',
    '/billing/../cancel',
  ])('C11 find nothing at %s', async (path) => {
    const { at, calls, routes } = await serving()
    routes.use((_, outgoing) => void outgoing.status(404).json({}))
    expect((await send(at, `POST ${path}`, { user: 'alice', body: '{}' })).status).toBe(404)
    expect(calls).toEqual([])
  })

  it('are mounted below a router and a parameter as well', async () => {
    const app = testApp()
    const inner = server.Router()
    inner.use('/billing', express(app))
    const routes = server()
    routes.use('/api/:version', inner)
    const at = await listening(routes)
    expect((await send(at, 'GET /api/v1/billing/plans')).status).toBe(200)
  })

  it('let identify read what Express middleware found', async () => {
    const session: RequestHandler = (_, outgoing, next) => {
      outgoing.locals.user = { id: 'from-session' }
      next()
    }
    const identify = (request: Request) => expressRequest(request)?.res?.locals.user ?? null
    const { at, calls } = await serving((app) => app.use(session), { identify })
    await send(at, 'GET /billing/status')
    expect(calls.map(({ customer }) => customer)).toEqual(['from-session'])
  })
})

describe('B-12 B-13 middleware for the app’s own routes in Express', () => {
  async function listings() {
    const app = testApp()
    app.accounts.set('alice', { plan: 'free', used: new Map() })
    const bill = { ...app.bill, handle: app.handle, catalog: shop }
    const routes = server()
    routes.use(server.json())
    routes.get(
      '/area',
      requireSubscription(bill),
      (_, outgoing) => void outgoing.json({ in: true }),
    )
    routes.get(
      '/sso',
      requireFeature(bill, 'sso'),
      (_, outgoing) => void outgoing.json({ in: true }),
    )
    routes.post('/listings', requireFeature(bill, 'listings'), async (incoming, outgoing) => {
      await bill.use(String(incoming.headers['x-user']), 'listings', 1)
      outgoing.status(201).json(incoming.body)
    })
    routes.post(
      '/orgs/:org/listings',
      requireFeature(bill, 'listings', { customer: ({ params }) => String(params.org) }),
      (_, outgoing) => void outgoing.json({ in: true }),
    )
    routes.post('/unguarded', async (_, outgoing) => {
      await bill.use('alice', 'listings', 1)
      outgoing.json({})
    })
    routes.use(billingErrors(bill))
    return { ...app, at: await listening(routes) }
  }

  it('ask for a subscription', async () => {
    const { at } = await listings()
    expect((await send(at, 'GET /area')).status).toBe(401)
    expect((await send(at, 'GET /area', { user: 'alice' })).status).toBe(200)
    const answer = await send(at, 'GET /area', { user: 'bob' })
    expect([answer.status, answer.body]).toEqual([
      402,
      expect.objectContaining({ error: 'Active subscription required', redirectTo: '/pricing' }),
    ])
  })

  it('ask for room under a limit, and leave the parsed body alone', async () => {
    const { at } = await listings()
    const create = () => send(at, 'POST /listings', { user: 'alice', body: '{"name":"Café"}' })
    expect(await create()).toMatchObject({ status: 201, body: { name: 'Café' } })
    expect(await create()).toMatchObject({
      status: 403,
      body: { code: 'limit_reached', currentPlan: 'free', currentCount: 1, limit: 1 },
    })
  })

  it('ask for a feature of the plan', async () => {
    const { at } = await listings()
    const answer = await send(at, 'GET /sso', { user: 'alice' })
    expect([answer.status, answer.body.code]).toEqual([403, 'not_in_plan'])
  })

  it('ask authorize about an organization that the route names', async () => {
    const app = await listings()
    app.accounts.set('org', { plan: 'pro', used: new Map() })
    const status = async (user: string) =>
      (await send(app.at, 'POST /orgs/org/listings', { user, body: '{}' })).status
    expect(await status('reader')).toBe(200)
    expect(await status('bob')).toBe(404)
  })

  it('answer what a verb throws inside a route', async () => {
    const { at, accounts } = await listings()
    accounts.set('alice', { plan: 'free', used: new Map([['listings', 1]]) })
    const answer = await send(at, 'POST /unguarded', { body: '{}' })
    expect([answer.status, answer.body.code]).toEqual([403, 'limit_reached'])
  })
})
