/** The few words that engines disagree on. */
import type { Dialect } from './dialect.ts'
import { type RawBuilder, sql } from 'kysely'

// PostgreSQL infers a value's type from where it stands, and needs telling where nothing else does.

/** A number whose type nothing around it tells. */
export function integer<T>(dialect: Dialect, value: T): RawBuilder<T> {
  return dialect === 'mysql' ? sql<T>`cast(${value} as signed)` : sql<T>`cast(${value} as bigint)`
}

/** A text whose type nothing around it tells. */
export function text<T>(dialect: Dialect, value: T): RawBuilder<T> {
  return dialect === 'postgres' ? sql<T>`cast(${value} as text)` : sql<T>`${value}`
}

/** The greater of two values. */
export function greater(dialect: Dialect, a: unknown, b: unknown): RawBuilder<number> {
  return dialect === 'sqlite' ? sql<number>`max(${a}, ${b})` : sql<number>`greatest(${a}, ${b})`
}
