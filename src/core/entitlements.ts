/** What a customer may do now, whether or not any job has run. */
import type { AllowanceOptions } from './allowance.ts'
import type { Catalog } from './catalog.ts'
import type { Usage } from './input.ts'
import type { Instant } from './instant.ts'
import type { Account } from './state.ts'
import { type Entitlements, entitlementsOf } from './entitlement.ts'
import { settle } from './settle.ts'

/**
 * The entitlements at `now`: everything that fell due is taken into account first, so time is
 * evaluated on read and a late job neither gives nor takes access.
 */
export function entitlements<FeatureId extends string>(
  account: Account,
  usage: Usage,
  now: Instant,
  catalog: Catalog<string, FeatureId>,
  options: AllowanceOptions = {},
): Entitlements<FeatureId> {
  const settled = settle(account, usage, now, catalog).account
  return entitlementsOf(settled, usage, now, catalog, options)
}
