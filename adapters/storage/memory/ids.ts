/** Ids are bytes: compared and ordered as such, and refused where they cannot be kept as such. */
import { BillingError } from 'billwright'

const UNFAITHFUL = /^\uFEFF|[\0\p{Surrogate}]/u

/**
 * Throws `invalid_id` for an id with NUL or half of a surrogate pair, or with a byte order mark at its
 * start: not every engine keeps them.
 */
export function refuseInvalidIds(ids: readonly (string | null | undefined)[]): void {
  for (const id of ids) {
    if (id && UNFAITHFUL.test(id)) {
      throw new BillingError(
        'request',
        'invalid_id',
        'An id must not hold NUL, half of a surrogate pair or a byte order mark; use another id.',
      )
    }
  }
}

/** One key of several ids: no two lists of ids share one. */
export function keyOf(...ids: readonly string[]): string {
  return JSON.stringify(ids)
}

/** The order of the ids' bytes in UTF-8, which is that of their code points. */
export function compareIds(a: string, b: string): number {
  const right = b[Symbol.iterator]()
  for (const character of a) {
    const other = right.next()
    if (other.done) return 1
    const difference = codePoint(character) - codePoint(other.value)
    if (difference !== 0) return difference
  }
  return right.next().done ? 0 : -1
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0
}
