/** Whether what is used fits under lower terms, and what to archive until it does. */

import type { Catalog } from './catalog.ts'
import type { Resource, Usage } from './input.ts'
import type { Terms } from './state.ts'
import { allowances } from './allowance.ts'

/** One limit that is used beyond what the terms allow. */
export interface Excess {
  readonly feature: string
  readonly used: number
  readonly limit: number
  /** What there is to choose from; `null` where the app lists nothing. */
  readonly resources: readonly Resource[] | null
}

export type Keep = Readonly<Record<string, readonly string[]>>

/**
 * Every limit of a plan group that is used beyond the terms; empty when all fits. `null` terms, those
 * of a subscription that ended, allow nothing.
 */
export function excessOf(
  catalog: Catalog,
  group: string,
  terms: Terms | null,
  usage: Usage,
): readonly Excess[] {
  const allowed = terms ? allowances(catalog, terms) : null
  const over: Excess[] = []
  for (const [feature, { used, resources }] of Object.entries(usage)) {
    if (catalog.features.get(feature)?.kind !== 'limit' || !isSoldIn(catalog, group, feature))
      continue
    const allowance = allowed?.get(feature)
    const limit = allowance?.kind === 'limit' ? allowance.amount : 0
    if (limit !== 'unlimited' && used > limit)
      over.push({ feature, used, limit, resources: resources ?? null })
  }
  return over
}

/** Whether a plan of the group gives it: a feature of another group is none of its business. */
export function isSoldIn(catalog: Catalog, group: string, feature: string): boolean {
  for (const plan of catalog.plans.values())
    if (plan.group === group && plan.includes.some((grant) => grant.feature === feature))
      return true
  return false
}

/** What has to go: the newest that are not to be kept first, until the rest fits the limit. */
export function toArchive(
  resources: readonly Resource[],
  keep: readonly string[],
  limit: number,
): readonly string[] {
  const wanted = new Set(keep)
  // Kept ones come last; among equals the newest goes first, ties by id so that replays agree.
  const order = [...resources].sort(
    (a, b) =>
      Number(wanted.has(a.id)) - Number(wanted.has(b.id)) ||
      b.createdAt - a.createdAt ||
      (a.id < b.id ? 1 : -1),
  )
  return order.slice(0, Math.max(0, resources.length - limit)).map(({ id }) => id)
}

/** Whether a choice names enough: what it leaves out fits the limit and it keeps no more than fits. */
export function isChoice({ feature, limit, resources }: Excess, keep: Keep): boolean {
  const chosen = keep[feature]
  if (!chosen || !resources) return false
  const existing = new Set(resources.map(({ id }) => id))
  return new Set(chosen).size <= limit && chosen.every((id) => existing.has(id))
}
