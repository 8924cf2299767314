/** Makes the error of a request that is wrong in itself. */
import { BillingError, type ErrorDetail } from '../errors.ts'
import { REQUEST_ERRORS } from '../request-errors.ts'

export type RequestErrorCode = keyof typeof REQUEST_ERRORS

export function requestError(code: RequestErrorCode, detail: ErrorDetail = {}): BillingError {
  return new BillingError('request', code, REQUEST_ERRORS[code][1], detail)
}
