/**
 * The outbox: what was decided is asked of the outside after the commit, under its key, until it is
 * answered. An effect is done only in the commit that also writes what its answer changed.
 */
import type { Effect, GatewayEffect, GatewayEvent, Instant } from '../core/index.ts'
import type { EffectRow, Json, OutboxEffect, Settlement } from '../storage.ts'
import type { Attempt } from './attempt.ts'
import type { Runtime } from './runtime.ts'
import { HOUR } from '../core/index.ts'
import { BillingError } from '../errors.ts'
import { isGatewayEffect, isQuestion } from './change.ts'
import { dispatch } from './dispatch.ts'
import { factInputs } from './facts.ts'
import { callHook } from './hooks.ts'
import { attemptEffect, factsOfRefusal, movesMoney } from './perform.ts'
import { leaseEnd } from './runtime.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** Pauses after a failed attempt; after the last one a person decides. */
const BACKOFF_MS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
]

/** When something that must not be sent twice is looked up: after 1, 10 and 60 minutes. */
const LOOK_UP_MS = [MINUTE, 10 * MINUTE, HOUR]

/** Performs a leased effect and writes what became of it. */
export async function performRow(
  runtime: Runtime,
  row: EffectRow,
  waited = false,
): Promise<Attempt> {
  const { effect } = row
  if (!isGatewayEffect(effect)) return performHook(runtime, row)
  const attempt = await attemptEffect(runtime, row, effect)
  await settleAttempt(runtime, row, effect, { attempt, waited })
  log(runtime, row, attempt)
  return attempt
}

/** Leases certain effects, whatever their time; those leased by others are left out. */
export function claimKeys(
  runtime: Runtime,
  keys: readonly string[],
): Promise<readonly EffectRow[]> {
  const { storage, owner, ports } = runtime
  const now = ports.clock.now()
  const leaseUntil = leaseEnd(runtime, now)
  return storage.claimEffects({ now, owner, leaseUntil, limit: keys.length, keys })
}

/** The row of an effect that was leased when it was committed: its first attempt is under way. */
export function freshRow(runtime: Runtime, account: string, effect: Effect): EffectRow {
  const now = runtime.ports.clock.now()
  return {
    key: effect.key,
    account,
    effect,
    state: 'waiting',
    attempts: 1,
    sent: false,
    nextAt: now,
    leaseOwner: runtime.owner,
    leaseUntil: leaseEnd(runtime, now),
    answer: null,
    error: null,
    createdAt: now,
  }
}

interface Tried {
  readonly attempt: Attempt
  /** Somebody waits for the answer, and will ask again rather than have it done behind their back. */
  readonly waited: boolean
}

/** Writes the outcome and what it changed in one commit. */
async function settleAttempt(
  runtime: Runtime,
  row: EffectRow,
  effect: GatewayEffect,
  tried: Tried,
): Promise<void> {
  const { settlement, facts } = outcomeOf(runtime, row, effect, tried)
  if (facts.length === 0) {
    await runtime.storage.settleEffect(settlement)
    return
  }
  await dispatch(runtime, {
    query: { by: { account: row.account }, payments: paymentsOf(effect) },
    inputs: (loaded, taken) => factInputs(facts, loaded, taken),
    marks: () => ({ settled: [settlement] }),
  })
}

function outcomeOf(
  runtime: Runtime,
  row: EffectRow,
  effect: GatewayEffect,
  { attempt, waited }: Tried,
): { readonly settlement: Settlement; readonly facts: readonly GatewayEvent[] } {
  const now = runtime.ports.clock.now()
  const settled = { key: row.key, owner: runtime.owner, nextAt: null, answer: null, error: null }
  // A question is asked anew at its next time, or by reconciliation.
  if (isQuestion(effect) && 'error' in attempt)
    return { settlement: { ...settled, state: 'refused', sent: true }, facts: [] }
  switch (attempt.outcome) {
    case 'done': {
      const { events, page } = attempt.performed
      const answer = (page ?? null) as Json
      return { settlement: { ...settled, state: 'done', sent: true, answer }, facts: events }
    }
    case 'refused': {
      const error = { code: attempt.code }
      const { events } = attempt.performed
      const others = events.filter(({ type }) => type !== 'effect.refused')
      const facts = [...others, ...factsOfRefusal(effect, attempt.code, now)]
      return { settlement: { ...settled, state: 'refused', sent: true, error }, facts }
    }
    case 'not_done':
      return notDoneOutcome(row, effect, { attempt, waited, now, settled })
    case 'unknown':
      return unknownOutcome(runtime, row, effect, { error: attempt.error, now, settled })
    case 'impossible': {
      const { error } = attempt
      return { settlement: { ...settled, state: 'parked', sent: row.sent, error }, facts: [] }
    }
  }
}

