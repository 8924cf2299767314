/** The parts that every vendor's emulator is made of. */
import {
  type Call,
  countingIds,
  deliveries,
  type EmulatorOptions,
  emulator,
  hmac,
  hostedPage,
  html,
  idempotencyKeys,
  parseBody,
  router,
  standardWebhookSigner,
  testClock,
} from 'billwright/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'

const post = (path: string, body = '', headers: Record<string, string> = {}) =>
  new Request(`https://vendor.test${path}`, { method: 'POST', body, headers })

describe('a router', () => {
  const find = router({
    'GET /v1/things/:id': () => new Response('one'),
    'POST /v1/things': () => new Response('made'),
    'POST /v1/things/:id/close': () => new Response('closed'),
  })

  it('finds a handler by method and path, and reads what the path names', async () => {
    const match = await find(
      post('/v1/things/a%2Fb/close?x=1', '{"y":2}', { 'content-type': 'application/json' }),
    )
    expect(match?.call).toMatchObject({
      ...{ operation: 'POST /v1/things/:id/close', params: { id: 'a/b' }, body: { y: 2 } },
      text: '{"y":2}',
    })
    expect(match?.call.url.searchParams.get('x')).toBe('1')
  })

  it('finds nothing by another method, a longer path or a broken escape', async () => {
    expect(await find(new Request('https://vendor.test/v1/things'))).toBeNull()
    expect(await find(post('/v1/things/1/close/2'))).toBeNull()
    expect(await find(new Request('https://vendor.test/v1/things/%E0%A4%A'))).toBeNull()
  })
})

describe('a body', () => {
  const form = 'application/x-www-form-urlencoded'

  it('of a form nests by its brackets', () => {
    const text =
      'mode=payment&items[0][price]=p_1&items[0][quantity]=2&items[1][price]=p_2&a%5Bb%5D=c+d'
    expect(parseBody(form, text)).toEqual({
      mode: 'payment',
      items: { 0: { price: 'p_1', quantity: '2' }, 1: { price: 'p_2' } },
      a: { b: 'c d' },
    })
  })

  it('E4 cannot reach a prototype', () => {
    const body = parseBody(
      form,
      '__proto__[admin]=1&constructor[prototype][admin]=1&a[__proto__][admin]=1',
    )
    expect({}).not.toHaveProperty('admin')
    expect(Object.keys(body)).toEqual(['__proto__', 'constructor', 'a'])
  })

  it('E3 that nests for ever is left out', () => {
    expect(parseBody(form, `a${'[b]'.repeat(10_000)}=1`)).toEqual({})
  })

  it('of JSON is its fields; a list, a text and broken JSON have none', () => {
    expect(parseBody('application/json; charset=utf-8', '{"a":[1]}')).toEqual({ a: [1] })
    for (const text of ['[1]', '"a"', 'null', '{', ''])
      expect(parseBody('application/json', text)).toEqual({})
    expect(parseBody('text/plain', '{"a":1}')).toEqual({})
  })
})

describe('HTML', () => {
  it('escapes what is put in and keeps what is HTML already', () => {
    const evil = `<b a="1" c='2'>&\``
    const inner = html`<i>${evil}</i>`
    expect(html`<p title="${evil}">${inner}${[inner, 'x']}${null}${0}</p>`.html).toBe(
      `<p title="${ESCAPED}"><i>${ESCAPED}</i><i>${ESCAPED}</i>x0</p>`,
    )
  })

  it('of a page escapes its title and its brand', async () => {
    const text = await hostedPage({ title: '<x>', brand: '<y>', body: html`` }).text()
    expect(text).not.toMatch(/<[xy]>/)
  })
})

const ESCAPED = '&#60;b a=&#34;1&#34; c=&#39;2&#39;&#62;&#38;&#96;'

describe('ids', () => {
  it('count each prefix for itself', () => {
    const next = countingIds()
    expect([next('a'), next('a'), next('b')]).toEqual(['a_1', 'a_2', 'b_1'])
  })
})

