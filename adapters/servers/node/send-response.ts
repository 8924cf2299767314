/** Writes a reply to a response of `node:http`. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PlainReply } from 'billwright'

/** The same for a web response. */
export async function sendResponse(
  response: Response,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { status, headers } = response
  const body = Buffer.from(await response.arrayBuffer())
  sendReply({ status, headers: Object.fromEntries(headers), body }, incoming, outgoing)
}

/** A body that was not read to its end costs the connection: the rest of it could be endless. */
export function sendReply(
  { status, headers, body }: Omit<PlainReply, 'body'> & { readonly body: string | Uint8Array },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  if (outgoing.destroyed) return
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value)
  if (!incoming.complete) outgoing.setHeader('connection', 'close')
  outgoing.statusCode = status
  outgoing.end(incoming.method === 'HEAD' ? undefined : body)
}
