/** Webhooks of the sandbox: Standard Webhooks, version 1, read strictly and before anything is parsed. */

import type { Delivery, WebhookRequest } from 'billwright'
import type { Settings } from './options.ts'
import { verifyStandardWebhook } from 'billwright/vendor'
import { readEvent } from './read-event.ts'
import { aboutOf, translate } from './translate.ts'

/** Verifies a webhook over its raw bytes, then says what it tells. */
export async function receive(settings: Settings, request: WebhookRequest): Promise<Delivery> {
  const { name, mode, webhookKeys } = settings
  const id = await verifyStandardWebhook(name, webhookKeys, request)
  const event = readEvent(request.body)
  if (event === null) return { id, type: 'unknown', events: [] }
  const { type, live, data } = event
  const told = { id, type, events: translate(name, type, data), about: aboutOf(data) }
  if (live === (mode === 'live')) return told
  return { ...told, quarantined: live === null ? 'mode_missing' : 'mode_mismatch' }
}
