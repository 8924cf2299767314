/** Turns a decided step into the one change that is committed: state, journal, outbox, rows, marks. */
import type { Account, Effect, GatewayEffect, Instant } from '../core/index.ts'
import type { Change, NewEffect, OutboxEffect } from '../storage.ts'
import type { Decided } from './decide-step.ts'
import type { Runtime } from './runtime.ts'
import { effectKey, nextActionAt } from '../core/index.ts'
import { claimsOf } from './claims.ts'
import { milestoneRows } from './milestones.ts'
import { invoiceRows, paymentRows, subscriptionRows, usageDeltas } from './rows.ts'
import { leaseEnd } from './runtime.ts'

/** What is true in the same commit: a webhook's mark, a command's key, the effects it answers. */
export type Marks = Partial<Pick<Change, 'delivery' | 'command' | 'audit' | 'settled'>>

export interface ChangeInput {
  readonly before: Account | null
  readonly decided: Decided
  readonly now: Instant
  readonly marks: Marks
  /** Keys of effects that this process performs at once. */
  readonly inline: ReadonlySet<string>
  /** Claims that another account holds and that are not worth failing for. */
  readonly dropped: ReadonlySet<string>
}

export function changeOf(runtime: Runtime, input: ChangeInput): Change {
  const { before, decided, now, marks, inline, dropped } = input
  const { account, events } = decided
  const { claims, releases } = claimsOf(before, account, events, runtime.catalog)
  const lease = { owner: runtime.owner, until: leaseEnd(runtime, now) }
  const effects = outboxOf(runtime, input).map(
    (effect): NewEffect => ({
      effect,
      nextAt: now,
      lease: inline.has(effect.key) ? lease : null,
    }),
  )
  return {
    account,
    version: before?.version ?? 0,
    at: now,
    nextActionAt: nextActionAt(account, runtime.catalog),
    events,
    effects,
    settled: marks.settled ?? [],
    payments: paymentRows(account, events),
    invoices: invoiceRows(before, account.id, { events, numbers: runtime.invoiceNumbers }),
    notices: [...decided.due, ...decided.effects].flatMap((effect) =>
      effect.kind === 'notice.send'
        ? [{ id: effect.key, account: account.id, notice: effect.notice, readAt: null }]
        : [],
    ),
    subscriptions: subscriptionRows(account),
    milestones: milestoneRows(before, account.id, events),
    claims: claims.filter((claim) => !dropped.has(claim)),
    releases,
    usage: usageDeltas(events),
    delivery: marks.delivery ?? null,
    command: marks.command ?? null,
    audit: marks.audit ?? null,
  }
}

/** What goes to the outbox: gateway effects, and what the app has a hook for. */
function outboxOf(runtime: Runtime, { before, decided }: ChangeInput): readonly OutboxEffect[] {
  const { account, events, due, effects } = decided
  // Somebody waits for what a command asks; nobody does for what time asks.
  const kept = [...due, ...effects.filter((effect) => !isQuestion(effect))]
  const wanted = kept.filter((effect) => isWanted(runtime, effect))
  const first = (before?.version ?? 0) + 1
  const calls = events.flatMap((event, i): readonly OutboxEffect[] => {
    if (!runtime.hooks.on?.[event.type]) return []
    const key = effectKey('hook.call', account.id, event.type, first + i)
    return [{ kind: 'hook.call', key, event }]
  })
  return [...wanted, ...calls]
}

function isWanted({ hooks }: Runtime, effect: Effect): boolean {
  switch (effect.kind) {
    case 'notice.send':
      return hooks.notice !== undefined
    case 'resource.archive':
      return hooks.archive !== undefined
    case 'resource.restore':
      return hooks.restore !== undefined
    default:
      return true
  }
}

/**
 * A question changes nothing and may be asked again: where to save a card, whether a checkout was
 * paid. One that a command asks is asked at once and not kept; when it is lost, whoever asked asks again.
 */
export function isQuestion(effect: Effect): effect is GatewayEffect {
  return effect.kind === 'payment.lookup' || effect.kind === 'method.update'
}

/** Whether a gateway adapter performs it. */
export function isGatewayEffect(effect: OutboxEffect): effect is GatewayEffect {
  return 'gateway' in effect
}
