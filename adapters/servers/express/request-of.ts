/** A call from Express's request, whatever a body parser has done to it before. */
import type { WebhookCall } from 'billwright'
import type { Request as ExpressRequest } from 'express'
import { type ToRequestOptions, toRequest, webhookOf } from 'billwright/node'

/** What body parsers leave behind. */
interface Parsed {
  readonly body?: unknown
  readonly rawBody?: unknown
}

// A parser has decoded the body, so its length and encoding are no longer those of the headers.
const DECODED = ['content-length', 'content-encoding', 'transfer-encoding']

export async function requestOf(incoming: ExpressRequest): Promise<Request> {
  const url = incoming.originalUrl
  const { body, rawBody }: Parsed = incoming
  const bytes = rawOf(rawBody) ?? rawOf(body)
  if (bytes !== undefined) return toRequest(incoming, { url, body: bytes, without: DECODED })
  if (body === undefined && !incoming.readableDidRead) return toRequest(incoming, { url })
  const isWebhook = /^\/webhooks\//i.test(incoming.path)
  if (isWebhook || body === undefined) return consumed(incoming, { url })
  return toRequest(incoming, { url, body: textOf(body), without: DECODED })
}

/** The call without web objects; `null` where its bytes are gone. */
export function webhookIn(incoming: ExpressRequest): WebhookCall | null {
  const url = incoming.originalUrl
  const { body, rawBody }: Parsed = incoming
  const bytes = rawOf(rawBody) ?? rawOf(body)
  if (bytes !== undefined) return webhookOf(incoming, { url, body: bytes, without: DECODED })
  return body === undefined && !incoming.readableDidRead ? webhookOf(incoming, { url }) : null
}

function rawOf(value: unknown): Uint8Array | string | undefined {
  return typeof value === 'string' || value instanceof Uint8Array ? value : undefined
}

/** JSON again; what cannot be written becomes what cannot be read, and is refused as such. */
function textOf(body: unknown): string {
  try {
    return JSON.stringify(body) ?? '!'
  } catch {
    return '!'
  }
}

/** A request whose body is visibly gone, so that the handler says so instead of finding it empty. */
async function consumed(incoming: ExpressRequest, { url }: Pick<ToRequestOptions, 'url'>) {
  const request = toRequest(incoming, {
    ...(url !== undefined && { url }),
    body: ' ',
    without: DECODED,
  })
  await request.arrayBuffer()
  return request
}
