/** Calls over `fetch`, with the secret key. */
import type { Connection } from './connection.ts'
import type { Send } from './send.ts'
import { boundedFetch, networkFailure } from 'billwright/vendor'

export function fetchSender({ secretKey, fetch, baseUrl }: Connection): Send {
  const call = boundedFetch(fetch)
  return async ({ method, path, query, body, signal }) => {
    const headers = {
      authorization: `Bearer ${secretKey}`,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`
    try {
      const init = { method, headers, ...content, signal }
      const reply = await call(`${baseUrl}${path}${search}`, init)
      const json: unknown = await reply.json().catch(() => undefined)
      return { status: reply.status, headers: reply.headers, body: json }
    } catch (error) {
      return networkFailure(error)
    }
  }
}
