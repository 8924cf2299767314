/** The one error class of the library, recognized across copies of the package by its marker. */

const MARKER = Symbol.for('billwright.error')

/** Who must act: the developer at start, the customer, the caller of the API, or the operator. */
export type ErrorKind = 'config' | 'refused' | 'request' | 'unavailable'

/** Facts beside the message: JSON, never a secret, never a vendor's error object. */
export type ErrorDetail = Readonly<Record<string, unknown>>

/** An error with a code; `message` says what happened and what to do. */
export class BillingError extends Error {
  readonly kind: ErrorKind
  readonly code: string
  readonly retryable: boolean
  readonly detail: ErrorDetail

  constructor(kind: ErrorKind, code: string, message: string, detail: ErrorDetail = {}) {
    super(message)
    this.name = 'BillingError'
    this.kind = kind
    this.code = code
    this.retryable = kind === 'unavailable'
    this.detail = detail
    Object.defineProperty(this, MARKER, { value: true })
  }

  /** True for a billing error of any copy of the package. */
  static isInstance(error: unknown): error is BillingError {
    return typeof error === 'object' && error !== null && MARKER in error
  }
}

/** A wrong catalog or option, found at start: names the thing and the option. */
export function configError(code: string, where: string, what: string): BillingError {
  return new BillingError('config', code, `${where}: ${what}`, { where })
}
