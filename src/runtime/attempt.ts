import type { BillingError } from '../errors.ts'
import type { Performed } from '../gateway.ts'
import type { Json } from '../storage.ts'

/** What became of one attempt. */
export type Attempt =
  | { readonly outcome: 'done'; readonly performed: Performed }
  /** The gateway said no for good. */
  | { readonly outcome: 'refused'; readonly code: string; readonly performed: Performed }
  /** Definitely not done; may work later. */
  | { readonly outcome: 'not_done'; readonly error: BillingError; readonly retryAfterMs: number }
  | { readonly outcome: 'unknown'; readonly error: Json }
  /** Our own mistake, or a gateway that is not configured any more. */
  | { readonly outcome: 'impossible'; readonly error: Json }
