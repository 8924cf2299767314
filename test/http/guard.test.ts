import { describe, expect, it } from 'vitest'
import { answerError, guard, guardSubscription } from '../../src/http/index.ts'
import { answerOf, testApp } from './support/app.ts'
import { refused, shop } from './support/fake-bill.ts'

const request = (user?: string) =>
  new Request('https://app.example/listings', {
    method: 'POST',
    body: '{}',
    ...(user !== undefined && { headers: { 'x-user': user } }),
  })

function appWith(accounts: Readonly<Record<string, 'free' | 'pro'>>) {
  const app = testApp()
  for (const [id, plan] of Object.entries(accounts)) app.accounts.set(id, { plan, used: new Map() })
  return { ...app, guarded: { handle: app.handle, catalog: shop } }
}

describe('B-13 guards for the app’s own routes', () => {
  it('let through who may use the feature, and count nothing', async () => {
    const { guarded, calls } = appWith({ alice: 'free' })
    expect(await guard(guarded, request('alice'), 'listings')).toBeNull()
    expect(calls.map(({ verb }) => verb)).toEqual(['entitlements'])
  })

  it('leave the body to the app', async () => {
    const { guarded } = appWith({ alice: 'free' })
    const own = request('alice')
    await guard(guarded, own, 'listings')
    expect(own.bodyUsed).toBe(false)
  })

  it.each([
    ['nobody', undefined, 'listings', 401, 'unauthorized'],
    ['who has no plan', 'bob', 'listings', 402, 'subscription_required'],
    ['whose limit is reached', 'full', 'listings', 403, 'limit_reached'],
    ['whose meter is used up', 'full', 'queries', 429, 'limit_reached'],
    ['whose plan does not include it', 'full', 'sso', 403, 'not_in_plan'],
  ] as const)('refuse %s', async (_, user, feature, status, code) => {
    const app = testApp({ identify: (r) => ({ id: r.headers.get('x-user') ?? '' }) })
    app.accounts.set('full', {
      plan: 'free',
      used: new Map([
        ['listings', 1],
        ['queries', 2],
      ]),
    })
    const guarded = { handle: app.handle, catalog: shop }
    const response = await guard(guarded, request(user), feature)
    expect(response && (await answerOf(response))).toMatchObject({ status, body: { code } })
  })

  it('refuse more than what is left', async () => {
    const { guarded } = appWith({ alice: 'pro' })
    expect(await guard(guarded, request('alice'), 'listings', { amount: 3 })).toBeNull()
    expect((await guard(guarded, request('alice'), 'listings', { amount: 4 }))?.status).toBe(403)
  })

  it('ask authorize about a customer that the app names', async () => {
    const { guarded } = appWith({ org: 'pro', alice: 'pro' })
    const status = async (user: string, customer: string) =>
      (await guard(guarded, request(user), 'listings', { customer }))?.status ?? 'passes'
    expect(await status('reader', 'org')).toBe('passes')
    expect(await status('bob', 'org')).toBe(404)
    expect(await status('reader', 'alice')).toBe(404)
  })

  it('let through who has a live subscription', async () => {
    const { guarded } = appWith({ alice: 'free' })
    expect(await guardSubscription(guarded, request('alice'))).toBeNull()
    expect((await guardSubscription(guarded, request('bob')))?.status).toBe(402)
  })

  it('answer an error of the library like the routes do', async () => {
    const { guarded } = appWith({})
    const error = refused('limit_reached', {
      feature: 'listings',
      kind: 'limit',
      limit: 1,
      used: 1,
    })
    const answer = await answerOf(await answerError(guarded, request('alice'), error))
    expect(answer).toMatchObject({ status: 403, body: { code: 'limit_reached', currentCount: 1 } })
  })

  it('cannot be asked for by a request', async () => {
    const app = testApp()
    const headers = { 'billwright.question': '{"ask":"access"}' }
    expect((await app.ask('GET /none', { user: 'alice', headers })).status).toBe(404)
  })
})
