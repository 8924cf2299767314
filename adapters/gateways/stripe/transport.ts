/** Calls to Stripe. A failure is either surely not done, or unknown; never a guess. */

import type Stripe from 'stripe'
import type { Settings } from './options.ts'
import { type FailureDetail, notDone, outcomeUnknown } from 'billwright'
import { connecting, type Trace } from './client.ts'
import { type Fields, isFields, numberAt, textAt } from './fields.ts'

export interface Ask {
  readonly signal: AbortSignal
  /** The idempotency key of a write; a read has none. */
  readonly key: string | null
}

/** What a call may pass to the package as its last argument. */
export type CallOptions = Stripe.RequestOptions

/** The reply: an object of Stripe, or its definite refusal with the error that it sent. */
export type Reply =
  | { readonly ok: true; readonly data: Fields }
  | { readonly ok: false; readonly code: string; readonly error: Fields; readonly status: number }

export type Transport = (
  ask: Ask,
  run: (stripe: Stripe, options: CallOptions) => Promise<unknown>,
) => Promise<Reply>

/**
 * Makes calls with the settings' key. Throws `gateway_unavailable` for what was surely not done, and
 * `outcome_unknown` for a write that may have been.
 */
export function transport(settings: Settings): Transport {
  const { name } = settings
  const connect = connecting(settings)
  return async ({ signal, key }, run) => {
    const unsure = key === null ? notDone : outcomeUnknown
    const trace: Trace = { status: null, retryAfterMs: undefined, requestId: null, network: null }
    if (signal.aborted) throw notDone(name, { vendorCode: 'aborted' })
    const stripe = await connect(signal, trace)
    let data: unknown
    try {
      const options = { maxNetworkRetries: 0, ...(key === null ? {} : { idempotencyKey: key }) }
      data = await whileWanted(signal, run(stripe, options))
    } catch (error) {
      return refusedOrThrow(name, { error, trace, unsure })
    }
    // The package takes any JSON without `error` for a success, whatever its status.
    if (isFields(data) && textAt(data, 'object') !== null) return { ok: true, data }
    throw unsure(name, { ...detailOf(trace), vendorCode: 'reply_unreadable' })
  }
}

interface Failed {
  readonly error: unknown
  readonly trace: Trace
  readonly unsure: typeof notDone
}

function refusedOrThrow(name: string, { error, trace, unsure }: Failed): Reply {
  const status = trace.status ?? numberAt(error, 'statusCode') ?? 0
  const code = wordOf(textAt(error, 'code') ?? textAt(error, 'rawType'))
  const detail = { ...detailOf(trace), ...(status > 0 ? { status } : {}), vendorCode: code }
  if (trace.network !== null) {
    const { code: vendorCode, neverSent } = trace.network
    throw (neverSent ? notDone : unsure)(name, { ...detail, vendorCode })
  }
  if (status === 429 || status === 401 || status === 403) throw notDone(name, detail)
  // Another attempt with the same key is under way: what it comes to is not known yet.
  if (status === 409 || status >= 500 || status < 400) throw unsure(name, detail)
  const raw = isFields(error) && isFields(error.raw) ? error.raw : {}
  return { ok: false, code, error: raw, status }
}

function detailOf({ status, requestId, retryAfterMs }: Trace): FailureDetail {
  return {
    ...(status === null ? {} : { status }),
    ...(requestId === null ? {} : { requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}

function wordOf(code: string | null): string {
  return code !== null && /^\w{1,60}$/.test(code) ? code : 'refused'
}

/** Gives up when nobody waits any more; a client of the app's own cannot be told to stop. */
function whileWanted<T>(signal: AbortSignal, running: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error('Given up.'))
    signal.addEventListener('abort', stop, { once: true })
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
