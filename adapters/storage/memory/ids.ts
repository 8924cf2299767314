/** Ids are bytes: compared and ordered as such, and refused where they cannot be kept as such. */
import { BillingError } from 'billwright'

const SURROGATE = /\p{Surrogate}/u

/** Throws `invalid_id` for an id with NUL or half of a surrogate pair, which not every engine keeps. */
export function refuseInvalidIds(ids: readonly (string | null | undefined)[]): void {
  for (const id of ids) {
    if (id && (id.includes('\0') || SURROGATE.test(id))) {
      throw new BillingError(
        'request',
        'invalid_id',
        'An id must not contain NUL or half of a surrogate pair; use another id.',
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
