/** A no of Stripe, in its own words. */

export interface StripeErrorBody {
  readonly type: string
  readonly code?: string
  readonly param?: string
  readonly message: string
  readonly decline_code?: string
  readonly payment_intent?: unknown
}

interface VendorError extends Error {
  readonly status: number
  readonly body: StripeErrorBody
}

export function vendorError(status: number, body: StripeErrorBody): VendorError {
  return Object.assign(new Error(body.message), { status, body })
}

export function isVendorError(error: unknown): error is VendorError {
  return error instanceof Error && 'status' in error && 'body' in error
}

/** A parameter that is missing, unknown or not as it must be. */
export function invalid(
  param: string,
  code = 'parameter_invalid_empty',
  message = `Invalid ${param}.`,
): VendorError {
  return vendorError(400, { type: 'invalid_request_error', code, param, message })
}

/** The object of an id that this account does not have. */
export function missing(what: string, id: string, param = 'id'): VendorError {
  const message = `No such ${what}: '${id}'`
  return vendorError(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    param,
    message,
  })
}

/** A request that is well-formed and not possible now. */
export function impossible(message: string, code?: string): VendorError {
  const named = code === undefined ? {} : { code }
  return vendorError(400, { type: 'invalid_request_error', ...named, message })
}

export function errorResponse(status: number, error: StripeErrorBody): Response {
  const headers = { 'request-id': `req_${error.code ?? error.type}` }
  return Response.json({ error }, { status, headers })
}
