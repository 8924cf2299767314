/** Calls to the sandbox over fetch. A failure is either surely not done, or unknown; never a guess. */

import type { Settings } from './options.ts'
import { type FailureDetail, notDone, outcomeUnknown } from 'billwright'

/** More than any honest reply; a longer one is cut off. */
const MAX_BYTES = 1_000_000

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
    // A redirect would carry the secret key to wherever it leads.
    return await call(`${baseUrl()}${path}`, {
      method,
      headers,
      ...content,
      signal,
      redirect: 'error',
    })
  } catch (error) {
    const vendorCode = networkCode(error)
    const unsure = method === 'GET' || NEVER_SENT.has(vendorCode) ? notDone : outcomeUnknown
    throw unsure(name, { vendorCode })
  }
}

/** The connection was never made, so nothing can have been done. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The platform's word for a network failure; its message may hold addresses and is left behind. */
function networkCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = isFields(cause) ? cause.code : undefined
  if (typeof code === 'string' && /^[A-Z_0-9]{1,40}$/.test(code)) return code
  return error instanceof Error && error.name === 'AbortError' ? 'aborted' : 'network'
}

function detailOf({ status, headers }: Response): FailureDetail {
  const requestId = headers.get('sandbox-request-id')?.slice(0, 100)
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  const wait = seconds >= 0 && seconds < 86_400
  return {
    status,
    ...(requestId === undefined ? {} : { requestId }),
    ...(wait ? { retryAfterMs: seconds * 1000 } : {}),
  }
}

/** The body as JSON, or `undefined` when it is too long, no JSON or broken off. */
async function readJson(response: Response): Promise<unknown> {
  if (!response.headers.get('content-type')?.startsWith('application/json')) {
    await response.body?.cancel().catch(() => {})
    return undefined
  }
  try {
    const text = await readText(response)
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readText(response: Response): Promise<string | null> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let [text, size] = ['', 0]
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.length
    if (size > MAX_BYTES) {
      await reader?.cancel()
      return null
    }
    text += decoder.decode(part.value, { stream: true })
  }
  return text + decoder.decode()
}

function codeOf(data: unknown): string {
  const error = isFields(data) ? data.error : undefined
  const code = isFields(error) ? error.code : undefined
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : 'refused'
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
