/**
 * A decision while it is being written. A rule reads `draft.account`, which already shows every event
 * recorded so far, and either returns a refusal before the first record or writes its happy path.
 */
import type { Catalog } from './catalog.ts'
import type { BillingEvent } from './event.ts'
import type { Usage } from './input.ts'
import type { Instant } from './instant.ts'
import type { Refusal } from './refusal.ts'
import { type Effect, effectKey } from './effect.ts'
import { evolve } from './evolve.ts'
import { type Account, isLive, type LiveSubscription } from './state.ts'

export interface Draft {
  account: Account
  readonly at: Instant
  readonly usage: Usage
  readonly catalog: Catalog
  readonly events: BillingEvent[]
  readonly effects: Effect[]
}

/** What a rule answers: nothing, or why not. */
export type Verdict = Refusal | undefined

type Without<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never
export type Undated = Without<BillingEvent, 'at'>
export type Unkeyed = Without<Effect, 'key'>

/** Opens a draft; the account's clock never runs backwards, so an earlier `now` counts as its own. */
export function begin(account: Account, usage: Usage, now: Instant, catalog: Catalog): Draft {
  const at = now > account.asOf ? now : account.asOf
  return { account, at, usage, catalog, events: [], effects: [] }
}

/** Records an event, dated now unless said, and folds it at once. */
export function record(draft: Draft, event: Undated, at: Instant = draft.at): void {
  const dated = { ...event, at } as BillingEvent
  draft.events.push(dated)
  draft.account = evolve(draft.account, dated)
}

/**
 * Asks for an effect. `subject` and `n` make the key: the invoice and its attempt where there is one,
 * else the account's version, which no two decisions share.
 */
export function ask(draft: Draft, effect: Unkeyed, subject: string, n?: number): string {
  const { id, version } = draft.account
  const key = effectKey(effect.kind, id, subject, n ?? version)
  draft.effects.push({ ...effect, key } as Effect)
  return key
}

/** An id for the next subscription, invoice, checkout or incident: unique over all accounts. */
export function nextId(account: Account, kind: 'sub' | 'inv' | 'chk' | 'inc'): string {
  return `${encodeURIComponent(account.id)}.${kind}${account.sequence + 1}`
}

/** The live subscription of a group, if any. */
export function liveIn(draft: Draft, group = 'default'): LiveSubscription | undefined {
  const subscription = draft.account.subscriptions[group]
  return isLive(subscription) ? subscription : undefined
}
