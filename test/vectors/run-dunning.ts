import type { World } from '../../src/testing/index.ts'
import type { Outcome } from './support.ts'
import { entitlements } from '../../src/core/index.ts'
import { dateOf } from './billing-dates.ts'
import { asking, buyer, hasAccess, shop } from './shop.ts'

interface Stage {
  readonly name: string
  readonly afterDays: number
}

export interface DunningRow {
  readonly id: string
  readonly policy: {
    readonly stages?: readonly Stage[]
    readonly retryAfterDays?: readonly number[]
    readonly suspendAfterDays?: number
    readonly final?: { readonly afterDays: number }
  }
  readonly timeline: readonly {
    readonly at?: string
    readonly event?: string
    readonly expect?: unknown
  }[]
}

/**
 * What our dunning gives for a timeline of dunning.json, in the row's words. A stage without access
 * is the end of grace, a canceling one the end of dunning.
 */
export function runDunning(row: DunningRow): Outcome {
  const run = runners[row.id]
  const expected = row.timeline.flatMap(({ expect }) => (expect === undefined ? [] : [expect]))
  return run ? { expected, actual: run(row) } : null
}

const at = ({ timeline }: DunningRow, index: number): string => timeline[index]?.at ?? ''
const daysOf = ({ policy }: DunningRow, stage: string): number =>
  policy.stages?.find(({ name }) => name === stage)?.afterDays ?? 0

const status = (w: World, group?: string) => w.subscription(group).status

const runners: Record<string, (row: DunningRow) => readonly unknown[]> = {
  // A bundle is a plan group with an invoice of its own, so two of them fail. There is one trial per
  // customer here: the 30 days before the bill are paid ones.
  U005: (row) => {
    const amount = Number(/x (\d+)/.exec(row.timeline[2]?.event ?? '')?.[1])
    const end = daysOf(row, 'OD1')
    const sold = shop({
      plans: { bundle1: amount, bundle2: amount, bundle3: amount },
      interval: { unit: 'day', count: 30 },
      grouped: true,
      policies: { dunning: { retryAfterDays: [], graceDays: end, endAfterDays: end } },
    })
    const w = buyer(sold, at(row, 0), 'bundle1')
    for (const plan of ['bundle2', 'bundle3']) {
      w.do({ type: 'subscribe', plan })
      w.pay()
    }
    w.at(at(row, 1)).do({ type: 'cancel', at: 'now', group: 'bundle2' })
    const canceled = { bundle2: status(w, 'bundle2') }
    w.at(at(row, 2))
    const failed = [asking(w), w.decline() && asking(w)]
    w.decline()
    const billed = failed.every((due) => due === amount) && !w.asked()
    const open = billed && hasAccess(w, sold) ? 'clear' : 'OD1'
    w.at(at(row, 3))
    const stage = hasAccess(w, sold) ? 'clear' : 'OD1'
    const after = { bundle1: status(w, 'bundle1'), bundle3: status(w, 'bundle3') }
    return [canceled, { stage: open }, { stage, ...after }]
  },

  // The stage that only warns is the reminder before the end of grace.
  U009: (row) => {
    const blocked = daysOf(row, 'BLOCKED')
    const sold = shop({
      plans: { a: 1000 },
      interval: { unit: 'day', count: 30 },
      policies: {
        dunning: { graceDays: blocked, endAfterDays: daysOf(row, 'CANCELLATION') },
        reminders: { graceEndDays: blocked - daysOf(row, 'WARNING') },
      },
    })
    const w = buyer(sold, '2012-05-01', 'a').at(at(row, 0))
    w.decline('do_not_honor', 'never')
    const stage = () => {
      if (status(w) === 'canceled') return 'CANCELLATION'
      if (status(w) === 'suspended') return 'BLOCKED'
      const warned = w.journal.some((e) => e.type === 'notice.due' && e.notice === 'grace_ending')
      return warned ? 'WARNING' : 'clear'
    }
    const before = { stage: stage() }
    w.at(at(row, 1))
    return [before, { stage: stage() }]
  },

  // One grace period with limits held from its first day, until the suspension.
  U020: (row) => {
    const { retryAfterDays = [], suspendAfterDays = 0, final } = row.policy
    const dunning = {
      ...{ retryAfterDays, graceDays: suspendAfterDays },
      endAfterDays: final?.afterDays ?? 0,
    }
    const sold = shop({ plans: { a: 1000 }, policies: { dunning } })
    const unpaid = (): World => {
      const w = buyer(sold, '2026-02-01', 'a')
      for (const index of [0, 1, 2, 3, 4]) w.at(at(row, index)).decline()
      return w
    }
    const seen = (w: World) => ({ state: status(w), access: hasAccess(w, sold) })

    const w = buyer(sold, '2026-02-01', 'a')
    const declines = [0, 1, 2, 3, 4].map((index) => {
      w.at(at(row, index)).decline()
      const held = !entitlements(w.account, {}, w.now, sold).check('projects')
      const access = index === 4 && held ? 'limited_or_full_by_config' : hasAccess(w, sold)
      return { state: status(w), access }
    })
    w.at(at(row, 5))
    const suspended = seen(w)
    const { anchor } = w.subscription()
    w.at(at(row, 6)).do({ type: 'retry_payment' })
    w.pay()
    const recovered = {
      ...seen(w),
      anchorUnchanged: w.subscription().anchor === anchor,
      nextRenewal: dateOf(w.subscription().period.end),
    }
    return [...declines, suspended, recovered, { state: status(unpaid().at(at(row, 7))) }]
  },
}
