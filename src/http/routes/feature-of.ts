/** The feature that a path names. */
import type { Verbs } from '../route.ts'
import { requestError } from '../request-error.ts'

/** Its id, when the catalog knows it; else `not_found`. */
export function featureOf(bill: Verbs, { feature = '' }: Readonly<Record<string, string>>): string {
  if (bill.catalog.features.has(feature)) return feature
  throw requestError('not_found')
}
