/** Pages by place, not by offset: what is written meanwhile moves nothing. */
import type { Page, PageQuery } from 'billwright'
import { BillingError } from 'billwright'
import { compareIds } from './ids.ts'

/** Where an item stands in its list; no two items stand in the same place. */
export type Place = readonly (string | number)[]

/** One page of a list that is ordered by place. The cursor is the place of the page's last item. */
export function pageOf<Item>(
  list: readonly { readonly place: Place; readonly item: Item }[],
  { limit, after }: PageQuery,
): Page<Item> {
  const cursor = after === undefined ? null : placeOf(after)
  const rest = list
    .filter(({ place }) => cursor === null || comparePlaces(place, cursor) > 0)
    .sort((a, b) => comparePlaces(a.place, b.place))
  const shown = rest.slice(0, limit)
  const last = rest.length > limit ? shown.at(-1) : undefined
  return {
    items: shown.map(({ item }) => item),
    next: last ? JSON.stringify(last.place) : null,
  }
}

function placeOf(cursor: string): Place {
  try {
    const place: unknown = JSON.parse(cursor)
    if (Array.isArray(place)) return place
  } catch {
    // Not made by this storage: refused like any other.
  }
  throw new BillingError('request', 'invalid_cursor', 'Ask for the first page, or for `next`.')
}

function comparePlaces(a: Place, b: Place): number {
  const differences = a.map((part, index) => compareParts(part, b[index] ?? 0))
  return differences.find((difference) => difference !== 0) ?? 0
}

function compareParts(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareIds(`${a}`, `${b}`)
}
