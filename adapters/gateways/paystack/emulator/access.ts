/** Who may ask, and how a no is worded. */
import type { Call, Handler, Routes } from 'billwright/testing'

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

/** The same routes: what they throw is a refusal, and too many calls in a minute are one. */
export function asVendor(
  routes: Routes,
  limit: { readonly perMinute: number; readonly now: () => number },
): Routes {
  let [minute, calls] = [0, 0]
  const guarded =
    (handler: Handler): Handler =>
    async (call) => {
      const current = Math.floor(limit.now() / 60_000)
      calls = current === minute ? calls + 1 : 1
      minute = current
      if (calls > limit.perMinute) return refusal(429, 'rate_limited', 'Too many requests')
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
