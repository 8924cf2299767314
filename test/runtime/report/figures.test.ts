/** Figures from sums, where it matters how they are rounded and what is left out. */
import type { SubscriptionSum } from '../../../src/storage.ts'
import { describe, expect, it } from 'vitest'
import { figuresOf, type ReportSums } from '../../../src/runtime/report/figures.ts'

const NOTHING: ReportSums = {
  ...{ subscriptions: [], movements: [], counted: [], payments: [] },
  customers: { atStart: 0, atEnd: 0, kept: 0, lost: [] },
}

function subscriptions(more: Partial<SubscriptionSum>): SubscriptionSum {
  const terms = { currency: 'USD', interval: 'year', intervalCount: 1 } as const
  return { status: 'active', plan: 'pro', ...terms, recurring: 100, count: 1, ...more }
}

const figures = (sums: Partial<ReportSums>) => figuresOf({ ...NOTHING, ...sums }, ['2025-05'])

describe('figures', () => {
  it('of a year come from the exact sum, not from twelve rounded months', () => {
    expect(figures({ subscriptions: [subscriptions({})] }).revenue).toEqual([
      { currency: 'USD', mrr: 8, arr: 100 },
    ])
  })

  it('are rounded once over all plans and intervals of a currency', () => {
    const thirds = [1, 2, 3].map((n) => subscriptions({ plan: `${n}`, recurring: 4 }))
    expect(figures({ subscriptions: thirds }).revenue).toMatchObject([{ mrr: 1 }])
  })

  it('never add up two currencies', () => {
    const both = [subscriptions({ recurring: 1200 }), subscriptions({ currency: 'EUR' })]
    expect(figures({ subscriptions: both }).revenue).toEqual([
      { currency: 'EUR', mrr: 8, arr: 100 },
      { currency: 'USD', mrr: 100, arr: 1200 },
    ])
  })

  it('count what is paid and gives access as active: no trial, no pause, no free plan', () => {
    const all = [
      subscriptions({ count: 2 }),
      subscriptions({ status: 'past_due' }),
      subscriptions({ status: 'trialing' }),
      subscriptions({ status: 'paused' }),
      subscriptions({ status: 'canceled', count: 5 }),
      subscriptions({ plan: 'free', currency: null, interval: null, intervalCount: null }),
    ]
    expect(figures({ subscriptions: all })).toMatchObject({
      active: 3,
      byStatus: { active: 3, past_due: 1, trialing: 1, paused: 1, canceled: 5 },
      byPlan: { pro: 5, free: 1 },
      revenue: [{ currency: 'USD' }],
    })
  })

  it('of nothing are nothing, and no rate is made up', () => {
    expect(figures({})).toEqual({
      ...{ active: 0, byStatus: {}, byPlan: {} },
      ...{ revenue: [], movement: [], failedPayments: [], months: [] },
      churn: { customers: { atStart: 0, lost: 0, gained: 0, atEnd: 0, rate: null }, revenue: [] },
      trials: { started: 0, ended: 0, converted: 0, rate: null },
    })
  })
})
