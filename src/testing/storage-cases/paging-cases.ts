/** Pages are stable: nothing is shown twice or left out because something was written meanwhile. */
import type { Storage } from '../../storage.ts'
import type { Cases } from './cases.ts'
import {
  at,
  committed,
  delivery,
  done,
  effect,
  first,
  invoiceRow,
  next,
  notice,
  payment,
  subscription,
} from './build.ts'
import { equal } from './expect.ts'
import { idsOf, type ReadPage, turnPages } from './turn.ts'

/** A list of seven items, and what is written while somebody turns its pages. */
interface Listed {
  readonly fill: (storage: Storage) => Promise<unknown>
  readonly read: (storage: Storage) => ReadPage
  /** Adds items before and after those that are shown, or takes away what was shown. */
  readonly disturb: (storage: Storage) => Promise<unknown>
}

const SEVEN = [1, 2, 3, 4, 5, 6, 7] as const

const lists: Readonly<Record<string, Listed>> = {
  journal: {
    fill: (storage) => append(storage, SEVEN),
    read: (storage) =>
      idsOf(
        (page) => storage.journal('a', page),
        ({ seq }) => `${seq}`,
      ),
    disturb: (storage) => append(storage, [8, 9]),
  },
  audit: {
    fill: (storage) => append(storage, SEVEN),
    read: (storage) =>
      idsOf(
        (page) => storage.audit(null, page),
        ({ id }) => id,
      ),
    disturb: (storage) => append(storage, [8, 9]),
  },
  payments: {
    fill: (storage) => append(storage, SEVEN),
    read: (storage) =>
      idsOf(
        (page) => storage.payments('a', page),
        ({ id }) => id,
      ),
    // Two new payments, and a refund of one that was shown and of one that is still to come.
    disturb: async (storage) => {
      const account = await append(storage, [8, 9])
      const refunded = (n: number) => payment(item(n), { at: at(n), refunded: 100 })
      await committed(storage, next(account, { at: at(10), payments: [refunded(7), refunded(2)] }))
    },
  },
  invoices: {
    fill: (storage) => append(storage, SEVEN),
    read: (storage) =>
      idsOf(
        (page) => storage.invoices('a', page),
        ({ id }) => id,
      ),
    disturb: (storage) => append(storage, [8, 9]),
  },
  notices: {
    fill: (storage) => append(storage, SEVEN),
    read: (storage) =>
      idsOf(
        (page) => storage.notices('a', page),
        ({ id }) => id,
      ),
    disturb: (storage) => append(storage, [8, 9]),
  },
  'unread notices': {
    fill: (storage) => append(storage, SEVEN),
    read: (storage) =>
      idsOf(
        (page) => storage.notices('a', { ...page, unread: true }),
        ({ id }) => id,
      ),
    disturb: (storage) => storage.readNotices('a', [item(7), item(6)], at(9)),
  },
  effects: {
    fill: (storage) => append(storage, SEVEN),
    read: (storage) =>
      idsOf(
        (page) => storage.effects({ state: 'waiting' }, page),
        ({ key }) => key,
      ),
    disturb: async (storage) => {
      await append(storage, [8, 9])
      await storage.settleEffect(done(item(1), null))
      await storage.settleEffect(done(item(2), null))
    },
  },
  deliveries: {
    fill: (storage) => park(storage, SEVEN),
    read: (storage) =>
      idsOf(
        (page) => storage.deliveries({ state: 'parked' }, page),
        ({ id }) => id,
      ),
    disturb: async (storage) => {
      await park(storage, [8, 9])
      await storage.park(delivery(item(1), { receivedAt: at(1), state: 'dead' }))
      await storage.park(delivery(item(2), { receivedAt: at(2), state: 'dead' }))
      await storage.park(delivery(item(6), { receivedAt: at(6), attempts: 2 }))
    },
  },
  subscriptions: {
    fill: (storage) => open(storage, SEVEN.map(item)),
    read: (storage) =>
      idsOf(
        (page) => storage.subscriptions({ plan: 'pro' }, page),
        ({ account }) => account,
      ),
    disturb: (storage) => open(storage, ['item', 'item 0', 'item 33', 'item 9']),
  },
  accounts: {
    fill: (storage) => open(storage, SEVEN.map(item)),
    read: (storage) => (page) => storage.accounts(page),
    disturb: (storage) => open(storage, ['item', 'item 0', 'item 33', 'item 9']),
  },
}

