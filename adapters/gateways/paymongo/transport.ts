/** Calls to PayMongo over fetch. A failure is either surely not done, or unknown; never a guess. */

import type { Settings } from './options.ts'
import { type FailureDetail, notDone, outcomeUnknown } from 'billwright'
import { boundedFetch, networkFailure, retryAfter } from 'billwright/vendor'
import { isFields } from './read-resource.ts'

export interface Ask {
  readonly method: 'GET' | 'POST'
  /** With its version: newer parts of the API live beside the first. */
  readonly path: string
  /** What is asked, without the envelope. */
  readonly attributes?: Readonly<Record<string, unknown>>
  /** Makes the creation of a resource repeatable, for a day. */
  readonly key?: string
  readonly signal: AbortSignal
}

/** The reply: its `data`, as an object or a list, or a definite refusal. */
export type Reply =
  | { readonly ok: true; readonly data: unknown; readonly hasMore: boolean }
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
    const detail: FailureDetail = { status, ...retryAfter(response.headers) }
    if (status === 429 || status === 401 || status === 403) throw notDone(name, detail)
    if (status >= 500) throw unsure(name, detail)
    const body = await readJson(response)
    if (body === undefined) throw unsure(name, { ...detail, vendorCode: 'reply_unreadable' })
    if (response.ok) return { ok: true, ...unwrapped(body) }
    const code = codeOf(body)
    // The key is in use for something else: an earlier attempt made something under it.
    if (status === 409) throw unsure(name, { ...detail, vendorCode: code })
    return { ok: false, status, code }
  }
}

async function send(settings: Settings, ask: Ask): Promise<Response> {
  const { name, secretKey, fetch: call, baseUrl } = settings
  const { method, path, attributes, key, signal } = ask
  if (signal.aborted) throw notDone(name, { vendorCode: 'aborted' })
  const headers = {
    // With the colon: the key is the user's name, and the password is empty.
    authorization: `Basic ${btoa(`${secretKey}:`)}`,
    accept: 'application/json',
    ...(attributes === undefined ? {} : { 'content-type': 'application/json' }),
    ...(key === undefined ? {} : { 'idempotency-key': await keyHeader(key) }),
  }
  const body = attributes === undefined ? {} : { body: JSON.stringify({ data: { attributes } }) }
  try {
    return await boundedFetch(call)(`${baseUrl()}${path}`, { method, headers, ...body, signal })
  } catch (error) {
    const { code: vendorCode, neverSent } = networkFailure(error)
    throw (method === 'GET' || neverSent ? notDone : outcomeUnknown)(name, { vendorCode })
  }
}

const MAX_KEY = 255

/** The key in the characters of a header; one that is too long ends with a digest of all of it. */
async function keyHeader(key: string): Promise<string> {
  const text = encodeURIComponent(key)
  if (text.length <= MAX_KEY) return text
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'))
  return `${text.slice(0, MAX_KEY - 65)}.${hex.join('')}`
}

/** What is in the envelope; the newer parts answer without one. */
function unwrapped(body: unknown): { readonly data: unknown; readonly hasMore: boolean } {
  if (!isFields(body) || body.data === undefined) return { data: body, hasMore: false }
  return { data: body.data, hasMore: body.has_more === true }
}

/** The body as JSON, or `undefined` when it is too long, no JSON or broken off. */
async function readJson(response: Response): Promise<unknown> {
  if (!response.headers.get('content-type')?.startsWith('application/json')) {
    await response.body?.cancel().catch(() => {})
    return undefined
  }
  return response.json().catch(() => undefined)
}

/** The first error's code; a declined card says more in its `sub_code`. */
function codeOf(body: unknown): string {
  const [error] = isFields(body) && Array.isArray(body.errors) ? body.errors : []
  const { code, sub_code } = isFields(error) ? error : {}
  const told = typeof sub_code === 'string' ? sub_code : code
  return typeof told === 'string' && /^[\w.-]{1,60}$/.test(told) ? told : 'refused'
}
