import type { Catalog } from '../core/index.ts'
import { BillingError } from '../errors.ts'

/** Throws `unknown_feature` for a word that the catalog has no feature for. */
export function checkFeature({ features }: Catalog, feature: string): void {
  if (features.has(feature)) return
  const message = `No feature is called ${feature}.`
  throw new BillingError('request', 'unknown_feature', message, { feature })
}
