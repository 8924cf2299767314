/**
 * Where an unpaid invoice stands. A pure function of facts, derived anew on every input, so that a
 * late job never changes what it finds. Dunning starts from a fact, never from silence: until a
 * payment has failed, or a delivered link has come due, an invoice is only being collected.
 */

import type { Catalog } from './catalog.ts'
import type { Instant } from './instant.ts'
import type { DunningPolicy } from './policies.ts'
import type { Account, Decline, Invoice, Subscription } from './state.ts'
import type { ZoneOptions } from './zone.ts'
import { addDays } from './calendar.ts'

/** The oldest unpaid invoice, as far as dunning is concerned. */
export interface Unsettled {
  readonly dueAt: Instant
  /** The first decline, or the due date of a delivered link; `null` while nobody said no. */
  readonly firstFailedAt: Instant | null
}

/** `clear`: nothing is due. `collecting`: due, no answer yet. Then grace, no access, and the end. */
export type DunningStage = 'clear' | 'collecting' | 'past_due' | 'suspended' | 'ended'

export interface StageOptions extends ZoneOptions {
  /** Days added to the grace period by hand. Default 0. */
  readonly extraDays?: number
}

/**
 * The stage of the oldest unpaid invoice: days count from its first failure, each stage includes its
 * first instant. An attempt made late because a worker was down starts the grace itself.
 * With `end: 'keep'` it stays suspended.
 */
export function dunningStage(
  oldest: Unsettled | null,
  now: Instant,
  policy: DunningPolicy,
  options: StageOptions = {},
): DunningStage {
  if (!oldest) return 'clear'
  if (oldest.firstFailedAt === null) return now < oldest.dueAt ? 'clear' : 'collecting'
  const { graceEndsAt, endsAt } = dunningDates(oldest, policy, options)
  if (endsAt !== null && now >= endsAt) return 'ended'
  return now >= graceEndsAt ? 'suspended' : 'past_due'
}

/** When grace and dunning end for an invoice that failed; `endsAt` is `null` with `end: 'keep'`. */
export function dunningDates(
  failed: Unsettled,
  policy: DunningPolicy,
  { extraDays = 0, ...zone }: StageOptions = {},
): { readonly graceEndsAt: Instant; readonly endsAt: Instant | null } {
  const from = failed.firstFailedAt ?? failed.dueAt
  return {
    graceEndsAt: addDays(from, policy.graceDays + extraDays, zone),
    endsAt: policy.end === 'keep' ? null : addDays(from, policy.endAfterDays + extraDays, zone),
  }
}

export interface RetryTiming {
  readonly dunning: DunningPolicy
  readonly timeZone: string
  /** Milliseconds that the gateway wants since the decline: an attempt made late delays the next. */
  readonly gap: number
}

/** The next automatic attempt after a decline; none after a hard one or past the last of the list. */
export function nextRetry(
  firstFailedAt: Instant,
  failedAt: Instant,
  decline: Decline,
  { dunning, timeZone, gap }: RetryTiming,
): Instant | null {
  if (decline.retry !== 'later') return null
  const days = dunning.retryAfterDays.find(
    (day) => addDays(firstFailedAt, day, { timeZone }) > failedAt,
  )
  if (days === undefined) return null
  const planned = addDays(firstFailedAt, days, { timeZone })
  return Math.max(planned, failedAt + gap) as Instant
}

/**
 * The unpaid invoices of a group, oldest first, although a gateway may tell of them in another order.
 * Quotes of gated changes are not owed.
 */
export function owed(account: Account, group: string): readonly Invoice[] {
  return account.invoices
    .filter((invoice) => invoice.group === group && invoice.gate === null)
    .sort((a, b) => a.dueAt - b.dueAt)
}

/** The oldest invoice somebody declined to pay: the anchor of dunning. */
export function oldestFailed(account: Account, group: string): Invoice | undefined {
  return owed(account, group).find((invoice) => invoice.firstFailedAt !== null)
}

/** Grace and end of a subscription in dunning; `null` when it is in none. */
export function dunningOf(
  account: Account,
  subscription: Subscription,
  { policies }: Catalog,
): { readonly graceEndsAt: Instant; readonly endsAt: Instant | null } | null {
  const failed = oldestFailed(account, subscription.group)
  if (!failed) return null
  return dunningDates(failed, policies.dunning, {
    extraDays: subscription.graceDays,
    timeZone: policies.timeZone,
  })
}
