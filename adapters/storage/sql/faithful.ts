/** Which strings a database gives back as they were. */
import { BillingError } from 'billwright'

// In a pattern with `u` a surrogate stands alone by definition: a pair is one character.
const UNFAITHFUL = /^\uFEFF|[\0\p{Surrogate}]/u

/**
 * The string, if every driver gives it back unchanged: no NUL, which ends a text, no lone surrogate,
 * which has no UTF-8 form, and no byte order mark at its start, which readers of text drop. JSON text
 * never has any of them: it escapes the first two and begins otherwise. Else a `request` error, code
 * `invalid_id`.
 */
export function faithful(text: string): string {
  if (!UNFAITHFUL.test(text)) return text
  const message = 'An id holds NUL, half a character or a byte order mark, which no database keeps.'
  throw new BillingError('request', 'invalid_id', message)
}

/**
 * JSON text in which every string is faithful. Looking at each takes longer than writing the text, so
 * that is done only where the text shows that one may not be: an escape by number, or the mark.
 */
export function faithfulJson(value: unknown): string {
  const text = JSON.stringify(value)
  if (text.includes('\\u') || text.includes('\uFEFF'))
    JSON.stringify(value, (_, each) => (typeof each === 'string' ? faithful(each) : each))
  return text
}
