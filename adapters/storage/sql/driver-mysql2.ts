/** MariaDB and MySQL through `mysql2`: a pool, or one connection. */
import type { Driver, Run } from './asynchronous.ts'
import type { Ending } from './executor.ts'
import type { Sql, Value } from './statement.ts'
import { mysqlError } from './mysql-error.ts'
import { oneAtATime } from './turns.ts'

/** What is used of a connection of `mysql2/promise`. */
export interface Mysql2Connection {
  execute(sql: string, values: Value[]): Promise<[unknown, unknown]>
  query(sql: string): Promise<[unknown, unknown]>
}

/** What is used of a connection that a pool lent. */
export interface Mysql2PoolConnection extends Mysql2Connection {
  release(): void
  destroy(): void
}

/** What is used of a pool of `mysql2/promise`. */
export interface Mysql2Pool extends Mysql2Connection {
  getConnection(): Promise<Mysql2PoolConnection>
  end(): Promise<void>
}

/** One statement; rows for those that answer some, else how many it found. */
export function runOn(connection: Mysql2Connection): Run {
  return async ({ text, params }: Sql) => {
    const [answer] =
      params.length > 0 ? await connection.execute(text, [...params]) : await connection.query(text)
    if (Array.isArray(answer)) return { rows: answer, affected: answer.length }
    return { rows: [], affected: (answer as { readonly affectedRows: number }).affectedRows }
  }
}

/** A pool: a statement on any connection, a transaction on one of its own. */
export function mysql2PoolDriver(
  open: () => Promise<Mysql2Pool>,
  close: () => Promise<void>,
): Driver {
  return {
    dialect: 'mysql',
    run: async (sql) => runOn(await open())(sql),
    async transaction(work) {
      const connection = await (await open()).getConnection()
      let broken = false
      try {
        return await inTransaction(connection, work)
      } catch (error) {
        broken = mysqlError(error) instanceof Error
        throw error
      } finally {
        if (broken) connection.destroy()
        else connection.release()
      }
    },
    errorOf: mysqlError,
    close,
  }
}

/** One connection, one transaction after the other. */
export function mysql2ConnectionDriver(
  connection: Mysql2Connection,
  close: () => Promise<void>,
): Driver {
  return oneAtATime({
    dialect: 'mysql',
    run: runOn(connection),
    transaction: (work) => inTransaction(connection, work),
    errorOf: mysqlError,
    close,
  })
}

async function inTransaction<T>(
  connection: Mysql2Connection,
  work: (run: Run) => Promise<Ending<T>>,
): Promise<T> {
  await connection.query('start transaction')
  try {
    const { keep, value } = await work(runOn(connection))
    await connection.query(keep ? 'commit' : 'rollback')
    return value
  } catch (error) {
    // A connection that broke has undone it already.
    await connection.query('rollback').catch(() => {})
    throw error
  }
}
