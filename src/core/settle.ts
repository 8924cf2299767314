/** Brings an account up to a moment: everything that fell due happens, one tick after the other. */
import type { Catalog } from './catalog.ts'
import type { Effect } from './effect.ts'
import type { BillingEvent } from './event.ts'
import type { Usage } from './input.ts'
import type { Instant } from './instant.ts'
import type { Account } from './state.ts'
import { decideFully } from './decide.ts'
import { nextActionAt } from './schedule.ts'

export interface Settled {
  readonly account: Account
  readonly events: readonly BillingEvent[]
  readonly effects: readonly Effect[]
}

const TICK = { type: 'tick' } as const

/** All ticks up to and including `now`. A late call ends where many early ones would have. */
export function settle(account: Account, usage: Usage, now: Instant, catalog: Catalog): Settled {
  const due = nextActionAt(account, catalog)
  if (due === null || due > now) return { account, events: [], effects: [] }
  const events: BillingEvent[] = []
  const effects: Effect[] = []
  let settled = account
  for (;;) {
    const step = decideFully(settled, usage, TICK, now, catalog)
    if (!step.decision.ok || step.decision.events.length === 0) break
    events.push(...step.decision.events)
    effects.push(...step.decision.effects)
    settled = step.account
  }
  return { account: settled, events, effects }
}
