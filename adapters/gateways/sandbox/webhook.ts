/** Webhooks of the sandbox: Standard Webhooks, version 1, read strictly and before anything is parsed. */

import type { Settings } from './options.ts'
import { type Delivery, invalidSignature, type WebhookRequest } from 'billwright'
import { readEvent } from './read-event.ts'
import { aboutOf, translate } from './translate.ts'

/** Seconds that the sender's clock and ours may differ, either way. */
const TOLERANCE_SECONDS = 300
const MAX_SIGNATURES = 16
const MAX_HEADER = 8192

/** Verifies a webhook over its raw bytes, then says what it tells. */
export async function receive(settings: Settings, request: WebhookRequest): Promise<Delivery> {
  const id = await verify(settings, request)
  const { name, mode } = settings
  const event = readEvent(request.body)
  if (event === null) return { id, type: 'unknown', events: [] }
  const { type, live, data } = event
  const told = { id, type, events: translate(name, type, data), about: aboutOf(data) }
  if (live === (mode === 'live')) return told
  return { ...told, quarantined: live === null ? 'mode_missing' : 'mode_mismatch' }
}

/** The event's id, once one of the signatures was made with one of our secrets. */
async function verify(settings: Settings, request: WebhookRequest): Promise<string> {
  const { name, webhookKeys } = settings
  const { body, receivedAt } = request
  const id = header(name, request, 'webhook-id')
  const timestamp = header(name, request, 'webhook-timestamp')
  const signatures = header(name, request, 'webhook-signature').split(' ')
  if (!/^[1-9]\d{0,10}$/.test(timestamp)) throw invalidSignature(name, 'timestamp_malformed')
  const apart = Math.abs(Number(timestamp) - Math.floor(receivedAt / 1000))
  if (apart > TOLERANCE_SECONDS) throw invalidSignature(name, 'timestamp_outside_window')
  if (signatures.length > MAX_SIGNATURES) throw invalidSignature(name, 'too_many_signatures')
  const message = signedBytes(`${id}.${timestamp}.`, body)
  let authentic = false
  for (const key of webhookKeys) {
    const expected = `v1,${await sign(key, message)}`
    for (const signature of signatures) authentic = isEqual(signature, expected) || authentic
  }
  if (!authentic) throw invalidSignature(name, 'no_signature_matches')
  return id
}

function header(gateway: string, { headers }: WebhookRequest, name: string): string {
  const value: unknown = Object.hasOwn(headers, name) ? headers[name] : undefined
  if (typeof value !== 'string' || value === '') throw invalidSignature(gateway, `${name}_missing`)
  // Sent twice: somebody added one to a request that was not theirs.
  if (value.includes(', ')) throw invalidSignature(gateway, `${name}_repeated`)
  if (value.length > MAX_HEADER) throw invalidSignature(gateway, `${name}_too_long`)
  return value
}

function signedBytes(prefix: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const start = new TextEncoder().encode(prefix)
  const bytes = new Uint8Array(start.length + body.length)
  bytes.set(start)
  bytes.set(body, start.length)
  return bytes
}

async function sign(
  key: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign'])
  const mac = await crypto.subtle.sign('HMAC', imported, message)
  return btoa(String.fromCharCode(...new Uint8Array(mac)))
}

/** Takes the same time wherever two texts of one length differ. */
function isEqual(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false
  let difference = 0
  for (let i = 0; i < expected.length; i += 1)
    difference |= given.charCodeAt(i) ^ expected.charCodeAt(i)
  return difference === 0
}
