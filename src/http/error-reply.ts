/** Errors on the wire: one table from a billing error to status, body and headers. */

import type { PlainReply } from '../webhook-call.ts'
import type { ResolvedHttp } from './settings.ts'
import { BillingError, REFUSALS } from '../errors.ts'
import { REQUEST_ERRORS } from '../request-errors.ts'
import { redact } from './redact.ts'
import { json } from './respond.ts'
import { CONFLICT, METER_REACHED, REFUSAL_STATUSES } from './statuses.ts'

/** What a caller is told: the sentence and code come from our tables, never from an exception. */
export interface Told {
  readonly status: number
  readonly body: { readonly error: string; readonly code: string; readonly [fact: string]: unknown }
  readonly headers?: Readonly<Record<string, string>>
}

/** The reply to an error; those that are ours to repair are logged, without secrets. */
export function errorReply(error: unknown, http: ResolvedHttp, requestId: string): PlainReply {
  const { status, body, headers } = tell(error, http)
  if (status >= 500) http.log.error({ ...lineOf(error), status, requestId })
  else if (body.code === 'invalid_signature')
    http.log.warn({ ...lineOf(error), ...reasonOf(error), status, requestId })
  else http.log.debug({ event: 'http.refused', code: body.code, status, requestId })
  return json({ ...body, requestId }, { status, requestId, ...(headers && { headers }) })
}

/** Status, body and headers of an error, without request id. */
function tell(error: unknown, http: Pick<ResolvedHttp, 'pricingUrl'>): Told {
  if (!BillingError.isInstance(error)) return INTERNAL
  switch (error.kind) {
    case 'refused':
      return refused(error, http)
    case 'request':
      return badRequest(error)
    case 'unavailable':
      return unavailable(error)
    default:
      return INTERNAL
  }
}

const INTERNAL: Told = {
  status: 500,
  body: { error: 'Something went wrong on our side.', code: 'internal' },
}

/** Refusals that come from the shell and not from the core's rules. */
const OTHER_REFUSALS: readonly (readonly [code: string, sentence: string])[] = [
  ['gateway_refused', 'The payment provider refused it; please contact support.'],
  ['idempotency_mismatch', REQUEST_ERRORS.idempotency_mismatch[1]],
  ['not_in_plan', 'The plan does not include this.'],
  ['not_supported', 'The payment provider cannot do this.'],
]

function refused({ code, detail }: BillingError, { pricingUrl }: Pick<ResolvedHttp, 'pricingUrl'>) {
  if (code === 'subscription_required')
    return {
      status: 402,
      body: { error: 'Active subscription required', code, redirectTo: pricingUrl },
    }
  if (code === 'limit_reached') return limitReached(detail)
  if (code === 'not_in_plan') return notInPlan(detail)
  return {
    status: REFUSAL_STATUSES.get(code) ?? CONFLICT,
    // What the core says is safe to repeat; what others attach may be a vendor's.
    body: { error: sentenceOf(code), code, ...(code in REFUSALS && factsOf(detail)) },
  }
}

function limitReached(detail: BillingError['detail']): Told {
  const { feature, kind, limit, used, plan, resetsAt } = detail
  const code = 'limit_reached'
  if (kind === 'meter')
    return {
      status: METER_REACHED,
      body: {
        error: 'Monthly limit reached',
        code,
        feature,
        limit,
        used,
        resetsAt: dateOf(resetsAt),
        upgradeRequired: true,
      },
    }
  return {
    status: REFUSAL_STATUSES.get(code) ?? CONFLICT,
    body: {
      error: REFUSALS.limit_reached,
      code,
      feature,
      currentPlan: plan ?? null,
      currentCount: used,
      limit,
      upgradeRequired: true,
    },
  }
}

function notInPlan({ feature, plan }: BillingError['detail']): Told {
  const code = 'not_in_plan'
  const facts = { feature, currentPlan: plan ?? null, upgradeRequired: true }
  return { status: 403, body: { error: sentenceOf(code), code, ...facts } }
}

function badRequest({ code, detail }: BillingError): Told {
  const [status, error] = REQUEST_TABLE.get(code) ?? REQUEST_ERRORS.bad_request
  const issues = Array.isArray(detail.issues) ? { issues: detail.issues } : {}
  const body = { error, code: REQUEST_TABLE.has(code) ? code : 'bad_request', ...issues }
  if (code === 'rate_limited') return { status, body, headers: retry(detail) }
  const allow = typeof detail.allow === 'string' ? { headers: { allow: detail.allow } } : {}
  return { status, body, ...allow }
}

// A verb that is called with something that the rules do not know throws the rules' own code.
type Line = readonly [status: number, sentence: string]

// A verb that is called with something that the rules do not know throws the rules' own code.
const REQUEST_TABLE: ReadonlyMap<string, Line> = new Map<string, Line>([
  ...Object.entries(REFUSALS).map(([code, sentence]): [string, Line] => [
    code,
    [REFUSAL_STATUSES.get(code) ?? CONFLICT, sentence],
  ]),
  ...Object.entries(REQUEST_ERRORS),
])

/** Seconds after which to come back, when nobody said. */
const RETRY_AFTER = 10

function unavailable({ code, detail }: BillingError): Told {
  const error = code.startsWith('storage_')
    ? 'Billing is not available right now; nothing was changed. Try again, or please contact support.'
    : 'The payment provider is not available right now; please contact support if it goes on.'
  return {
    status: 503,
    body: { error, code: UNAVAILABLE.has(code) ? code : 'unavailable' },
    headers: retry(detail),
  }
}

const UNAVAILABLE: ReadonlySet<string> = new Set([
  'gateway_unavailable',
  'outcome_unknown',
  'storage_unavailable',
  'storage_busy',
])

function retry({ retryAfterMs }: BillingError['detail']): Readonly<Record<string, string>> {
  const known = typeof retryAfterMs === 'number' && retryAfterMs > 0
  return { 'retry-after': String(known ? Math.ceil(retryAfterMs / 1000) : RETRY_AFTER) }
}

const SENTENCES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(REFUSALS),
  ...OTHER_REFUSALS,
])

function sentenceOf(code: string): string {
  return SENTENCES.get(code) ?? 'The rules do not allow this now.'
}

/** The facts of a refusal, its instants as dates; nothing when there are none. */
function factsOf(detail: BillingError['detail']): { readonly detail?: Record<string, unknown> } {
  const facts = Object.entries(detail).map(([name, value]) => {
    const isInstant = typeof value === 'number' && /^at$|At$/.test(name)
    return [name, isInstant ? dateOf(value) : value] as const
  })
  return facts.length > 0 ? { detail: Object.fromEntries(facts) } : {}
}

function dateOf(value: unknown): string | null {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'number') return new Date(value).toISOString()
  return typeof value === 'string' ? value : null
}

function reasonOf(error: unknown): { readonly reason?: string; readonly gateway?: string } {
  if (!BillingError.isInstance(error)) return {}
  const { reason, gateway } = error.detail
  return {
    ...(typeof reason === 'string' && { reason: redact(reason) }),
    ...(typeof gateway === 'string' && { gateway }),
  }
}

/** What the log learns: name, code, a redacted message, and where; no cause and no detail. */
function lineOf(error: unknown) {
  const event = 'http.failed'
  if (!(error instanceof Error)) return { event, error: typeof error }
  const code = BillingError.isInstance(error) ? { code: redact(error.code) } : {}
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    event,
    error: error.name,
    ...code,
    message: redact(error.message),
    at: frames.slice(0, 5).map((line) => line.trim()),
  }
}
