import type { AuditRow } from '../../../src/storage.ts'
import { ALL, type Flaws, folded, gap } from './flaw.ts'

export const claimFlaws: Flaws = {
  'forgets claims': {
    fails: 'claims: a claim is held by one account alone',
    of: (storage) => ({ commit: (change) => storage.commit({ ...change, claims: [] }) }),
  },
  'looks for claims, and takes them a moment later': {
    fails: 'claims: a claim that ten accounts want at once goes to one of them',
    of: (storage) => ({
      async commit(change) {
        const by = { account: change.account.id }
        const { taken } = await storage.load({ by, taken: change.claims })
        await gap()
        return storage.commit(taken.length > 0 ? change : { ...change, claims: [] })
      },
    }),
  },
  'names the last claim that is taken': {
    fails: 'claims: the first claim that another account holds is named',
    of: (storage) => ({
      commit: (change) => storage.commit({ ...change, claims: [...change.claims].reverse() }),
    }),
  },
  'never lets a claim go': {
    fails: 'claims: claims stay until they are let go',
    of: (storage) => ({ commit: (change) => storage.commit({ ...change, releases: [] }) }),
  },
  'shows an account’s own claims as taken': {
    fails: 'claims: only claims of other accounts are shown as taken',
    of: (storage) => ({
      async load(query) {
        const others = { by: { account: 'nobody' }, ...(query.taken ? { taken: query.taken } : {}) }
        const { taken } = await storage.load(others)
        return { ...(await storage.load(query)), taken }
      },
    }),
  },
  'numbers events by the version of the whole change': {
    fails: 'rows: events are numbered by the version that each made',
    of: (storage) => ({
      async journal(account, page) {
        const { items, next } = await storage.journal(account, page)
        return { items: items.map((row) => ({ ...row, seq: row.seq + 1 })), next }
      },
    }),
  },
  'keeps subscription rows that are gone': {
    fails: 'rows: subscription rows are replaced as a whole, and only the account’s own',
    of: (storage) => ({
      async commit(change) {
        const { items } = await storage.subscriptions({ account: change.account.id }, ALL)
        const groups = change.subscriptions.map(({ group }) => group)
        const kept = items.filter(({ group }) => !groups.includes(group))
        return storage.commit({ ...change, subscriptions: [...kept, ...change.subscriptions] })
      },
    }),
  },
  'counts usage of a change below zero': {
    fails: 'rows: usage is added to counters in the step, never below zero',
    of: (storage) => ({
      async load(query) {
        const loaded = await storage.load(query)
        const usage = loaded.usage.map((row) => ({ ...row, used: row.used === 0 ? -1 : row.used }))
        return { ...loaded, usage }
      },
    }),
  },
  'takes an account’s own claims for taken ones': {
    fails: 'claims: an account may take again what it holds',
    of: (storage) => ({
      async commit(change) {
        const { taken } = await storage.load({ by: { account: '' }, taken: change.claims })
        const [claim] = taken
        return claim === undefined ? storage.commit(change) : { outcome: 'taken', claim }
      },
    }),
  },
  'compares claims as people do': {
    fails: 'claims: claims that nobody holds find no account',
    of: (storage) => ({
      load: (query) =>
        storage.load({
          ...query,
          by: 'claims' in query.by ? { claims: query.by.claims.map(folded) } : query.by,
        }),
    }),
  },
  'keeps the first row of a payment': {
    fails: 'rows: a payment is replaced by gateway and id',
    of: (storage) => ({
      async commit(change) {
        const { items } = await storage.payments(change.account.id, ALL)
        const known = items.map(({ gateway, id }) => `${gateway} ${id}`)
        const payments = change.payments.filter(
          ({ gateway, id }) => !known.includes(`${gateway} ${id}`),
        )
        return storage.commit({ ...change, payments })
      },
    }),
  },
  'keeps the first row of an invoice': {
    fails: 'rows: an invoice is replaced by id',
    of: (storage) => ({
      async commit(change) {
        const { items } = await storage.invoices(change.account.id, ALL)
        const known = items.map(({ id }) => id)
        const invoices = change.invoices.filter(({ id }) => !known.includes(id))
        return storage.commit({ ...change, invoices })
      },
    }),
  },
  'writes over an audit row': {
    fails: 'rows: an audit row that exists is left as it is',
    of: (storage) => {
      const rows = new Map<string, AuditRow>()
      return {
        async commit(change) {
          if (change.audit) rows.set(change.audit.id, change.audit)
          return storage.commit(change)
        },
        async audit(account, page) {
          const { items, next } = await storage.audit(account, page)
          return { items: items.map((row) => rows.get(row.id) ?? row), next }
        },
      }
    },
  },
  'takes a free plan for one that costs nothing': {
    fails: 'rows: every column of a subscription comes back as it went in',
    of: (storage) => ({
      async subscriptions(filter, page) {
        const { items, next } = await storage.subscriptions(filter, page)
        return { items: items.map((row) => ({ ...row, amount: row.amount ?? 0 })), next }
      },
    }),
  },
}
