import type { DeliveryRow } from '../../../src/storage.ts'
import { instant } from '../../../src/core/index.ts'
import { ALL, type Flaws, gap } from './flaw.ts'

export const queueFlaws: Flaws = {
  'leases nothing': {
    fails: 'outbox: a lease keeps others out until its last instant',
    of: (storage) => ({
      async claimEffects({ limit }) {
        return (await storage.effects({ state: 'waiting' }, { limit })).items
      },
    }),
  },
  'reads what is free, and leases it a moment later': {
    fails: 'outbox: fifty workers that claim at once never get the same effect',
    of: (storage) => ({
      async claimEffects(query) {
        const { items } = await storage.effects({ state: 'waiting' }, ALL)
        const free = items.filter(({ leaseOwner }) => leaseOwner === null).slice(0, query.limit)
        await gap()
        await storage.claimEffects({ ...query, keys: free.map(({ key }) => key) })
        return free
      },
    }),
  },
  'ends a lease an instant late': {
    fails: 'outbox: a lease keeps others out until its last instant',
    of: (storage) => ({
      claimEffects: (query) => storage.claimEffects({ ...query, now: instant(query.now - 1) }),
    }),
  },
  'claims more than was asked for': {
    fails: 'outbox: a claim takes at most its limit, oldest first',
    of: (storage) => ({
      claimEffects: (query) => storage.claimEffects({ ...query, limit: query.limit + 1 }),
    }),
  },
  'claims by key whatever the keys': {
    fails: 'outbox: a claim by keys takes those only, whatever their time',
    of: (storage) => ({ claimEffects: ({ keys: _, ...query }) => storage.claimEffects(query) }),
  },
  'shows an effect as sent by the claim itself': {
    fails: 'outbox: a claim shows the attempt that it counts and whether one was sent before it',
    of: (storage) => ({
      async claimEffects(query) {
        return (await storage.claimEffects(query)).map((row) => ({ ...row, sent: true }))
      },
    }),
  },
  'orders effects by key': {
    fails: 'outbox: effects come out in the order in which they were committed',
    of: (storage) => ({
      async claimEffects(query) {
        const rows = await storage.claimEffects(query)
        return [...rows].sort((a, b) => (a.key < b.key ? -1 : 1))
      },
    }),
  },
  'lets anybody settle': {
    fails: 'outbox: a worker that lost its lease settles nothing',
    of: (storage) => ({
      settleEffect: (settlement) => storage.settleEffect({ ...settlement, owner: null }),
    }),
  },
  'undoes a change because a lease was lost': {
    fails: 'outbox: a lost lease does not undo the rest of a change',
    of: (storage) => ({
      async commit(change) {
        for (const { key, owner } of change.settled) {
          const row = await storage.effect(key)
          if (owner !== null && row?.leaseOwner !== owner) return { outcome: 'conflict' }
        }
        return storage.commit(change)
      },
    }),
  },
  'asks again for what was asked before': {
    fails: 'outbox: an effect that was asked before is left as it is',
    of: (storage) => ({
      async commit(change) {
        const result = await storage.commit(change)
        for (const { effect, nextAt } of change.effects) {
          const answers = { answer: null, error: null, sent: false, nextAt }
          const row = await storage.effect(effect.key)
          if (row?.state !== 'done') continue
          await storage.settleEffect({ key: row.key, owner: null, state: 'waiting', ...answers })
        }
        return result
      },
    }),
  },
  'does not lease from the start': {
    fails: 'outbox: an effect is leased from the start by whoever commits it so',
    of: (storage) => ({
      commit: (change) =>
        storage.commit({
          ...change,
          effects: change.effects.map((effect) => ({ ...effect, lease: null })),
        }),
    }),
  },
  'changes a delivery that was applied': {
    fails: 'inbox: a delivery that was applied is never changed',
    of: (storage) => {
      const parked = new Map<string, DeliveryRow>()
      return {
        park: async (row) => {
          parked.set(row.id, row)
          await storage.park(row)
        },
        async deliveries(filter, page) {
          const { items, next } = await storage.deliveries(filter, page)
          return { items: items.map((row) => parked.get(row.id) ?? row), next }
        },
      }
    },
  },
  'keeps a parked delivery leased': {
    fails: 'inbox: a delivery that is parked again without a lease is free again',
    of: (storage) => ({
      async park(row) {
        const { items } = await storage.deliveries({ state: 'parked' }, ALL)
        const before = items.find(({ id, gateway }) => id === row.id && gateway === row.gateway)
        const { leaseOwner = null, leaseUntil = null } = before ?? {}
        await storage.park({ ...row, leaseOwner, leaseUntil })
      },
    }),
  },
  'reads free deliveries, and leases them a moment later': {
    fails: 'inbox: fifty workers that claim at once never get the same delivery',
    of: (storage) => ({
      async claimDeliveries(query) {
        const { items } = await storage.deliveries({ state: 'parked' }, ALL)
        const free = items.filter(({ leaseOwner }) => leaseOwner === null).slice(0, query.limit)
        await gap()
        await storage.claimDeliveries(query)
        return free
      },
    }),
  },
  'gives a named lease to everybody': {
    fails: 'queues: a named lease is held by one process until it runs out',
    of: () => ({ lease: async () => true }),
  },
  'does not let a process prolong its lease': {
    fails: 'queues: a process prolongs its own lease',
    of: (storage) => {
      let requests = 0
      const once = () => `${requests++}`
      return { lease: (request) => storage.lease({ ...request, owner: once() }) }
    },
  },
  'dates a queue where nothing waits': {
    fails: 'queues: an empty storage has nothing waiting',
    of: (storage) => ({
      async health(now) {
        const health = await storage.health(now)
        return { ...health, outbox: { ...health.outbox, oldestAt: health.outbox.oldestAt ?? now } }
      },
    }),
  },
  'counts a leased account as done': {
    fails: 'queues: an account that is leased is still in the queue',
    of: (storage) => ({
      async health(now) {
        const [free] = await storage.due({ now, limit: 1 })
        const health = await storage.health(now)
        return free ? health : { ...health, due: { depth: 0, oldestAt: null } }
      },
    }),
  },
  'counts what is not due yet': {
    fails: 'queues: health shows the depth and age of every queue',
    of: (storage) => ({ health: (now) => storage.health(instant(now + 60 * 60_000)) }),
  },
  'finds effects whatever the case of their key': {
    fails: 'outbox: an effect that does not exist is null',
    of: (storage) => ({ effect: (key) => storage.effect(key.toLowerCase()) }),
  },
  'forgets why a delivery was parked': {
    fails: 'inbox: a delivery is kept as it was parked',
    of: (storage) => ({ park: (row) => storage.park({ ...row, error: null }) }),
  },
  'keeps the first row of a parked delivery': {
    fails: 'inbox: a delivery that is parked again replaces its row',
    of: (storage) => ({
      async park(row) {
        const { delivery } = await storage.load({ by: { claims: [] }, delivery: row })
        if (delivery?.state !== 'parked') await storage.park(row)
      },
    }),
  },
  'never takes up a delivery that was given up': {
    fails: 'inbox: a delivery that was given up can be parked again',
    of: (storage) => ({
      async park(row) {
        const { delivery } = await storage.load({ by: { claims: [] }, delivery: row })
        if (delivery?.state !== 'dead') await storage.park(row)
      },
    }),
  },
  'parks a delivery by its id, whatever the gateway': {
    fails: 'inbox: a delivery of the same id at another gateway is kept beside it',
    of: (storage) => ({ park: (row) => storage.park({ ...row, gateway: 'bank' }) }),
  },
}