describe('an idempotency key', () => {
  const asking = (fingerprint: string, run: () => Promise<Response>) => ({
    ...{ fingerprint, run },
    conflict: () => new Response('conflict', { status: 409 }),
  })

  it('runs a request once, also when it is sent three times at once', async () => {
    const keys = idempotencyKeys()
    let runs = 0
    const request = asking('a', async () => new Response(`run ${++runs}`, { status: 201 }))
    const replies = await Promise.all([1, 2, 3].map(() => keys.once('key', request)))
    expect(await Promise.all(replies.map((reply) => reply.text()))).toEqual([
      'run 1',
      'run 1',
      'run 1',
    ])
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(keys.reply('key')).toBe('run 1')
  })

  it('with other content is a conflict', async () => {
    const keys = idempotencyKeys()
    await keys.once(
      'key',
      asking('a', async () => new Response('done')),
    )
    const other = await keys.once(
      'key',
      asking('b', async () => new Response('done twice')),
    )
    expect(other.status).toBe(409)
  })

  it('does not remember a failure of the vendor', async () => {
    const keys = idempotencyKeys()
    await keys.once(
      'key',
      asking('a', async () => new Response('', { status: 500 })),
    )
    const again = await keys.once(
      'key',
      asking('a', async () => new Response('done')),
    )
    expect(await again.text()).toBe('done')
  })
})

describe('a signature', () => {
  it('is made in the way of each vendor', () => {
    const input = {
      key: new TextEncoder().encode('key'),
      message: new TextEncoder().encode('text'),
    }
    const sha256 = hmac({ ...input, hash: 'sha256', encoding: 'hex' })
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(hmac({ ...input, hash: 'sha512', encoding: 'hex' })).toHaveLength(128)
    expect(
      Buffer.from(hmac({ ...input, hash: 'sha256', encoding: 'base64' }), 'base64').toString('hex'),
    ).toBe(sha256)
  })
})

describe('deliveries', () => {
  const sign = standardWebhookSigner('whsec_c2FuZGJveC1zYW5kYm94LXNhbmRib3g=')

  it('carry an event once at a time, however often they are asked to', async () => {
    const clock = testClock('2026-01-01')
    const waiting: (() => void)[] = []
    let carried = 0
    const queue = deliveries({
      now: clock.now,
      sign,
      webhookUrl: 'https://app.example/hook',
      deliver: () =>
        new Promise((resolve) => {
          carried += 1
          waiting.push(() => resolve(new Response()))
        }),
    })
    queue.emit({ id: 'e1', type: 'x', data: {} })
    const all = [queue.deliverDue(), queue.deliverDue()]
    await vi.waitUntil(() => waiting.length > 0)
    for (const go of waiting) go()
    await Promise.all(all)
    expect(carried).toBe(1)
  })

  it('give up after the last retry and keep every attempt', async () => {
    const clock = testClock('2026-01-01')
    const deliver = async () => Promise.reject(new TypeError('fetch failed'))
    const webhookUrl = 'https://app.example/hook'
    const queue = deliveries({
      now: clock.now,
      sign,
      webhookUrl,
      deliver,
      retryAfter: [1000, 2000],
    })
    queue.emit({ id: 'e1', type: 'x', data: {} })
    for (let second = 0; second < 10; second += 1) {
      await queue.deliverDue()
      clock.set(clock.now() + 1000)
    }
    const start = testClock('2026-01-01').now()
    expect(queue.events[0]).toMatchObject({ delivered: false })
    expect(queue.events[0]?.attempts).toEqual(
      [0, 1000, 3000].map((after) => ({ at: start + after, status: null })),
    )
  })
})

