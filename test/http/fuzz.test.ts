import { describe, expect, it } from 'vitest'
import { pathsOf, type Route } from '../../src/http/route.ts'
import { ROUTES } from '../../src/http/routes.ts'
import { sized } from '../support/sized.ts'
import { ORIGIN, testApp } from './support/app.ts'
import { ROWS } from './support/rows.ts'

/** Mulberry32: small, seeded, good enough to choose with. */
function chooser(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (count: number) => Math.floor(next() * count)
  return { next, below, pick: <T>(list: readonly T[]): T => list[below(list.length)] as T }
}
type Chooser = ReturnType<typeof chooser>

const SCRAPS = [
  ...['', 'pro', 'alice', 'bob', '__proto__', 'constructor', '../', '%00', '%ff', 'é', '\ud800'],
  ...[0, -1, 1.5, 1e308, null, true, [], {}, [[]], { a: 1 }, 'x'.repeat(300), '\u0000', '{"a":1}'],
]
const SEGMENTS = [
  ...['alice', 'bob', 'org', 'stripe', 'listings', '%00', '%2e%2e', '..', '*', ':x', '%', '%ff'],
  ...['__proto__', 'constructor', 'a%20b', 'x;y', '', '%f0%9f%92%b3', `${'z'.repeat(300)}`],
]

const LIKELY: Readonly<Record<string, readonly string[]>> = {
  ':customer': ['alice', 'org', 'bob'],
  ':feature': ['listings', 'queries'],
  ':gateway': ['stripe', 'paystack'],
  ':reference': ['ref-alice', 'ref-org', 'ref-bob'],
}

function pathFor(route: Route, { next, pick }: Chooser): string {
  const path = pick(pathsOf(route)).replaceAll(/:\w+/g, (name) =>
    pick(next() < 0.8 ? (LIKELY[name] ?? SEGMENTS) : SEGMENTS),
  )
  const parts = path.split('/')
  if (next() < 0.1) parts.splice(1, 0, pick(SEGMENTS))
  if (next() < 0.05) parts.push(pick(SEGMENTS))
  return parts.join('/') + (next() < 0.15 ? queryFor(pick) : '')
}

function queryFor(pick: Chooser['pick']): string {
  const name = pick(['limit', 'after', 'unread', 'status', 'group', '__proto__', 'x'])
  return `?${name}=${encodeURIComponent(pick(['1', '', '-1', 'x', 'a'.repeat(2_000)]))}`
}

function bodyFor(route: Route, { next, pick, below }: Chooser): string | Uint8Array {
  const row = ROWS[`${route.method} ${route.path}`]
  const base: Record<string, unknown> = { ...(row?.body ?? {}) }
  for (let changes = next() < 0.5 ? 0 : below(3); changes > 0; changes--)
    base[pick([...Object.keys(base), 'plan', 'at', 'keep', 'quote', 'group', '__proto__'])] =
      pick(SCRAPS)
  const text = JSON.stringify(base)
  if (next() < 0.05) return text.slice(0, below(text.length))
  if (next() < 0.05) return text.repeat(2 + below(9))
  if (next() < 0.05) return text + ' '.repeat(below(65_536))
  if (next() < 0.05) return Uint8Array.from({ length: below(200) }, () => below(256))
  if (next() < 0.05) return '['.repeat(1 + below(20_000))
  return text
}

function requestFor(choose: Chooser): Request {
  const { next, pick } = choose
  const route = pick(ROUTES)
  const others = ['GET', 'POST', 'DELETE', 'PUT', 'HEAD', 'OPTIONS', 'PATCH']
  const method = next() < 0.85 ? route.method : pick(others)
  const headers = new Headers()
  const maybe = (chance: number, name: string, values: readonly string[]) => {
    if (next() < chance) headers.set(name, pick(values))
  }
  maybe(0.97, 'origin', [...Array(20).fill(ORIGIN), 'null', 'https://evil.example'])
  maybe(0.97, 'content-type', [...Array(20).fill('application/json'), 'text/plain', ';', ''])
  maybe(0.9, 'x-user', ['alice', 'alice', 'bob', 'reader', 'manager', 'admin', 'admin', 'nobody'])
  maybe(0.1, 'idempotency-key', ['k', '', 'a b', 'k'.repeat(300)])
  maybe(0.05, 'content-length', ['0', '-1', '1e9', 'x', '99999999'])
  maybe(0.05, 'content-encoding', ['gzip', 'identity', ''])
  maybe(0.3, 'stripe-signature', ['good', 'bad', 'x'.repeat(5_000)])
  const body = method === 'GET' || method === 'HEAD' ? undefined : bodyFor(route, choose)
  return new Request(`http://localhost${pathFor(route, choose)}`, {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  })
}

const RUNS = sized({ prove: 100_000, ci: 3_000 })

describe('E9 requests at random', () => {
  it(`are answered by the table, ${RUNS} of them, never with a 5xx or a stack`, async () => {
    const choose = chooser(20_261_121)
    const app = testApp({ usageWrites: true })
    const seen = new Map<number, number>()
    for (let run = 0; run < RUNS; run++) {
      const request = requestFor(choose)
      const line = `${run} ${request.method} ${request.url.slice(0, 200)}`
      const response = await app.handle(request)
      const text = await response.text()
      const { status } = response
      seen.set(status, (seen.get(status) ?? 0) + 1)
      if (status >= 500) expect.fail(`${line} ${text}`)
      const body: unknown = JSON.parse(text)
      if (status === 200) continue
      expect([line, body]).toEqual([
        line,
        expect.objectContaining({
          error: expect.any(String),
          code: expect.stringMatching(/^[a-z_]+$/),
          requestId: response.headers.get('x-request-id'),
        }),
      ])
      expect(text).not.toMatch(/\n\s+at |\.ts:\d|node_modules/)
    }
    // Requests that are all refused at the door would prove little.
    for (const status of [200, 400, 401, 403, 404, 405, 413, 415])
      expect([status, seen.get(status) ?? 0]).toEqual([status, expect.toSatisfy((n) => n >= 5)])
    expect(seen.get(200)).toBeGreaterThan(RUNS / 10)
    expect(app.log.filter(({ level }) => level === 'error')).toEqual([])
  }, 300_000)
})
