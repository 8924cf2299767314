/** What PayMongo's webhooks tell: every signed vector, and nothing that anybody else could have sent. */
import { BillingError, type Delivery, type WebhookRequest } from 'billwright'
import { type Instant, instant } from 'billwright/core'
import { describe, expect, it } from 'vitest'
import { paymongoSigner } from '../../../adapters/gateways/paymongo/emulator/sign-webhook.ts'
import { paymongo } from '../../../adapters/gateways/paymongo/index.ts'
import { EVENTS } from '../../../adapters/gateways/paymongo/setup/events.ts'
import vectors from '../../vectors/paymongo-webhooks.json' with { type: 'json' }

const SECRET = vectors.webhookSecret
const OTHER = 'whsk_another-another-another'
const NOW = instant(vectors.timestamp * 1000)
const HOUR = 3_600_000
const HEADER = 'paymongo-signature'

const gatewayWith = (webhookSecret: string | readonly string[], mode: 'test' | 'live' = 'test') =>
  paymongo({ secretKey: `sk_${mode}_12345678`, webhookSecret })
const gateway = gatewayWith(SECRET)

const bytes = (text: string) => new TextEncoder().encode(text)

/** An event about a resource, signed. */
function signed(
  body: string,
  { secret = SECRET, at = NOW, mode }: { secret?: string; at?: Instant; mode?: 'live' } = {},
): WebhookRequest {
  const headers = paymongoSigner(secret, mode)({ id: '', body: bytes(body), at })
  return { headers, body: bytes(body), receivedAt: NOW }
}

const BODY = eventOf('invented.tomorrow', {})

function eventOf(type: string, data: unknown, id = 'evt_1'): string {
  return JSON.stringify({
    data: { id, type: 'event', attributes: { type, livemode: false, data } },
  })
}

function withHeader(request: WebhookRequest, value: string): WebhookRequest {
  return { ...request, headers: { [HEADER]: value } }
}

function headerOf({ headers }: WebhookRequest): string {
  return headers[HEADER] ?? ''
}

/** `accepted`, or the code of the refusal; anything else that is thrown fails the test. */
async function verdict(request: WebhookRequest, on = gateway): Promise<string> {
  try {
    await on.receive(request)
    return 'accepted'
  } catch (error) {
    if (!BillingError.isInstance(error)) throw error
    expect(error.kind).toBe('request')
    return error.code
  }
}

const refused = 'invalid_signature'

/** A vector as it would arrive, with our reference in place of the one it was made with. */
function vector(name: string, reference = 'checkout:ada.chk1'): WebhookRequest {
  const found = vectors.vectors.find((each) => each.name.startsWith(name))
  if (!found) throw new Error(`No vector is named ${name}`)
  const tagged = found.body
    .replaceAll('"bw-sub01J-1"', JSON.stringify(reference))
    .replaceAll('{"billwright_subscription":"sub_01J"}', JSON.stringify({ billwright: reference }))
  return signed(tagged)
}

const summary = ({ events }: Delivery) => events.map(({ type }) => type)

