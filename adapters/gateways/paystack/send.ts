/** One call to Paystack, whoever carries it. */
import type { NetworkFailure } from 'billwright/vendor'

export interface Ask {
  readonly method: 'GET' | 'POST'
  /** Every part of it encoded; without the query. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
}

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** `undefined` where it cannot be read. */
  readonly body: unknown
}

/** Carries one call, and never throws. */
export type Send = (ask: Ask) => Promise<Answer | NetworkFailure>
