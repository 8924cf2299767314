/** Opens a database file with `libsql`, set up so that what was committed stays committed. */
import type { SqliteDatabase } from './executor-libsql.ts'
import { BillingError } from 'billwright'

/** How long one process waits for another one's transaction, in milliseconds. */
const BUSY_TIMEOUT = 5_000

/** How often switching to the write-ahead log is tried while other processes open the file too. */
const ATTEMPTS = 20

interface Driver {
  readonly default: new (file: string) => SqliteDatabase
}

/** Loads the driver; a test gives one that is missing. */
export type LoadDriver = () => Promise<Driver>

const loadLibsql: LoadDriver = () => import('libsql')

/** Opens the file, making it if there is none; a missing folder is an error. */
export async function openFile(file: string, load = loadLibsql): Promise<SqliteDatabase> {
  const { default: Database } = await load().catch(missingDriver)
  const db = new Database(file)
  try {
    db.exec(`pragma busy_timeout = ${BUSY_TIMEOUT}`)
    writeAhead(db)
    db.exec('pragma synchronous = full')
    db.exec('pragma foreign_keys = on')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

// The engine does not wait when two processes switch a fresh file at once, but it waits at `begin`.
function writeAhead(db: SqliteDatabase, attempt = 1): void {
  try {
    db.prepare('pragma journal_mode = wal').all()
  } catch (error) {
    if (attempt === ATTEMPTS) throw error
    db.exec('begin immediate')
    db.exec('commit')
    writeAhead(db, attempt + 1)
  }
}

function missingDriver(): never {
  throw new BillingError(
    'config',
    'storage_driver_missing',
    'sqlite({ file }): the package libsql is missing; run `npm install libsql`, or pass an open database as `database`.',
    { where: 'sqlite({ file })' },
  )
}
