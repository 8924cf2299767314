/**
 * Is a webhook authentic? Each gateway's check, as its `receive` makes it, held against the HMAC of
 * node:crypto over the same bytes. Secrets are read once; the clock is the webhook's.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { instant } from '../../src/core/index.ts'
import {
  assertRecent,
  assertSigned,
  standardWebhookKeys,
  verifyStandardWebhook,
  webhookHeader,
} from '../../src/vendor/index.ts'
import { compareAsync } from '../support/measure-async.ts'

const SECRET = 'whsec_ZG9kby1kb2RvLWRvZG8tZG9kby1kb2Rv'
const SIZES = [512, 2048, 8192, 51_200] as const
const encoder = new TextEncoder()
const key = encoder.encode(SECRET)
const keys = [key]
const standardKeys = standardWebhookKeys('dodo', SECRET)
const [standardKey = key] = standardKeys
const receivedAt = instant('2026-01-15T10:00:00Z')
const t = String(receivedAt / 1000)

function hmac(hash: 'sha256' | 'sha512', secret: Uint8Array, ...message: (string | Uint8Array)[]) {
  const code = createHmac(hash, secret)
  for (const piece of message) code.update(piece)
  return code
}

/** The limit: the code over the bytes, and a comparison that takes the same time. */
function raw(
  hash: 'sha256' | 'sha512',
  secret: Uint8Array,
  {
    signed,
    code,
  }: { readonly signed: readonly (string | Uint8Array)[]; readonly code: Uint8Array },
) {
  return () => timingSafeEqual(hmac(hash, secret, ...signed).digest(), code)
}

for (const size of SIZES) {
  const body = encoder.encode(JSON.stringify({ id: 'evt_1', data: 'x'.repeat(size - 24) }))
  const request = (headers: Record<string, string>) => ({ headers, body, receivedAt })

  const timed = [`${t}.`, body]
  const timedCode = hmac('sha256', key, ...timed).digest()
  const hex = timedCode.toString('hex')
  const stripe = request({ 'stripe-signature': `t=${t},v1=${hex}` })
  const paymongo = request({ 'paymongo-signature': `t=${t},te=${hex},li=` })

  const named = [`msg_1.${t}.`, body]
  const namedCode = hmac('sha256', standardKey, ...named).digest()
  const dodo = request({
    'webhook-id': 'msg_1',
    'webhook-timestamp': t,
    'webhook-signature': `v1,${namedCode.toString('base64')}`,
  })

  const plainCode = hmac('sha512', key, body).digest()
  const paystack = request({ 'x-paystack-signature': plainCode.toString('hex') })

  const hexParts = (header: string, name: string) =>
    header.split(',').flatMap((part) => (part.startsWith(name) ? [part.slice(name.length)] : []))
  const byTime = (signed: typeof stripe, header: string, scheme: string) => async () => {
    const value = webhookHeader('bench', signed, header)
    const [timestamp = ''] = hexParts(value, 't=')
    assertRecent('bench', timestamp, signed)
    const message = [`${timestamp}.`, signed.body]
    const signatures = hexParts(value, scheme)
    await assertSigned('bench', { hash: 'SHA-256', encoding: 'hex', keys, message, signatures })
  }

  await compareAsync(`A webhook of ${size} bytes, HMAC-SHA256`, [
    { name: 'limit: node:crypto', run: raw('sha256', key, { signed: timed, code: timedCode }) },
    { name: 'billwright stripe', run: byTime(stripe, 'stripe-signature', 'v1=') },
    { name: 'billwright paymongo', run: byTime(paymongo, 'paymongo-signature', 'te=') },
    {
      name: 'billwright dodo (Standard Webhooks)',
      run: () => verifyStandardWebhook('dodo', standardKeys, dodo),
    },
  ])
  await compareAsync(`A webhook of ${size} bytes, HMAC-SHA512`, [
    { name: 'limit: node:crypto', run: raw('sha512', key, { signed: [body], code: plainCode }) },
    {
      name: 'billwright paystack',
      run: async () => {
        const signature = webhookHeader('paystack', paystack, 'x-paystack-signature')
        const signed = { hash: 'SHA-512', encoding: 'hex', keys, message: [body] } as const
        await assertSigned('paystack', { ...signed, signatures: [signature] })
      },
    },
  ])
}
