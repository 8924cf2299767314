/** Who may ask, and how a no is worded. */
import type { Call, Handler, Routes } from 'billwright/testing'
import { isVendorError } from './read-body.ts'

/** The mode of a call's secret key; `null` when there is none. */
export function modeOf({ headers }: Call): 'live' | 'test' | null {
  const [, mode] = /^Bearer sk_(live|test)_\w{8,}$/.exec(headers.get('authorization') ?? '') ?? []
  return mode === 'live' || mode === 'test' ? mode : null
}

/** A failure as this vendor words it. */
export function refusal(status: number, code: string): Response {
  const error = { code, message: `Refused: ${code.replaceAll('_', ' ')}.` }
  return Response.json({ error }, { status, headers: { 'sandbox-request-id': `req_${code}` } })
}

/** The same routes, with what they throw as a refusal turned into a reply. */
export function refusing(routes: Routes): Routes {
  const guarded =
    (handler: Handler): Handler =>
    async (call) => {
      try {
        return await handler(call)
      } catch (error) {
        if (isVendorError(error)) return refusal(error.status, error.code)
        throw error
      }
    }
  return Object.fromEntries(Object.entries(routes).map(([name, run]) => [name, guarded(run)]))
}
