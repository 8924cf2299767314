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
