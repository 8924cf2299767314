import { billing, guard, plan } from 'billwright'
import { express } from 'billwright/express'
import { memory } from 'billwright/memory'
import server from 'express'
import { describe, expect, it } from 'vitest'
import { pathsOf } from '../../src/http/route.ts'
import { ROUTES } from '../../src/http/routes.ts'
import { answerOf, asker, ORIGIN } from './support/app.ts'
import { realShop } from './support/real.ts'
import { ROWS } from './support/rows.ts'
import { listening, send } from './support/server.ts'

const alice = { user: 'alice' }
const pro = { plan: 'pro', successUrl: `${ORIGIN}/done`, cancelUrl: `${ORIGIN}/pricing` }

describe('HTTP over real billing', () => {
  it('B-02 D-01 E-02 from nothing to a paid plan and to its end', async () => {
    const { ask, stage } = await realShop()
    expect((await ask('GET /status', alice)).body).toMatchObject({ plan: null, access: false })
    const bought = await ask('POST /checkout', { ...alice, body: pro })
    expect(bought.body).toMatchObject({ status: 'redirect', reference: expect.any(String) })
    await stage.pay({ url: String(bought.body.url) })
    const verify = `GET /verify/${encodeURIComponent(String(bought.body.reference))}`
    expect((await ask(verify, alice)).body).toMatchObject({ status: 'active' })
    expect((await ask(verify, alice)).body).toMatchObject({ status: 'active' })
    const { body } = await ask('GET /transactions', alice)
    expect(body.items).toEqual([
      expect.objectContaining({
        status: 'paid',
        amount: 49_00,
        currency: 'USD',
        at: expect.stringMatching(/^2026-01-15T/),
      }),
    ])
    const canceled = await ask('POST /cancel', { ...alice, body: { at: 'period_end' } })
    expect(canceled.body).toMatchObject({
      status: 'active',
      subscription: { ending: { at: expect.stringMatching(/^2026-02-15T/) } },
    })
    const change = await ask('POST /quantity', { ...alice, body: { quantity: 2 } })
    expect([change.status, change.body.code]).toEqual([409, 'ending'])
  })

  it('C2 a reference of somebody else is not found', async () => {
    const { ask } = await realShop()
    const { body } = await ask('POST /checkout', { ...alice, body: pro })
    const verify = `GET /verify/${encodeURIComponent(String(body.reference))}`
    expect((await ask(verify, { user: 'bob' })).status).toBe(404)
  })

  it('B-12 D-03 the limit is a 403, the meter a 429, nothing a 402', async () => {
    const { ask } = await realShop()
    expect((await ask('POST /usage/listings', { user: 'bob', body: {} })).status).toBe(402)
    const use = (feature: string) => ask(`POST /usage/${feature}`, { ...alice, body: {} })
    await ask('POST /register', alice)
    expect((await use('listings')).status).toBe(200)
    const full = await use('listings')
    expect([full.status, full.body]).toEqual([
      403,
      expect.objectContaining({
        code: 'limit_reached',
        currentPlan: 'free',
        currentCount: 1,
        limit: 1,
        upgradeRequired: true,
      }),
    ])
    await use('queries')
    await use('queries')
    const over = await use('queries')
    expect([over.status, over.body]).toEqual([
      429,
      expect.objectContaining({
        error: 'Monthly limit reached',
        limit: 2,
        used: 2,
        resetsAt: expect.stringMatching(/^2026-02-/),
      }),
    ])
  })

  it('A9 D-02 a signed webhook counts through Express, after a parser that keeps its bytes', async () => {
    const { bill, ask, stage } = await realShop()
    const { body } = await ask('POST /checkout', { ...alice, body: pro })
    await stage.pay({ url: String(body.url) })
    const [hook] = stage.webhooks()
    if (!hook) throw new Error('The sandbox told nothing')
    const plainly = server().use(server.json()).use('/billing', express(bill))
    const keeping = server()
      .use(
        server.json({
          verify: (incoming, _, raw) => void Object.assign(incoming, { rawBody: raw }),
        }),
      )
      .use('/billing', express(bill))
    const post = async (app: typeof plainly) =>
      send(await listening(app), 'POST /billing/webhooks/sandbox', {
        body: hook.body,
        headers: { ...hook.headers, 'content-type': 'application/json' },
      })
    expect((await post(plainly)).body.code).toBe('raw_body_unavailable')
    expect((await ask('GET /status', alice)).body.plan).toBeNull()
    expect((await post(keeping)).status).toBe(200)
    expect((await ask('GET /status', alice)).body.plan).toBe('pro')
  })

  it('every route answers by its rules and never with a 5xx', async () => {
    const { ask } = await realShop()
    await ask('POST /register', { user: 'admin' })
    for (const route of ROUTES.filter(({ raw }) => !raw))
      for (const path of pathsOf(route)) {
        const row = ROWS[`${route.method} ${route.path}`]
        const tail = row?.path ?? route.path
        const named = path.startsWith('/customers/') && !route.path.startsWith('/customers/')
        const whole = `${named ? '/customers/alice' : ''}${tail}`.replaceAll(':customer', 'alice')
        const { body } = row ?? {}
        const line = `${route.method} ${whole}`
        const { status } = await ask(line, { user: 'admin', ...(body !== undefined && { body }) })
        expect([line, status]).toEqual([line, expect.toSatisfy((each) => each < 500)])
      }
  })

  it('C6 C7 nothing that a body may not say reaches the storage', async () => {
    const { ask, bill } = await realShop()
    for (const extra of [{ price: 1 }, { customer: 'bob' }, { plan: 'constructor' }])
      expect((await ask('POST /checkout', { ...alice, body: { ...pro, ...extra } })).status).toBe(
        400,
      )
    expect((await bill.audit(null)).items).toEqual([])
  })

  it('guards the app’s own routes', async () => {
    const { bill } = await realShop()
    await bill.register('alice')
    const request = new Request('https://app.example/x', { headers: { 'x-user': 'alice' } })
    expect(await guard(bill, request, 'listings')).toBeNull()
    const refusal = await guard(bill, request, 'sso')
    expect(refusal && (await answerOf(refusal))).toMatchObject({
      status: 403,
      body: { code: 'not_in_plan', currentPlan: 'free' },
    })
  })

  it('E-05 a gateway that is down is a safe 503, and a later attempt works', async () => {
    const { ask, stage } = await realShop()
    stage.fault('refused_connection')
    const down = await ask('POST /checkout', { ...alice, body: pro })
    expect(down.status).toBe(503)
    expect(down.body.error).toContain('please contact support')
    expect(down.headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await ask('POST /checkout', { ...alice, body: pro })).status).toBe(200)
  })

  it('without identify there is no HTTP', async () => {
    const bill = billing({ plans: [plan('free', { default: true })], storage: memory() })
    const ask = asker(async (request) => bill.handle(request))
    await expect(ask('GET /plans')).rejects.toMatchObject({
      kind: 'config',
      detail: { option: 'identify' },
    })
  })
})
