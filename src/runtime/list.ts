/** Subscriptions of all customers as rows of an admin table. */
import type { ListedSubscription, ListFilter, PageOptions } from '../bill.ts'
import type { Instant } from '../core/index.ts'
import type { Page, Storage, SubscriptionRow } from '../storage.ts'
import { nextPaymentAt } from './next-payment.ts'
import { pageOf } from './operations.ts'
import { date, dateOrNull } from './views.ts'

export async function list(
  storage: Storage,
  { startedFrom, startedBefore, ...filter }: ListFilter = {},
  page?: PageOptions,
): Promise<Page<ListedSubscription>> {
  const dates = {
    ...(startedFrom && { startedFrom: startedFrom.getTime() as Instant }),
    ...(startedBefore && { startedBefore: startedBefore.getTime() as Instant }),
  }
  const { items, next } = await storage.subscriptions({ ...filter, ...dates }, pageOf(page))
  return { items: items.map(listed), next }
}

function listed(row: SubscriptionRow): ListedSubscription {
  const { account, interval, intervalCount, cancelAt } = row
  const { group, id, status, plan, planVersion, amount, currency, quantity } = row
  const { gateway, gatewayRef, renewals } = row
  return {
    ...{ customer: account, group, id, status, plan, planVersion, amount, currency, quantity },
    interval: interval && { unit: interval, count: intervalCount ?? 1 },
    since: date(row.startedAt),
    period: { start: date(row.periodStart), end: date(row.periodEnd) },
    nextPaymentAt: dateOrNull(nextPaymentAt(amount, row)),
    ending: cancelAt === null ? null : { at: date(cancelAt) },
    trialEndsAt: dateOrNull(row.trialEndsAt),
    endedAt: dateOrNull(row.endedAt),
    ...{ gateway, gatewayRef, renewals },
  }
}
