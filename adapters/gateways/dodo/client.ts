/**
 * Calls through the `dodopayments` package. It would send a failed write again by itself, and Dodo takes
 * no idempotency key: here nothing is retried. A failure is either surely not done, or unknown.
 */
import type { PerformContext } from 'billwright'
import type { APIPromise, DodoPayments } from 'dodopayments'
import type { Connection, Settings } from './options.ts'
import { type FailureDetail, gatewayConfigError, notDone, outcomeUnknown } from 'billwright'
import { type Instant, instant } from 'billwright/core'
import { boundedFetch, networkFailure, retryAfter } from 'billwright/vendor'
import { isFields } from './read.ts'

/** What came of a call: Dodo's object and the time it showed, or its definite refusal. */
export type Reply<Data> =
  | { readonly ok: true; readonly data: Data; readonly at: Instant }
  | { readonly ok: false; readonly status: number; readonly code: string }

type Options = NonNullable<Parameters<DodoPayments['payments']['retrieve']>[1]>
type Run<Data> = (client: DodoPayments, options: Options) => APIPromise<Data>
type When = Pick<PerformContext, 'now' | 'signal'>

export interface Calls {
  /** A look-up: whatever goes wrong with it, nothing was done. */
  read<Data>(context: When, run: Run<Data>): Promise<Reply<Data>>
  /** Something that changes Dodo: a lost reply is an unknown outcome. */
  write<Data>(context: When, run: Run<Data>): Promise<Reply<Data>>
}

export function calls(settings: Settings): Calls {
  const { timeoutMs, name, connect } = settings
  let made: Promise<DodoPayments> | null = null
  const client = (): Promise<DodoPayments> => {
    made ??= 'secretKey' in connect ? open(name, connect) : Promise.resolve(connect)
    return made
  }
  const call = async <Data>(unsure: Unsure, { now, signal }: When, run: Run<Data>) => {
    if (signal.aborted) throw notDone(name, { vendorCode: 'aborted' })
    // The package listens to the signal and never stops: each call has one of its own.
    const options = { maxRetries: 0, timeout: timeoutMs, signal: AbortSignal.any([signal]) }
    const dodo = await client()
    try {
      const { data, response } = await run(dodo, options).withResponse()
      return { ok: true, data, at: shownAt(response, now) } as const
    } catch (error) {
      return refusedOrThrow({ gateway: name, unsure, now }, error)
    }
  }
  return {
    read: (context, run) => call(notDone, context, run),
    write: (context, run) => call(outcomeUnknown, context, run),
  }
}

type Unsure = typeof notDone

/** Loads the package when the first call is made. */
async function open(
  gateway: string,
  { secretKey, baseUrl, fetch: send }: Connection,
): Promise<DodoPayments> {
  const loaded = await import('dodopayments').catch(() => null)
  if (!loaded) throw gatewayConfigError(gateway, 'dodopayments', 'is not installed.')
  return new loaded.DodoPayments({
    bearerToken: secretKey,
    baseURL: baseUrl,
    fetch: boundedFetch(send),
    logLevel: 'off',
    webhookKey: null,
  })
}

/** Dodo's clock, at the end of the second that the reply names; never later than ours. */
function shownAt({ headers }: Response, now: Instant): Instant {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? now : instant(Math.min(now, date + 999))
}

interface Failing {
  readonly gateway: string
  readonly unsure: Unsure
  readonly now: Instant
}

function refusedOrThrow(
  { gateway, unsure, now }: Failing,
  error: unknown,
): { readonly ok: false; readonly status: number; readonly code: string } {
  const status = isFields(error) && typeof error.status === 'number' ? error.status : null
  if (status === null) {
    const { code: vendorCode, neverSent } = networkFailure(error)
    throw (neverSent ? notDone : unsure)(gateway, { vendorCode })
  }
  const detail = detailOf(error, status, now)
  if (status === 429 || status === 401 || status === 403) throw notDone(gateway, detail)
  if (status >= 500 || status < 400) {
    // A 503 that says when to come back was sent before any work.
    const before = status === 503 && detail.retryAfterMs !== undefined
    throw (before ? notDone : unsure)(gateway, detail)
  }
  return { ok: false, status, code: detail.vendorCode ?? 'refused' }
}

/** What is told of a failure: status, code, request id, when to come back; never a body or a key. */
function detailOf(error: unknown, status: number, now: Instant): FailureDetail {
  const { headers, error: body } = isFields(error) ? error : {}
  const code = isFields(body) ? body.code : undefined
  const told = headers instanceof Headers ? headers : new Headers()
  const requestId = told.get('x-request-id')?.slice(0, 100)
  return {
    status,
    ...(typeof code === 'string' && /^\w{1,80}$/.test(code) ? { vendorCode: code } : {}),
    ...(requestId === undefined ? {} : { requestId }),
    ...(status === 429 && limitResets(told, now)),
    ...retryAfter(told),
  }
}

/** Dodo counts calls in seconds and minutes: what is further away is not what it says. */
const LONGEST_WAIT = 120_000

/**
 * How long until the limit resets. Dodo calls it a time and names no unit: it is taken as whichever of
 * seconds from now, Unix seconds, Unix milliseconds and a date is about to come.
 */
function limitResets(headers: Headers, now: Instant): Pick<FailureDetail, 'retryAfterMs'> {
  const told = headers.get('x-ratelimit-reset') ?? ''
  const number = Number(told)
  const waits = [number * 1000, number * 1000 - now, number - now, Date.parse(told) - now]
  const wait = waits.find((ms) => ms > 0 && ms <= LONGEST_WAIT)
  return wait === undefined ? {} : { retryAfterMs: wait }
}
