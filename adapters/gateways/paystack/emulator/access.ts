/** Who may ask, and how a no is worded. */
import type { Call, Handler, RateLimiter, Routes } from 'billwright/testing'

interface VendorError extends Error {
  readonly status: number
  readonly code: string
}

export function vendorError(status: number, code: string, message = code): VendorError {
  return Object.assign(new Error(message), { status, code })
}

/** A failure as this vendor words it. */
export function refusal(status: number, code: string, message = code): Response {
  const type = status < 500 ? 'validation_error' : 'api_error'
  const meta = { nextStep: 'Check the request and try again' }
  return Response.json({ status: false, message, meta, type, code }, { status })
}

export function ok(message: string, data: unknown, meta?: unknown): Response {
  return Response.json({ status: true, message, data, ...(meta === undefined ? {} : { meta }) })
}

/** Refuses every key but this one: test and live do not see each other. */
export function onlyKey(secretKey: string): (call: Call) => Response | null {
  return ({ headers }) => {
    if (headers.get('authorization') === `Bearer ${secretKey}`) return null
    return Response.json({ status: false, message: 'Invalid key' }, { status: 401 })
  }
}

/** Refuses what goes beyond a limit. Which headers Paystack sends with it is not known. */
export function tooMany({ headers }: Call, limit: RateLimiter): Response | null {
  const reached = limit(headers.get('authorization') ?? '')
  return reached && refusal(429, 'rate_limited', 'Too many requests')
}

/** The same routes: what they throw is a refusal. */
export function asVendor(routes: Routes): Routes {
  const guarded =
    (handler: Handler): Handler =>
    async (call) => {
      try {
        return await handler(call)
      } catch (error) {
        if (isVendorError(error)) return refusal(error.status, error.code, error.message)
        throw error
      }
    }
  return Object.fromEntries(Object.entries(routes).map(([name, run]) => [name, guarded(run)]))
}

function isVendorError(error: unknown): error is VendorError {
  return error instanceof Error && 'status' in error && 'code' in error
}
