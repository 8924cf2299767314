/** What every call to a vendor over HTTP must mind: redirects, endless replies, failures of the network. */

/** More than any honest reply. */
const MAX_BYTES = 2_000_000

/**
 * A fetch that follows no redirect, which would carry the secret key to wherever it leads, and whose
 * replies break off when they are read further than `maxBytes`. Default 2 MB.
 */
export function boundedFetch(send: typeof fetch, maxBytes = MAX_BYTES): typeof fetch {
  return async (input, init) => {
    const response = await send(input, { ...init, redirect: 'error' })
    if (response.body === null) return response
    let size = 0
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.length
        if (size > maxBytes) controller.error(new Error('The reply is too long.'))
        else controller.enqueue(chunk)
      },
    })
    const { status, statusText, headers } = response
    return new Response(response.body.pipeThrough(counted), { status, statusText, headers })
  }
}

export interface NetworkFailure {
  /** The platform's word, such as `ECONNRESET`; `aborted` or `network` where it has none. */
  readonly code: string
  /** The connection was never made, so nothing can have been done. */
  readonly neverSent: boolean
}

/** What a thrown `fetch` or SDK call says of the network; its message may hold addresses and is left behind. */
export function networkFailure(error: unknown): NetworkFailure {
  const code = codeWithin(error) ?? (isAborted(error) ? 'aborted' : 'network')
  return { code, neverSent: NEVER_SENT.has(code) }
}

/** `Retry-After` in milliseconds, where it counts seconds and less than a day. */
export function retryAfter(headers: Headers): { readonly retryAfterMs?: number } {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return seconds >= 0 && seconds < 86_400 ? { retryAfterMs: seconds * 1000 } : {}
}

const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Packages wrap the platform's errors, some more than once. */
const DEEPEST = 5

function codeWithin(error: unknown): string | null {
  let at = error
  for (let depth = 0; typeof at === 'object' && at !== null && depth < DEEPEST; depth += 1) {
    const code: unknown = Reflect.get(at, 'code')
    if (typeof code === 'string' && /^[A-Z_0-9]{1,40}$/.test(code)) return code
    at = Reflect.get(at, 'cause')
  }
  return null
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && /abort|timeout/i.test(`${error.name} ${error.constructor.name}`)
}
