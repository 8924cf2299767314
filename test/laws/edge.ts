/** One step of an account's life, as the laws look at it. */
import {
  type Account,
  type BillingEvent,
  type Catalog,
  type Decision,
  decide,
  type Effect,
  evolve,
  type Input,
  type Instant,
  settle,
  type Usage,
} from '../../src/core/index.ts'

export interface Edge {
  readonly catalog: Catalog
  readonly usage: Usage
  readonly before: Account
  /** `null` when only time passed. */
  readonly input: Input | null
  readonly now: Instant
  readonly decision: Decision
  readonly events: readonly BillingEvent[]
  readonly effects: readonly Effect[]
  readonly after: Account
}

/** Decides about an input on a settled account. */
export function inputEdge(
  catalog: Catalog,
  before: Account,
  input: Input,
  now: Instant,
  usage: Usage = {},
): Edge {
  const decision = decide(before, usage, input, now, catalog)
  const { events, effects } = decision.ok ? decision : { events: [], effects: [] }
  const after = events.reduce(evolve, before)
  return { catalog, usage, before, input, now, decision, events, effects, after }
}

/** Lets time pass up to `now`. */
export function timeEdge(catalog: Catalog, before: Account, now: Instant, usage: Usage = {}): Edge {
  const { account: after, events, effects } = settle(before, usage, now, catalog)
  const decision = { ok: true, events, effects } as const
  return { catalog, usage, before, input: null, now, decision, events, effects, after }
}
