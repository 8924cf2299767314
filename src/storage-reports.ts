/**
 * What reports are made of: milestones, which commits write where something happened that reports
 * count, and sums, which a storage answers. What a figure means is decided in `runtime/report`; a
 * storage only adds up whole numbers, so that a report over a million accounts is a few grouped
 * queries and never a walk over rows.
 */
import type { Instant, Interval, Status } from './core/index.ts'

/** Milestones of recurring revenue: their amounts add up to what recurs now, their counts to who pays. */
export const MOVEMENTS = ['started', 'resumed', 'expanded', 'contracted', 'stopped'] as const

/**
 * - The movements: a paid subscription that gives access began, came back after a pause or suspension,
 *   is worth more or less than before, or is over for now or for good. A change is two milestones, the
 *   old terms taken away and the new ones added.
 * - `trial_started`; `trial_ended`; `trial_converted`: it was bought in time or later.
 * - `declined`: an attempt to collect. `failed`: the first on its invoice. `recovered`: the invoice was
 *   paid after all.
 * - `refunded`: money went back.
 */
export type MilestoneKind =
  | (typeof MOVEMENTS)[number]
  | 'trial_started'
  | 'trial_ended'
  | 'trial_converted'
  | 'declined'
  | 'failed'
  | 'recovered'
  | 'refunded'

/** What milestones are told apart by in a sum. */
export interface MilestoneTerms {
  readonly plan: string | null
  readonly currency: string | null
  /** What `amount` recurs per; `null` where it does not recur. */
  readonly interval: Interval['unit'] | null
  readonly intervalCount: number | null
}

/** Something that reports count, derived from one billing event; written once and never changed. */
export interface MilestoneRow extends MilestoneTerms {
  readonly account: string
  /** The journal number of its event. */
  readonly seq: number
  /** Its place among the milestones of that event, from 0. */
  readonly part: number
  readonly kind: MilestoneKind
  /** When it counts: a conversion under the end of its trial, a recovery under the first failure. */
  readonly at: Instant
  /** In minor units, negative where something is taken away. */
  readonly amount: number
  /** How many subscriptions, trials, payments … it adds; negative where it takes away. */
  readonly count: number
}

/**
 * The instants that cut time into slots, ascending, at least two: slot `n` is from `bounds[n]` to just
 * before `bounds[n + 1]`. What lies outside of all slots is left out.
 */
export type Bounds = readonly Instant[]

/** The milestones of a slot that have kind and terms in common, added up. */
export interface MilestoneSum extends MilestoneTerms {
  readonly slot: number
  readonly kind: MilestoneKind
  readonly amount: number
  readonly count: number
}

/** The payments dated in a slot in one currency. */
export interface PaymentSum {
  readonly slot: number
  readonly currency: string
  /** What came in, before refunds. */
  readonly amount: number
  readonly count: number
}

/** The subscription rows that have these in common. */
export interface SubscriptionSum extends Omit<MilestoneTerms, 'plan'> {
  readonly status: Status
  readonly plan: string
  readonly recurring: number
  readonly count: number
}

/** An amount per interval. */
export interface RecurringSum extends Omit<MilestoneTerms, 'plan'> {
  readonly amount: number
}

/**
 * How many customers paid at two instants: those whose movements before it add up to more than none.
 * A customer counts once, however many subscriptions they have.
 */
export interface CustomerSums {
  readonly atStart: number
  readonly atEnd: number
  /** Those of the start who paid at the end as well. */
  readonly kept: number
  /** What recurred at the start of those who paid nothing any more at the end. */
  readonly lost: readonly RecurringSum[]
}
