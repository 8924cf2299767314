import type { Change, MilestoneKind, Storage } from 'billwright'
import type { Account, Instant } from 'billwright/core'
import { MOVEMENTS } from 'billwright'
import { emptyAccount } from 'billwright/core'
import fc from 'fast-check'
import {
  at,
  credited,
  delivery,
  effect,
  invoiceRow,
  milestone,
  notice,
  payment,
  step,
  subscription,
} from '../../../src/testing/storage-cases/build.ts'
import { allPages } from './pages.ts'

/** One call of a verb, told so that a failing sequence can be read. */
export interface Operation {
  readonly told: string
  /** `account` is what the operation's account is now; both storages get the same. */
  run(storage: Storage, account: Account): Promise<unknown>
  readonly account: string
}

/** Few of everything, so that sequences meet; some ids differ only to those who look at bytes. */
export const ACCOUNTS = ['a', 'A', 'a ', 'é', 'e\u0301', '😀', '\uffff', "'; --"] as const
const FEATURES = ['queries', 'seats'] as const
export const EFFECTS = ['e1', 'e2', 'e3', 'e4', 'e5'] as const
export const CLAIMS = ['c1', 'c2', 'c3', 'c4'] as const
export const DELIVERIES = ['d1', 'd2', 'd3'] as const
export const PAYMENTS = ['p1', 'p2', 'p3'] as const
export const COMMANDS = ['k1', 'k2', 'k3'] as const
const STATUSES = ['active', 'past_due', 'canceled'] as const
const STATES = ['waiting', 'unknown', 'done', 'refused', 'parked'] as const
const MARKS = ['done', 'parked', 'dead'] as const

