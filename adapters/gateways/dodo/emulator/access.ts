/** Who may ask, and how a no is worded. */
import type { Call, Handler, RateLimiter, Routes } from 'billwright/testing'

/** A refusal in the vendor's words. */
interface VendorError extends Error {
  readonly status: number
  readonly code: string
}

export function vendorError(status: number, code: string): VendorError {
  return Object.assign(new Error(code), { status, code })
}

/** A field that is missing or wrong. */
export function invalid(name: string): VendorError {
  return vendorError(422, `INVALID_REQUEST_BODY_${name.toUpperCase()}`)
}

/** A failure as this vendor words it. */
export function refusal(status: number, code: string): Response {
  const message = code.replaceAll('_', ' ').toLowerCase()
  return Response.json({ code: code.toUpperCase(), message }, { status })
}

export function refusedKey({ headers }: Call): Response | null {
  const known = /^Bearer \S{8,}$/.test(headers.get('authorization') ?? '')
  return known ? null : refusal(401, 'UNAUTHORIZED')
}

/** A key that asks too often is told its limit, and when it may go on, in Unix seconds. */
export function tooMany({ headers }: Call, limit: RateLimiter, now: number): Response | null {
  const reached = limit(headers.get('authorization') ?? '')
  if (reached === null) return null
  const response = refusal(429, 'TOO_MANY_REQUESTS')
  response.headers.set('x-ratelimit-limit', String(reached.calls))
  response.headers.set('x-ratelimit-remaining', '0')
  response.headers.set('x-ratelimit-reset', String(Math.floor(now / 1000) + reached.resetIn))
  return response
}

/** The same routes: what they throw is a refusal, and every reply says when it was given. */
export function asVendor(routes: Routes, now: () => number): Routes {
  const guarded =
    (handler: Handler): Handler =>
    async (call) => {
      const response = await answered(handler, call)
      response.headers.set('date', new Date(now()).toUTCString())
      return response
    }
  return Object.fromEntries(Object.entries(routes).map(([name, run]) => [name, guarded(run)]))
}

async function answered(handler: Handler, call: Call): Promise<Response> {
  try {
    return await handler(call)
  } catch (error) {
    if (isVendorError(error)) return refusal(error.status, error.code)
    throw error
  }
}

function isVendorError(error: unknown): error is VendorError {
  return error instanceof Error && 'status' in error && 'code' in error
}
