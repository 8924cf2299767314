/** What terms allow, feature by feature: the plan's grants with its add-ons added up. */

import type { Interval } from './calendar.ts'
import type { Amount, FeatureValue, Grant } from './feature.ts'
import type { Terms } from './state.ts'
import { type Catalog, includesOf } from './catalog.ts'

/** Everything allowed of one feature. */
export type Allowance =
  | { readonly kind: 'limit'; readonly amount: Amount; readonly addOns: boolean }
  | {
      readonly kind: 'meter'
      readonly amount: Amount
      readonly addOns: boolean
      readonly reset: 'period' | Interval
    }
  | { readonly kind: 'flag'; readonly addOns: boolean }
  | { readonly kind: 'value'; readonly value: FeatureValue; readonly addOns: boolean }

export interface AllowanceOptions {
  /** Leave add-on bonuses out. Default `true`: they count. */
  readonly addOns?: boolean
}

/** Allowances by feature id. Amounts of plan and add-ons are added; `unlimited` stays unlimited. */
export function allowances(
  catalog: Catalog,
  terms: Terms,
  { addOns = true }: AllowanceOptions = {},
): ReadonlyMap<string, Allowance> {
  const all = new Map<string, Allowance>()
  for (const grant of includesOf(catalog, terms)) give(all, grant, unitsOf(grant, terms), false)
  if (addOns)
    for (const { id, quantity } of terms.addOns)
      for (const grant of catalog.addOns.get(id)?.adds ?? []) give(all, grant, quantity, true)
  return all
}

function unitsOf(grant: Grant, { quantity }: Terms): number {
  return 'per' in grant && grant.per === 'unit' ? quantity : 1
}

function give(all: Map<string, Allowance>, grant: Grant, units: number, addOns: boolean): void {
  const { feature } = grant
  if (grant.kind === 'flag') {
    all.set(feature, { kind: 'flag', addOns })
    return
  }
  if (grant.kind === 'value') {
    all.set(feature, { kind: 'value', value: grant.value, addOns })
    return
  }
  const known = all.get(feature)
  const amount = sum(known && 'amount' in known ? known.amount : 0, times(grant.amount, units))
  if (grant.kind === 'limit') all.set(feature, { kind: 'limit', amount, addOns })
  else all.set(feature, { kind: 'meter', amount, addOns, reset: grant.reset })
}

function times(amount: Amount, units: number): Amount {
  return amount === 'unlimited' ? amount : amount * units
}

function sum(a: Amount, b: Amount): Amount {
  return a === 'unlimited' || b === 'unlimited' ? 'unlimited' : a + b
}
