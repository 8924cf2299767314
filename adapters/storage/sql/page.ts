/** Pages by place, not by offset: what is written meanwhile moves nothing. */
import type { Page, PageQuery } from 'billwright'
import type { Executor } from './executor.ts'
import type { Statement } from './statement.ts'
import { BillingError } from 'billwright'
import { rowsOf } from './executor.ts'

/** Where an item stands in its list. */
export type Place = readonly (string | number)[]

export interface Listing<Row, Item> {
  /** The statement for at most `limit` rows after a place; `null` is before the first. */
  readonly select: (after: Place | null, limit: number) => Statement<Row>
  readonly placeOf: (row: Row) => Place
  readonly itemOf: (row: Row) => Item
}

/** One page; one row more than shown is asked for, which tells whether there is a next one. */
export async function pageOf<Row, Item>(
  executor: Executor,
  { limit, after }: PageQuery,
  { select, placeOf, itemOf }: Listing<Row, Item>,
): Promise<Page<Item>> {
  const rows = await rowsOf(executor, select(placeFrom(after), limit + 1))
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return { items: shown.map(itemOf), next: last ? JSON.stringify(placeOf(last)) : null }
}

function placeFrom(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null
  try {
    const place: unknown = JSON.parse(cursor)
    if (isPlace(place)) return place
  } catch {
    // Not made by this storage: refused like any other.
  }
  throw new BillingError('request', 'invalid_cursor', 'Ask for the first page, or for `next`.')
}

function isPlace(value: unknown): value is Place {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((part) => typeof part === 'string' || Number.isSafeInteger(part))
  )
}
