/** What a driver's error means to the caller. */
import type { Fault } from './executor.ts'
import { BillingError } from 'billwright'
import { notMigrated, unavailable } from './storage-errors.ts'

/** Another process holds the file, or the disk, the file or the connection is in trouble. */
const UNAVAILABLE =
  /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|CORRUPT|NOTADB|PROTOCOL|NOMEM|INTERRUPT)/

const CLOSED = /unable to open|already open|not open|statement has been finalized|CLIENT_CLOSED/i

/** What some drivers tell by its number, https://www.sqlite.org/rescode.html */
const NAMES: Readonly<Record<number, string>> = {
  ...{ 5: 'BUSY', 6: 'LOCKED', 7: 'NOMEM', 8: 'READONLY', 9: 'INTERRUPT', 10: 'IOERR' },
  ...{ 11: 'CORRUPT', 13: 'FULL', 14: 'CANTOPEN', 15: 'PROTOCOL', 26: 'NOTADB' },
  ...{ 1555: 'CONSTRAINT_PRIMARYKEY', 2067: 'CONSTRAINT_UNIQUE' },
}

/**
 * A `BillingError` where the error is one of the contract's: `unavailable` (`storage_unavailable`)
 * for a database that cannot be reached, `config` (`storage_not_migrated`) for missing tables.
 * Everything else stays as it is: a defect must not look like an outage.
 */
export function sqliteError(error: unknown): unknown {
  if (BillingError.isInstance(error) || !(error instanceof Error)) return error
  const name = nameOf(error)
  if (UNAVAILABLE.test(name) || CLOSED.test(name) || CLOSED.test(error.message))
    return unavailable('SQLite', name || error.message)
  if (error.message.includes('no such table: billwright_')) return notMigrated()
  return error
}

/** Which of the contract's faults it is, if any. */
export function sqliteFault(error: unknown): Fault | null {
  if (!(error instanceof Error)) return null
  if (/^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(nameOf(error))) return 'unique'
  return error.message.includes('duplicate column name') ? 'there' : null
}

/** The name of the result; `node:sqlite` has its number in `errcode`, the client of libsql in `rawCode`. */
function nameOf(error: Error): string {
  const { code, errcode, rawCode } = error as {
    readonly code?: unknown
    readonly errcode?: unknown
    readonly rawCode?: unknown
  }
  const number = errcode ?? rawCode
  // The low byte says what kind of trouble it is, those above it which one of them.
  const name = typeof number === 'number' ? (NAMES[number] ?? NAMES[number & 255]) : undefined
  if (name) return `SQLITE_${name}`
  return typeof code === 'string' ? code : ''
}
