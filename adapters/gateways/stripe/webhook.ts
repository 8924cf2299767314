/** Stripe's webhooks: `Stripe-Signature`, scheme v1, read strictly and before anything is parsed. */

import type { Settings } from './options.ts'
import { type Delivery, invalidSignature, type WebhookRequest } from 'billwright'
import { hintsOf } from './hints.ts'
import { readEvent } from './read-event.ts'

/** Seconds that the sender's clock and ours may differ, either way: Stripe's own SDK checks one. */
const TOLERANCE_SECONDS = 300
const MAX_SIGNATURES = 16
const MAX_HEADER = 8192

/** Verifies a webhook over its raw bytes, then says what it tells. */
export async function receive(settings: Settings, request: WebhookRequest): Promise<Delivery> {
  const signature = await verify(settings, request)
  const { name, mode, account } = settings
  const event = readEvent(request.body)
  if (event === null) return { id: `unreadable:${signature}`, type: 'unknown', events: [] }
  const { id, type } = event
  const told = { id, type, ...hintsOf(name, event) }
  if (event.live !== (mode === 'live'))
    return { ...told, quarantined: event.live === null ? 'mode_missing' : 'mode_mismatch' }
  return event.account === account ? told : { ...told, quarantined: 'account_mismatch' }
}

/** The signature that was made with one of our secrets. */
async function verify({ name, webhookKeys }: Settings, request: WebhookRequest): Promise<string> {
  const { body, receivedAt } = request
  const { timestamp, signatures } = readHeader(name, request)
  const apart = Math.abs(Number(timestamp) - Math.floor(receivedAt / 1000))
  if (apart > TOLERANCE_SECONDS) throw invalidSignature(name, 'timestamp_outside_window')
  const message = signedBytes(`${timestamp}.`, body)
  let authentic: string | null = null
  for (const key of webhookKeys) {
    const expected = hex(await crypto.subtle.sign('HMAC', await key, message))
    for (const each of signatures) if (isEqual(each, expected)) authentic = expected
  }
  if (authentic === null) throw invalidSignature(name, 'no_signature_matches')
  return authentic
}

/** `t=<seconds>,v1=<hex>`, with more v1 while a secret is rolled; other schemes do not count. */
function readHeader(name: string, { headers }: WebhookRequest) {
  const given: unknown = Object.hasOwn(headers, HEADER) ? headers[HEADER] : undefined
  if (typeof given !== 'string' || given === '') throw invalidSignature(name, 'header_missing')
  // Sent twice: somebody added one to a request that was not theirs.
  if (given.includes(', ')) throw invalidSignature(name, 'header_repeated')
  if (given.length > MAX_HEADER) throw invalidSignature(name, 'header_too_long')
  const parts = given.split(',')
  const valuesOf = (scheme: string) =>
    parts.filter((part) => part.startsWith(scheme)).map((part) => part.slice(scheme.length))
  const [timestamp = '', ...more] = valuesOf('t=')
  const signatures = valuesOf('v1=')
  if (more.length > 0 || !/^[1-9]\d{0,10}$/.test(timestamp))
    throw invalidSignature(name, 'timestamp_malformed')
  if (signatures.length > MAX_SIGNATURES) throw invalidSignature(name, 'too_many_signatures')
  return { timestamp, signatures }
}

const HEADER = 'stripe-signature'

function signedBytes(prefix: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const start = new TextEncoder().encode(prefix)
  const bytes = new Uint8Array(start.length + body.length)
  bytes.set(start)
  bytes.set(body, start.length)
  return bytes
}

function hex(mac: ArrayBuffer): string {
  let text = ''
  for (const byte of new Uint8Array(mac)) text += (byte < 16 ? '0' : '') + byte.toString(16)
  return text
}

/** Takes the same time wherever two texts of one length differ. */
function isEqual(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false
  let difference = 0
  for (let i = 0; i < expected.length; i += 1)
    difference |= given.charCodeAt(i) ^ expected.charCodeAt(i)
  return difference === 0
}
