/**
 * Webhooks of PayMongo: `t=…,te=…,li=…` over the time, a dot and the raw bytes. The mode decides which
 * of the two codes counts, never which of them is there.
 */

import type { Settings } from './options.ts'
import { type Delivery, invalidSignature, type WebhookRequest } from 'billwright'
import { assertRecent, assertSigned, webhookHeader } from 'billwright/vendor'
import { readEvent } from './read-event.ts'
import { translate } from './translate.ts'

/**
 * Retries go on for two hours and a quarter, and nobody says whether they are signed anew. Repeats
 * within the window change nothing: an event's id is known for good.
 */
const TOLERANCE_SECONDS = 3 * 3600

const HEADER = 'paymongo-signature'

/** Verifies a webhook over its raw bytes, then says what it tells. */
export async function receive(settings: Settings, request: WebhookRequest): Promise<Delivery> {
  const { name, mode, webhookKeys: keys } = settings
  const { body } = request
  const { t, te, li } = codesIn(name, webhookHeader(name, request, HEADER))
  assertRecent(name, t, request, TOLERANCE_SECONDS)
  const signatures = [mode === 'live' ? li : te]
  const message = [`${t}.`, body]
  await assertSigned(name, { hash: 'SHA-256', keys, message, signatures, encoding: 'hex' })
  const event = readEvent(body)
  // Nothing that could be known again: it is kept by the code over it.
  if (event === null || event.id === null)
    return { id: `unreadable:${signatures[0]}`, type: event?.type ?? 'unknown', events: [] }
  const { id, type, live, data } = event
  const told = { id, type, ...translate(name, type, data) }
  if (live === (mode === 'live')) return told
  return { ...told, quarantined: live === null ? 'mode_missing' : 'mode_mismatch' }
}

interface Codes {
  readonly t: string
  readonly te: string
  readonly li: string
}

/** Each of the three exactly once, in any order; what else may stand there one day is passed over. */
function codesIn(gateway: string, header: string): Codes {
  const found = new Map<string, string>()
  for (const part of header.split(',', MAX_PARTS)) {
    const [, name = '', value = ''] = /^(\w+)=([0-9a-f]*)$/.exec(part) ?? []
    if (found.has(name)) throw invalidSignature(gateway, `${HEADER}_repeated`)
    found.set(name, value)
  }
  const [t, te, li] = [found.get('t'), found.get('te'), found.get('li')]
  if (t === undefined || te === undefined || li === undefined)
    throw invalidSignature(gateway, `${HEADER}_malformed`)
  return { t, te, li }
}

const MAX_PARTS = 16
