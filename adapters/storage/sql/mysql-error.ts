/** What an error of MariaDB or MySQL means, whichever driver hands it on. */
import type { Fault } from './executor.ts'
import { BillingError } from 'billwright'
import { notMigrated, tooLong, unavailable } from './storage-errors.ts'

/** By number, https://mariadb.com/kb/en/mariadb-error-codes/ */
const FAULTS: Readonly<Record<number, Fault>> = {
  // A unique key fired.
  1062: 'unique',
  // Deadlock, lock wait timeout, and MariaDB's «record has changed since last read».
  1213: 'again',
  1205: 'again',
  1020: 'again',
  // A column's or an index's name stands in the table already.
  1060: 'there',
  1061: 'there',
}

/** Too many connections, shutting down, out of disk or memory, killed. */
const UNAVAILABLE: ReadonlySet<number> = new Set([
  ...[1040, 1053, 1021, 1037, 1041, 1317, 1927, 1226],
  // What the driver `mariadb` numbers itself: its connection or its pool was closed, lost or too slow.
  ...[45001, 45004, 45009, 45012, 45013, 45019, 45026, 45027, 45028, 45035, 45037, 45042, 45061],
])

/** The same for errors that no server sent. */
const UNREACHED = /ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|PROTOCOL_|Pool is closed|closed state/

const NO_SUCH_TABLE = 1146
const DATA_TOO_LONG = 1406

/** The fault, or the error to throw: a `BillingError` where the contract has one, else `null`. */
export function mysqlError(error: unknown): Fault | Error | null {
  if (BillingError.isInstance(error) || !(error instanceof Error)) return null
  const { errno, code } = error as { readonly errno?: unknown; readonly code?: unknown }
  const number = typeof errno === 'number' ? errno : 0
  const name = typeof code === 'string' ? code : ''
  const fault = FAULTS[number]
  if (fault) return fault
  if (number === DATA_TOO_LONG) return tooLong()
  if (number === NO_SUCH_TABLE && error.message.includes('billwright_')) return notMigrated()
  if (UNAVAILABLE.has(number) || UNREACHED.test(name) || UNREACHED.test(error.message))
    return unavailable('MySQL', name || error.message)
  return null
}
