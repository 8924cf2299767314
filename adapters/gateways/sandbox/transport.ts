/** Calls to the sandbox over fetch. A failure is either surely not done, or unknown; never a guess. */

import type { Settings } from './options.ts'
import { type FailureDetail, notDone, outcomeUnknown } from 'billwright'
import { boundedFetch, networkFailure, retryAfter } from 'billwright/vendor'

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
  /** Makes a write repeatable. */
  readonly key?: string
  readonly signal: AbortSignal
}

/** The reply: an object of the vendor, or its definite refusal. */
export type Reply =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly status: number; readonly code: string }

export type Transport = (ask: Ask) => Promise<Reply>

/**
 * Makes calls with the settings' key. Throws `gateway_unavailable` for what was surely not done, and
 * `outcome_unknown` for a write that may have been.
 */
export function transport(settings: Settings): Transport {
  const { name } = settings
  return async (ask) => {
    const unsure = ask.method === 'GET' ? notDone : outcomeUnknown
    const response = await send(settings, ask)
    const { status } = response
    const detail = detailOf(response)
    if (status === 429 || status === 401 || status === 403) throw notDone(name, detail)
    if (status >= 500) {
      // A 503 that says when to come back was sent before any work.
      throw (status === 503 && detail.retryAfterMs !== undefined ? notDone : unsure)(name, detail)
    }
    const data = await readJson(response)
    if (data === undefined) throw unsure(name, { ...detail, vendorCode: 'reply_unreadable' })
    if (response.ok) return { ok: true, data }
    return { ok: false, status, code: codeOf(data) }
  }
}

async function send(settings: Settings, ask: Ask): Promise<Response> {
  const { name, secretKey, fetch: call, baseUrl } = settings
  const { method, path, body, key, signal } = ask
  const headers = {
    authorization: `Bearer ${secretKey}`,
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(key === undefined ? {} : { 'idempotency-key': encodeURIComponent(key) }),
  }
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  if (signal.aborted) throw notDone(name, { vendorCode: 'aborted' })
  try {
    return await boundedFetch(call)(`${baseUrl()}${path}`, { method, headers, ...content, signal })
  } catch (error) {
    const { code: vendorCode, neverSent } = networkFailure(error)
    throw (method === 'GET' || neverSent ? notDone : outcomeUnknown)(name, { vendorCode })
  }
}

function detailOf({ status, headers }: Response): FailureDetail {
  const requestId = headers.get('sandbox-request-id')?.slice(0, 100)
  return {
    status,
    ...(requestId === undefined ? {} : { requestId }),
    ...retryAfter(headers),
  }
}

/** The body as JSON, or `undefined` when it is too long, no JSON or broken off. */
async function readJson(response: Response): Promise<unknown> {
  if (!response.headers.get('content-type')?.startsWith('application/json')) {
    await response.body?.cancel().catch(() => {})
    return undefined
  }
  return response.json().catch(() => undefined)
}

function codeOf(data: unknown): string {
  const error = isFields(data) ? data.error : undefined
  const code = isFields(error) ? error.code : undefined
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : 'refused'
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
