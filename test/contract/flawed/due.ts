import { type Instant, instant } from '../../../src/core/index.ts'
import { type Flaws, gap } from './flaw.ts'

export const dueFlaws: Flaws = {
  'orders due accounts by id': {
    fails: 'due: accounts are due from their time on, the earliest first, ties by id',
    of: (storage) => ({ due: async (query) => [...(await storage.due(query))].sort() }),
  },
  'forgets when an account has nothing left to do': {
    fails: 'due: an account is due by what its last change said',
    of: (storage) => {
      const times = new Map<string, Instant>()
      return {
        async commit(change) {
          const { id } = change.account
          const nextActionAt = change.nextActionAt ?? times.get(id) ?? null
          if (nextActionAt !== null) times.set(id, nextActionAt)
          return storage.commit({ ...change, nextActionAt })
        },
      }
    },
  },
  'leases no account': {
    fails: 'due: a leased account is returned to nobody until the last instant of its lease',
    of: (storage) => ({ due: ({ leaseUntil: _, ...query }) => storage.due(query) }),
  },
  'ends the lease of an account an instant late': {
    fails: 'due: a leased account is returned to nobody until the last instant of its lease',
    of: (storage) => ({
      due: ({ leaseUntil, ...query }) =>
        storage.due({ ...query, ...(leaseUntil && { leaseUntil: instant(leaseUntil + 1) }) }),
    }),
  },
  'answers what it leased in any order': {
    fails: 'due: leased accounts come the earliest first, ties by id',
    of: (storage) => ({
      async due(query) {
        const ids = await storage.due(query)
        return query.leaseUntil ? [...ids].reverse() : ids
      },
    }),
  },
  'leases whatever somebody looks at': {
    fails: 'due: a look without a lease leases nothing',
    of: (storage) => ({
      due: (query) => storage.due({ leaseUntil: instant(query.now + 600_000), ...query }),
    }),
  },
  'leases what is due in an hour as well': {
    fails: 'due: what is not due yet is not leased',
    of: (storage) => ({
      due: (query) => storage.due({ ...query, now: instant(query.now + 3_600_000) }),
    }),
  },
  'keeps the lease of an account that was committed': {
    fails: 'due: a lease keeps nobody from committing, and a commit ends it',
    of: (storage) => {
      const leases = new Map<string, number>()
      return {
        async due(query) {
          const ids = await storage.due(query)
          const free = ids.filter((id) => (leases.get(id) ?? 0) <= query.now)
          for (const id of free) if (query.leaseUntil) leases.set(id, query.leaseUntil)
          return free
        },
      }
    },
  },
  'lets only whoever holds a lease commit': {
    fails: 'due: a lease keeps nobody from committing, and a commit ends it',
    of: (storage) => {
      const leased = new Set<string>()
      return {
        async due(query) {
          const ids = await storage.due(query)
          if (query.leaseUntil) for (const id of ids) leased.add(id)
          return ids
        },
        commit: async (change) =>
          leased.has(change.account.id) ? { outcome: 'conflict' } : storage.commit(change),
      }
    },
  },
  'ends a lease before it knows that the change fits': {
    fails: 'due: a change that is refused does not end a lease',
    of: (storage) => {
      const freed = new Set<string>()
      return {
        async due(query) {
          const ids = await storage.due(query)
          const again = [...freed].filter((id) => !ids.includes(id))
          freed.clear()
          return [...ids, ...again]
        },
        async commit(change) {
          const result = await storage.commit(change)
          if (result.outcome === 'conflict') freed.add(change.account.id)
          return result
        },
      }
    },
  },
  'reads what is due, and leases it a moment later': {
    fails: 'due: fifty workers that ask at once never get the same account',
    of: (storage) => ({
      async due({ leaseUntil, ...query }) {
        const ids = await storage.due(query)
        await gap()
        if (leaseUntil) await storage.due({ ...query, leaseUntil })
        return ids
      },
    }),
  },
}
