import type { Refusal } from '../core/index.ts'
import { BillingError } from '../errors.ts'

/** A refusal as the error that verbs throw. */
export function refused({ code, message, detail }: Refusal): BillingError {
  return new BillingError('refused', code, message, detail)
}
