import type { Account } from '../../../src/core/index.ts'
import type { NoticeRow } from '../../../src/storage.ts'
import { emptyAccount } from '../../../src/core/index.ts'
import { type Flaws, folded, withId } from './flaw.ts'

export const readFlaws: Flaws = {
  'marks notices of anybody as read': {
    fails: 'lists: only an account’s own notices are marked as read',
    of: (storage) => ({
      async readNotices(account, ids, at) {
        for (const whose of [account, 'a', 'b']) await storage.readNotices(whose, ids, at)
      },
    }),
  },
  'shows payments of anybody': {
    fails: 'load: old payments are loaded by gateway and id, the account’s own only',
    of: (storage) => ({
      async load(query) {
        const loads = ['a', 'b'].map((account) => storage.load({ ...query, by: { account } }))
        const payments = (await Promise.all(loads)).flatMap((loaded) => loaded.payments)
        return { ...(await storage.load(query)), payments }
      },
    }),
  },
  'finds a delivery only with its account': {
    fails: 'load: the mark of a delivery is found whether or not the account is',
    of: (storage) => ({
      async load(query) {
        const loaded = await storage.load(query)
        return loaded.account ? loaded : { ...loaded, delivery: null }
      },
    }),
  },
  'leaves out subscriptions that cost nothing for now': {
    fails: 'lists: subscriptions are filtered by every field, and by several at once',
    of: (storage) => ({
      async subscriptions(filter, page) {
        const { items, next } = await storage.subscriptions(filter, page)
        return { items: items.filter(({ amount }) => filter.free !== false || amount), next }
      },
    }),
  },
  'compares ids as people do': {
    fails: 'fidelity: accounts with ids that look alike stay apart',
    of: (storage) => ({
      commit: (change) => storage.commit(withId(change, folded(change.account.id))),
      load: (query) =>
        storage.load({
          ...query,
          by: 'account' in query.by ? { account: folded(query.by.account) } : query.by,
        }),
    }),
  },
  'joins ids with a slash': {
    fails: 'fidelity: ids that stand side by side do not run together',
    of: (storage) => ({
      commit: ({ delivery, ...change }) =>
        storage.commit({
          ...change,
          delivery: delivery && {
            ...delivery,
            gateway: '',
            id: `${delivery.gateway}/${delivery.id}`,
          },
        }),
    }),
  },
  'writes ids that it cannot keep': {
    fails: 'fidelity: ids that no engine keeps faithfully are refused, and nothing is written',
    of: (storage) => ({
      commit: (change) => storage.commit(withId(change, change.account.id.split('\0').join(''))),
    }),
  },
  'brings amounts back as text': {
    fails: 'fidelity: amounts and instants come back as the numbers they were',
    of: (storage) => ({
      async load(query) {
        const loaded = await storage.load(query)
        const payments = loaded.payments.map((row) => ({ ...row, amount: `${row.amount}` }))
        return { ...loaded, payments: payments as never }
      },
    }),
  },
  'keeps counters in 32 bits': {
    fails: 'fidelity: counters come back as the numbers they were',
    of: (storage) => ({
      setUsage: (request) => storage.setUsage({ ...request, used: request.used | 0 }),
    }),
  },
  'loses empty objects in JSON': {
    fails: 'fidelity: JSON comes back equal to what went in',
    of: (storage) => ({
      async effect(key) {
        const row = await storage.effect(key)
        return row && JSON.stringify(row.answer) === '{}' ? { ...row, answer: null } : row
      },
    }),
  },
  'shares its rows with its callers': {
    fails: 'fidelity: what a caller changes afterwards does not change what is stored',
    of: (storage) => {
      const rows = new Map<string, NoticeRow>()
      return {
        commit: async (change) => {
          for (const row of change.notices) rows.set(row.id, row)
          return storage.commit(change)
        },
        async notices(account, page) {
          const { items, next } = await storage.notices(account, page)
          return { items: items.map((row) => rows.get(row.id) ?? row), next }
        },
      }
    },
  },
  'makes up an account that does not exist': {
    fails: 'load: an account that does not exist is null, with nothing besides',
    of: (storage) => ({
      async load(query) {
        const loaded = await storage.load(query)
        return 'account' in query.by
          ? { ...loaded, account: loaded.account ?? emptyAccount(query.by.account) }
          : loaded
      },
    }),
  },
  'reads from a replica that lags': {
    fails: 'load: an account comes back as it was committed last',
    of: (storage) => {
      let lagging: Account | null = null
      return {
        async commit(change) {
          lagging = (await storage.load({ by: { account: change.account.id } })).account
          return storage.commit(change)
        },
        load: async (query) => ({ ...(await storage.load(query)), account: lagging }),
      }
    },
  },
  'finds a delivery whatever the gateway': {
    fails: 'load: a delivery of another gateway or id has no mark',
    of: (storage) => ({
      load: ({ delivery, ...query }) =>
        storage.load({
          ...query,
          ...(delivery ? { delivery: { ...delivery, gateway: 'bank' } } : {}),
        }),
    }),
  },
  'announces a page where there is none': {
    fails: 'lists: lists of an account that does not exist are empty',
    of: (storage) => ({
      async journal(account, page) {
        const { items, next } = await storage.journal(account, page)
        return { items, next: items.length === 0 ? '[0]' : next }
      },
    }),
  },
  'lists payments of anybody': {
    fails: 'lists: lists of an account show nothing of another',
    of: (storage) => ({
      async payments(account, page) {
        const { items, next } = await storage.payments(account, page)
        const others = await storage.payments(account === 'a' ? 'b' : 'a', page)
        return { items: [...items, ...others.items], next }
      },
    }),
  },
  'lists invoices oldest first': {
    fails: 'lists: payments, invoices and notices come newest first',
    of: (storage) => ({
      async invoices(account, page) {
        const { items, next } = await storage.invoices(account, page)
        return { items: [...items].reverse(), next }
      },
    }),
  },
  'shows the audit of all to everybody': {
    fails: 'lists: the audit is read of one account or of all, newest first',
    of: (storage) => ({ audit: (_, page) => storage.audit(null, page) }),
  },
  'shows read notices as unread': {
    fails: 'lists: unread notices are read alone',
    of: (storage) => ({
      notices: (account, { unread: _, ...page }) => storage.notices(account, page),
    }),
  },
  'lists effects by key': {
    fails: 'lists: effects are listed by state, oldest first',
    of: (storage) => ({
      async effects(filter, page) {
        const { items, next } = await storage.effects(filter, page)
        return { items: [...items].sort((a, b) => (a.key < b.key ? -1 : 1)), next }
      },
    }),
  },
}
