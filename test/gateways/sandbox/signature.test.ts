/** Who may tell us anything: every way to forge, cut, move or repeat a signature is refused. */
import { BillingError, type WebhookRequest } from 'billwright'
import { instant } from 'billwright/core'
import { standardWebhookSigner } from 'billwright/testing'
import { describe, expect, it } from 'vitest'
import { SANDBOX_WEBHOOK_SECRET, sandbox } from '../../../adapters/gateways/sandbox/index.ts'
import { changed, openShop, SECRET_KEY, vectors } from './shop.ts'

const OLD = 'whsec_b2xkLW9sZC1vbGQtb2xkLW9sZA=='
const OTHER = 'whsec_b3RoZXItb3RoZXItb3RoZXItb3RoZXI='
const NOW = instant('2026-01-31T10:00:00Z')
const BODY = '{"object":"event","id":"evt_1","type":"invented","live":false,"at":1,"data":{}}'

const gatewayWith = (webhookSecret: string | readonly string[]) =>
  sandbox({ secretKey: SECRET_KEY, webhookSecret, baseUrl: 'https://sandbox.billwright.test' })

const bytes = (text: string) => new TextEncoder().encode(text)

function signed(body: Uint8Array | string = BODY, secret = SANDBOX_WEBHOOK_SECRET, at = NOW) {
  const raw = typeof body === 'string' ? bytes(body) : body
  const headers = standardWebhookSigner(secret)({ id: 'evt_1', body: raw, at })
  return { headers, body: raw, receivedAt: NOW } satisfies WebhookRequest
}

/** `accepted`, or the code of the refusal; anything else that is thrown fails the test. */
async function verdict(
  request: WebhookRequest,
  secret: string | readonly string[] = SANDBOX_WEBHOOK_SECRET,
) {
  try {
    await gatewayWith(secret).receive(request)
    return 'accepted'
  } catch (error) {
    if (!BillingError.isInstance(error)) throw error
    expect(error.kind).toBe('request')
    return error.code
  }
}

const refused = 'invalid_signature'

function withSignature(change: (signature: string) => string): WebhookRequest {
  const request = signed()
  const signature = change(request.headers['webhook-signature'] ?? '')
  return changed(request, { headers: { 'webhook-signature': signature } })
}

/** Signed with the timestamp exactly as it is written. */
function atTimestamp(timestamp: string): WebhookRequest {
  const at = Number(timestamp)
  const request = signed(
    BODY,
    SANDBOX_WEBHOOK_SECRET,
    instant(Number.isSafeInteger(at * 1000) ? at * 1000 : NOW),
  )
  return changed(request, { headers: { 'webhook-timestamp': timestamp } })
}

describe('A1 a secret that would let anybody in', () => {
  const wrong: readonly [string, unknown][] = [
    ['missing', undefined],
    ['empty', ''],
    ['blank', '   '],
    ['only its prefix', 'whsec_'],
    ['shorter than 16 bytes', 'whsec_c2hvcnQ='],
    ['followed by a line break', `${SANDBOX_WEBHOOK_SECRET}\n`],
    ['after a space', ` ${SANDBOX_WEBHOOK_SECRET}`],
    ['no base64', 'whsec_this is not base64!!'],
    ['an empty list', []],
    ['a list with an empty one', [SANDBOX_WEBHOOK_SECRET, '']],
  ]
  it.each(wrong)('%s is refused when the gateway is made', (_, secret) => {
    const make = () => gatewayWith(secret as string)
    expect(make).toThrow(
      expect.objectContaining({
        kind: 'config',
        detail: expect.objectContaining({ option: 'webhookSecret' }),
      }),
    )
  })

  it('with white space around it is told so, not something about base64', () => {
    expect(() => gatewayWith(`${SANDBOX_WEBHOOK_SECRET}\n`)).toThrow('white space')
  })

  it('of 16 bytes is long enough', () => {
    expect(() => gatewayWith(`whsec_${btoa('1234567890123456')}`)).not.toThrow()
    expect(() => gatewayWith(`whsec_${btoa('123456789012345')}`)).toThrow()
  })

  it('never shows in the error', () => {
    try {
      gatewayWith('whsec_c2hvcnQ=')
    } catch (error) {
      expect(JSON.stringify([String(error), error])).not.toContain('c2hvcnQ')
    }
  })
})

