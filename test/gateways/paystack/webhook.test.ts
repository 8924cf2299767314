/** Webhooks of Paystack: every recorded one is read, and no changed one is believed. */
import type { WebhookRequest } from 'billwright'
import { instant } from 'billwright/core'
import { hmac } from 'billwright/testing'
import { describe, expect, it } from 'vitest'
import { type PaystackOptions, paystack } from '../../../adapters/gateways/paystack/index.ts'
import { seededRandom } from '../../../src/testing/chaos/random.ts'
import vectors from '../../vectors/paystack-webhooks.json' with { type: 'json' }

const { secretKey } = vectors
const HEADER = 'x-paystack-signature'

function gateway(options: Partial<PaystackOptions> = {}) {
  return paystack({ secretKey, ...options })
}

function request(body: string | Uint8Array, signature: string): WebhookRequest {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  return { headers: { [HEADER]: signature }, body: bytes, receivedAt: instant(1_795_000_000_000) }
}

function signed(value: unknown, key = secretKey): WebhookRequest {
  const message = new TextEncoder().encode(JSON.stringify(value))
  const secret = new TextEncoder().encode(key)
  return request(message, hmac({ hash: 'sha512', key: secret, message, encoding: 'hex' }))
}

/** A recorded event with another reference: the recorded ones are of nobody's invoice. */
function recorded(event: string, change: (data: Record<string, unknown>) => void = () => {}) {
  const found = vectors.vectors.find((each) => each.event === event)
  const value = JSON.parse(found?.body ?? '{}')
  change(value.data)
  return value
}

const OURS = 'bw-c-acc=2F1-1-1'

describe('a webhook of Paystack', () => {
  it.each(vectors.vectors)('is authentic as it was recorded: $name', async (vector) => {
    const given = request(vector.body, vector.header[HEADER])
    const told = await gateway().receive(given)
    expect(told.type).toBe(vector.event)
    expect(told.id).toMatch(/^[0-9a-f]{64}$/)
    // The recorded references are none of ours, so nothing is granted for them.
    expect(told.events).toEqual([])
    expect(await gateway().receive(given)).toEqual(told)
  })

  it('is refused when it was signed over a body that was written again', async () => {
    const [vector] = vectors.vectors.filter((each) => 'reserialisedSignature' in each)
    const again = vector && 'reserialisedSignature' in vector ? vector.reserialisedSignature : ''
    expect(again).toHaveLength(128)
    await expect(gateway().receive(request(vector?.body ?? '', again))).rejects.toMatchObject({
      code: 'invalid_signature',
    })
  })

  it('is refused with any bit turned over, in 2 400 tries', async () => {
    const random = seededRandom(7)
    const target = gateway()
    let refused = 0
    for (const { body, header } of vectors.vectors)
      for (let i = 0; i < 160; i += 1) {
        const bytes = new TextEncoder().encode(body)
        const at = random.below(bytes.length)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
        const code = await target.receive(request(bytes, header[HEADER])).then(
          () => 'believed',
          (error) => error.code,
        )
        if (code === 'invalid_signature') refused += 1
      }
    expect(refused).toBe(vectors.vectors.length * 160)
  })

  it.each([
    ['missing', {}],
    ['empty', { [HEADER]: '' }],
    ['sent twice', { [HEADER]: `${'a'.repeat(128)}, ${'b'.repeat(128)}` }],
    ['in upper case', { [HEADER]: vectors.vectors[0]?.header[HEADER].toUpperCase() ?? '' }],
    ['cut off', { [HEADER]: vectors.vectors[0]?.header[HEADER].slice(0, 64) ?? '' }],
  ])('is refused when its signature is %s', async (_, headers) => {
    const given = { ...request(vectors.vectors[0]?.body ?? '', ''), headers }
    await expect(gateway().receive(given)).rejects.toMatchObject({ code: 'invalid_signature' })
  })

  it('is believed under the old key while a key is replaced, and not before or after', async () => {
    const [now, old] = ['sk_test_the_new_key_0001', 'sk_test_the_old_key_0001']
    const given = signed(recorded('charge.success'), old)
    const both = gateway({ secretKey: now, webhookSecrets: [old] })
    expect((await both.receive(given)).type).toBe('charge.success')
    await expect(gateway({ secretKey: now }).receive(given)).rejects.toMatchObject({
      code: 'invalid_signature',
    })
  })

  it('tells of a paid checkout with the card and the e-mail that it belongs to', async () => {
    const value = recorded('charge.success', (data) => {
      data.reference = OURS
    })
    const { events, about, quarantined } = await gateway().receive(signed(value))
    expect(quarantined).toBeUndefined()
    expect(about).toContainEqual({ kind: 'payment', id: OURS })
    expect(events).toMatchObject([
      {
        type: 'checkout.completed',
        reference: 'acc/1',
        customer: 'CUS_bw1ada0000001',
        method: { id: 'AUTH_bw1testcard/ada@example.test', reusable: true, expires: '2030-12' },
        payment: { id: OURS, amount: 500_000, currency: 'NGN', subject: { checkout: 'acc/1' } },
      },
    ])
  })

  it('of the other mode is quarantined', async () => {
    const value = recorded('charge.success', (data) => {
      Object.assign(data, { domain: 'live', reference: OURS })
    })
    const told = await gateway().receive(signed(value))
    expect(told.quarantined).toBe('mode_mismatch')
    expect(told.events).toEqual([])
  })

  it('about a dispute has the mode of its transaction, whatever the dispute says', async () => {
    const value = recorded('charge.dispute.create', (data) => {
      Object.assign(data.transaction as object, { reference: OURS })
    })
    expect(value.data.domain).toBe('live')
    const told = await gateway().receive(signed(value))
    expect(told.quarantined).toBeUndefined()
    expect(told.events).toEqual([{ type: 'payment.disputed', gateway: 'paystack', payment: OURS }])
  })

  it('about a refund says only where to look, since it does not name the refund', async () => {
    for (const event of ['refund.pending', 'refund.processed', 'refund.failed']) {
      const value = recorded(event, (data) => {
        data.transaction_reference = OURS
      })
      const told = await gateway().receive(signed(value))
      expect(told.events).toEqual([])
      expect(told.fetch).toEqual([{ kind: 'payment', id: OURS }])
    }
  })
})
