/** The errors an app may meet: one class, recognized by its marker, with a kind and a code. */
import type { ErrorKind } from './core/billing-error.ts'
import type { RefusalCode } from './core/refusal.ts'
import type { REQUEST_ERRORS } from './request-errors.ts'

export { BillingError, type ErrorDetail, type ErrorKind } from './core/billing-error.ts'
export { REFUSALS, type Refusal, type RefusalCode } from './core/refusal.ts'

/** Every code that no rule and no request makes: who must act, and on what. */
export const ERRORS = {
  app_failed: ['unavailable', 'A function of the app failed or took too long; nothing was done.'],
  emulator_in_production: ['config', 'An emulator does not run with NODE_ENV=production.'],
  gateway_refused: ['refused', 'The payment provider refused it; nothing has changed.'],
  gateway_unavailable: ['unavailable', 'The payment provider was not reached; nothing was done.'],
  invalid_catalog: ['config', 'A plan, add-on or coupon is wrong; the message names the option.'],
  invalid_change: ['request', 'A storage was handed a change that holds one key twice.'],
  invalid_gateway: ['config', 'An option of a gateway is wrong; the message names it.'],
  invalid_options: ['config', 'An option of billing() is wrong; the message names it.'],
  invalid_transaction: ['config', 'within() was not given a transaction of the storage’s driver.'],
  not_in_plan: ['refused', 'The plan does not include this.'],
  not_in_transaction: ['refused', 'This opens a page: call it outside of the transaction.'],
  not_supported: ['refused', 'The payment provider cannot do this, nor can the core.'],
  outcome_unknown: ['unavailable', 'Nobody knows whether it was done; it is looked up.'],
  storage_busy: ['unavailable', 'Too many others changed this customer at once; try again.'],
  storage_driver_missing: ['config', 'The database driver is not installed.'],
  storage_not_migrated: ['config', 'The tables are missing; call migrate() once at start.'],
  storage_unavailable: ['unavailable', 'The database was not reached; try again.'],
  storage_unsuitable: ['config', 'The database is set up so that ids could be changed.'],
} as const satisfies Record<string, readonly [kind: ErrorKind, sentence: string]>

/** Every code of a `BillingError` that this library throws, besides those of third-party adapters. */
export type ErrorCode = keyof typeof ERRORS | keyof typeof REQUEST_ERRORS | RefusalCode