describe('a signature', () => {
  it('of the vendor is accepted', async () => {
    expect(await verdict(signed())).toBe('accepted')
  })

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'A2 without %s, with an empty, a repeated or a listed one is refused',
    async (name) => {
      const request = signed()
      const { [name]: value = '', ...others } = request.headers
      const listed = { ...others, [name]: [value] } as unknown as Record<string, string>
      expect(await verdict({ ...request, headers: others })).toBe(refused)
      expect(await verdict(changed(request, { headers: { [name]: '' } }))).toBe(refused)
      expect(await verdict(changed(request, { headers: { [name]: `${value}, ${value}` } }))).toBe(
        refused,
      )
      expect(await verdict({ ...request, headers: listed })).toBe(refused)
    },
  )

  it('A3 by another secret is refused', async () => {
    expect(await verdict(signed(BODY, OTHER))).toBe(refused)
  })

  it('A4 does not cover a body with any bit turned over', async () => {
    const request = signed()
    for (let bit = 0; bit < request.body.length * 8; bit += 1)
      expect(await verdict(changed(request, { body: flipped(request.body, bit) }))).toBe(refused)
  })

  it('A4 with any bit of its own turned over is refused', async () => {
    const { headers } = signed()
    const raw = bytes(headers['webhook-signature'] ?? '')
    for (let bit = 0; bit < raw.length * 8; bit += 1) {
      const text = String.fromCharCode(...flipped(raw, bit))
      expect(await verdict(withSignature(() => text))).toBe(refused)
    }
  })

  it('A5 cut off anywhere is refused', async () => {
    const { length } = signed().headers['webhook-signature'] ?? ''
    for (let end = 0; end < length; end += 1)
      expect(await verdict(withSignature((whole) => whole.slice(0, end)))).toBe(refused)
  })

  it.each<[string, (signature: string) => string]>([
    [
      'as hex',
      (text) =>
        `v1,${[...atob(text.slice(3))].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')}`,
    ],
    ['as base64url', (text) => text.replaceAll('+', '-').replaceAll('/', '_').replace('=', '')],
    ['unpadded', (text) => text.replace('=', '')],
    ['in capitals', (text) => text.toUpperCase()],
    ['followed by more', (text) => `${text}A`],
    ['with its spare bits set', (text) => `${text.slice(0, -2)}${nextLetter(text.at(-2))}=`],
  ])('A5 written %s is refused', async (_, write) => {
    expect(await verdict(withSignature(write))).toBe(refused)
  })

  it.each<[string, (signature: string) => string]>([
    ['of version 0', (text) => text.replace('v1', 'v0')],
    ['of version 2', (text) => text.replace('v1', 'v2')],
    ['of the asymmetric version', (text) => text.replace('v1', 'v1a')],
    ['without a version', (text) => text.slice(3)],
    ['that is empty', () => 'v1,'],
    ['in the style of another vendor', (text) => `t=1,v1=${text.slice(3)}`],
  ])('A6 %s is refused', async (_, write) => {
    expect(await verdict(withSignature(write))).toBe(refused)
  })

  it.each([
    ['300 s old', -300, 'accepted'],
    ['301 s old', -301, refused],
    ['300 s ahead', 300, 'accepted'],
    ['301 s ahead', 301, refused],
    ['a year ahead', 31_536_000, refused],
  ])('A7 that is %s is judged by the window', async (_, seconds, expected) => {
    const at = instant(NOW + seconds * 1000)
    expect(await verdict(signed(BODY, SANDBOX_WEBHOOK_SECRET, at))).toBe(expected)
  })

  const second = String(NOW / 1000)
  it.each([
    'NaN',
    '0',
    '-1',
    `${second}junk`,
    `+${second}`,
    ` ${second}`,
    `0${second}`,
    `${second}.0`,
    `${second}000`,
    '1e99',
    `${second},${second}`,
    'Infinity',
    '',
  ])('A7 with the timestamp «%s» is refused although it is signed', async (timestamp) => {
    const body = bytes(BODY)
    const message = bytes(`evt_1.${timestamp}.${BODY}`)
    const headers = await signText(message, timestamp)
    expect(await verdict({ headers, body, receivedAt: NOW })).toBe(refused)
  })

  it('A7 with a timestamp of another second is refused', async () => {
    expect(await verdict(atTimestamp(String(NOW / 1000 + 1)))).toBe('accepted')
    const request = signed()
    const headers = { 'webhook-timestamp': String(NOW / 1000 + 1) }
    expect(await verdict(changed(request, { headers }))).toBe(refused)
  })

  it.each<[string, (body: string) => string]>([
    ['written again', (body) => JSON.stringify(JSON.parse(body), null, 1)],
    ['with a byte order mark', (body) => `\uFEFF${body}`],
    ['with another line end', (body) => `${body}\r\n`],
    ['with a space', (body) => `${body} `],
  ])('A8 does not cover the body %s', async (_, write) => {
    const request = signed()
    expect(await verdict(changed(request, { body: bytes(write(BODY)) }))).toBe(refused)
  })

  it('A8 tells bodies apart that decode to the same text', async () => {
    const one = Uint8Array.of(0x22, 0xff, 0x22)
    const other = Uint8Array.of(0x22, 0xfe, 0x22)
    const request = signed(one)
    expect(await verdict(request)).toBe('accepted')
    expect(await verdict(changed(request, { body: other }))).toBe(refused)
  })

  it.each([
    ['old', OLD, 'accepted'],
    ['new', SANDBOX_WEBHOOK_SECRET, 'accepted'],
    ['unknown', OTHER, refused],
  ])('A10 by the %s secret is judged while two are configured', async (_, secret, expected) => {
    const request = signed(BODY, secret)
    expect(await verdict(request, [OLD, SANDBOX_WEBHOOK_SECRET])).toBe(expected)
  })

  it('A10 is accepted when one of two signatures fits', async () => {
    const other = signed(BODY, OTHER).headers['webhook-signature']
    expect(await verdict(withSignature((own) => `${other} ${own}`))).toBe('accepted')
  })

  it('A11 among 16 others at most is looked for', async () => {
    const many = (count: number) => withSignature((own) => `${'v1,x '.repeat(count)}${own}`)
    expect(await verdict(many(15))).toBe('accepted')
    expect(await verdict(many(16))).toBe(refused)
  })

  it('A11 in a header of 10,000 signatures or 1 MB costs next to nothing', async () => {
    const gateway = gatewayWith(SANDBOX_WEBHOOK_SECRET)
    const floods = [
      withSignature((own) => `${own} `.repeat(10_000)),
      withSignature(() => 'v1,'.padEnd(1_000_000, 'A')),
    ]
    for (const flood of floods) {
      const { cpu, code } = await costOf(() => gateway.receive(flood))
      expect(code).toBe(refused)
      expect(cpu).toBeLessThan(5)
    }
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'A14 of an event of type %s tells nothing',
    async (type) => {
      const body = JSON.stringify({
        object: 'event',
        id: 'evt_1',
        type,
        live: false,
        at: 1,
        data: { object: type, id: 'x' },
      })
      const delivery = await gatewayWith(SANDBOX_WEBHOOK_SECRET).receive(signed(body))
      expect(delivery).toMatchObject({ id: 'evt_1', type, events: [] })
    },
  )

  it.each([
    'null',
    '[]',
    '',
    '"text"',
    '1',
    '{"type":1}',
    '{',
    '{"type":"charge.succeeded","live":false}',
  ])('of the body «%s» tells nothing and is no error', async (body) => {
    expect(await gatewayWith(SANDBOX_WEBHOOK_SECRET).receive(signed(body))).toMatchObject({
      events: [],
    })
  })
})

