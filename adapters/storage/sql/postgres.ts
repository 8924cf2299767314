/** PostgreSQL through `pg` (a pool or a client that the app has, or a URL) or through PGlite. */
import type { Observe } from './executor.ts'
import { asynchronous, type Driver, type Run } from './asynchronous.ts'
import { type PgClient, type PgPool, pgClientDriver, pgPoolDriver, runOn } from './driver-pg.ts'
import { type Pglite, type PgliteTransaction, pgliteDriver, runOnPglite } from './driver-pglite.ts'
import { joined } from './joined.ts'
import { type OpenPool, openPool } from './open-pool.ts'
import { postgresError } from './postgres-error.ts'
import { isObject, notATransaction, type SqlStorage, sqlStorage } from './sql-storage.ts'

export type { PgClient, PgPool } from './driver-pg.ts'
export type { Pglite, PgliteTransaction } from './driver-pglite.ts'
export type { Observe, ObservedStatement } from './executor.ts'
export type { SqlStorage } from './sql-storage.ts'

export interface PostgresOptions {
  /** Called before each statement; for counting and tracing. Default: nothing. */
  readonly observe?: Observe
  /**
   * Statements are prepared once per connection. `false` for a pooler that gives every transaction
   * another connection and does not know prepared statements. Default true.
   */
  readonly prepare?: boolean
}

/**
 * The PostgreSQL storage, version 12 or newer. A pool or a client of `pg` or a database of PGlite that
 * is passed in stays open; a URL (`postgres://…`) is opened on first use with `pg` and closed by
 * `close()`. Right at any isolation level that the connections are set to. Call `migrate()` once at
 * start.
 *
 * Errors: `storage_driver_missing` (`pg` is not installed), `storage_not_migrated`,
 * `storage_unavailable`, `storage_busy`, `invalid_id` (an id that no database keeps as it is),
 * `invalid_cursor`.
 */
export function postgres(
  source: string | PgPool | PgClient | Pglite,
  options: PostgresOptions = {},
): SqlStorage {
  const { observe = () => {}, prepare = true } = options
  return sqlStorage({
    name: 'postgres',
    executor: asynchronous(driverFor(source, prepare), { observe }),
    join(transaction) {
      const run = runIn(transaction)
      const driver = joined({ dialect: 'postgres', run, errorOf: postgresError })
      return asynchronous(driver, { observe, repeats: false })
    },
  })
}

function runIn(transaction: unknown): Run {
  if (isPgliteTransaction(transaction)) return runOnPglite(transaction)
  if (isClient(transaction)) return runOn(transaction, () => undefined)
  throw notATransaction('the client, or the transaction of PGlite, that runs your transaction')
}

function isPgliteTransaction(value: unknown): value is PgliteTransaction {
  return isObject(value) && typeof value.exec === 'function' && typeof value.rollback === 'function'
}

// A pool runs every statement on another connection, and PGlite outside of its transactions.
function isClient(value: unknown): value is PgClient {
  if (!isObject(value) || typeof value.query !== 'function') return false
  return !('totalCount' in value) && !('waitReady' in value)
}

function driverFor(source: string | PgPool | PgClient | Pglite, prepare: boolean): Driver {
  const close = async () => {}
  if (typeof source === 'string') {
    const pool = openPool(source, OPENS)
    return pgPoolDriver(pool.open, { prepare, close: pool.close })
  }
  if ('waitReady' in source) return pgliteDriver(source, close)
  return 'totalCount' in source
    ? pgPoolDriver(async () => source, { prepare, close })
    : pgClientDriver(source, { prepare, close })
}

const OPENS: OpenPool<PgPool> = {
  where: 'postgres(url)',
  driver: 'pg',
  async open(url) {
    const { default: pg } = await import('pg')
    return new pg.Pool({ connectionString: url })
  },
}
