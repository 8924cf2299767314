/** A request of `node:http` as a webhook, without web objects. */

import type { IncomingMessage } from 'node:http'
import type { WebhookCall } from 'billwright'
import { bodyReader } from './body-reader.ts'
import { headersOf } from './headers-of.ts'

export interface WebhookOfOptions {
  /** Path and query. Default: as they arrived. */
  readonly url?: string
  /** Bytes in place of the stream, where somebody read it already. */
  readonly body?: Uint8Array | string
  /** Headers that no longer tell the truth about the body. */
  readonly without?: readonly string[]
}

export function webhookOf(incoming: IncomingMessage, options: WebhookOfOptions = {}): WebhookCall {
  const { url = incoming.url ?? '/', without = [], body } = options
  return {
    method: incoming.method ?? 'GET',
    target: url,
    get headers() {
      return headersOf(incoming, without)
    },
    async body() {
      if (body !== undefined) return typeof body === 'string' ? Buffer.from(body) : body
      return (await whole(incoming)) ?? bodyReader(incoming)
    },
  }
}

/** A short body comes with its headers and is there once this turn of the loop has parsed both. */
async function whole(incoming: IncomingMessage): Promise<Uint8Array | null> {
  await new Promise((resolve) => setImmediate(resolve))
  if (!incoming.complete) return null
  const bytes: unknown = incoming.read()
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(0)
}
