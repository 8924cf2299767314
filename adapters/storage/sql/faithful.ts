/** Which strings a database gives back as they were. */
import { BillingError } from 'billwright'

// In a pattern with `u` a surrogate stands alone by definition: a pair is one character.
const UNFAITHFUL = /[\0\p{Surrogate}]/u

/**
 * The string, if the database holds it unchanged: no NUL, which ends a text, and no lone surrogate,
 * which has no UTF-8 form. JSON text never has either, because it escapes them. Else a `request`
 * error, code `invalid_id`.
 */
export function faithful(text: string): string {
  if (!UNFAITHFUL.test(text)) return text
  const message = 'An id holds NUL or half a character, which a database cannot keep.'
  throw new BillingError('request', 'invalid_id', message)
}
