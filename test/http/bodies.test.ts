import { describe, expect, it } from 'vitest'
import { parseJson } from '../../src/http/parse-json.ts'
import { bodyOf, readBody } from '../../src/http/read-body.ts'
import { answerOf, never, ORIGIN, testApp } from './support/app.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const MORE = bytes(' ')

/** A body that comes in chunks, and says how many were asked for. */
function streamed(chunks: Iterable<Uint8Array>, headers: Readonly<Record<string, string>> = {}) {
  const seen = { pulled: 0, canceled: false }
  const source = chunks[Symbol.iterator]()
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = source.next()
        if (done) return controller.close()
        seen.pulled++
        controller.enqueue(value)
      },
      cancel() {
        seen.canceled = true
      },
    },
    { highWaterMark: 0 },
  )
  const init = {
    method: 'POST',
    headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-user': 'alice', ...headers },
    body,
    duplex: 'half' as const,
  }
  return { seen, request: new Request('http://localhost/cancel', init) }
}

function* padded(length: number, step = 64): Iterable<Uint8Array> {
  yield bytes('{}')
  for (let left = length - 2; left > 0; left -= step)
    yield new Uint8Array(Math.min(step, left)).fill(32)
}

function* endless(): Iterable<Uint8Array> {
  for (;;) yield new Uint8Array(1_024).fill(32)
}

describe('E1 a body has a limit', () => {
  it('accepts the last byte and refuses one more, without Content-Length', async () => {
    const app = testApp()
    const status = async (length: number) =>
      (await app.handle(streamed(padded(length)).request)).status
    expect(await status(32_768)).toBe(200)
    expect(await status(32_769)).toBe(413)
    expect(app.calls).toHaveLength(1)
  })

  it('refuses by Content-Length without reading a byte', async () => {
    const app = testApp()
    const { request, seen } = streamed(padded(10), { 'content-length': '32769' })
    expect((await app.handle(request)).status).toBe(413)
    expect(seen.pulled).toBe(0)
  })

  it.each(['abc', '1e9', '0x10000', '-Infinity', 'NaN'])(
    'does not believe Content-Length %s',
    async (length) => {
      const app = testApp()
      const { request } = streamed(padded(40_000), { 'content-length': length })
      expect((await app.handle(request)).status).toBe(413)
    },
  )

  it('stops reading an endless body at the limit', async () => {
    const app = testApp()
    const { request, seen } = streamed(endless())
    expect((await app.handle(request)).status).toBe(413)
    expect(seen).toEqual({ pulled: 33, canceled: true })
  })

  it('has a limit of its own for webhooks', async () => {
    const app = testApp({ http: { webhookBodyLimit: 100 } })
    const status = async (length: number) => {
      const headers = { 'stripe-signature': 'good' }
      const body = new Uint8Array(length)
      const init = { method: 'POST', headers, body }
      return (await app.handle(new Request('http://localhost/webhooks/stripe', init))).status
    }
    expect(await status(100)).toBe(200)
    expect(await status(101)).toBe(413)
    expect(app.deliveries).toHaveLength(1)
  })

  it('costs many tiny chunks no more than the bytes', async () => {
    const tiny = function* () {
      for (let at = 0; at < 32_768; at++) yield MORE
    }
    const limits = { limit: 32_768, timeoutMs: 1, sleep: never }
    expect((await readBody(bodyOf(streamed(tiny()).request), limits)).byteLength).toBe(32_768)
  })

  it.each(['gzip', 'br', 'deflate', 'identity, gzip', 'unknown'])(
    'refuses Content-Encoding %s before reading',
    async (encoding) => {
      const app = testApp()
      const { request, seen } = streamed(endless(), { 'content-encoding': encoding })
      expect((await app.handle(request)).status).toBe(415)
      expect(seen.pulled).toBe(0)
    },
  )
})

