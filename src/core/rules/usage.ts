/** Crossings of a limit, and things that were archived and come back. */

import type { Command } from '../input.ts'
import { ask, type Draft, record, type Verdict } from '../draft.ts'
import { crossing, entitlementsOf } from '../entitlement.ts'
import { refuse } from '../refusal.ts'

type Asked<Type extends Command['type']> = Extract<Command, { readonly type: Type }>

/** Usage went from `before` to `after`: 80 % and 100 % are told once per crossing. */
export function noteUsage(draft: Draft, command: Asked<'note_usage'>): Verdict {
  const { feature, before, after } = command
  const { account, usage, at, catalog } = draft
  if (!catalog.features.has(feature)) return refuse('unknown_feature', { feature })
  const { limit } = entitlementsOf(account, usage, at, catalog).get(feature)
  if (typeof limit !== 'number') return undefined
  const crossed = crossing(before, after, limit)
  if (crossed) record(draft, { type: `limit.${crossed}`, feature, used: after, limit })
  return undefined
}

/** Brings archived things back, as many as there is room for. */
export function restoreResources(draft: Draft, command: Asked<'restore_resources'>): Verdict {
  const { feature, ids } = command
  const { account, usage, at, catalog } = draft
  const archived = new Set(account.archived[feature] ?? [])
  const wanted = [...new Set(ids)].filter((id) => archived.has(id))
  if (wanted.length === 0) return undefined
  const entitled = entitlementsOf(account, usage, at, catalog).get(feature)
  const { remaining } = entitled
  const room = remaining === 'unlimited' || (remaining ?? 0) >= wanted.length
  if (!entitled.allowed || !room)
    return refuse('limit_reached', { feature, limit: entitled.limit, used: entitled.used })
  record(draft, { type: 'resource.restored', feature, ids: wanted })
  ask(draft, { kind: 'resource.restore', feature, ids: wanted }, feature)
  return undefined
}
