import { instant } from '../../../src/core/index.ts'
import { counterOf, type Flaws, gap } from './flaw.ts'

export const usageFlaws: Flaws = {
  'reads the counter, and writes it a moment later': {
    fails: 'usage: two hundred callers at once take a limit of fifty exactly',
    of: (storage) => ({
      async use(request) {
        const before = await counterOf(storage, request)
        await gap()
        const used = before + request.amount
        if (request.limit !== null && used > request.limit)
          return { outcome: 'limit', used: before }
        await storage.setUsage({ ...request, used })
        return { outcome: 'used', used }
      },
    }),
  },
  'checks the limit, and adds a moment later': {
    fails: 'usage: two hundred callers with mixed amounts take a limit of fifty exactly',
    of: (storage) => ({
      async use(request) {
        const used = await counterOf(storage, request)
        const { amount, limit } = request
        if (limit !== null && used + amount > limit) return { outcome: 'limit', used }
        await gap()
        return storage.use({ ...request, limit: null })
      },
    }),
  },
  'grants the part that fits': {
    fails: 'usage: usage is counted up to the limit and no further',
    of: (storage) => ({
      async use(request) {
        const result = await storage.use(request)
        if (result.outcome !== 'limit' || request.limit === null) return result
        const room = request.limit - result.used
        return room > 0 ? storage.use({ ...request, amount: room }) : result
      },
    }),
  },
  'counts whatever the version': {
    fails: 'usage: usage worked out on an old version is stale and not counted',
    of: (storage) => ({ use: (request) => storage.use({ ...request, version: null }) }),
  },
  'counts without looking at the key': {
    fails: 'usage keys: usage under one key is counted once',
    of: (storage) => ({ use: (request) => storage.use({ ...request, key: null }) }),
  },
  'takes one key for another amount as another use': {
    fails: 'usage keys: a key that was used for another amount or feature is a mismatch',
    of: (storage) => ({
      use: (request) =>
        storage.use({
          ...request,
          key: request.key && `${request.key}/${request.feature}/${request.amount}`,
        }),
    }),
  },
  'knows a key whatever the account': {
    fails: 'usage keys: a key belongs to its account',
    of: (storage) => {
      const keys = new Map<string, string>()
      return {
        async use(request) {
          const { key, account } = request
          if (key !== null && (keys.get(key) ?? account) !== account) return { outcome: 'mismatch' }
          if (key !== null) keys.set(key, account)
          return storage.use(request)
        },
      }
    },
  },
  'uses a key up although nothing was counted': {
    fails: 'usage keys: a key whose usage was refused is still free',
    of: (storage) => {
      const refused = new Set<string>()
      return {
        async use(request) {
          if (refused.has(`${request.key}`)) return { outcome: 'mismatch' }
          const result = await storage.use(request)
          if (result.outcome === 'limit' && request.key) refused.add(request.key)
          return result
        },
      }
    },
  },
  'gives back again under the same key': {
    fails: 'usage keys: giving back under one key counts once',
    of: (storage) => ({ release: (request) => storage.release({ ...request, key: null }) }),
  },
  'gives back below zero': {
    fails: 'usage: giving back never goes below zero',
    of: (storage) => ({
      async release(request) {
        const used = (await counterOf(storage, request)) - request.amount
        await storage.setUsage({ ...request, used })
        return { used }
      },
    }),
  },
  'counts all windows together': {
    fails: 'usage: accounts, features and windows are counted apart',
    of: (storage) => ({ use: (request) => storage.use({ ...request, window: 0 }) }),
  },
  'adds to a counter that is set': {
    fails: 'usage: a counter is set to what the app counted',
    of: (storage) => ({
      async setUsage(request) {
        const before = await counterOf(storage, request)
        await storage.setUsage({ ...request, used: before + request.used })
      },
    }),
  },
  'shows the oldest window': {
    fails: 'load: of every feature the counter with the newest window is loaded',
    of: (storage) => {
      const windows: number[] = []
      return {
        setUsage: async (request) => {
          windows.push(request.window)
          await storage.setUsage(request)
        },
        async load(query) {
          const loaded = await storage.load(query)
          const window = Math.min(...windows)
          return { ...loaded, usage: loaded.usage.map((row) => ({ ...row, window })) }
        },
      }
    },
  },
  'settles a reservation that ran out': {
    fails: 'reservations: a reservation that ran out is not settled any more',
    of: (storage) => ({
      settleReservation: (request) => storage.settleReservation({ ...request, now: instant(0) }),
    }),
  },
  'keeps all of a reservation': {
    fails: 'reservations: a reservation keeps what was used and gives the rest back',
    of: (storage) => ({
      settleReservation: (request) => storage.settleReservation({ ...request, amount: 1000 }),
    }),
  },
  'settles a reservation as often as it is asked to': {
    fails: 'reservations: of twenty settlements at once exactly one counts',
    of: (storage) => ({
      async settleReservation(request) {
        await storage.settleReservation(request)
        return true
      },
    }),
  },
  'never gives back what ran out': {
    fails: 'reservations: reservations that ran out are given back, at most so many at a time',
    of: () => ({ expireReservations: async () => 0 }),
  },
  'gives back what runs out a moment later': {
    fails: 'reservations: reservations that ran out are given back, at most so many at a time',
    of: (storage) => ({
      expireReservations: (query) =>
        storage.expireReservations({ ...query, now: instant(query.now + 1) }),
    }),
  },
  'takes no limit for a high one': {
    fails: 'usage: usage without a limit is always counted',
    of: (storage) => ({
      use: (request) => storage.use({ ...request, limit: request.limit ?? 2 ** 30 }),
    }),
  },
  'takes a limit of nothing for none': {
    fails: 'usage: a limit of nothing allows nothing',
    of: (storage) => ({
      use: (request) => storage.use({ ...request, limit: request.limit || null }),
    }),
  },
  'shows no more than the limit as used': {
    fails: 'usage: a counter above a limit that was lowered stays as it is',
    of: (storage) => ({
      async use(request) {
        const result = await storage.use(request)
        if (result.outcome !== 'limit') return result
        return { outcome: 'limit', used: Math.min(result.used, request.limit ?? result.used) }
      },
    }),
  },
}
