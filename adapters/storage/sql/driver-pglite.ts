/** PostgreSQL through PGlite, which runs it in the process: one connection. */
import type { Driver, Run } from './asynchronous.ts'
import { postgresError } from './postgres-error.ts'

/** What is used of a transaction of PGlite. */
export interface PgliteTransaction {
  query(
    text: string,
    params: unknown[],
  ): Promise<{ readonly rows: unknown[]; readonly affectedRows?: number | undefined }>
  rollback(): Promise<void>
}

/** What is used of a database of PGlite. */
export interface Pglite extends Pick<PgliteTransaction, 'query'> {
  transaction<T>(body: (transaction: PgliteTransaction) => Promise<T>): Promise<T>
  readonly waitReady: Promise<void>
}

/** A statement counts the rows that it answers; one that answers none, those that it changed. */
export function runOnPglite(db: Pick<PgliteTransaction, 'query'>): Run {
  return async ({ text, params, reads }) => {
    const { rows, affectedRows = 0 } = await db.query(text, [...params])
    return { rows, affected: reads ? rows.length : affectedRows }
  }
}

/** The database; it makes what is asked at once wait for a running transaction by itself. */
export function pgliteDriver(db: Pglite, close: () => Promise<void>): Driver {
  return {
    dialect: 'postgres',
    run: runOnPglite(db),
    transaction: (work) =>
      db.transaction(async (transaction) => {
        const { keep, value } = await work(runOnPglite(transaction))
        if (!keep) await transaction.rollback()
        return value
      }),
    errorOf: postgresError,
    close,
  }
}
