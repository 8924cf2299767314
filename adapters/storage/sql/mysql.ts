/** MariaDB and MySQL through `mysql2`: a pool or a connection that the app has, or a URL. */
import type { Observe } from './executor.ts'
import { asynchronous, type Driver } from './asynchronous.ts'
import {
  type Mysql2Connection,
  type Mysql2Pool,
  mysql2ConnectionDriver,
  mysql2PoolDriver,
  runOn,
} from './driver-mysql2.ts'
import { joined } from './joined.ts'
import { mysqlError } from './mysql-error.ts'
import { type OpenPool, openPool } from './open-pool.ts'
import { isObject, notATransaction, type SqlStorage, sqlStorage } from './sql-storage.ts'

export type { Mysql2Connection, Mysql2Pool } from './driver-mysql2.ts'
export type { Observe, ObservedStatement } from './executor.ts'
export type { SqlStorage } from './sql-storage.ts'

export interface MysqlOptions {
  /** Called before each statement; for counting and tracing. Default: nothing. */
  readonly observe?: Observe
}

/** A pool or connection of `mysql2`, which has one with promises inside. */
interface WithCallbacks<Source> {
  promise(): Source
}

/**
 * The storage for MariaDB 10.6 or newer, and MySQL 8. A pool or a connection of `mysql2` that is
 * passed in stays open; a URL (`mysql://…`) is opened on first use and closed by `close()`. Right at
 * any isolation level that the connections are set to. Call `migrate()` once at start.
 *
 * Errors: `storage_driver_missing` (`mysql2` is not installed), `storage_not_migrated`,
 * `storage_unavailable`, `storage_busy`, `invalid_id` (an id that no database keeps as it is),
 * `invalid_cursor`.
 */
export function mysql(
  source: string | Mysql2Pool | Mysql2Connection | WithCallbacks<Mysql2Pool | Mysql2Connection>,
  options: MysqlOptions = {},
): SqlStorage {
  const { observe = () => {} } = options
  const promised = typeof source === 'object' && 'promise' in source ? source.promise() : source
  return sqlStorage({
    name: 'mysql',
    executor: asynchronous(driverFor(promised), { observe }),
    join(transaction) {
      const connection = isPromising(transaction) ? transaction.promise() : transaction
      if (!isConnection(connection))
        throw notATransaction('the connection that runs your transaction')
      const driver = joined({ dialect: 'mysql', run: runOn(connection), errorOf: mysqlError })
      return asynchronous(driver, { observe, repeats: false })
    },
  })
}

function isPromising(value: unknown): value is WithCallbacks<unknown> {
  return isObject(value) && typeof value.promise === 'function'
}

// A pool runs every statement on another connection: it is no transaction.
function isConnection(value: unknown): value is Mysql2Connection {
  return isObject(value) && typeof value.execute === 'function' && !('getConnection' in value)
}

function driverFor(source: string | Mysql2Pool | Mysql2Connection): Driver {
  const close = async () => {}
  if (typeof source !== 'string')
    return 'getConnection' in source
      ? mysql2PoolDriver(async () => source, close)
      : mysql2ConnectionDriver(source, close)
  const pool = openPool(source, OPENS)
  return mysql2PoolDriver(pool.open, pool.close)
}

const OPENS: OpenPool<Mysql2Pool> = {
  where: 'mysql(url)',
  driver: 'mysql2',
  async open(url) {
    const { createPool } = await import('mysql2/promise')
    return createPool({ uri: url, charset: 'utf8mb4' })
  },
}
