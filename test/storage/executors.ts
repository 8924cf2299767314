/** The engines that run here, and executors on fresh databases of theirs, as the storages have them. */

import type { Dialect } from '../../adapters/storage/sql/dialect.ts'
import type { Executor, Observe } from '../../adapters/storage/sql/executor.ts'
import { createPool } from 'mysql2/promise'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { asynchronous } from '../../adapters/storage/sql/asynchronous.ts'
import { mysql2PoolDriver } from '../../adapters/storage/sql/driver-mysql2.ts'
import { pgPoolDriver } from '../../adapters/storage/sql/driver-pg.ts'
import { libsqlExecutor } from '../../adapters/storage/sql/executor-libsql.ts'
import { openFile } from '../../adapters/storage/sql/open-file.ts'
import { plain } from '../../adapters/storage/sql/statement.ts'
import { freshDatabase, isInstalled } from '../support/databases.ts'
import { temporaryFile } from './temporary-file.ts'

export interface Engine {
  readonly engine: string
  readonly dialect: Dialect
  readonly installed: boolean
  /** A database that nobody else uses: a path or a URL. */
  readonly fresh: () => Promise<string>
}

/** Every engine; where one is not installed that was said at the start of the run. */
export const ENGINES: readonly Engine[] = [
  { engine: 'SQLite', dialect: 'sqlite', installed: true, fresh: async () => temporaryFile() },
  {
    ...{ engine: 'PostgreSQL', dialect: 'postgres', installed: isInstalled('postgres') },
    fresh: () => freshDatabase('postgres'),
  },
  {
    ...{ engine: 'MariaDB', dialect: 'mysql', installed: isInstalled('mysql') },
    fresh: () => freshDatabase('mysql'),
  },
]

/** An executor on a database, closed when the test ends if it is not by then. */
export function executorAt(place: string, observe: Observe = () => {}): Executor {
  const executor = open(place, observe)
  let closed: Promise<void> | null = null
  const close = () => {
    closed ??= executor.close()
    return closed
  }
  onTestFinished(close)
  return { ...executor, close }
}

function open(place: string, observe: Observe): Executor {
  if (place.startsWith('postgres:')) {
    const pool = new pg.Pool({ connectionString: place, max: 4 })
    const close = () => pool.end()
    return asynchronous(
      pgPoolDriver(async () => pool, { prepare: true, close }),
      { observe },
    )
  }
  if (place.startsWith('mysql:')) {
    const pool = createPool({ uri: place, connectionLimit: 4 })
    const close = () => pool.end()
    return asynchronous(
      mysql2PoolDriver(async () => pool, close),
      { observe },
    )
  }
  const file = openFile(place)
  const close = async () => void (await file).close()
  return libsqlExecutor({ open: () => file, observe, close })
}

/** Statements as they stand. */
export async function say(executor: Executor, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) await executor.query(plain(text))
}
