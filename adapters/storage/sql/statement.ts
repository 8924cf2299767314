/** One statement, whole: what it says in each engine's words, and the values that go with it. */
import type { Dialect } from './dialect.ts'

/** What a column holds: text, safe integers and NULL; booleans are 0 and 1. */
export type Value = string | number | null

/** A statement in the words of one engine. */
export interface Sql {
  readonly text: string
  readonly params: readonly Value[]
  /** True when it answers rows, false when it only tells how many it changed. */
  readonly reads: boolean
}

/** A statement with its values, in no engine's words yet; `Row` is what it answers. */
export interface Statement<Row = unknown> {
  in(dialect: Dialect): Sql
  /** Only a type: the rows that this statement answers. */
  readonly row?: Row
}

const ANSWERS_ROWS = /^\s*(select|with|show|pragma)\b|\breturning\b/i

/** Whether a text answers rows. */
export function reads(text: string): boolean {
  return ANSWERS_ROWS.test(text)
}

/** A statement in words that every engine takes. */
export function plain(text: string): Statement {
  return { in: () => ({ text, params: [], reads: reads(text) }) }
}
