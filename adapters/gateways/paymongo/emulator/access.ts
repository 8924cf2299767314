/** Who may ask, how often, and how a no is worded. */
import type { Call, Handler, RateLimiter, Routes } from 'billwright/testing'

/** The mode of a call's secret key; `null` when there is none. The user's name is the key. */
export function modeOf({ headers }: Call): 'live' | 'test' | null {
  const [, encoded = ''] =
    /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(headers.get('authorization') ?? '') ?? []
  const [, mode] = /^sk_(live|test)_\w{8,}:$/.exec(decoded(encoded)) ?? []
  return mode === 'live' || mode === 'test' ? mode : null
}

/** Whether a call was made with a live key. */
export function isLive(call: Call): boolean {
  return modeOf(call) === 'live'
}

/** A failure as this vendor words it. */
export function refusal(status: number, code: string, attribute = ''): Response {
  const detail = `Refused: ${code.replaceAll('_', ' ')}.`
  const source =
    attribute === '' ? {} : { source: { pointer: `attributes.${attribute}`, attribute } }
  return Response.json({ errors: [{ code, detail, ...source }] }, { status })
}

/** What a handler throws to refuse. */
export interface VendorError {
  readonly status: number
  readonly code: string
  readonly attribute?: string
}

export function vendorError(status: number, code: string, attribute?: string): VendorError {
  return { status, code, ...(attribute === undefined ? {} : { attribute }) }
}

/** The same routes, with what they throw as a refusal turned into a reply. */
export function refusing(routes: Routes): Routes {
  const guarded =
    (handler: Handler): Handler =>
    async (call) => {
      try {
        return await handler(call)
      } catch (error) {
        if (isVendorError(error)) return refusal(error.status, error.code, error.attribute)
        throw error
      }
    }
  return Object.fromEntries(Object.entries(routes).map(([name, run]) => [name, guarded(run)]))
}

/** Refuses what goes beyond a limit, and says when to come back. */
export function tooMany({ headers }: Call, limit: RateLimiter): Response | null {
  const reached = limit(headers.get('authorization') ?? '')
  if (reached === null) return null
  const response = refusal(429, 'rate_limit_exceeded')
  response.headers.set('retry-after', String(reached.resetIn))
  return response
}

function isVendorError(error: unknown): error is VendorError {
  return typeof error === 'object' && error !== null && 'status' in error && 'code' in error
}

function decoded(base64: string): string {
  try {
    return atob(base64)
  } catch {
    return ''
  }
}
