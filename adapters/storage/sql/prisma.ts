/** A Prisma client over any of its driver adapters. */
import type { Dialect } from './dialect.ts'
import type { Observe } from './executor.ts'
import type { Value } from './statement.ts'
import { asynchronous, type Driver, type Run, undoneByThrowing } from './asynchronous.ts'
import { joined } from './joined.ts'
import { prismaErrorOf } from './prisma-error.ts'
import { isObject, notATransaction, type SqlStorage, sqlStorage } from './sql-storage.ts'

export type { Dialect } from './dialect.ts'
export type { Observe, ObservedStatement } from './executor.ts'
export type { SqlStorage } from './sql-storage.ts'

export interface PrismaOptions {
  /** The engine behind the client. */
  readonly dialect: Dialect
  /** Called before each statement; for counting and tracing. Default: nothing. */
  readonly observe?: Observe
}

/** What is used of an interactive transaction. */
export interface PrismaTransaction {
  $queryRawUnsafe(text: string, ...values: Value[]): PromiseLike<unknown>
  $executeRawUnsafe(text: string, ...values: Value[]): PromiseLike<number>
}

/** What is used of a client. */
export interface PrismaDatabase extends PrismaTransaction {
  $transaction<T>(
    body: (transaction: PrismaTransaction) => Promise<T>,
    options?: { readonly maxWait?: number; readonly timeout?: number },
  ): Promise<T>
}

/**
 * Milliseconds: how long a transaction may wait for a connection and how long it may take. Prisma's
 * own five seconds are less than an engine lets a statement wait for a lock.
 */
const PATIENCE = { maxWait: 10_000, timeout: 60_000 } as const

/**
 * The storage over a Prisma client with a driver adapter, which stays connected. `within` takes the
 * transaction that an interactive `$transaction` hands out. No model is needed. Call `migrate()` once
 * at start, or add what `billwright schema` prints to your own migrations.
 *
 * Errors: `storage_not_migrated`, `storage_unavailable`, `storage_busy`, `invalid_id`,
 * `invalid_cursor`, `invalid_transaction`.
 */
export function prisma(client: PrismaDatabase, options: PrismaOptions): SqlStorage {
  const { dialect, observe = () => {} } = options
  const driver = driverFor(client, dialect)
  return sqlStorage({
    name: dialect,
    executor: asynchronous(driver, { observe }),
    join(transaction) {
      if (!isTransaction(transaction)) throw notATransaction('an interactive Prisma transaction')
      const inside = joined({ dialect, run: runOn(transaction), errorOf: driver.errorOf })
      return asynchronous(inside, { observe, repeats: false })
    },
  })
}

function driverFor(client: PrismaDatabase, dialect: Dialect): Driver {
  return {
    dialect,
    run: runOn(client),
    transaction: (work) =>
      undoneByThrowing(
        (body) => client.$transaction((transaction) => body(runOn(transaction)), PATIENCE),
        work,
      ),
    errorOf: prismaErrorOf(dialect),
    close: async () => {},
  }
}

function runOn(client: PrismaTransaction): Run {
  return async ({ text, params, reads }) => {
    if (!reads) return { rows: [], affected: await client.$executeRawUnsafe(text, ...params) }
    const rows = (await client.$queryRawUnsafe(text, ...params)) as readonly unknown[]
    return { rows, affected: rows.length }
  }
}

// A client runs every statement on another connection; it can connect, a transaction cannot.
function isTransaction(value: unknown): value is PrismaTransaction {
  return (
    isObject(value) &&
    typeof value.$queryRawUnsafe === 'function' &&
    typeof value.$connect !== 'function'
  )
}
