/** The errors of the contract that every engine's errors end in. */
import { BillingError } from 'billwright'

/** The tables are not there. */
export function notMigrated(): BillingError {
  return new BillingError(
    'config',
    'storage_not_migrated',
    'storage: the tables are missing; call `migrate()` at start.',
    { where: 'storage' },
  )
}

/** The database was not reached, or cannot work now. `driver`: what its driver said. */
export function unavailable(engine: string, driver: string): BillingError {
  return new BillingError(
    'unavailable',
    'storage_unavailable',
    `${engine} cannot be used now (${driver}); the same call may be repeated.`,
    { driver },
  )
}

/** An id is longer than its column. */
export function tooLong(): BillingError {
  return new BillingError('request', 'invalid_id', 'An id is longer than a database can keep.')
}

/** The server cuts what does not fit instead of refusing it: two ids could become one. */
export function cutsSilently(mode: string): BillingError {
  return new BillingError(
    'config',
    'storage_unsuitable',
    'storage: the MySQL server shortens what does not fit; add STRICT_ALL_TABLES to its sql_mode.',
    { where: 'storage', sqlMode: mode },
  )
}
