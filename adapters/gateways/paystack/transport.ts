/** Calls to Paystack over fetch. A failure is either surely not done, or unknown; never a guess. */
import type { Settings } from './options.ts'
import { type FailureDetail, notDone, outcomeUnknown } from 'billwright'
import { boundedFetch, networkFailure, retryAfter } from 'billwright/vendor'
import { isFields, text } from './read.ts'

export interface Ask {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
}

/** The reply's data, or a definite refusal. */
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
    if (status >= 500) throw unsure(name, detail)
    const body: unknown = await response.json().catch(() => undefined)
    if (!isFields(body)) throw unsure(name, { ...detail, vendorCode: 'reply_unreadable' })
    if (response.ok && body.status === true) return { ok: true, data: body.data }
    return { ok: false, status, code: codeOf(body) }
  }
}

async function send(settings: Settings, { method, path, body, signal }: Ask): Promise<Response> {
  const { name, secretKey, fetch: call, baseUrl } = settings
  const headers = {
    authorization: `Bearer ${secretKey}`,
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  if (signal.aborted) throw notDone(name, { vendorCode: 'aborted' })
  try {
    return await boundedFetch(call)(`${baseUrl}${path}`, { method, headers, ...content, signal })
  } catch (error) {
    const { code: vendorCode, neverSent } = networkFailure(error)
    throw (method === 'GET' || neverSent ? notDone : outcomeUnknown)(name, { vendorCode })
  }
}

function detailOf({ status, headers }: Response): FailureDetail {
  const requestId = (headers.get('x-paystack-request-id') ?? headers.get('x-request-id'))?.slice(
    0,
    100,
  )
  return {
    status,
    ...(requestId === undefined ? {} : { requestId }),
    ...retryAfter(headers),
  }
}

/** Old replies have no code, only a sentence. */
function codeOf(body: Readonly<Record<string, unknown>>): string {
  const code = text(body.code)
  if (code !== null && /^\w{1,60}$/.test(code)) return code
  const message = text(body.message) ?? ''
  if (/duplicate transaction reference/i.test(message)) return 'duplicate_reference'
  if (/reference not found|not found/i.test(message)) return 'not_found'
  return 'refused'
}
