/** A reply: JSON, never cached, with the id of the request. */
import type { PlainReply } from '../webhook-call.ts'

export interface Responding {
  readonly status?: number
  readonly requestId: string
  readonly headers?: Readonly<Record<string, string>>
}

/** `Date`s become ISO strings; functions and what is undefined are left out. */
export function json(body: unknown, { status = 200, requestId, headers }: Responding): PlainReply {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...headers,
    },
    body: JSON.stringify(body),
  }
}

/** The same as a web response. */
export function toResponse({ body, ...head }: PlainReply): Response {
  return new Response(body, head)
}