describe('every signed vector', () => {
  it.each(vectors.vectors)(
    '$name is authentic in its own mode, over its raw bytes',
    async (each) => {
      const request = { body: bytes(each.body), receivedAt: NOW }
      const [test, live] = [gateway, gatewayWith(SECRET, 'live')]
      const asTest = { ...request, headers: each.header }
      const asLive = { ...request, headers: each.liveHeader }
      const { id, type, quarantined } = await test.receive(asTest)
      expect([id, type, quarantined]).toEqual([JSON.parse(each.body).data.id, each.type, undefined])
      // A6: the other mode's code is none, whatever it was made with.
      expect(await verdict(asTest, live)).toBe(refused)
      expect(await verdict(asLive, test)).toBe(refused)
      // B6: signed for the live endpoint, and about test money.
      expect((await live.receive(asLive)).quarantined).toBe('mode_mismatch')
    },
  )

  it.each(vectors.vectors)(
    '$name tells nothing of ours without a reference of ours',
    async (each) => {
      const request = { body: bytes(each.body), receivedAt: NOW, headers: each.header }
      const { events } = await gateway.receive(request)
      const refund = each.type.includes('refund')
      expect(events.map(({ type }) => type)).toEqual(refund ? ['payment.refunded'] : [])
    },
  )

  it.each([
    ['checkout_session.payment.paid', ['checkout.completed']],
    ['payment.paid', ['checkout.completed']],
    ['payment.failed', ['payment.failed']],
    ['payment.refunded', ['payment.refunded']],
    ['payment.refund.updated', ['payment.refunded']],
    ['subscription.updated', []],
    ['subscription.invoice.paid', []],
  ])('%s of a checkout of ours tells %j', async (name, types) => {
    expect(summary(await gateway.receive(vector(name)))).toEqual(types)
  })

  it('of a page and of its payment are the same money, to the centavo and the second', async () => {
    const page = await gateway.receive(vector('checkout_session.payment.paid'))
    const payment = await gateway.receive(vector('payment.paid'))
    expect(payment.events).toEqual(page.events)
    expect(page.id).not.toBe(payment.id)
    expect(page.events).toMatchObject([
      {
        reference: 'ada.chk1',
        payment: {
          id: 'pay_bw0000000000000000000001',
          subject: { checkout: 'ada.chk1' },
          amount: 29_900,
          currency: 'PHP',
          at: NOW,
        },
        method: { reusable: false, brand: 'card' },
      },
    ])
  })

  it('of an invoice settles that invoice', async () => {
    const { events } = await gateway.receive(vector('payment.paid', 'invoice:ada.inv2'))
    expect(events).toMatchObject([
      { type: 'payment.succeeded', payment: { subject: { invoice: 'ada.inv2' }, amount: 29_900 } },
    ])
  })

  it('in the newer flat envelope tells the same', async () => {
    const request = vector('payment.paid')
    const { data } = JSON.parse(new TextDecoder().decode(request.body))
    const { type, livemode, data: about } = data.attributes
    const flat = JSON.stringify({ data: { id: data.id, type, livemode, data: about } })
    const told = await gateway.receive(signed(flat))
    expect(told).toEqual(await gateway.receive(request))
  })
})

it('the webhook is asked for what is read, but for names that not every account is offered', async () => {
  const bodies = vectors.vectors.map(({ name }) => {
    const { data } = JSON.parse(new TextDecoder().decode(vector(name).body))
    return data.attributes.data
  })
  const resources = [...bodies, DISPUTE]
  const doubtful = ['refund.succeeded', 'refund.updated', 'dispute.created', 'dispute.resolved']
  const offered = [...vectors.vectors.map(({ type }) => type), ...doubtful, ...OTHERS]
  const read: string[] = []
  for (const type of new Set(offered)) {
    const told = resources.map((each) => gateway.receive(signed(eventOf(type, each))))
    if ((await Promise.all(told)).some(({ events }) => events.length > 0)) read.push(type)
  }
  expect(read.sort()).toEqual([...EVENTS, ...doubtful].sort())
})

const DISPUTE = {
  ...{ id: 'd_1', type: 'dispute' },
  attributes: { payment_id: 'pay_1', status: 'won' },
}

/** More of what PayMongo sends. */
const OTHERS = ['source.chargeable', 'link.payment.paid', 'payout.deposited', 'qrph.expired']

describe('a dispute', () => {
  const dispute = (type: string, status: string) => {
    const attributes = { payment_id: 'pay_1', status }
    return gateway.receive(signed(eventOf(type, { id: 'd_1', type: 'dispute', attributes })))
  }

  it('is opened, won and lost; a word that nobody knows leaves it open', async () => {
    expect((await dispute('dispute.created', 'pending')).events).toMatchObject([
      { type: 'payment.disputed', payment: 'pay_1' },
    ])
    for (const outcome of ['won', 'lost'])
      expect((await dispute('dispute.resolved', outcome)).events).toMatchObject([{ outcome }])
    expect((await dispute('dispute.resolved', 'withdrawn')).events).toEqual([])
  })
})

