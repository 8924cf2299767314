/** How rows are leased so that no two workers get the same one, in each engine's way. */
import type { Dialect } from './dialect.ts'
import { type Expression, type RawBuilder, sql } from 'kysely'

/** A query that can lock what it finds. */
interface Lockable<Query> {
  forUpdate(): { skipLocked(): Query }
}

/**
 * The rows that a query finds, without waiting for those that another worker is leasing right now.
 * SQLite writes one transaction after the other and has nothing to lock.
 */
export function unlocked<Query extends Lockable<Query>>(dialect: Dialect, query: Query): Query {
  return dialect === 'sqlite' ? query : query.forUpdate().skipLocked()
}

/** Whether a column is among those rows, which PostgreSQL must look for only once. */
export function isAmong(
  dialect: Dialect,
  column: string,
  rows: Expression<unknown>,
): RawBuilder<boolean> {
  return dialect === 'postgres'
    ? sql<boolean>`${sql.ref(column)} = any(array(${rows}))`
    : sql<boolean>`${sql.ref(column)} in (${rows})`
}
