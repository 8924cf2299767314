/** `require` in a process of its own, with the package as it was built. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Newcomer, newcomer, ROOT } from './support/newcomer.ts'

let visitor: Newcomer
let url = ''

beforeAll(async () => {
  visitor = await newcomer([3000, 3001])
  url = visitor.here('http://127.0.0.1:3000')
  const app = join(ROOT, 'test/package/app.cjs')
  visitor.start(`env PORT=3000 PROVIDER_PORT=3001 ${process.execPath} ${app}`)
  await visitor.answers(`${url}/billing/plans`)
})
afterAll(() => visitor.leave())

const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, ...headers },
    body: JSON.stringify(body),
  })

const status = async () =>
  (await (await fetch(`${url}/billing/status`)).json()) as { readonly plan: string }

it('a CommonJS app sells a plan by its webhook alone, with express.json() before billing', async () => {
  expect((await post('/projects', {})).status).toBe(201)
  const refused = await post('/projects', {})
  expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'limit_reached' }])
  const checkout = await post('/billing/checkout', { plan: 'pro', successUrl: `${url}/welcome` })
  const page = (await checkout.json()) as { readonly url: string }
  // Nobody comes back with the reference: what follows is the webhook's work.
  await fetch(page.url, {
    method: 'POST',
    body: new URLSearchParams({ card: '4242424242424242' }),
    redirect: 'manual',
  })
  await visitor.until('the plan is active', async () => (await status()).plan === 'pro')
  expect((await post('/projects', {})).status).toBe(201)
})

it('a CommonJS app believes no webhook without its signature', async () => {
  const before = await status()
  const forged = await post('/billing/webhooks/sandbox', { type: 'page.done' })
  expect(forged.status).toBe(401)
  expect(await status()).toEqual(before)
})
