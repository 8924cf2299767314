/** Stripe's webhooks: `Stripe-Signature`, scheme v1, read strictly and before anything is parsed. */

import type { Settings } from './options.ts'
import { type Delivery, invalidSignature, type WebhookRequest } from 'billwright'
import { assertRecent, assertSigned, webhookHeader } from 'billwright/vendor'
import { hintsOf } from './hints.ts'
import { readEvent } from './read-event.ts'

/** Verifies a webhook over its raw bytes, then says what it tells. */
export async function receive(settings: Settings, request: WebhookRequest): Promise<Delivery> {
  const signed = await verify(settings, request)
  const { name, mode, account } = settings
  const event = readEvent(request.body)
  if (event === null) return { id: `unreadable:${signed}`, type: 'unknown', events: [] }
  const { id, type } = event
  const told = { id, type, ...hintsOf(name, event) }
  if (event.live !== (mode === 'live'))
    return { ...told, quarantined: event.live === null ? 'mode_missing' : 'mode_mismatch' }
  return event.account === account ? told : { ...told, quarantined: 'account_mismatch' }
}

/** The header, once one of its signatures was made with one of our secrets. */
async function verify({ name, webhookKeys }: Settings, request: WebhookRequest): Promise<string> {
  const header = webhookHeader(name, request, 'stripe-signature')
  const { timestamp, signatures } = readHeader(name, header)
  // Both ways: Stripe's own package lets a time in the future pass.
  assertRecent(name, timestamp, request)
  const message = [`${timestamp}.`, request.body]
  await assertSigned(name, {
    ...{ hash: 'SHA-256', encoding: 'hex' },
    ...{ keys: webhookKeys, message, signatures },
  })
  return header
}

/** `t=<seconds>,v1=<hex>`, with more v1 while a secret is rolled; other schemes do not count. */
function readHeader(name: string, header: string) {
  const parts = header.split(',')
  const valuesOf = (scheme: string) =>
    parts.filter((part) => part.startsWith(scheme)).map((part) => part.slice(scheme.length))
  const [timestamp = '', ...more] = valuesOf('t=')
  if (more.length > 0) throw invalidSignature(name, 'timestamp_repeated')
  return { timestamp, signatures: valuesOf('v1=') }
}
