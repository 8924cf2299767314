/** What a driver's error means to the caller. */
import type { Fault } from './executor.ts'
import { BillingError } from 'billwright'
import { notMigrated, unavailable } from './storage-errors.ts'

/** Another process holds the file, or the disk, the file or the connection is in trouble. */
const UNAVAILABLE =
  /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|CORRUPT|NOTADB|PROTOCOL|NOMEM|INTERRUPT)/

const CLOSED = /connection is not open|Unable to open|unable to open|already open|not open/

/**
 * A `BillingError` where the error is one of the contract's: `unavailable` (`storage_unavailable`)
 * for a database that cannot be reached, `config` (`storage_not_migrated`) for missing tables.
 * Everything else stays as it is: a defect must not look like an outage.
 */
export function sqliteError(error: unknown): unknown {
  if (BillingError.isInstance(error) || !(error instanceof Error)) return error
  const { code } = error as { readonly code?: unknown }
  const name = typeof code === 'string' ? code : ''
  if (UNAVAILABLE.test(name) || CLOSED.test(error.message))
    return unavailable('SQLite', name || error.message)
  if (error.message.includes('no such table: billwright_')) return notMigrated()
  return error
}

/** Which of the contract's faults it is, if any. */
export function sqliteFault(error: unknown): Fault | null {
  if (!(error instanceof Error)) return null
  const { code } = error as { readonly code?: unknown }
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
    return 'unique'
  return error.message.includes('duplicate column name') ? 'there' : null
}
