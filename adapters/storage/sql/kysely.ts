/** Any Kysely instance: the app's own connection, dialect and plugins' absence are its matter. */
import type { Dialect } from './dialect.ts'
import type { Observe } from './executor.ts'
import type { Sql } from './statement.ts'
import { CompiledQuery, type Kysely } from 'kysely'
import { asynchronous, type Driver, type Run, undoneByThrowing } from './asynchronous.ts'
import { errorIn } from './dialect-errors.ts'
import { joined } from './joined.ts'
import { isObject, notATransaction, type SqlStorage, sqlStorage } from './sql-storage.ts'

export type { Dialect } from './dialect.ts'
export type { Observe, ObservedStatement } from './executor.ts'
export type { SqlStorage } from './sql-storage.ts'

export interface KyselyOptions {
  /** The engine behind the instance. */
  readonly dialect: Dialect
  /** Called before each statement; for counting and tracing. Default: nothing. */
  readonly observe?: Observe
}

/** What is used of an instance or a transaction, whatever tables it knows. */
type Instance = Pick<Kysely<never>, 'executeQuery' | 'transaction'>

/**
 * The storage over a Kysely instance, which stays open. `within` takes a transaction of the same
 * instance. Plugins that rename columns must not see these statements: pass an instance without them,
 * such as `db.withoutPlugins()`. Call `migrate()` once at start.
 *
 * Errors: `storage_not_migrated`, `storage_unavailable`, `storage_busy`, `invalid_id`,
 * `invalid_cursor`, `invalid_transaction`.
 */
// A Kysely instance is invariant in its tables, so only its own type parameter fits every one.
export function kysely<Tables>(
  db: Pick<Kysely<Tables>, 'executeQuery' | 'transaction'>,
  { dialect, observe = () => {} }: KyselyOptions,
): SqlStorage {
  const errorOf = errorIn(dialect)
  return sqlStorage({
    name: dialect,
    executor: asynchronous(driverFor(db as unknown as Instance, dialect), { observe }),
    join(transaction) {
      if (!isTransaction(transaction)) throw notATransaction('a Kysely transaction')
      const driver = joined({ dialect, run: runOn(transaction), errorOf })
      return asynchronous(driver, { observe, repeats: false })
    },
  })
}

function driverFor(db: Instance, dialect: Dialect): Driver {
  return {
    dialect,
    run: runOn(db),
    transaction: (work) =>
      undoneByThrowing(
        (body) => db.transaction().execute((transaction) => body(runOn(transaction))),
        work,
      ),
    errorOf: errorIn(dialect),
    close: async () => {},
  }
}

function runOn(db: Pick<Instance, 'executeQuery'>): Run {
  return async ({ text, params, reads }: Sql) => {
    const { rows, numAffectedRows } = await db.executeQuery(CompiledQuery.raw(text, [...params]))
    return { rows: reads ? rows : [], affected: Number(numAffectedRows ?? rows.length) }
  }
}

function isTransaction(value: unknown): value is Instance {
  return isObject(value) && value.isTransaction === true
}