/** What holds here already, and no word of the gateway's undoes: it is tried until it is done there. */
export function goesOn({ kind }: OutboxEffect): boolean {
  return kind === 'payment.refund' || kind === 'subscription.discount'
}

type Settled = Pick<Settlement, 'key' | 'owner' | 'nextAt' | 'answer' | 'error'>

function notDoneOutcome(
  row: EffectRow,
  effect: GatewayEffect,
  {
    attempt,
    waited,
    now,
    settled,
  }: {
    readonly attempt: Extract<Attempt, { readonly outcome: 'not_done' }>
    readonly waited: boolean
    readonly now: Instant
    readonly settled: Settled
  },
): { readonly settlement: Settlement; readonly facts: readonly GatewayEvent[] } {
  const error = { code: attempt.error.code }
  const { sent } = row
  // A page is opened when somebody asks for it again; nobody waits for it now.
  if (effect.kind === 'checkout.open')
    return { settlement: { ...settled, state: 'waiting', sent, error }, facts: [] }
  // What the customer was just told did not work must not happen later by itself.
  if (waited && !sent && !goesOn(effect)) {
    const facts = factsOfRefusal(effect, 'gateway_unavailable', now)
    return { settlement: { ...settled, state: 'refused', sent, error }, facts }
  }
  const pause = BACKOFF_MS[row.attempts - 1]
  if (pause === undefined)
    return { settlement: { ...settled, state: 'parked', sent, error }, facts: [] }
  const nextAt = (now + Math.max(pause, attempt.retryAfterMs)) as Instant
  return { settlement: { ...settled, state: 'waiting', sent, nextAt, error }, facts: [] }
}

function unknownOutcome(
  { gateways }: Runtime,
  row: EffectRow,
  effect: GatewayEffect,
  {
    error,
    now,
    settled,
  }: { readonly error: Json; readonly now: Instant; readonly settled: Settled },
): { readonly settlement: Settlement; readonly facts: readonly GatewayEvent[] } {
  const dedupe = gateways.get(effect.gateway)?.capabilities.dedupe[effect.kind] ?? 'none'
  const pauses = dedupe === 'none' && movesMoney(effect) ? LOOK_UP_MS : BACKOFF_MS
  const pause = pauses[row.attempts - 1]
  const state = pause === undefined ? 'parked' : 'unknown'
  const nextAt = pause === undefined ? null : ((now + pause) as Instant)
  const settlement = { ...settled, state, sent: true, nextAt, error } as const
  if (effect.kind !== 'payment.collect') return { settlement, facts: [] }
  const { gateway, invoice } = effect
  return { settlement, facts: [{ type: 'outcome.unknown', gateway, invoice }] }
}

/** What became of it could not be decided or written: it counts as unknown, and is tried again later. */
export async function putOff(runtime: Runtime, row: EffectRow, error: Json): Promise<void> {
  const { effect, key } = row
  // A hook writes its own failures.
  if (!isGatewayEffect(effect)) return
  const now = runtime.ports.clock.now()
  const settled = { key, owner: runtime.owner, nextAt: null, answer: null, error }
  const { settlement } = unknownOutcome(runtime, row, effect, { error, now, settled })
  await runtime.storage.settleEffect(settlement)
}

function paymentsOf(effect: GatewayEffect): readonly { gateway: string; id: string }[] {
  return effect.kind === 'payment.refund' ? [{ gateway: effect.gateway, id: effect.payment }] : []
}

/** Calls the app; what throws is tried again, what came too late to be worth anything is dropped. */
async function performHook(runtime: Runtime, row: EffectRow): Promise<Attempt> {
  const settled = { key: row.key, owner: runtime.owner, nextAt: null, answer: null, error: null }
  const now = runtime.ports.clock.now()
  try {
    await callHook(runtime, row, now)
    await runtime.storage.settleEffect({ ...settled, state: 'done', sent: true })
    return { outcome: 'done', performed: { events: [] } }
  } catch (thrown) {
    const pause = BACKOFF_MS[row.attempts - 1]
    const error = { message: thrown instanceof Error ? thrown.message : 'unknown' }
    const nextAt = pause === undefined ? null : ((now + pause) as Instant)
    const state = pause === undefined ? 'parked' : 'waiting'
    await runtime.storage.settleEffect({ ...settled, state, sent: true, nextAt, error })
    runtime.ports.log.error({ event: 'hook_failed', account: row.account, effect: row.key, error })
    return { outcome: 'impossible', error }
  }
}

function log({ ports }: Runtime, row: EffectRow, attempt: Attempt): void {
  const { outcome } = attempt
  const level = outcome === 'done' ? 'info' : outcome === 'impossible' ? 'error' : 'warn'
  const error = 'error' in attempt && !BillingError.isInstance(attempt.error) ? attempt.error : null
  const { account, key, attempts } = row
  ports.log[level]({ event: 'effect', account, effect: key, attempt: attempts, outcome, error })
}
