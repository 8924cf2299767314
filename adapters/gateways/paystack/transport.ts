/** Calls to Paystack over fetch. A failure is either surely not done, or unknown; never a guess. */
import type { Settings } from './options.ts'
import { type FailureDetail, notDone, outcomeUnknown } from 'billwright'
import { isFields, text } from './read.ts'

/** More than any honest reply; a longer one is cut off. */
const MAX_BYTES = 2_000_000

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
    const body = await readJson(response)
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
    // A redirect would carry the secret key to wherever it leads.
    const init = { method, headers, ...content, signal, redirect: 'error' } as const
    return await call(`${baseUrl}${path}`, init)
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
  const requestId = (headers.get('x-paystack-request-id') ?? headers.get('x-request-id'))?.slice(
    0,
    100,
  )
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  const wait = seconds >= 0 && seconds < 86_400
  return {
    status,
    ...(requestId === undefined ? {} : { requestId }),
    ...(wait ? { retryAfterMs: seconds * 1000 } : {}),
  }
}

/** The body as JSON, or `undefined` when it is too long, no JSON or broken off. */
async function readJson({ body }: Response): Promise<unknown> {
  const decoder = new TextDecoder()
  let [json, size] = ['', 0]
  try {
    for await (const part of body ?? []) {
      size += part.length
      if (size > MAX_BYTES) return undefined
      json += decoder.decode(part, { stream: true })
    }
    return JSON.parse(json + decoder.decode())
  } catch {
    return undefined
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
