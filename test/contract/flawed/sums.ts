import type { Change, CustomerSums, MilestoneRow, SubscriptionSum } from '../../../src/storage.ts'
import { instant } from '../../../src/core/index.ts'
import { MOVEMENTS } from '../../../src/storage.ts'
import { type Flaws, folded } from './flaw.ts'

export const sumFlaws: Flaws = {
  'answers a row of nothing when there is nothing to add up': {
    fails: 'sums: sums of nothing are empty',
    of: (storage) => ({
      async subscriptionSums() {
        const sums = await storage.subscriptionSums()
        return sums.length > 0 ? sums : [NOTHING]
      },
    }),
  },
  'adds up subscriptions of one plan whatever their status': {
    fails: 'sums: subscriptions are added up by status, plan, currency and interval',
    of: (storage) => ({
      async subscriptionSums() {
        const sums = await storage.subscriptionSums()
        return sums.map((sum) => ({ ...sum, status: 'active' }))
      },
    }),
  },
  'leaves out free plans, which recur with nothing': {
    fails: 'sums: free plans are added up without a currency, and recur with 0',
    of: (storage) => ({
      async subscriptionSums() {
        return (await storage.subscriptionSums()).filter(({ currency }) => currency !== null)
      },
    }),
  },
  'adds up every subscription that there ever was': {
    fails: 'sums: subscriptions that were replaced count no more',
    of: (storage) => {
      const old: SubscriptionSum[] = []
      return {
        async commit(change) {
          old.push(...(await storage.subscriptionSums()))
          return storage.commit(change)
        },
        subscriptionSums: async () => [...old, ...(await storage.subscriptionSums())],
      }
    },
  },
  'does not tell milestones of different plans apart': {
    fails: 'sums: milestones are added up by slot, kind, plan, currency and interval',
    of: (storage) => ({
      async milestoneSums(query) {
        return (await storage.milestoneSums(query)).map((sum) => ({ ...sum, plan: 'pro' }))
      },
    }),
  },
  'counts what lies on a bound in the slot before it': {
    fails: 'sums: a slot begins at its bound and ends just before the next',
    of: (storage) => ({
      milestoneSums: ({ kinds, bounds }) =>
        storage.milestoneSums({ kinds, bounds: bounds.map((bound) => instant(bound + 1)) }),
    }),
  },
  'counts payments before the first bound in the first slot': {
    fails: 'sums: a slot begins at its bound and ends just before the next',
    of: (storage) => ({
      paymentSums: ({ bounds: [, ...rest] }) =>
        storage.paymentSums({ bounds: [instant(0), ...rest] }),
    }),
  },
  'adds up milestones of every kind': {
    fails: 'sums: only milestones of the kinds asked for are added up',
    of: (storage) => ({
      milestoneSums: ({ bounds }) =>
        storage.milestoneSums({ bounds, kinds: [...MOVEMENTS, 'refunded', 'trial_started'] }),
    }),
  },
  'leaves out sums of 0': {
    fails: 'sums: what is taken away is subtracted, down to a sum of 0',
    of: (storage) => ({
      async milestoneSums(query) {
        return (await storage.milestoneSums(query)).filter(({ amount, count }) => amount || count)
      },
    }),
  },
  'writes milestones beside the transaction': {
    fails: 'sums: milestones and payments of a change that is refused count nowhere',
    of: (storage) => {
      const beside: MilestoneRow[] = []
      return {
        async commit(change) {
          beside.push(...change.milestones)
          return storage.commit(change)
        },
        milestoneSums: async () => beside.map((row) => ({ ...row, slot: 0 })),
      }
    },
  },
  'groups plans as people compare them': {
    fails: 'sums: plans that look alike are added up apart',
    of: (storage) => ({
      commit: (change) => storage.commit(withPlans(change, folded)),
    }),
  },
  'adds a payment up again each time it is written': {
    fails: 'sums: payments are added up by slot and currency, one that is replaced once',
    of: (storage) => ({
      async commit(change) {
        const payments = change.payments.map((row) =>
          row.refunded > 0 ? { ...row, id: `${row.id} again` } : row,
        )
        return storage.commit({ ...change, payments })
      },
    }),
  },
  'answers sums as text, to be exact': {
    fails: 'sums: sums come back as numbers, up to the largest whole one',
    of: (storage) => ({
      async milestoneSums(query) {
        const sums = await storage.milestoneSums(query)
        return sums.map((sum) => ({ ...sum, amount: `${sum.amount}` as never }))
      },
    }),
  },
  'adds up in 64-bit fractions that it rounds to twelve digits': {
    fails: 'sums: sums come back as numbers, up to the largest whole one',
    of: (storage) => ({
      async paymentSums(query) {
        const sums = await storage.paymentSums(query)
        return sums.map((sum) => ({ ...sum, amount: Number(sum.amount.toPrecision(12)) }))
      },
    }),
  },
  'counts subscriptions where customers are asked for': {
    fails: 'sums: customers are counted once, however many subscriptions they have',
    of: (storage) => ({
      async customerSums({ from, to }) {
        const held = async (at: number) => {
          const bounds = [instant(0), instant(at)]
          const sums = await storage.milestoneSums({ kinds: MOVEMENTS, bounds })
          return sums.reduce((sum, { count }) => sum + count, 0)
        }
        const { lost } = await storage.customerSums({ from, to })
        const [atStart, atEnd] = [await held(from), await held(to)]
        return { atStart, atEnd, kept: Math.min(atStart, atEnd), lost }
      },
    }),
  },
  'takes everybody who stopped something for lost': {
    fails: 'sums: a customer is lost when nothing is paid any more, not when less is',
    of: (storage) => {
      const stopped = new Set<string>()
      return {
        async commit(change) {
          if (change.milestones.some(({ kind }) => kind === 'stopped'))
            stopped.add(change.account.id)
          return storage.commit(change)
        },
        async customerSums(query) {
          const sums = await storage.customerSums(query)
          return { ...sums, kept: sums.atStart - stopped.size }
        },
      }
    },
  },
  'counts what happens at the start as there before': customersAt(1, 0),
  'counts what happens at the end as done': customersAt(0, 1),
  'tells what was lost as it was at the end': {
    fails: 'sums: what was lost is told as it was at the start, by currency and interval',
    of: (storage) => ({
      async customerSums({ from, to }): Promise<CustomerSums> {
        const sums = await storage.customerSums({ from, to })
        const { lost } = await storage.customerSums({ from: instant(from + 1), to })
        return { ...sums, lost }
      },
    }),
  },
  'takes everybody with a milestone for a paying customer': {
    fails: 'sums: only movements make somebody a paying customer',
    of: (storage) => ({
      commit: (change) =>
        storage.commit({
          ...change,
          milestones: change.milestones.map((row) => ({ ...row, kind: 'started' })),
        }),
    }),
  },
  'loses what recurs': {
    fails: 'rows: every column of a subscription comes back as it went in',
    of: (storage) => ({
      async subscriptions(filter, page) {
        const { items, next } = await storage.subscriptions(filter, page)
        return { items: items.map((row) => ({ ...row, recurring: row.amount })), next }
      },
    }),
  },
  'takes a date to start from for one to start after': {
    fails: 'lists: subscriptions are filtered by group, currency, ending and when they started',
    of: (storage) => ({
      subscriptions: ({ startedFrom, ...filter }, page) =>
        storage.subscriptions(
          { ...filter, ...(startedFrom && { startedFrom: instant(startedFrom + 1) }) },
          page,
        ),
    }),
  },
  'takes not asking for ending for asking for none': {
    fails: 'lists: subscriptions are filtered by group, currency, ending and when they started',
    of: (storage) => ({
      subscriptions: ({ ending = false, ...filter }, page) =>
        storage.subscriptions({ ...filter, ending }, page),
    }),
  },
}

const NOTHING: SubscriptionSum = {
  status: 'active',
  plan: '',
  currency: null,
  interval: null,
  intervalCount: null,
  recurring: 0,
  count: 0,
}

function customersAt(later: number, earlier: number): Flaws[string] {
  return {
    fails: 'sums: customers are looked at just before both instants',
    of: (storage) => ({
      customerSums: ({ from, to }) =>
        storage.customerSums({ from: instant(from + later), to: instant(to + earlier) }),
    }),
  }
}

function withPlans(change: Change, fold: (plan: string) => string): Change {
  return {
    ...change,
    milestones: change.milestones.map((row) => ({ ...row, plan: row.plan && fold(row.plan) })),
    subscriptions: change.subscriptions.map((row) => ({ ...row, plan: fold(row.plan) })),
  }
}
