import type { Identity } from '../../src/options.ts'
import { describe, expect, it } from 'vitest'
import { answerOf, asker, ORIGIN, PEOPLE, testApp } from './support/app.ts'

const asUser = (user: string, body: unknown = {}) => ({ user, body })

describe('who is asking', () => {
  it('is refused at construction when nobody can say', () => {
    expect(() => testApp({ identify: undefined })).toThrow(
      expect.objectContaining({ kind: 'config', detail: { option: 'identify' } }),
    )
  })

  it.each([
    null,
    undefined,
    {},
    { id: '' },
    { id: 7 },
    { id: '*' },
    { id: 'alice', customer: '*' },
    { id: 'alice', customer: '' },
  ])('is nobody when identify says %j', async (found) => {
    const app = testApp({ identify: () => found as Identity | null })
    expect(await app.ask('GET /status')).toMatchObject({
      status: 401,
      body: { code: 'unauthorized' },
    })
    expect(app.calls).toEqual([])
  })

  it('is told to the audit log as the identity, not the customer', async () => {
    const app = testApp()
    await app.ask('POST /cancel', asUser('manager'))
    expect(app.calls).toEqual([{ verb: 'cancel', customer: 'org', args: [{ actor: 'manager' }] }])
  })

  it('brings e-mail and name along for oneself', async () => {
    const seen: unknown[] = []
    const app = testApp()
    app.bill.register = async (customer) => {
      seen.push(customer)
      return { status: 'active', subscription: null }
    }
    await app.ask('POST /register', asUser('alice'))
    expect(seen).toEqual([{ id: 'alice', email: 'alice@mail.example' }])
  })

  it('C3 is asked once, and what it answered cannot change afterwards', async () => {
    let asked = 0
    const shifty = () => {
      asked++
      let reads = 0
      return {
        get id() {
          return reads++ === 0 ? 'alice' : 'bob'
        },
      }
    }
    const app = testApp({ identify: shifty })
    await app.ask('POST /cancel', { body: {} })
    expect(asked).toBe(1)
    expect(app.calls).toEqual([{ verb: 'cancel', customer: 'alice', args: [{ actor: 'alice' }] }])
  })
})

describe('C2 C3 one customer, decided by the server', () => {
  const foreign = ['customer', 'customerId', 'referenceId', 'subscriptionId', 'userId', 'actor']

  it.each(foreign)('refuses %s in a body', async (name) => {
    const app = testApp()
    const answer = await app.ask('POST /cancel', asUser('alice', { [name]: 'bob' }))
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(app.calls).toEqual([])
  })

  it.each(foreign)('refuses %s in a query', async (name) => {
    const app = testApp()
    expect((await app.ask(`GET /status?${name}=bob`, { user: 'alice' })).status).toBe(400)
    expect((await app.ask(`POST /cancel?${name}=bob`, asUser('alice'))).status).toBe(400)
    expect(app.calls).toEqual([])
  })

  it('takes no customer from headers or cookies', async () => {
    const app = testApp()
    const headers = { 'x-customer': 'bob', 'x-customer-id': 'bob', cookie: 'customer=bob' }
    await app.ask('POST /cancel', { ...asUser('alice'), headers })
    expect(app.calls.map(({ customer }) => customer)).toEqual(['alice'])
  })

  it('calls with exactly the id that was authorized', async () => {
    const authorized: string[] = []
    const app = testApp({
      authorize: ({ customer }) => {
        authorized.push(customer)
        return true
      },
    })
    await app.ask('POST /customers/acme%20inc/cancel', asUser('alice'))
    expect(authorized).toEqual(['acme inc'])
    expect(app.calls.map(({ customer }) => customer)).toEqual(['acme inc'])
  })

  it('answers for the reference of another customer as for one that does not exist', async () => {
    const app = testApp()
    const foreign = await app.ask('GET /verify/ref-bob', { user: 'alice' })
    const unknown = await app.ask('GET /verify/ref-none', { user: 'alice' })
    expect(foreign.status).toBe(404)
    expect(foreign.body.code).toBe(unknown.body.code)
    expect(app.calls.map(({ customer }) => customer)).toEqual(['alice', 'alice'])
  })

  it('never lets the word for all customers stand for one', async () => {
    const app = testApp()
    const answer = await app.ask('GET /customers/*/status', { user: 'admin' })
    expect(answer.status).toBe(404)
    expect(app.calls).toEqual([])
  })

  it('C8 keeps ids apart that only look alike, and finds no id that cannot be one', async () => {
    const app = testApp({ authorize: () => true })
    const alike = ['A', 'a', 'a ', 'é', 'e\u0301', 'а', 'a\u200b', '\u200fa', '1e2', '100', 'a;b']
    for (const id of alike) {
      const path = `GET /customers/${encodeURIComponent(id)}/entitlements`
      expect((await app.ask(path, { user: 'alice' })).status).toBe(200)
    }
    expect(app.calls.map(({ customer }) => customer)).toEqual(alike)
    const never = ['%00', 'a%00', '%0d%0a', '%ff', '%', '%ed%a0%80', 'x'.repeat(256)]
    for (const id of never) {
      const answer = await app.ask(`GET /customers/${id}/entitlements`, { user: 'alice' })
      expect([id, answer.status]).toEqual([id, 404])
    }
  })
})

