/** Subscriptions as plain columns. */
import type { SubscriptionRow } from 'billwright'
import type { Instant } from 'billwright/core'
import type { SubscriptionsTable } from './schema.ts'

/** The columns of a row. */
export function subscriptionColumns(row: SubscriptionRow): SubscriptionsTable {
  return {
    account: row.account,
    plan_group: row.group,
    id: row.id,
    status: row.status,
    plan: row.plan,
    plan_version: row.planVersion,
    amount: row.amount,
    recurring: row.recurring,
    currency: row.currency,
    interval_unit: row.interval,
    interval_count: row.intervalCount,
    quantity: row.quantity,
    gateway: row.gateway,
    gateway_ref: row.gatewayRef,
    renewals: row.renewals,
    started_at: row.startedAt,
    period_start: row.periodStart,
    period_end: row.periodEnd,
    cancel_at: row.cancelAt,
    trial_ends_at: row.trialEndsAt,
    ended_at: row.endedAt,
  }
}

/** A row as the runtime sees it. */
export function subscriptionRow(row: SubscriptionsTable): SubscriptionRow {
  return {
    account: row.account,
    group: row.plan_group,
    id: row.id,
    status: row.status as SubscriptionRow['status'],
    plan: row.plan,
    planVersion: row.plan_version,
    amount: row.amount,
    recurring: row.recurring,
    currency: row.currency,
    interval: row.interval_unit as SubscriptionRow['interval'],
    intervalCount: row.interval_count,
    quantity: row.quantity,
    gateway: row.gateway,
    gatewayRef: row.gateway_ref,
    renewals: row.renewals as SubscriptionRow['renewals'],
    startedAt: row.started_at as Instant,
    periodStart: row.period_start as Instant,
    periodEnd: row.period_end as Instant,
    cancelAt: row.cancel_at as Instant | null,
    trialEndsAt: row.trial_ends_at as Instant | null,
    endedAt: row.ended_at as Instant | null,
  }
}
