/** What a vendor remembers of the requests that carried an idempotency key. */

interface Stored {
  readonly fingerprint: string
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

export interface IdempotencyKeys {
  /**
   * Runs a request once: the same key with the same content is answered with the stored reply, the
   * same key with other content by `conflict`. A reply with status 500 or more is not stored.
   */
  once(key: string, request: KeyedRequest): Promise<Response>
  /** The stored reply's body, or `null`. */
  reply(key: string): string | null
}

export interface KeyedRequest {
  /** Everything that must be the same: method, path and body. */
  readonly fingerprint: string
  readonly run: () => Promise<Response>
  readonly conflict: () => Response
}

/** An empty memory of keys. */
export function idempotencyKeys(): IdempotencyKeys {
  const stored = new Map<string, Stored>()
  const running = new Map<string, Promise<Response>>()
  const run = async (key: string, request: KeyedRequest): Promise<Response> => {
    const response = await request.run()
    const { status, headers } = response
    if (status >= 500) return response
    const body = await response.text()
    const { fingerprint } = request
    stored.set(key, { fingerprint, status, headers: [...headers], body })
    return new Response(body, { status, headers })
  }
  return {
    async once(key, request) {
      while (running.has(key)) await running.get(key)
      const known = stored.get(key)
      if (known && known.fingerprint !== request.fingerprint) return request.conflict()
      if (known) return replay(known)
      const first = run(key, request)
      running.set(key, first)
      try {
        return await first
      } finally {
        running.delete(key)
      }
    },
    reply: (key) => stored.get(key)?.body ?? null,
  }
}

function replay({ status, headers, body }: Stored): Response {
  const response = new Response(body, { status })
  for (const [name, value] of headers) response.headers.set(name, value)
  response.headers.set('idempotent-replayed', 'true')
  return response
}