describe('the reference vectors of Standard Webhooks', () => {
  it.each(vectors().verify.map((each) => [each.name, each] as const))('%s', async (_, vector) => {
    const { headers, payload, now, secret, expect: expected } = vector
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    )
    const request = { headers: lower, body: bytes(payload), receivedAt: instant(now * 1000) }
    if (expected === 'config-error') expect(() => gatewayWith(secret)).toThrow()
    else expect(await verdict(request, secret)).toBe(expected === 'accept' ? 'accepted' : refused)
  })
})

it('B8 an unknown type tells nothing, although it carries a paid charge', async () => {
  const shop = openShop({ renewals: 'gateway' })
  await shop.buy()
  await shop.advance('2026-02-28T10:00:00Z')
  const charge = shop.emulator.events.find(({ type }) => type === 'charge.succeeded')
  const told = async (type: string) =>
    shop.gateway.receive(shop.emulator.sign(bytes(JSON.stringify({ ...charge?.data, type }))))
  expect((await told('charge.succeeded')).events).toHaveLength(1)
  for (const type of ['charge.invented', 'charge', 'CHARGE.SUCCEEDED', 'page.done'])
    expect((await told(type)).events).toEqual([])
})

describe('the mode of an event', () => {
  it('B6 that is not ours quarantines it', async () => {
    const shop = openShop()
    await shop.buy()
    const [paid] = shop.emulator.webhooks()
    const event = JSON.parse(new TextDecoder().decode(paid?.body))
    const told = async (change: object) =>
      shop.gateway.receive(shop.emulator.sign(bytes(JSON.stringify({ ...event, ...change }))))
    expect((await told({})).quarantined).toBeUndefined()
    expect((await told({ live: true })).quarantined).toBe('mode_mismatch')
    expect((await told({ live: undefined })).quarantined).toBe('mode_missing')
    expect((await told({ live: 'false' })).quarantined).toBe('mode_missing')
  })
})

function flipped(raw: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(raw)
  const byte = Math.floor(bit / 8)
  copy[byte] = (copy[byte] ?? 0) ^ (1 << (bit % 8))
  return copy
}

/** The next letter of the base64 alphabet: only spare bits differ. */
function nextLetter(letter = 'A'): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return alphabet[alphabet.indexOf(letter) + 1] ?? '/'
}

async function signText(message: Uint8Array<ArrayBuffer>, timestamp: string) {
  const key = Uint8Array.from(atob(SANDBOX_WEBHOOK_SECRET.slice(6)), (c) => c.charCodeAt(0))
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign'])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', imported, message))
  const signature = `v1,${btoa(String.fromCharCode(...mac))}`
  return { 'webhook-id': 'evt_1', 'webhook-timestamp': timestamp, 'webhook-signature': signature }
}

/** The least CPU time of a few tries, in milliseconds. */
async function costOf(run: () => Promise<unknown>): Promise<{ cpu: number; code: string }> {
  let least = Number.POSITIVE_INFINITY
  let code = 'accepted'
  for (let i = 0; i < 5; i += 1) {
    const before = process.cpuUsage()
    await run().catch((error: unknown) => {
      code = BillingError.isInstance(error) ? error.code : String(error)
    })
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return { cpu: least, code }
}
