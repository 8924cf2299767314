/**
 * The `stripe` package, loaded on first use: an app that sells through another gateway does not need
 * it. Each call has a client of its own, so that what stops one call stops its request.
 */
import type Stripe from 'stripe'
import type { Settings } from './options.ts'

/** More than any honest reply; a longer one is cut off. */
const MAX_BYTES = 5_000_000

/** What is known of a call besides what the package tells: how far it came. */
export interface Trace {
  /** The status of the reply, once there was one. */
  status: number | null
  retryAfterMs: number | null
  requestId: string | null
  /** The platform's word for a network failure, such as `ECONNREFUSED`. */
  network: string | null
}

export type Connect = (signal: AbortSignal, trace: Trace) => Promise<Stripe>

export function connecting(settings: Settings): Connect {
  const { secretKey, client, timeoutMs, baseUrl } = settings
  let loading: Promise<typeof Stripe> | null = null
  return async (signal, trace) => {
    if (client) return client
    loading ??= import('stripe').then(({ default: loaded }) => loaded)
    const Loaded = await loading
    const { protocol, hostname, port } = new URL(baseUrl())
    const isHttp = protocol === 'http:'
    return new Loaded(secretKey, {
      apiVersion: API_VERSION,
      httpClient: Loaded.createFetchHttpClient(traced(settings.fetch, signal, trace)),
      host: hostname,
      port: port === '' ? (isHttp ? 80 : 443) : Number(port),
      protocol: isHttp ? 'http' : 'https',
      timeout: timeoutMs,
      // Repeating is the runtime's business: it looks first where a repeat could take money twice.
      maxNetworkRetries: 0,
      telemetry: false,
      appInfo: { name: 'billwright', url: 'https://www.npmjs.com/package/billwright' },
    })
  }
}

/** The version whose words this adapter speaks; endpoints for webhooks should have it too. */
const API_VERSION = '2026-10-28.endive'

/** The platform's fetch, with limits and with notes on what happened. */
function traced(call: typeof fetch, signal: AbortSignal, trace: Trace): typeof fetch {
  return async (input, init) => {
    const signals = [signal, ...(init?.signal ? [init.signal] : [])]
    let response: Response
    let text: string
    try {
      // A redirect would carry the secret key to wherever it leads.
      const guarded = { ...init, redirect: 'error', signal: AbortSignal.any(signals) } as const
      response = await call(input, guarded)
      trace.status = response.status
      trace.requestId = response.headers.get('request-id')?.slice(0, 100) ?? null
      trace.retryAfterMs = retryAfter(response)
      text = await readText(response)
    } catch (error) {
      trace.network = networkCode(error)
      // Without the platform's error code: the package would send the request once more by itself.
      throw new Error('The request to Stripe failed.')
    }
    const { status, headers } = response
    return new Response(status === 204 ? null : text, { status, headers })
  }
}

function retryAfter({ headers }: Response): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return seconds >= 0 && seconds < 86_400 ? seconds * 1000 : null
}

async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let [text, size] = ['', 0]
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.length
    if (size > MAX_BYTES) {
      await reader?.cancel()
      throw new Error('The reply is too long.')
    }
    text += decoder.decode(part.value, { stream: true })
  }
  return text + decoder.decode()
}

/** Its message may hold addresses and is left behind. */
function networkCode(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  const code = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined
  if (typeof code === 'string' && /^[A-Z_0-9]{1,40}$/.test(code)) return code
  return error instanceof Error && error.name === 'AbortError' ? 'aborted' : 'network'
}