describe('C4 only true is a yes', () => {
  const answers: readonly [string, () => unknown][] = [
    ['undefined', () => undefined],
    ['"false"', () => 'false'],
    ['"true"', () => 'true'],
    ['0', () => 0],
    ['1', () => 1],
    ['{}', () => ({})],
    ['[]', () => []],
    ['a promise of false', async () => false],
    ['a promise of {}', async () => ({})],
    [
      'a throw',
      () => {
        throw new Error('sk_live_CANARY')
      },
    ],
    ['a rejection', () => Promise.reject(new Error('no'))],
  ]
  it.each(answers)('%s denies', async (_, authorize) => {
    const app = testApp({ authorize: authorize as () => boolean })
    for (const line of ['GET /customers/org/status', 'POST /customers/org/cancel'])
      expect(
        (await app.ask(line, { user: 'bob', ...(line[0] === 'P' && { body: {} }) })).status,
      ).toBe(404)
    expect(app.calls).toEqual([])
    expect(JSON.stringify(app.log)).not.toContain('CANARY')
  })

  it.each([() => true, async () => true])('true allows', async (authorize) => {
    const app = testApp({ authorize })
    expect((await app.ask('GET /customers/org/status', { user: 'bob' })).status).toBe(200)
  })

  it('C5 without authorize nobody acts for anybody else', async () => {
    const app = testApp({ authorize: undefined })
    expect((await app.ask('GET /status', { user: 'manager' })).status).toBe(404)
    expect((await app.ask('GET /status', { user: 'alice' })).status).toBe(200)
  })

  it('is asked about one customer, or about * where all are meant', async () => {
    const asked: unknown[] = []
    const app = testApp({
      authorize: ({ identity, customer, action }) => {
        asked.push([identity.id, customer, action])
        return true
      },
    })
    await app.ask('GET /admin/report', { user: 'bob' })
    await app.ask('POST /customers/bob/credit', asUser('bob', { amount: 1, currency: 'USD' }))
    expect(asked).toEqual([
      ['bob', '*', 'admin'],
      ['bob', 'bob', 'admin'],
    ])
  })
})

describe('C6 C7 what a body may not say', () => {
  it.each([
    { userId: 'bob' },
    { role: 'admin' },
    { status: 'active' },
    { paid: true },
    { price: 1 },
    { amount: 1 },
    { trialEnd: 1 },
    { trialKeys: ['x'] },
    { quantity: -1 },
    { quantity: 1.5 },
    { quantity: '5' },
    { quantity: 0 },
    { quantity: 1e9 },
    { currency: 'usd' },
    { currency: 7 },
    { metadata: { a: 1 } },
    { actor: 'root' },
    { idempotencyKey: 'k' },
  ])('%j is refused before any verb', async (extra) => {
    const app = testApp()
    const answer = await app.ask('POST /checkout', asUser('alice', { plan: 'pro', ...extra }))
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(app.calls).toEqual([])
  })

  it.each(['gold', '__proto__', 'constructor', 'toString', ' pro', 'PRO'])(
    'plan %j is a 400',
    async (plan) => {
      const app = testApp()
      const answer = await app.ask('POST /checkout', asUser('alice', { plan }))
      expect(answer).toMatchObject({ status: 400, body: { code: 'unknown_plan' } })
    },
  )

  it.each([0, -1, 0.5, '1', 1e308, 2 ** 53, null])('D5 usage of %j is a 400', async (amount) => {
    const app = testApp({ usageWrites: true })
    expect((await app.ask('POST /usage/listings', asUser('alice', { amount }))).status).toBe(400)
    expect(app.calls).toEqual([])
  })

  it('does not repeat what was sent', async () => {
    const app = testApp()
    const body = { plan: 'pro', currency: 'CANARY-4242424242424242' }
    const answer = await app.ask('POST /checkout', asUser('alice', body))
    expect(JSON.stringify(answer.body)).not.toContain('CANARY')
  })
})

describe('people', () => {
  it('acts for the organization that identify names', async () => {
    const app = testApp()
    const handle = asker(app.handle)
    expect((await handle('GET /entitlements', { user: 'reader' })).status).toBe(200)
    expect(app.calls.map(({ customer }) => customer)).toEqual(['org'])
    expect(PEOPLE.reader?.customer).toBe('org')
  })

  it('a failing identify is our error, and says nothing of itself', async () => {
    const app = testApp({
      identify: () => {
        throw new Error('connect ECONNREFUSED sk_live_CANARY123 root@db.example')
      },
    })
    const request = new Request('http://localhost/status', { headers: { origin: ORIGIN } })
    const answer = await answerOf(await app.handle(request))
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect(JSON.stringify([answer.body, app.log])).not.toMatch(/CANARY|root@db/)
  })
})