describe('an emulator', () => {
  const closing: { close(): Promise<void> }[] = []
  afterEach(async () => {
    vi.unstubAllEnvs()
    for (const each of closing.splice(0)) await each.close()
  })

  /** A vendor that counts. */
  function counter(options: Partial<EmulatorOptions> = {}) {
    let count = 0
    const made = emulator({
      url: 'https://vendor.test',
      api: {
        'POST /v1/count': ({ body }: Call) => Response.json({ count: ++count, ...body }),
        'GET /v1/count': () => Response.json({ count }),
        'POST /v1/broken': () => new Response('no', { status: 400 }),
      },
      pages: { 'GET /page': () => hostedPage({ title: 'Page', brand: '', body: html`` }) },
      authorize: ({ headers }) =>
        headers.has('authorization') ? null : new Response('no key', { status: 401 }),
      error: (status, code) => Response.json({ code }, { status }),
      idempotencyHeader: 'idempotency-key',
      ...options,
    })
    closing.push(made)
    return { made, count: () => count }
  }

  const key = { authorization: 'Bearer key' }
  const counting = (extra: Record<string, string> = {}) => ({
    method: 'POST',
    headers: { ...key, ...extra },
  })

  it('F13 refuses to run in production', () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => counter()).toThrow(
      expect.objectContaining({ kind: 'config', code: 'emulator_in_production' }),
    )
  })

  it('writes down what changed something, and not what was refused, read or sent again', async () => {
    const { made } = counter()
    const url = 'https://vendor.test/v1'
    await made.fetch(`${url}/count`, counting({ 'idempotency-key': 'k1' }))
    await made.fetch(`${url}/count`, counting({ 'idempotency-key': 'k1' }))
    await made.fetch(`${url}/count`, counting())
    await made.fetch(`${url}/count`, { headers: key })
    await made.fetch(`${url}/broken`, counting())
    await made.fetch(`${url}/count`, { method: 'POST' })
    expect(made.writes).toEqual([
      { operation: 'POST /v1/count', key: 'k1' },
      { operation: 'POST /v1/count', key: null },
    ])
  })

  it('has faults for calls and none for pages, each as often as it was asked', async () => {
    const { made } = counter()
    made.fault('500_before', 2)
    expect((await made.fetch('https://vendor.test/page')).status).toBe(200)
    const statuses: number[] = []
    for (let i = 0; i < 3; i += 1)
      statuses.push((await made.fetch('https://vendor.test/v1/count', counting())).status)
    expect(statuses).toEqual([500, 500, 200])
  })

  it('answers alike over HTTP, on this machine only', async () => {
    const { made } = counter()
    const { url } = await made.listen()
    expect(new URL(url).hostname).toBe('127.0.0.1')
    expect(made.url).toBe(url)
    const reply = await fetch(`${url}/v1/count`, {
      ...counting(),
      body: new URLSearchParams({ a: 'é' }),
    })
    expect(await reply.json()).toEqual({ count: 1, a: 'é' })
    expect(await (await fetch(`${url}/page`)).text()).toContain('<title>Page</title>')
    expect((await fetch(`${url}/nothing`)).status).toBe(404)
  })

  it('loses replies over HTTP after the work was done, and refuses connections before', async () => {
    const { made, count } = counter()
    const { url } = await made.listen()
    made.fault('lost_reply')
    await expect(fetch(`${url}/v1/count`, counting())).rejects.toThrow('fetch failed')
    expect(count()).toBe(1)
    made.fault('refused_connection')
    await expect(fetch(`${url}/v1/count`, counting())).rejects.toThrow('fetch failed')
    expect(count()).toBe(1)
  })

  it('does what hangs after the caller has gone, over HTTP too', async () => {
    let reached = () => {}
    const arrived = new Promise<void>((resolve) => {
      reached = resolve
    })
    const { made, count } = counter({
      authorize: () => {
        reached()
        return null
      },
    })
    const { url } = await made.listen()
    made.fault('hang')
    const caller = new AbortController()
    const asked = fetch(`${url}/v1/count`, { ...counting(), signal: caller.signal })
    await arrived
    expect(count()).toBe(0)
    caller.abort()
    await expect(asked).rejects.toThrow()
    await vi.waitUntil(() => count() === 1)
  })

  it('delivers by itself after a call over HTTP', async () => {
    let delivered = 0
    const { made } = counter({
      afterwards: async () => {
        delivered += 1
      },
    })
    const { url } = await made.listen()
    await fetch(`${url}/page`)
    expect(delivered).toBe(1)
    await made.fetch(`${url}/page`)
    expect(delivered).toBe(1)
  })
})
