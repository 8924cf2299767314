/** The storage contract in SQL, whatever the connection. */
import type { Storage } from 'billwright'
import type { Executor } from './executor.ts'
import { BillingError } from 'billwright'
import { commits, commitsAlone } from './commit.ts'
import { drift } from './drift.ts'
import { history } from './history.ts'
import { inbox } from './inbox.ts'
import { listings } from './listings.ts'
import { loads, loadsAlone } from './load.ts'
import { migrate } from './migrate.ts'
import { numberInvoices } from './numbering.ts'
import { operations } from './operations.ts'
import { outbox } from './outbox.ts'
import { pruneDeliveries } from './pruning.ts'
import { reservations } from './reservations.ts'
import { sums } from './sums.ts'
import { usage, usageAlone } from './usage.ts'

/** A connection, and how the app's own transaction is joined. */
export interface SqlStorageOptions {
  /** For messages and health. */
  readonly name: string
  readonly executor: Executor
  /** The executor inside a transaction of the app's; throws when it is no such thing. */
  readonly join: (transaction: unknown) => Executor
}

/** A storage in SQL, which can tell whether its tables are as they must be. */
export interface SqlStorage extends Storage {
  /**
   * Where the database differs from the schema of this version, one sentence each:
   * `billwright_effects: column next_at is missing`. None when all is well. It only reads, with the
   * rights of whoever uses the tables. For apps that make the tables themselves, at start.
   */
  drift(): Promise<readonly string[]>
}

/** All verbs over one executor; calls that wait together go together. */
export function sqlStorage({ name, executor, join }: SqlStorageOptions): SqlStorage {
  return {
    ...verbs(name, executor),
    load: loads(executor),
    commit: commits(executor),
    ...usage(executor),
    drift: () => drift(executor),
    within: (transaction) => verbs(name, join(transaction)),
  }
}

/** All verbs, each call by itself. */
function verbs(name: string, executor: Executor): Storage {
  return {
    name,
    migrate: () => migrate(executor),
    close: () => executor.close(),
    load: loadsAlone(executor),
    commit: commitsAlone(executor),
    ...usageAlone(executor),
    numberInvoices: (query) => numberInvoices(executor, query),
    pruneDeliveries: (query) => pruneDeliveries(executor, query),
    ...outbox(executor),
    ...inbox(executor),
    ...reservations(executor),
    ...history(executor),
    ...listings(executor),
    ...sums(executor),
    ...operations(executor),
  }
}

/** What is not a transaction of the kind that this storage can join. */
export function notATransaction(expected: string): BillingError {
  return new BillingError('config', 'invalid_transaction', `within(): pass ${expected}.`, {
    expected,
  })
}

/** Something with properties, whatever they are. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
