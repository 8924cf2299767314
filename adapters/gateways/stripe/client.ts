/**
 * The `stripe` package, loaded on first use: an app that sells through another gateway does not need
 * it. Each call has a client of its own, so that what stops one call stops its request.
 */
import type Stripe from 'stripe'
import type { Settings } from './options.ts'
import { boundedFetch, type NetworkFailure, networkFailure, retryAfter } from 'billwright/vendor'

/** More than any honest reply: a page of a hundred invoices with their lines is long. */
const MAX_BYTES = 5_000_000

/** What is known of a call besides what the package tells: how far it came. */
export interface Trace {
  /** The status of the reply, once there was one. */
  status: number | null
  retryAfterMs: number | undefined
  requestId: string | null
  /** How the network failed. */
  network: NetworkFailure | null
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
export const API_VERSION = '2026-10-28.endive'

/** The platform's fetch, with limits and with notes on what happened. */
function traced(call: typeof fetch, signal: AbortSignal, trace: Trace): typeof fetch {
  const bounded = boundedFetch(call, MAX_BYTES)
  return async (input, init) => {
    const signals = [signal, ...(init?.signal ? [init.signal] : [])]
    let response: Response
    let text: string
    try {
      response = await bounded(input, { ...init, signal: AbortSignal.any(signals) })
      trace.status = response.status
      trace.requestId = response.headers.get('request-id')?.slice(0, 100) ?? null
      trace.retryAfterMs = retryAfter(response.headers).retryAfterMs
      text = await response.text()
    } catch (error) {
      trace.network = networkFailure(error)
      // Without the platform's error code: the package would send the request once more by itself.
      throw new Error('The request to Stripe failed.')
    }
    const { status, headers } = response
    return new Response(status === 204 ? null : text, { status, headers })
  }
}
