/** A web `Request` from a request of `node:http`, its body streamed on demand. */
import type { IncomingMessage } from 'node:http'
import { bodyReader } from './body-reader.ts'
import { headersOf } from './headers-of.ts'

export interface ToRequestOptions {
  /** Path and query. Default: as they arrived. */
  readonly url?: string
  /** Bytes in place of the stream, where somebody read it already; `null` for none. */
  readonly body?: Uint8Array | string | null
  /** Headers that no longer tell the truth about the body. */
  readonly without?: readonly string[]
}

/**
 * The host is never taken from the request: it is `localhost`, so that nothing can be built from a
 * forged one. The `host` header is there for whoever knows to trust it.
 */
export function toRequest(incoming: IncomingMessage, options: ToRequestOptions = {}): Request {
  const { url = incoming.url ?? '/', without = [], body = bodyOf(incoming) } = options
  const method = incoming.method ?? 'GET'
  // A backslash would be read as a slash; no client of good will sends one.
  const plain = /^\/[^\\]*$/.test(url)
  return new Request(`http://localhost${plain ? url : '/'}`, {
    // The three methods that a web request cannot have are refused like any other unknown one.
    method: /^(connect|trace|track)$/i.test(method) ? 'OPTIONS' : method,
    headers: headersOf(incoming, without),
    ...(body !== null && !/^(get|head)$/i.test(method) && { body: bytesOf(body), duplex: 'half' }),
  })
}

// As bytes: a string would bring a content type of its own along.
function bytesOf(body: Uint8Array | string | ReadableStream<Uint8Array>) {
  return typeof body === 'string'
    ? Buffer.from(body)
    : body instanceof Uint8Array
      ? new Uint8Array(body)
      : body
}

function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers
  if (encoding === undefined && (length === undefined || length === '0')) return null
  return streamOf(incoming)
}

/** Bytes as they are asked for. */
function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const reader = bodyReader(incoming)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const step = await reader.read()
        if (step.done) controller.close()
        else controller.enqueue(new Uint8Array(step.value))
      },
      cancel: () => reader.cancel(),
    },
    { highWaterMark: 0 },
  )
}