describe('E2 a body has a time', () => {
  it('is given up when it does not come, and others are served meanwhile', async () => {
    let fire = () => {}
    const sleeping = new Promise<void>((resolve) => {
      fire = resolve
    })
    const app = testApp({ sleep: (ms) => (ms === 10_000 ? sleeping : Promise.reject(ms)) })
    const stuck = new ReadableStream<Uint8Array>({ start: (c) => c.enqueue(bytes('{')) })
    const init = {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-user': 'alice' },
      body: stuck,
      duplex: 'half' as const,
    }
    const slow = app.handle(new Request('http://localhost/cancel', init))
    expect((await app.ask('GET /plans')).status).toBe(200)
    fire()
    expect(await answerOf(await slow)).toMatchObject({
      status: 408,
      body: { code: 'body_timeout' },
    })
    expect(app.calls).toEqual([])
  })

  it('ends the waiting when the body came', async () => {
    const signals: AbortSignal[] = []
    const app = testApp({
      sleep: (ms, signal) => {
        if (signal) signals.push(signal)
        return never(ms, signal)
      },
    })
    await app.ask('POST /cancel', { user: 'alice', body: {} })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  it('is incomplete when the connection breaks', async () => {
    const app = testApp()
    const broken = (function* () {
      yield bytes('{')
      throw new Error('ECONNRESET')
    })()
    const answer = await answerOf(await app.handle(streamed(broken).request))
    expect(answer).toMatchObject({ status: 400, body: { code: 'body_incomplete' } })
  })
})

describe('E3 JSON is measured before it is parsed', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  const keys = (count: number) =>
    `{${Array.from({ length: count }, (_, at) => `"k${at}":1`).join(',')}}`

  it('accepts a depth of 64 and refuses 65', () => {
    expect(parseJson(bytes(nested(64)))).toBeInstanceOf(Array)
    expect(() => parseJson(bytes(nested(65)))).toThrow('nested')
  })

  it.each([100_000, 5_000_000])('refuses a depth of %i without a RangeError', (depth) => {
    expect(() => parseJson(bytes(nested(depth)))).toThrow('nested')
    expect(() => parseJson(bytes('{"a":'.repeat(depth)))).toThrow('nested')
  })

  it('accepts 2,000 keys and refuses 2,001', () => {
    expect(parseJson(bytes(keys(2_000)))).toHaveProperty('k1999')
    expect(() => parseJson(bytes(keys(2_001)))).toThrow('too many keys')
    expect(() => parseJson(bytes(keys(100_000)))).toThrow('too many keys')
  })

  it('does not count what stands in strings', () => {
    const text = JSON.stringify({ a: '[{"'.repeat(3_000), b: '\\', c: ':::'.repeat(2_000) })
    expect(parseJson(bytes(text))).toHaveProperty('c')
  })

  it('refuses a million elements by the size of the body', async () => {
    const app = testApp()
    const ids = Array.from({ length: 1_000_000 }, () => 'a')
    const answer = await app.ask('POST /notices/read', { user: 'alice', body: { ids } })
    expect(answer.status).toBe(413)
  })
})

describe('E4 JSON that means harm', () => {
  const ask = async (text: string) => {
    const app = testApp()
    const answer = await app.ask('POST /checkout', { user: 'alice', body: text })
    return { answer, calls: app.calls }
  }

  it.each([
    '{"plan":"pro","__proto__":{"x":1}}',
    '{"plan":"pro","\\u005f_proto__":{"x":1}}',
    '{"plan":"pro","addOns":{"__proto__":1}}',
    '{"plan":"pro","constructor":{"prototype":{"x":1}}}',
    '{"plan":"pro","quantity":1e400}',
    '{"plan":"pro","quantity":-0}',
    '{"plan":"pro","quantity":1.0000000000000001e0}x',
    '{"plan":"\\ud800"}',
    '{"plan":"pro\\u0000"}',
    '{"plan":["pro"]}',
    '{"plan":{"toString":"pro"}}',
    '[]',
    'null',
    '"pro"',
    '1',
    '{',
    '\ufeff{"plan":"pro"}',
    "{'plan':'pro'}",
    '{"plan":"pro"}{"plan":"pro"}',
  ])('%j is a 400 and changes nothing', async (text) => {
    const { answer, calls } = await ask(text)
    expect(answer.status).toBe(400)
    expect(calls).toEqual([])
    expect(({} as { x?: number }).x).toBeUndefined()
  })

  it('takes the last of two equal keys, as every parser does', async () => {
    const { calls } = await ask('{"plan":"gold","plan":"pro"}')
    expect(calls[0]?.args[0]).toBe('pro')
  })

  it('refuses bytes that are no UTF-8', async () => {
    const app = testApp()
    const { request } = streamed([bytes('{"plan":"'), new Uint8Array([0xff, 0xfe]), bytes('"}')])
    expect((await app.handle(request)).status).toBe(400)
  })

  it('hands add-ons named like members of objects over as plain data', async () => {
    const { calls } = await ask('{"plan":"pro","addOns":{"constructor":1,"toString":2}}')
    expect(calls[0]?.args[1]).toMatchObject({ addOns: { constructor: 1, toString: 2 } })
  })
})