export const pagingCases: Cases = Object.fromEntries([
  ...Object.entries(lists).map(([name, list]) => [
    `pages of ${name} are stable while rows are written`,
    (storage: Storage) => staysStable(storage, list),
  ]),
  ...Object.entries(lists).map(([name, list]) => [
    `pages of ${name} end with the last item`,
    (storage: Storage) => ends(storage, list),
  ]),
  ['pages leave nothing out where rows are of one instant', ofOneInstant],
])

async function staysStable(storage: Storage, list: Listed): Promise<void> {
  await list.fill(storage)
  const read = list.read(storage)
  const whole = (await read({ limit: 100 })).items
  const pages = await turnPages(read, 2, () => list.disturb(storage))
  const shown = pages.flat()
  equal([...new Set(shown)], shown, 'items, each once')
  const still = (await read({ limit: 100 })).items
  const expected = whole.filter((id, index) => index < 2 || still.includes(id))
  equal(
    shown.filter((id) => expected.includes(id)),
    expected,
    'items that were there from the start to the end, in order',
  )
}

async function ends(storage: Storage, list: Listed): Promise<void> {
  await list.fill(storage)
  const read = list.read(storage)
  const { items: whole, next: more } = await read({ limit: 7 })
  equal([whole.length, more], [7, null], 'items on one page, and the next page')
  for (const limit of [1, 2, 3, 6, 8]) {
    const pages = await turnPages(read, limit)
    equal(pages.flat(), whole, `items on pages of ${limit}`)
    equal(pages.length, Math.ceil(7 / limit), `pages of ${limit}`)
  }
}

async function ofOneInstant(storage: Storage): Promise<void> {
  await committed(
    storage,
    first('a', {
      payments: SEVEN.map((n) => payment(item(n))),
      invoices: SEVEN.map((n) => invoiceRow(item(n))),
      notices: SEVEN.map((n) => notice(item(n))),
      effects: SEVEN.map((n) => effect(item(n))),
    }),
  )
  for (const n of SEVEN) await storage.park(delivery(item(n)))
  const names = ['payments', 'invoices', 'notices', 'effects', 'deliveries']
  for (const name of names) {
    const list = lists[name]
    if (!list) throw new Error(`No list of the name ${name}`)
    const pages = await turnPages(list.read(storage), 2)
    equal([...pages.flat()].sort(), SEVEN.map(item), name)
  }
}

function item(n: number): string {
  return `item ${n}`
}

/** One change per number, each with one row of every kind, dated in order. */
async function append(storage: Storage, numbers: readonly number[]) {
  let { account } = await storage.load({ by: { account: 'a' } })
  for (const n of numbers) {
    const id = item(n)
    const rows = {
      at: at(n),
      payments: [payment(id, { at: at(n) })],
      invoices: [invoiceRow(id, { at: at(n) })],
      notices: [notice(id, { notice: { ...notice(id).notice, at: at(n) } })],
      effects: [effect(id)],
      audit: {
        ...{ id, account: 'a', at: at(n), actor: null, action: 'act', input: null },
        ...{ versionBefore: n - 1, versionAfter: n },
      },
    }
    account = await committed(storage, account ? next(account, rows) : first('a', rows))
  }
  if (!account) throw new Error('Nothing was appended')
  return account
}

async function park(storage: Storage, numbers: readonly number[]): Promise<void> {
  for (const n of numbers) await storage.park(delivery(item(n), { receivedAt: at(n) }))
}

async function open(storage: Storage, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await committed(storage, first(id, { subscriptions: [subscription(id, 'default')] }))
  }
}
