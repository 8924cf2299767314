/** What an app or an operator reads: which rows, and in which order. */
import type { AuditRow, Storage } from '../../storage.ts'
import type { Cases } from './cases.ts'
import {
  at,
  committed,
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

const PAGE = { limit: 10 }

export const listCases: Cases = {
  'lists of an account that does not exist are empty': async (storage) => {
    const nothing = { items: [], next: null }
    equal(await storage.journal('a', PAGE), nothing, 'the journal')
    equal(await storage.audit('a', PAGE), nothing, 'the audit')
    equal(await storage.payments('a', PAGE), nothing, 'payments')
    equal(await storage.invoices('a', PAGE), nothing, 'invoices')
    equal(await storage.notices('a', PAGE), nothing, 'notices')
    equal(await storage.subscriptions({}, PAGE), nothing, 'subscriptions')
    equal(await storage.accounts(PAGE), nothing, 'accounts')
  },

  'lists of an account show nothing of another': async (storage) => {
    await committed(
      storage,
      first('b', {
        payments: [payment('p')],
        invoices: [invoiceRow('i', { account: 'b' })],
        notices: [notice('n', { account: 'b' })],
        audit: audited('x', 'b', 0),
      }),
    )
    const account = await committed(storage, first('a'))
    equal((await storage.journal('a', PAGE)).items.length, account.version, 'the journal')
    equal((await storage.payments('a', PAGE)).items, [], 'payments')
    equal((await storage.invoices('a', PAGE)).items, [], 'invoices')
    equal((await storage.notices('a', PAGE)).items, [], 'notices')
    equal((await storage.audit('a', PAGE)).items, [], 'the audit')
  },

  'payments, invoices and notices come newest first': async (storage) => {
    let account = await committed(storage, first('a'))
    for (const n of [1, 2, 3]) {
      const change = next(account, {
        at: at(n),
        payments: [payment(`p${n}`, { at: at(n) })],
        invoices: [invoiceRow(`i${n}`, { at: at(n) })],
        notices: [notice(`n${n}`, { notice: { ...notice('').notice, at: at(n) } })],
      })
      account = await committed(storage, change)
    }
    const payments = (await storage.payments('a', PAGE)).items
    equal(
      payments.map(({ id }) => id),
      ['p3', 'p2', 'p1'],
      'payments',
    )
    const invoices = (await storage.invoices('a', PAGE)).items
    equal(
      invoices.map(({ id }) => id),
      ['i3', 'i2', 'i1'],
      'invoices',
    )
    const notices = (await storage.notices('a', PAGE)).items
    equal(
      notices.map(({ id }) => id),
      ['n3', 'n2', 'n1'],
      'notices',
    )
  },

  'the audit is read of one account or of all, newest first': async (storage) => {
    const account = await committed(storage, first('a', { audit: audited('1', 'a', 1) }))
    await committed(storage, first('b', { audit: audited('2', 'b', 2) }))
    await committed(storage, next(account, { audit: audited('3', 'a', 3) }))
    const ids = async (of: string | null) =>
      (await storage.audit(of, PAGE)).items.map(({ id }) => id)
    equal(await ids('a'), ['3', '1'], 'rows of one account')
    equal(await ids(null), ['3', '2', '1'], 'rows of all')
    equal((await storage.audit('b', PAGE)).items, [audited('2', 'b', 2)], 'a whole row')
  },

  'only an account’s own notices are marked as read': async (storage) => {
    await committed(storage, first('a', { notices: [notice('mine'), notice('other')] }))
    await committed(storage, first('b', { notices: [notice('theirs', { account: 'b' })] }))
    await storage.readNotices('a', ['mine', 'theirs', 'unknown'], at(5))
    await storage.readNotices('a', [], at(6))
    const read = async (account: string) =>
      (await storage.notices(account, PAGE)).items.map(({ id, readAt }) => `${id} ${readAt}`)
    equal((await read('a')).sort(), [`mine ${at(5)}`, 'other null'], 'the account’s own')
    equal(await read('b'), ['theirs null'], 'those of another account')
  },

  'unread notices are read alone': async (storage) => {
    await committed(storage, first('a', { notices: [notice('1'), notice('2'), notice('3')] }))
    await storage.readNotices('a', ['1', '3'], at(5))
    const unread = await storage.notices('a', { ...PAGE, unread: true })
    equal(unread.items, [notice('2')], 'unread notices')
    const all = await storage.notices('a', { ...PAGE, unread: false })
    equal(all.items.length, 3, 'all notices')
  },

  'subscriptions are ordered by account and group': async (storage) => {
    await committed(
      storage,
      first('b', { subscriptions: [subscription('b', 'z'), subscription('b', 'a')] }),
    )
    await committed(storage, first('a', { subscriptions: [subscription('a', 'm')] }))
    await committed(storage, first('B', { subscriptions: [subscription('B', 'm')] }))
    equal(await subscriptionIds(storage, {}), ['B/m', 'a/m', 'b/a', 'b/z'], 'subscriptions')
  },

  'subscriptions are filtered by every field, and by several at once': async (storage) => {
    const rows = [
      subscription('a', '1', { status: 'past_due' }),
      subscription('a', '2', { plan: 'basic', gateway: 'other' }),
      subscription('a', '3', { plan: 'free', gateway: null, amount: null, currency: null }),
      subscription('a', '4', { status: 'trialing', amount: 0 }),
    ]
    await committed(storage, first('a', { subscriptions: rows }))
    await committed(storage, first('b', { subscriptions: [subscription('b', '1')] }))
    const ids = (filter: Parameters<Storage['subscriptions']>[0]) =>
      subscriptionIds(storage, filter)
    equal(await ids({ account: 'b' }), ['b/1'], 'of an account')
    equal(await ids({ status: ['past_due'] }), ['a/1'], 'in a status')
    equal(await ids({ status: ['past_due', 'trialing'] }), ['a/1', 'a/4'], 'in two statuses')
    equal(await ids({ plan: 'basic' }), ['a/2'], 'to a plan')
    equal(await ids({ gateway: 'bank' }), ['a/1', 'a/4', 'b/1'], 'at a gateway')
    equal(await ids({ free: false }), ['a/1', 'a/2', 'a/4', 'b/1'], 'without free plans')
    equal(await ids({ free: true }), ['a/1', 'a/2', 'a/3', 'a/4', 'b/1'], 'with free plans')
    equal(await ids({ account: 'a', status: ['active'], free: false }), ['a/2'], 'by three fields')
  },

  'subscriptions are filtered by group, currency, ending and when they started': async (
    storage,
  ) => {
    const rows = [
      subscription('a', 'one', { startedAt: at(1) }),
      subscription('a', 'two', { currency: 'EUR', startedAt: at(2) }),
      subscription('a', 'three', { cancelAt: at(9), startedAt: at(3) }),
      subscription('a', 'four', { amount: null, currency: null, startedAt: at(4) }),
    ]
    await committed(storage, first('a', { subscriptions: rows }))
    const ids = (filter: Parameters<Storage['subscriptions']>[0]) =>
      subscriptionIds(storage, filter)
    equal(await ids({ group: 'two' }), ['a/two'], 'of a group')
    equal(await ids({ currency: 'EUR' }), ['a/two'], 'in a currency')
    equal(await ids({ ending: true }), ['a/three'], 'that are ending')
    equal(await ids({ ending: false }), ['a/four', 'a/one', 'a/two'], 'that are not ending')
    equal(await ids({ startedFrom: at(3) }), ['a/four', 'a/three'], 'started from an instant on')
    equal(await ids({ startedBefore: at(3) }), ['a/one', 'a/two'], 'started before an instant')
    const between = { startedFrom: at(2), startedBefore: at(4), ending: false }
    equal(await ids(between), ['a/two'], 'started between two instants, not ending')
  },

  'effects are listed by state, oldest first': async (storage) => {
    const states = ['waiting', 'unknown', 'done', 'refused', 'parked'] as const
    const keys = states.flatMap((state) => [`${state} z`, `${state} a`])
    await committed(storage, first('a', { effects: keys.map((key) => effect(key)) }))
    for (const state of states) {
      await storage.settleEffect(done(`${state} a`, null, { state }))
      await storage.settleEffect(done(`${state} z`, null, { state }))
    }
    for (const state of states) {
      const { items } = await storage.effects({ state }, PAGE)
      equal(
        items.map(({ key }) => key),
        [`${state} z`, `${state} a`],
        `effects that are ${state}`,
      )
    }
  },

  'all accounts are listed': async (storage) => {
    for (const id of ['b', 'A', 'a', 'c']) await committed(storage, first(id))
    const { items, next: more } = await storage.accounts(PAGE)
    equal([...items].sort(), ['A', 'a', 'b', 'c'], 'accounts')
    equal(more, null, 'the next page')
    equal((await storage.accounts(PAGE)).items, items, 'accounts in the same order again')
  },
}

async function subscriptionIds(
  storage: Storage,
  filter: Parameters<Storage['subscriptions']>[0],
): Promise<readonly string[]> {
  return (await storage.subscriptions(filter, PAGE)).items.map(({ id }) => id)
}

function audited(id: string, account: string, minute: number): AuditRow {
  return {
    id,
    account,
    at: at(minute),
    actor: 'operator',
    action: 'grant_credit',
    input: { amount: 1, reason: null },
    versionBefore: 0,
    versionAfter: 1,
  }
}
