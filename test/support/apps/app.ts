/** An app that opened its database with a driver of its own, and keeps billing in it. */
import type { SqlStorage } from 'billwright/sqlite'

export interface App {
  /** Billing over the app's own connection; not migrated yet. */
  readonly storage: SqlStorage
  /** Runs `body` with what the driver calls a transaction; what it throws undoes all of it. */
  transact(body: (transaction: unknown) => Promise<void>): Promise<void>
  /** Writes a row of the app's own in the transaction. */
  insert(transaction: unknown, name: string): Promise<unknown>
  /** The app's rows, in the order of their names. */
  names(): Promise<readonly string[]>
  close(): Promise<unknown>
}

/** The levels of the SQL standard that PostgreSQL and MariaDB tell apart. */
export const LEVELS = ['read committed', 'repeatable read', 'serializable'] as const

/** What SQLite has in their place: where a transaction is written first. */
export const JOURNALS = ['wal', 'delete'] as const

/** How transactions are kept apart: a level of the servers, a journal of SQLite. */
export type Mode = (typeof LEVELS)[number] | (typeof JOURNALS)[number]

/** A driver, and how an app opens an empty database with it. */
export interface AppKind {
  readonly name: string
  /** False where its server or its driver is missing, which was said at the start of the run. */
  readonly installed: boolean
  readonly modes: readonly Mode[]
  /** One connection serves everybody: nobody else can look while a transaction runs. Default false. */
  readonly alone?: boolean
  /** With the mode that its connections are set to. Default: the engine's own. */
  open(mode?: Mode): Promise<App>
}

/** The table of the app's own. */
export const THINGS = 'create table things (name varchar(50) primary key)'

export const INSERT = 'insert into things (name) values'

export const NAMES = 'select name from things order by name'

/** The names in rows. */
export function namesIn(rows: unknown): readonly string[] {
  return (rows as readonly { readonly name: string }[]).map(({ name }) => name)
}

/** A transaction in words, for drivers that have no other way. */
export async function inWords(
  say: (words: 'begin' | 'commit' | 'rollback') => unknown,
  body: () => Promise<void>,
): Promise<void> {
  await say('begin')
  try {
    await body()
    await say('commit')
  } catch (error) {
    await say('rollback')
    throw error
  }
}
