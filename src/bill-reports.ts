/** What operators see of all customers: the list for an admin table, and the report. */
import type { Interval, Renewals, Status } from './core/index.ts'
import type { SubscriptionFilter } from './storage.ts'

/** Which subscriptions to list; everything named must hold. */
export interface ListFilter extends Omit<SubscriptionFilter, 'startedFrom' | 'startedBefore'> {
  /** Started at this date or later. */
  readonly startedFrom?: Date
  /** Started before this date. */
  readonly startedBefore?: Date
}

/** A subscription as a row of an admin table. */
export interface ListedSubscription<PlanId extends string = string> {
  readonly customer: string
  readonly group: string
  readonly id: string
  readonly status: Status
  readonly plan: PlanId
  readonly planVersion: number
  /** Per interval, before discounts; `null` on a free plan. */
  readonly amount: number | null
  readonly currency: string | null
  readonly interval: Interval | null
  readonly quantity: number
  readonly since: Date
  readonly period: { readonly start: Date; readonly end: Date }
  /** When the next charge is to come; `null` when none is. */
  readonly nextPaymentAt: Date | null
  readonly ending: { readonly at: Date } | null
  readonly trialEndsAt: Date | null
  readonly endedAt: Date | null
  readonly gateway: string | null
  readonly gatewayRef: string | null
  readonly renewals: Renewals
}

/**
 * From `from` to just before `to`. Default: up to and including now, and from the start of the month in
 * which it ends, in the billing time zone.
 */
export interface ReportPeriod {
  readonly from?: Date
  readonly to?: Date
}

/** What recurs now in one currency. */
export interface ReportFigures {
  readonly currency: string
  /**
   * Monthly recurring revenue in minor units: the stored price × quantity and add-ons of every
   * subscription that is `active` or `past_due`, per month (a year is 12 months, 52 weeks or 365 days).
   * A discount that lasts for ever is taken off, one for some periods is not, nor are taxes and fees.
   * Trials, free plans, pauses and what is suspended or unpaid bring in nothing. Summed exactly and
   * rounded once, half away from zero.
   */
  readonly mrr: number
  /** The same per year: twelve times as much, rounded once itself. */
  readonly arr: number
}

/**
 * How monthly recurring revenue moved in one currency, in minor units. `start` and the five movements
 * come to `end`; each figure is rounded by itself, so the sum may differ by a unit or two.
 */
export interface RevenueMovement {
  readonly currency: string
  readonly start: number
  /** Bought, or converted from a trial; somebody who left and buys again counts as new. */
  readonly started: number
  /** Back after a pause or a suspension. */
  readonly resumed: number
  /** More per month: a plan, a quantity, an add-on, a discount that ended. */
  readonly expanded: number
  /** Less per month, as a negative amount. */
  readonly contracted: number
  /** Canceled, expired, paused or suspended, as a negative amount. */
  readonly stopped: number
  readonly end: number
}

/**
 * Churn: who paid at the start of the period and paid nothing any more at its end. Somebody who came
 * and left within it is in neither; a pause or suspension that lasts is a loss until it ends.
 */
export interface Churn {
  readonly customers: {
    readonly atStart: number
    readonly lost: number
    /** Paid at the end, and did not at the start. */
    readonly gained: number
    readonly atEnd: number
    /** `lost / atStart`; `null` when nobody paid at the start. */
    readonly rate: number | null
  }
  /** The monthly revenue at the start of those who were lost; a smaller plan is no churn. */
  readonly revenue: readonly {
    readonly currency: string
    readonly atStart: number
    readonly lost: number
    readonly rate: number | null
  }[]
}

/**
 * Trials. One converts when it is bought: paid for before its end, charged to a saved method at its
 * end, or paid for later while it is `unpaid`; that counts under the day on which the trial ended, so
 * the rate of a past month can still rise. Whether the bank then took the charge is told by `failedPayments`.
 */
export interface TrialFigures {
  readonly started: number
  readonly ended: number
  /** Of those that ended in the period. */
  readonly converted: number
  /** `converted / ended`; `null` when none ended. */
  readonly rate: number | null
}

/**
 * Payments that failed, in one currency. A payment link that came due unpaid counts as an attempt; a
 * card declined on a checkout page does not: nothing was owed.
 */
export interface FailedPayments {
  readonly currency: string
  /** Attempts to collect an invoice that were declined in the period. */
  readonly attempts: number
  /** Invoices whose first attempt failed in the period, and what was due on them. */
  readonly invoices: number
  readonly amount: number
  /** Those of these invoices that have been paid since, and what was due on them. */
  readonly recovered: number
  readonly recoveredAmount: number
  /** `recovered / invoices`; `null` when none failed. */
  readonly rate: number | null
}

/**
 * Money of one month in one currency. Payments count by their date at the gateway, refunds by the day
 * they were made, both in the billing time zone, so a refund never changes a month that is over. Before the
 * gateway's fees; money lost in a dispute is not in here, because only the gateway knows of it.
 */
export interface MonthlyRevenue {
  /** `2025-10`. The first and last month hold what of them lies in the period. */
  readonly month: string
  readonly currency: string
  readonly payments: number
  readonly received: number
  readonly refunded: number
  /** `received − refunded`. */
  readonly net: number
}

/**
 * Totals over all customers. Amounts of different currencies are never added up. The first four are as
 * of now, the others of the period. What time alone has brought about counts once a worker has done it,
 * dated when it fell due.
 */
export interface Report<PlanId extends string = string> {
  /** Paid subscriptions that give access: `active` and `past_due`, those that are ending included. */
  readonly active: number
  /** Subscriptions by status, ended ones included. */
  readonly byStatus: Readonly<Partial<Record<Status, number>>>
  /** Live subscriptions by plan, free ones and trials included. */
  readonly byPlan: Readonly<Partial<Record<PlanId, number>>>
  readonly revenue: readonly ReportFigures[]
  readonly period: { readonly from: Date; readonly to: Date }
  readonly movement: readonly RevenueMovement[]
  readonly churn: Churn
  readonly trials: TrialFigures
  readonly failedPayments: readonly FailedPayments[]
  /** Every month of the period for every currency in which money moved in it. */
  readonly months: readonly MonthlyRevenue[]
}
