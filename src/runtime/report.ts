/** Totals over all customers, from the plain columns. */
import type { Report } from '../bill.ts'
import type { SubscriptionRow } from '../storage.ts'
import type { Runtime } from './runtime.ts'

/** What a unit of an interval is in months; a day or week by the year's average. */
const MONTHS: Readonly<Record<string, number>> = {
  month: 1,
  year: 12,
  week: 12 / 52,
  day: 12 / 365,
}

/** Reads every live subscription once, page by page. */
export async function report({ storage }: Runtime): Promise<Report> {
  const byStatus = new Map<string, number>()
  const byPlan = new Map<string, number>()
  const monthly = new Map<string, number>()
  let active = 0
  for (let after: string | undefined; ; ) {
    const page = await storage.subscriptions({}, { limit: 500, ...(after && { after }) })
    for (const row of page.items) {
      add(byStatus, row.status, 1)
      if (row.endedAt !== null) continue
      add(byPlan, row.plan, 1)
      if (earns(row)) active += 1
      if (earns(row) && row.currency !== null) add(monthly, row.currency, perMonth(row))
    }
    if (page.next === null) break
    after = page.next
  }
  const revenue = [...monthly].map(([currency, sum]) => {
    const mrr = Math.round(sum)
    return { currency, mrr, arr: Math.round(sum * 12) }
  })
  return {
    active,
    byStatus: Object.fromEntries(byStatus),
    byPlan: Object.fromEntries(byPlan),
    revenue,
  }
}

/** Paid and giving access: trials, unpaid and suspended ones bring in nothing. */
function earns({ status, amount }: SubscriptionRow): boolean {
  return amount !== null && (status === 'active' || status === 'past_due')
}

function perMonth({ amount, interval, intervalCount }: SubscriptionRow): number {
  const months = (MONTHS[interval ?? 'month'] ?? 1) * (intervalCount ?? 1)
  return (amount ?? 0) / months
}

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}
