/** The errors an app may meet: one class, recognized by its marker, with a kind and a code. */
export { BillingError, type ErrorDetail, type ErrorKind } from './core/billing-error.ts'
export { REFUSALS, type Refusal, type RefusalCode } from './core/refusal.ts'