describe('a state that is not known', () => {
  it.each(['pending', 'processing', 'constructor', ''])(
    '%j of a payment is no money',
    async (status) => {
      const body = new TextDecoder()
        .decode(vector('payment.paid').body)
        .replace('"status":"paid"', `"status":${JSON.stringify(status)}`)
      expect((await gateway.receive(signed(body))).events).toEqual([])
    },
  )

  it.each(['10.5', '"29900"', '1e21', '-1', 'null'])(
    'an amount of %s tells no payment',
    async (amount) => {
      const body = new TextDecoder()
        .decode(vector('payment.paid').body)
        .replace('"amount":29900', `"amount":${amount}`)
      const { events } = await gateway.receive(signed(body))
      expect(events).toEqual([])
    },
  )
})

describe('A1 a secret that would let anybody in', () => {
  const wrong: readonly [string, unknown][] = [
    ['missing', undefined],
    ['empty', ''],
    ['blank', '  '],
    ['only its prefix', 'whsk_'],
    ['shorter than 16 characters', 'whsk_123456789012345'],
    ['followed by a line break', `${SECRET}\n`],
    ['the API key by mistake', 'sk_test_1234567890123456'],
    ['of another vendor', 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'],
    ['an empty list', []],
    ['a list with an empty one', [SECRET, '']],
  ]
  it.each(wrong)('%s is refused when the gateway is made', (_, secret) => {
    expect(() => gatewayWith(secret as string)).toThrow(
      expect.objectContaining({
        kind: 'config',
        detail: expect.objectContaining({ option: 'webhookSecret' }),
      }),
    )
  })
})

describe('a signature', () => {
  it('of the endpoint is accepted', async () => {
    expect(await verdict(signed(BODY))).toBe('accepted')
  })

  it('A2 that is missing, empty, repeated or a list is refused', async () => {
    const request = signed(BODY)
    const value = headerOf(request)
    expect(await verdict({ ...request, headers: {} })).toBe(refused)
    for (const changed of ['', `${value}, ${value}`, `${value},${value}`, [value] as never])
      expect(await verdict(withHeader(request, changed))).toBe(refused)
  })

  it('A3 by another secret is refused', async () => {
    expect(await verdict(signed(BODY, { secret: OTHER }))).toBe(refused)
  })

  it('A4 with any bit of the body or the header turned over is refused', async () => {
    const request = signed(BODY)
    let mutants = 0
    const isRefused = async (mutant: WebhookRequest) => {
      mutants += 1
      expect(await verdict(mutant), headerOf(mutant)).toBe(refused)
    }
    const value = bytes(headerOf(request))
    for (const turned of turnedOver(request.body)) await isRefused({ ...request, body: turned })
    for (const turned of turnedOver(value))
      await isRefused(withHeader(request, String.fromCharCode(...turned)))
    const long = vector('checkout_session.payment.paid')
    for (const turned of turnedOver(long.body.slice(0, 160)))
      await isRefused({ ...long, body: Uint8Array.from([...turned, ...long.body.slice(160)]) })
    console.info(`bits turned over: ${mutants}, all refused`)
    expect(mutants).toBeGreaterThan(2000)
  })

  it('A5 cut off, in upper case, or with another algorithm is refused', async () => {
    const request = signed(BODY)
    const value = headerOf(request)
    for (let length = 0; length < value.length; length += 1)
      expect(await verdict(withHeader(request, value.slice(0, length)))).toBe(refused)
    expect(await verdict(withHeader(request, value.toUpperCase()))).toBe(refused)
    const upper = value.replace(/te=(\w+)/, (_, code: string) => `te=${code.toUpperCase()}`)
    expect(await verdict(withHeader(request, upper))).toBe(refused)
  })

  it('A6 in the place of the other mode is refused', async () => {
    expect(await verdict(signed(BODY, { mode: 'live' }))).toBe(refused)
    const both = headerOf(signed(BODY)).replace(/te=(\w+),li=/, 'te=,li=$1')
    expect(await verdict(withHeader(signed(BODY), both))).toBe(refused)
  })

  it('is read by its names, not by their places, and past what is added one day', async () => {
    const request = signed(BODY)
    const [t, te, li] = headerOf(request).split(',')
    expect(await verdict(withHeader(request, `${li},${te},${t}`))).toBe('accepted')
    expect(await verdict(withHeader(request, `${t},${te},${li},v9=ab`))).toBe('accepted')
  })

  it('A7 counts within three hours of now, either way, to the second', async () => {
    const at = (offset: number) => verdict(signed(BODY, { at: instant(NOW + offset) }))
    expect(await at(-3 * HOUR)).toBe('accepted')
    expect(await at(3 * HOUR)).toBe('accepted')
    expect(await at(-3 * HOUR - 1000)).toBe(refused)
    expect(await at(3 * HOUR + 1000)).toBe(refused)
  })

  it.each(['0', '-1', '1e9', '+1795168800', '01795168800', '1795168800junk', '1795168800000', ''])(
    'A7 at the time %j is refused, though it is signed',
    async (t) => {
      const message = bytes(`${t}.${BODY}`)
      const key = await crypto.subtle.importKey(
        'raw',
        bytes(SECRET),
        { name: 'HMAC', hash: 'SHA-256' },
        false,
        ['sign'],
      )
      const mac = Buffer.from(await crypto.subtle.sign('HMAC', key, message)).toString('hex')
      expect(await verdict(withHeader(signed(BODY), `t=${t},te=${mac},li=`))).toBe(refused)
    },
  )

  it('A8 over a body that was written again is refused', async () => {
    const request = signed(BODY)
    for (const body of [`${BODY} `, `\uFEFF${BODY}`, `${BODY}\r\n`, BODY.slice(0, -1), ''])
      expect(await verdict({ ...request, body: bytes(body) })).toBe(refused)
  })

  it('A10 by the old or the new secret is accepted while both are configured', async () => {
    const both = gatewayWith([OTHER, SECRET])
    expect(await verdict(signed(BODY), both)).toBe('accepted')
    expect(await verdict(signed(BODY, { secret: OTHER }), both)).toBe('accepted')
    expect(await verdict(signed(BODY, { secret: `${OTHER}!` }), both)).toBe(refused)
  })

  it('A11 in a header of a megabyte, or ten thousand of them, costs next to nothing', async () => {
    const request = signed(BODY)
    const started = performance.now()
    expect(await verdict(withHeader(request, 'a'.repeat(1_000_000)))).toBe(refused)
    expect(await verdict(withHeader(request, 'te=ab,'.repeat(10_000)))).toBe(refused)
    expect(performance.now() - started).toBeLessThan(50)
  })
})

describe('A14 an authentic body', () => {
  it.each(['constructor', '__proto__', 'toString', 'invented.tomorrow', 'qr.paid', 'payout.paid'])(
    'of the type %s tells nothing',
    async (type) => {
      const { events, about } = await gateway.receive(signed(eventOf(type, { id: 'x' })))
      expect([events, about]).toEqual([[], []])
    },
  )

  it('that cannot be read has an id of its own, and the same one each time', async () => {
    const [one, same, other] = await Promise.all(
      ['null', 'null', '[]'].map((body) => gateway.receive(signed(body))),
    )
    expect(one?.id).toBe(same?.id)
    expect(one?.id).not.toBe(other?.id)
  })

  it('B6 that does not tell its mode is quarantined', async () => {
    const silent = BODY.replace('"livemode":false,', '')
    expect((await gateway.receive(signed(silent))).quarantined).toBe('mode_missing')
  })
})

/** Every copy with one bit turned over. */
function* turnedOver(value: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < value.length * 8; bit += 1) {
    const copy = Uint8Array.from(value)
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    yield copy
  }
}