const account = fc.constantFrom(...ACCOUNTS.slice(0, 4), ...ACCOUNTS)
const feature = fc.constantFrom(...FEATURES)
const window = fc.constantFrom(0, 1)
const owner = fc.constantFrom('w1', 'w2')
const time = fc.integer({ min: 0, max: 30 }).map(at)
const maybeTime = fc.option(time)
const key = fc.option(fc.constantFrom('u1', 'u2', 'u3'))
const reservationId = fc.constantFrom('r1', 'r2')
const amount = fc.integer({ min: 1, max: 4 })
const limit = fc.integer({ min: 1, max: 4 })
const json = fc.constantFrom(null, { a: [1, 'é\u0000'] }, 'text', 0, [], false)
const some = <T extends string>(values: readonly T[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { maxLength: 3 })

function operation<Args extends object>(
  verb: string,
  args: fc.Arbitrary<Args>,
  run: (storage: Storage, args: Args, account: Account) => Promise<unknown>,
): fc.Arbitrary<Operation> {
  return args.map((given) => ({
    told: `${verb} ${JSON.stringify(given)}`,
    account: accountOf(given),
    run: (storage, known) => run(storage, given, known),
    [fc.toStringMethod]: () => `${verb} ${JSON.stringify(given)}`,
  }))
}

function accountOf(args: object): string {
  return 'account' in args ? `${args.account}` : 'a'
}

const settlement = fc.record({
  key: fc.constantFrom(...EFFECTS),
  owner: fc.option(owner),
  state: fc.constantFrom(...STATES),
  sent: fc.boolean(),
  nextAt: maybeTime,
  answer: json,
  error: json,
})

const parcel = fc
  .record({
    id: fc.constantFrom(...DELIVERIES),
    gateway: fc.constantFrom('bank', 'other'),
    state: fc.constantFrom(...MARKS),
    account: fc.option(account),
    nextAt: maybeTime,
    attempts: fc.nat(3),
    request: json,
    receivedAt: time,
    error: fc.option(fc.constantFrom('lost', 'half \ud83d', 'nul \0')),
  })
  .map(({ id, ...more }) => delivery(id, more))

const change = fc.record({
  account,
  /** How far behind the decision is; mostly not at all. */
  behind: fc.constantFrom(0, 0, 0, 0, 0, 1, -1),
  events: fc.nat(3),
  nextActionAt: maybeTime,
  effects: some(EFFECTS),
  lease: fc.option(fc.record({ owner, until: time })),
  effectAt: time,
  settled: fc.array(settlement, { maxLength: 1 }),
  payments: some(PAYMENTS),
  refunded: fc.nat(9),
  invoices: some(['i1', 'i2', 'i3']),
  series: fc.constantFrom('INV', 'inv', null),
  notices: some(['n1', 'n2', 'n3', 'n4']),
  milestones: fc.array(
    fc.record({
      kind: fc.constantFrom('started', 'expanded', 'stopped', 'trial_ended', 'refunded'),
      at: time,
      plan: fc.option(fc.constantFrom('pro', 'Pro')),
      currency: fc.option(fc.constantFrom('USD', 'EUR')),
      interval: fc.option(fc.constantFrom('month', 'year')),
      intervalCount: fc.option(fc.constantFrom(1, 3)),
      amount: fc.integer({ min: -9, max: 9 }),
      count: fc.integer({ min: -1, max: 1 }),
    }),
    { maxLength: 3 },
  ),
  groups: some(['one', 'two', 'é']),
  status: fc.constantFrom(...STATUSES),
  free: fc.boolean(),
  claims: some(CLAIMS),
  releases: some(CLAIMS),
  usage: fc.array(fc.record({ feature, window, by: fc.integer({ min: -3, max: 3 }) }), {
    maxLength: 2,
  }),
  delivery: fc.option(parcel, { freq: 2 }),
  command: fc.option(fc.constantFrom(...COMMANDS), { freq: 2 }),
  audit: fc.option(fc.constantFrom('x1', 'x2', 'x3'), { freq: 2 }),
})

type Generated = typeof change extends fc.Arbitrary<infer T> ? T : never

function changeOf(given: Generated, known: Account): Change {
  const { id } = known
  const events = Array.from({ length: given.events }, (_, n) => credited(n + 1))
  const owned = (names: readonly string[]) => names.map((name) => `${name} of ${id}`)
  return step({ ...known, version: Math.max(0, known.version - given.behind) }, events, {
    nextActionAt: given.nextActionAt,
    effects: given.effects.map((name) =>
      effect(name, { nextAt: given.effectAt, lease: given.lease }),
    ),
    settled: given.settled,
    payments: given.payments.map((name) =>
      payment(name, { refunded: given.refunded, at: given.effectAt }),
    ),
    invoices: owned(given.invoices).map((name) =>
      invoiceRow(name, { account: id, series: given.series }),
    ),
    notices: owned(given.notices).map((name) => notice(name, { account: id })),
    // They come of events.
    milestones: given.milestones
      .slice(given.events > 0 ? 0 : 3)
      .map((row, part) => milestone(id, { seq: known.version + 1, part, ...row })),
    subscriptions: given.groups.map((group) => {
      const amount = given.free ? null : 4900
      const currency = given.free ? null : given.refunded > 4 ? 'EUR' : 'USD'
      const dates = { startedAt: given.effectAt, cancelAt: given.nextActionAt }
      const more = { status: given.status, amount, recurring: amount, currency, ...dates }
      return subscription(id, group, more)
    }),
    claims: given.claims,
    releases: given.releases,
    usage: given.usage,
    delivery: given.delivery,
    command: given.command
      ? {
          account: id,
          key: given.command,
          hash: `${given.events}`,
          effects: given.effects,
          at: at(0),
        }
      : null,
    audit: given.audit
      ? {
          ...{ id: given.audit, account: id, at: at(0), actor: null, action: 'do', input: null },
          ...{ versionBefore: 0, versionAfter: 1 },
        }
      : null,
  })
}

const paging = { limit: fc.integer({ min: 1, max: 3 }) }
const optional = { requiredKeys: [] as [] }

/** Any verb with any arguments, commits and usage more often than the rest. */
export const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: operation('commit', change, (storage, given, known) =>
      storage.commit(changeOf(given, known)),
    ),
  },
  {
    weight: 3,
    arbitrary: operation(
      'use',
      fc.record({
        account,
        fresh: fc.option(fc.constantFrom(0, 0, 0, 1)),
        feature,
        window,
        amount,
        limit: fc.option(fc.integer({ min: 0, max: 8 })),
        key,
        reservation: fc.option(fc.record({ id: reservationId, expiresAt: time })),
        at: time,
      }),
      (storage, { fresh, ...given }, known) =>
        storage.use({ ...given, version: fresh === null ? null : known.version + fresh }),
    ),
  },
  operation('release', fc.record({ account, feature, window, amount, key, at: time }), (s, given) =>
    s.release(given),
  ),
  operation('setUsage', fc.record({ account, feature, window, used: fc.nat(5) }), (s, given) =>
    s.setUsage(given),
  ),
  operation(
    'settleReservation',
    fc.record({ account, id: reservationId, amount: fc.nat(3), now: time }),
    (s, given) => s.settleReservation(given),
  ),
  operation('expireReservations', fc.record({ now: time }), (s, { now }) =>
    s.expireReservations({ now, limit: 100 }),
  ),
  {
    weight: 2,
    arbitrary: operation(
      'claimEffects',
      fc.record(
        { now: time, owner, leaseUntil: time, limit, keys: some(EFFECTS) },
        { requiredKeys: ['now', 'owner', 'leaseUntil', 'limit'] },
      ),
      (s, given) => s.claimEffects(given),
    ),
  },
  {
    weight: 2,
    arbitrary: operation('settleEffect', fc.record({ it: settlement }), (s, { it }) =>
      s.settleEffect(it),
    ),
  },
  operation('park', fc.record({ it: parcel }), (s, { it }) => s.park(it)),
  operation(
    'claimDeliveries',
    fc.record({ now: time, owner, leaseUntil: time, limit }),
    (s, given) => s.claimDeliveries(given),
  ),
  operation(
    'lease',
    fc.record({ name: fc.constantFrom('j1', 'j2'), owner, now: time, until: time }),
    (s, given) => s.lease(given),
  ),
  {
    weight: 2,
    arbitrary: operation(
      'due',
      fc.record({ now: time, limit, leaseUntil: time }, { requiredKeys: ['now', 'limit'] }),
      (s, given) => s.due(given),
    ),
  },
  operation('pruneDeliveries', fc.record({ before: time, limit }), (s, given) =>
    s.pruneDeliveries(given),
  ),
  operation('numberInvoices', fc.record({ limit }), (s, given) => s.numberInvoices(given)),
  operation('health', fc.record({ now: time }), (s, { now }) => s.health(now)),
  operation(
    'readNotices',
    fc.record({ account, ids: some(['n1 of a', 'n2 of a', 'n1 of A']), at: time }),
    (s, given) => s.readNotices(given.account, given.ids, given.at),
  ),
  operation(
    'load',
    fc.record(
      {
        by: fc.oneof(fc.record({ account }), fc.record({ claims: some(CLAIMS) })),
        command: fc.constantFrom(...COMMANDS),
        delivery: fc.record({
          gateway: fc.constantFrom('bank', 'other'),
          id: fc.constantFrom(...DELIVERIES),
        }),
        taken: some(CLAIMS),
        payments: some(PAYMENTS).map((ids) => ids.map((id) => ({ gateway: 'bank', id }))),
      },
      { requiredKeys: ['by'] },
    ),
    async (s, given) => {
      const loaded = await s.load(given as Parameters<Storage['load']>[0])
      return { ...loaded, usage: byFeature(loaded.usage) }
    },
  ),
  operation(
    'subscriptions',
    fc.record({
      ...paging,
      filter: fc.record(
        {
          account,
          status: some(STATUSES),
          plan: fc.constantFrom('pro', 'none'),
          gateway: fc.constantFrom('bank', 'none'),
          group: fc.constantFrom('one', 'é', 'e\u0301'),
          currency: fc.constantFrom('USD', 'EUR'),
          ending: fc.boolean(),
          startedFrom: time,
          startedBefore: time,
          free: fc.boolean(),
        },
        optional,
      ),
    }),
    (s, { filter, limit: size }) =>
      allPages(
        (page) => s.subscriptions(filter as Parameters<Storage['subscriptions']>[0], page),
        size,
      ),
  ),
  operation(
    'sums',
    fc.record({
      bounds: fc.uniqueArray(time, { minLength: 2, maxLength: 5 }).map((all) => all.sort(byTime)),
      kinds: fc.constantFrom(MOVEMENTS, ['started', 'refunded'], ['trial_ended']),
    }),
    async (s, { bounds, kinds }) => {
      const [from, to] = bounds as [Instant, Instant]
      const { lost, ...customers } = await s.customerSums({ from, to })
      return {
        subscriptions: inOrder(await s.subscriptionSums()),
        milestones: inOrder(
          await s.milestoneSums({ kinds: kinds as readonly MilestoneKind[], bounds }),
        ),
        payments: inOrder(await s.paymentSums({ bounds })),
        customers,
        lost: inOrder(lost),
      }
    },
  ),
  operation(
    'histories',
    fc.record({ account, ...paging, unread: fc.boolean() }),
    async (s, given) => ({
      journal: await allPages((page) => s.journal(given.account, page), given.limit),
      audit: await allPages((page) => s.audit(given.account, page), given.limit),
      payments: await allPages((page) => s.payments(given.account, page), given.limit),
      invoices: await allPages((page) => s.invoices(given.account, page), given.limit),
      notices: await allPages(
        (page) => s.notices(given.account, { ...page, unread: given.unread }),
        given.limit,
      ),
    }),
  ),
)

const byTime = (a: number, b: number): number => a - b

/** Sums in an order of our own: the contract gives them none. */
export function inOrder<Sum extends object>(sums: readonly Sum[]): readonly Sum[] {
  const key = (sum: Sum) => JSON.stringify(Object.entries(sum).sort(([a], [b]) => (a < b ? -1 : 1)))
  return [...sums].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** The counters of a load in an order of our own: the contract gives them none. */
export function byFeature<Row extends { readonly feature: string }>(rows: readonly Row[]) {
  return [...rows].sort((a, b) => (a.feature < b.feature ? -1 : 1))
}

/** The account that both storages are told about, from the one that is asked. */
export async function known(storage: Storage, id: string): Promise<Account> {
  return (await storage.load({ by: { account: id } })).account ?? emptyAccount(id)
}
