/** Writes a web `Response` to a response of `node:http`. */
import type { IncomingMessage, ServerResponse } from 'node:http'

/** A body that was not read to its end costs the connection: the rest of it could be endless. */
export async function sendResponse(
  response: Response,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer())
  if (outgoing.destroyed) return
  for (const [name, value] of response.headers) outgoing.setHeader(name, value)
  if (!incoming.complete) outgoing.setHeader('connection', 'close')
  outgoing.statusCode = response.status
  outgoing.end(incoming.method === 'HEAD' ? undefined : body)
}
