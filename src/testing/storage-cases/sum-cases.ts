/** What reports ask for: added up over all accounts, in slots of time, by what rows have in common. */
import type { MilestoneRow, MilestoneSum, Storage } from '../../storage.ts'
import type { Cases } from './cases.ts'
import { MOVEMENTS } from '../../storage-reports.ts'
import {
  at,
  committed,
  first,
  justBefore,
  milestone,
  next,
  payment,
  subscription,
} from './build.ts'
import { equal } from './expect.ts'

const EVER = [at(0), at(1_000)] as const
const MONTHLY = { currency: 'USD', interval: 'month', intervalCount: 1 } as const
const YEARLY = { currency: 'USD', interval: 'year', intervalCount: 1 } as const
const FREE = {
  ...{ plan: 'free', amount: null, recurring: null, currency: null },
  ...{ interval: null, intervalCount: null },
}

export const sumCases: Cases = {
  'sums of nothing are empty': async (storage) => {
    const ever = { bounds: EVER }
    equal(await storage.subscriptionSums(), [], 'subscriptions')
    equal(await storage.milestoneSums({ kinds: MOVEMENTS, ...ever }), [], 'milestones')
    equal(await storage.paymentSums(ever), [], 'payments')
    const nobody = { atStart: 0, atEnd: 0, kept: 0, lost: [] }
    equal(await storage.customerSums({ from: at(0), to: at(1) }), nobody, 'customers')
  },

  'subscriptions are added up by status, plan, currency and interval': async (storage) => {
    const rows = [
      subscription('a', '1'),
      subscription('a', '2', { recurring: 4000 }),
      subscription('a', '3', { status: 'past_due' }),
      subscription('a', '4', { plan: 'basic', recurring: 0 }),
      subscription('a', '5', { currency: 'EUR' }),
      subscription('a', '6', { interval: 'year', recurring: 49_000 }),
      subscription('a', '7', { intervalCount: 3 }),
    ]
    await committed(storage, first('a', { subscriptions: rows }))
    await committed(storage, first('b', { subscriptions: [subscription('b', '1')] }))
    const sum = { status: 'active', plan: 'pro', ...MONTHLY, recurring: 4900, count: 1 } as const
    equal(
      sorted(await storage.subscriptionSums()),
      sorted([
        { ...sum, recurring: 13_800, count: 3 },
        { ...sum, status: 'past_due' },
        { ...sum, plan: 'basic', recurring: 0 },
        { ...sum, currency: 'EUR' },
        { ...sum, interval: 'year', recurring: 49_000 },
        { ...sum, intervalCount: 3 },
      ]),
      'sums',
    )
  },

  'free plans are added up without a currency, and recur with 0': async (storage) => {
    const rows = [subscription('a', '1', FREE), subscription('a', '2', FREE)]
    await committed(storage, first('a', { subscriptions: rows }))
    const terms = { currency: null, interval: null, intervalCount: null }
    const sum = { status: 'active', plan: 'free', ...terms, recurring: 0, count: 2 }
    equal(await storage.subscriptionSums(), [sum], 'sums')
  },

  'subscriptions that were replaced count no more': async (storage) => {
    const account = await committed(
      storage,
      first('a', { subscriptions: [subscription('a', '1'), subscription('a', '2')] }),
    )
    const left = subscription('a', '2', { status: 'canceled' })
    await committed(storage, next(account, { subscriptions: [left] }))
    const sums = await storage.subscriptionSums()
    equal(
      sums.map(({ status, count }) => [status, count]),
      [['canceled', 1]],
      'statuses and counts',
    )
  },

  'milestones are added up by slot, kind, plan, currency and interval': async (storage) => {
    await milestones(storage, 'a', [
      {},
      { at: at(9), amount: 100, count: 2 },
      { at: at(10), amount: 1000 },
      { kind: 'resumed' },
      { plan: 'basic' },
      { plan: null, currency: null, interval: null, intervalCount: null, amount: 0 },
      { currency: 'EUR' },
      { interval: 'year' },
      { intervalCount: 3 },
    ])
    await milestones(storage, 'b', [{ at: at(1) }])
    const kinds = ['started', 'resumed'] as const
    const sum = {
      slot: 0,
      kind: 'started',
      plan: 'pro',
      ...MONTHLY,
      amount: 4900,
      count: 1,
    } as const
    equal(
      sorted(await storage.milestoneSums({ kinds, bounds: [at(0), at(10), at(20)] })),
      sorted<MilestoneSum>([
        { ...sum, amount: 9900, count: 4 },
        { ...sum, slot: 1, amount: 1000 },
        { ...sum, kind: 'resumed' },
        { ...sum, plan: 'basic' },
        { ...sum, plan: null, currency: null, interval: null, intervalCount: null, amount: 0 },
        { ...sum, currency: 'EUR' },
        { ...sum, interval: 'year' },
        { ...sum, intervalCount: 3 },
      ]),
      'sums',
    )
  },

  'a slot begins at its bound and ends just before the next': async (storage) => {
    const times = [justBefore(at(1)), at(1), justBefore(at(2)), at(2), justBefore(at(3)), at(3)]
    await milestones(
      storage,
      'a',
      times.map((time, n) => ({ at: time, amount: 10 ** n })),
    )
    const account = await loaded(storage, 'a')
    const payments = times.map((time, n) => payment(`${n}`, { at: time, amount: 10 ** n }))
    await committed(storage, next(account, { payments }))
    const bounds = [at(1), at(2), at(3)]
    const wanted = [
      [0, 110],
      [1, 11_000],
    ]
    equal(bySlot(await storage.milestoneSums({ kinds: ['started'], bounds })), wanted, 'milestones')
    equal(bySlot(await storage.paymentSums({ bounds })), wanted, 'payments')
  },

  'only milestones of the kinds asked for are added up': async (storage) => {
    await milestones(storage, 'a', [{}, { kind: 'refunded' }, { kind: 'trial_started' }])
    const found = await storage.milestoneSums({ kinds: ['refunded'], bounds: EVER })
    equal(
      found.map(({ kind, count }) => [kind, count]),
      [['refunded', 1]],
      'kinds and counts',
    )
  },

  'what is taken away is subtracted, down to a sum of 0': async (storage) => {
    await milestones(storage, 'a', [
      {},
      { amount: -4900, count: -1 },
      { plan: 'basic', amount: -900, count: -1 },
    ])
    const sum = { slot: 0, kind: 'started', plan: 'pro', ...MONTHLY, amount: 0, count: 0 } as const
    equal(
      sorted(await storage.milestoneSums({ kinds: ['started'], bounds: EVER })),
      sorted<MilestoneSum>([sum, { ...sum, plan: 'basic', amount: -900, count: -1 }]),
      'sums',
    )
  },

  'milestones and payments of a change that is refused count nowhere': async (storage) => {
    await milestones(storage, 'a', [{}])
    const rows = { milestones: [milestone('a')], payments: [payment('p')] }
    equal(await storage.commit(first('a', rows)), { outcome: 'conflict' }, 'a change')
    const sums = await storage.milestoneSums({ kinds: ['started'], bounds: EVER })
    equal(
      sums.map(({ count }) => count),
      [1],
      'milestones',
    )
    equal(await storage.paymentSums({ bounds: EVER }), [], 'payments')
  },

  'plans that look alike are added up apart': async (storage) => {
    const plans = ['pro', 'Pro', 'pro ', 'pré', 'pre\u0301']
    await milestones(
      storage,
      'a',
      plans.map((plan) => ({ plan })),
    )
    const account = await loaded(storage, 'a')
    const subscriptions = plans.map((plan, n) => subscription('a', `${n}`, { plan }))
    await committed(storage, next(account, { subscriptions }))
    const found = await storage.milestoneSums({ kinds: ['started'], bounds: EVER })
    equal(found.map(({ plan }) => plan).sort(), [...plans].sort(), 'plans of milestones')
    const now = await storage.subscriptionSums()
    equal(now.map(({ plan }) => plan).sort(), [...plans].sort(), 'plans of subscriptions')
  },

  'payments are added up by slot and currency, one that is replaced once': async (storage) => {
    const account = await committed(
      storage,
      first('a', {
        payments: [payment('1'), payment('2'), payment('3', { currency: 'EUR', amount: 10 })],
      }),
    )
    await committed(storage, next(account, { payments: [payment('1', { refunded: 100 })] }))
    await committed(storage, first('b', { payments: [payment('1', { gateway: 'other' })] }))
    equal(
      sorted(await storage.paymentSums({ bounds: EVER })),
      sorted([
        { slot: 0, currency: 'USD', amount: 14_700, count: 3 },
        { slot: 0, currency: 'EUR', amount: 10, count: 1 },
      ]),
      'sums',
    )
  },

  'sums come back as numbers, up to the largest whole one': async (storage) => {
    const half = 2 ** 52
    await milestones(storage, 'a', [{ amount: half }, { amount: half - 1 }])
    const account = await loaded(storage, 'a')
    await committed(
      storage,
      next(account, {
        payments: [payment('1', { amount: half }), payment('2', { amount: half - 1 })],
        subscriptions: [
          subscription('a', '1', { recurring: half }),
          subscription('a', '2', { recurring: half - 1 }),
        ],
      }),
    )
    const largest = [Number.MAX_SAFE_INTEGER, 2]
    const [milestoneSum] = await storage.milestoneSums({ kinds: ['started'], bounds: EVER })
    equal([milestoneSum?.amount, milestoneSum?.count], largest, 'milestones')
    const [paymentSum] = await storage.paymentSums({ bounds: EVER })
    equal([paymentSum?.amount, paymentSum?.count], largest, 'payments')
    const [subscriptionSum] = await storage.subscriptionSums()
    equal([subscriptionSum?.recurring, subscriptionSum?.count], largest, 'subscriptions')
  },

  'customers are counted once, however many subscriptions they have': async (storage) => {
    await milestones(storage, 'a', [{}, {}, { at: at(5), plan: 'basic' }])
    await milestones(storage, 'b', [{ at: at(5) }])
    equal(
      await storage.customerSums({ from: at(5), to: at(6) }),
      { atStart: 1, atEnd: 2, kept: 1, lost: [] },
      'customers',
    )
  },

  'a customer is lost when nothing is paid any more, not when less is': async (storage) => {
    const less = { at: at(5), kind: 'stopped', amount: -4900, count: -1 } as const
    await milestones(storage, 'a', [{}, {}, less])
    await milestones(storage, 'b', [{}, less])
    equal(
      await storage.customerSums({ from: at(5), to: at(6) }),
      { atStart: 2, atEnd: 1, kept: 1, lost: [{ ...MONTHLY, amount: 4900 }] },
      'customers',
    )
  },

  'customers are looked at just before both instants': async (storage) => {
    const gone = (minutes: number) =>
      ({ at: at(minutes), kind: 'stopped', amount: -4900, count: -1 }) as const
    await milestones(storage, 'started at the start', [{ at: at(5) }])
    await milestones(storage, 'stopped at the end', [{}, gone(9)])
    await milestones(storage, 'came back within', [{}, gone(6), { at: at(7), kind: 'resumed' }])
    await milestones(storage, 'came and left within', [{ at: at(6) }, gone(7)])
    await milestones(storage, 'left before', [{}, gone(4)])
    await milestones(storage, 'came later', [{ at: at(9) }])
    equal(
      await storage.customerSums({ from: at(5), to: at(9) }),
      { atStart: 2, atEnd: 3, kept: 2, lost: [] },
      'customers',
    )
  },

  'what was lost is told as it was at the start, by currency and interval': async (storage) => {
    const gone = { at: at(6), kind: 'stopped', count: -1 } as const
    await milestones(storage, 'a', [
      {},
      { ...YEARLY, amount: 49_000 },
      // Worth more since, which was never at the start.
      { at: at(5), kind: 'expanded', amount: -4900, count: -1 },
      { at: at(5), kind: 'expanded', amount: 9900 },
      { ...gone, amount: -9900 },
      { ...gone, ...YEARLY, amount: -49_000 },
    ])
    await milestones(storage, 'b', [{ amount: 100 }, { ...gone, amount: -100 }])
    await milestones(storage, 'c', [
      { currency: 'EUR' },
      { ...gone, currency: 'EUR', amount: -4900 },
    ])
    const { lost } = await storage.customerSums({ from: at(5), to: at(7) })
    equal(
      sorted(lost),
      sorted([
        { ...MONTHLY, amount: 5000 },
        { ...YEARLY, amount: 49_000 },
        { ...MONTHLY, currency: 'EUR', amount: 4900 },
      ]),
      'amounts',
    )
  },

  'only movements make somebody a paying customer': async (storage) => {
    const kinds = ['trial_started', 'declined', 'failed', 'recovered', 'refunded'] as const
    await milestones(
      storage,
      'a',
      kinds.map((kind) => ({ kind })),
    )
    for (const kind of MOVEMENTS) await milestones(storage, kind, [{ kind }])
    const all = MOVEMENTS.length
    equal(
      await storage.customerSums({ from: at(1), to: at(2) }),
      { atStart: all, atEnd: all, kept: all, lost: [] },
      'customers',
    )
  },
}

/** A new account with these milestones of its first event. */
async function milestones(
  storage: Storage,
  account: string,
  rows: readonly Partial<MilestoneRow>[],
): Promise<void> {
  const made = rows.map((row, part) => milestone(account, { part, ...row }))
  await committed(storage, first(account, { milestones: made }))
}

async function loaded(storage: Storage, id: string) {
  const { account } = await storage.load({ by: { account: id } })
  if (!account) throw new Error(`No account ${id}`)
  return account
}

/** In an order of our own: sums have none. */
function sorted<Sum extends object>(sums: readonly Sum[]): readonly Sum[] {
  const key = (sum: Sum) => JSON.stringify(Object.entries(sum).sort(([a], [b]) => (a < b ? -1 : 1)))
  return [...sums].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

function bySlot(sums: readonly { readonly slot: number; readonly amount: number }[]) {
  return sums.map(({ slot, amount }) => [slot, amount]).sort(([a = 0], [b = 0]) => a - b)
}
