/** Calls to Paystack. A failure is either surely not done, or unknown; never a guess. */
import type { Settings } from './options.ts'
import type { Answer, Ask, Send } from './send.ts'
import { type FailureDetail, notDone, outcomeUnknown } from 'billwright'
import { retryAfter } from 'billwright/vendor'
import { isFields, text } from './read.ts'
import { clientSender } from './send-client.ts'
import { fetchSender } from './send-fetch.ts'

/** The reply's data, or a definite refusal. */
export type Reply =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly status: number; readonly code: string }

export type Transport = (ask: Ask) => Promise<Reply>

/**
 * Makes calls with the settings' key or client. Throws `gateway_unavailable` for what was surely not
 * done, and `outcome_unknown` for a write that may have been.
 */
export function transport(settings: Settings): Transport {
  const { name, client } = settings
  const send: Send = client === null ? fetchSender(settings) : clientSender(client)
  return async (ask) => {
    const unsure = ask.method === 'GET' ? notDone : outcomeUnknown
    if (ask.signal.aborted) throw notDone(name, { vendorCode: 'aborted' })
    const sent = await send(ask)
    if ('neverSent' in sent)
      throw (sent.neverSent ? notDone : unsure)(name, { vendorCode: sent.code })
    const { status, body } = sent
    const detail = detailOf(sent)
    if (status === 429 || status === 401 || status === 403) throw notDone(name, detail)
    if (status >= 500) throw unsure(name, detail)
    if (!isFields(body)) throw unsure(name, { ...detail, vendorCode: 'reply_unreadable' })
    if (status < 300 && body.status === true) return { ok: true, data: body.data }
    return { ok: false, status, code: codeOf(body) }
  }
}

function detailOf({ status, headers }: Answer): FailureDetail {
  const requestId = headers.get('x-paystack-request-id') ?? headers.get('x-request-id')
  return {
    status,
    ...(requestId === null ? {} : { requestId: requestId.slice(0, 100) }),
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
