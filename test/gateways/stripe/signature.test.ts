/** Who may tell us anything: every way to forge, cut, move or repeat a signature is refused. */
import type { WebhookRequest } from 'billwright'
import { type Instant, instant } from 'billwright/core'
import { describe, expect, it } from 'vitest'
import { bytes, gatewayWith, NOW, SECRET, signed, vectors, verdict } from './webhooks.ts'

const BODY = '{"object":"event","id":"evt_1","type":"invented","livemode":false,"data":{}}'
const OTHER = 'whsec_another_secret_that_is_long_enough'
const refused = 'invalid_signature'
const gateway = gatewayWith()

const withHeader = (header: string, request = signed(BODY)): WebhookRequest => ({
  ...request,
  headers: { 'stripe-signature': header },
})
const headerOf = (request: WebhookRequest) => request.headers['stripe-signature'] ?? ''
const macOf = (request: WebhookRequest) => headerOf(request).split('v1=')[1] ?? ''
const SECONDS = Math.floor(NOW / 1000)

describe('A1 a secret that would let anybody in', () => {
  it.each<[string, unknown]>([
    ['missing', null],
    ['empty', ''],
    ['blank', '   '],
    ['only its prefix', 'whsec_'],
    ['too short', 'whsec_short'],
    ['without its prefix', 'billwright_test_secret_0001'],
    ['followed by a line break', `${SECRET}\n`],
    ['after a space', ` ${SECRET}`],
    ['an empty list', []],
    ['a list with an empty one', [SECRET, '']],
  ])('%s is refused when the gateway is made', (_, secret) => {
    expect(() => gatewayWith(secret as string)).toThrow(
      expect.objectContaining({
        kind: 'config',
        detail: expect.objectContaining({ option: 'webhookSecret' }),
      }),
    )
  })
})

describe('a signature', () => {
  const { signing, events } = vectors()

  it.each(signing.vectors)('of the vector $event is accepted at its time', async (vector) => {
    const request = {
      headers: { 'stripe-signature': vector.header },
      body: bytes(JSON.stringify(events[vector.event])),
      receivedAt: instant(vector.timestamp * 1000),
    }
    expect(await verdict(gatewayWith(vector.secret), request)).toBe('accepted')
    expect(await verdict(gatewayWith(OTHER), request)).toBe(refused)
  })

  it('made by the package itself is accepted', async () => {
    const { default: Stripe } = await import('stripe')
    const options = { payload: BODY, secret: SECRET, timestamp: SECONDS }
    const header = Stripe.webhooks.generateTestHeaderString(options)
    expect(await verdict(gateway, withHeader(header))).toBe('accepted')
  })

  it('A3 by another secret is refused', async () => {
    expect(await verdict(gateway, signed(BODY, { secret: OTHER }))).toBe(refused)
  })

  it('A4 by any of the secrets that are being rolled is accepted, in any place', async () => {
    const rolling = gatewayWith([SECRET, OTHER])
    expect(await verdict(rolling, signed(BODY, { secret: OTHER }))).toBe('accepted')
    const both = `${headerOf(signed(BODY, { secret: OTHER }))},v1=${macOf(signed(BODY))}`
    expect(await verdict(gateway, withHeader(both))).toBe('accepted')
  })

  it.each([
    ['no header', {}],
    ['an empty one', { 'stripe-signature': '' }],
    ['one that is no text', { 'stripe-signature': ['t=1'] as unknown as string }],
    ['one that was sent twice', { 'stripe-signature': `${headerOf(signed(BODY))}, t=1` }],
    [
      'one that never ends',
      { 'stripe-signature': `${headerOf(signed(BODY))},v0=${'a'.repeat(9000)}` },
    ],
  ])('A2 %s is refused', async (_, headers) => {
    expect(await verdict(gateway, { ...signed(BODY), headers })).toBe(refused)
  })

  it.each([
    ['of another scheme alone', `t=${SECONDS},v0=${macOf(signed(BODY))}`],
    ['in capitals', headerOf(signed(BODY)).toUpperCase()],
    ['with hex in capitals', `t=${SECONDS},v1=${macOf(signed(BODY)).toUpperCase()}`],
    ['that is empty', `t=${SECONDS},v1=`],
    ['without a time', `v1=${macOf(signed(BODY))}`],
    ['with two times', `t=${SECONDS},t=${SECONDS},v1=${macOf(signed(BODY))}`],
    ['with a time that is no number', `t=1e9,v1=${macOf(signed(BODY))}`],
    ['with seventeen tries', `${headerOf(signed(BODY))}${',v1=00'.repeat(16)}`],
  ])('A2 %s is refused', async (_, header) => {
    expect(await verdict(gateway, withHeader(header))).toBe(refused)
  })

  it('is held to a window of five minutes on both sides', async () => {
    const at = (seconds: number) =>
      verdict(gateway, { ...signed(BODY), receivedAt: (NOW + seconds * 1000) as Instant })
    expect(await at(300)).toBe('accepted')
    expect(await at(-300)).toBe('accepted')
    expect(await at(301)).toBe(refused)
    // The SDK of the vendor lets a time in the future pass.
    expect(await at(-301)).toBe(refused)
  })

  it('covers the raw bytes: a body that was parsed and written again is refused', async () => {
    const spaced = BODY.replace('","', '", "')
    expect(await verdict(gateway, { ...signed(BODY), body: bytes(spaced) })).toBe(refused)
    const odd = new Uint8Array([0xff, 0xfe, 0x00, 0x7b])
    expect(await verdict(gateway, signed(odd))).toBe('accepted')
  })

  it('refuses every one of 2,400 single bits that are turned over', async () => {
    const request = signed(JSON.stringify(events.invoice_paid_cycle))
    const header = headerOf(request)
    let flips = 0
    for (let bit = 0; bit < header.length * 8; bit += 1) {
      const place = bit >> 3
      const turned = String.fromCharCode(header.charCodeAt(place) ^ (1 << (bit & 7)))
      const spoilt = header.slice(0, place) + turned + header.slice(place + 1)
      expect(await verdict(gateway, withHeader(spoilt, request)), `header ${bit}`).toBe(refused)
      flips += 1
    }
    const step = Math.floor((request.body.length * 8) / (2400 - flips))
    for (let bit = 0; flips < 2400; bit += step, flips += 1) {
      const body = Uint8Array.from(request.body)
      body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(await verdict(gateway, { ...request, body }), `body ${bit}`).toBe(refused)
    }
    expect(flips).toBe(2400)
  })
})
