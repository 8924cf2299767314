import type { Settlement, Storage } from '../../../src/storage.ts'
import { type Flaws, gap, versionOf } from './flaw.ts'

export const commitFlaws: Flaws = {
  'overwrites whatever version is stored': {
    fails: 'commit: of two changes on one version exactly one is committed',
    of: (storage) => ({
      commit: async (change) =>
        storage.commit({ ...change, version: await versionOf(storage, change) }),
    }),
  },
  'reads the version, and writes a moment later': {
    fails: 'commit: of twenty changes on one version at once exactly one is committed',
    of: (storage) => ({
      async commit(change) {
        const stored = await versionOf(storage, change)
        if (stored !== change.version) return { outcome: 'conflict' }
        await gap()
        return storage.commit({ ...change, version: await versionOf(storage, change) })
      },
    }),
  },
  'takes an account that does not exist for one of any version': {
    fails: 'commit: an account that does not exist has no second change',
    of: (storage) => ({
      async commit(change) {
        const missing = (await versionOf(storage, change)) === 0
        return storage.commit(missing ? { ...change, version: 0 } : change)
      },
    }),
  },
  'forgets applied deliveries': {
    fails: 'commit: a delivery that was applied is a duplicate',
    of: (storage) => ({ commit: (change) => storage.commit({ ...change, delivery: null }) }),
  },
  'takes a parked delivery for an applied one': {
    fails: 'commit: a delivery that was parked or given up can be applied',
    of: (storage) => ({
      async commit(change) {
        const { delivery } = await storage.load({
          by: { account: change.account.id },
          ...(change.delivery ? { delivery: change.delivery } : {}),
        })
        return delivery ? { outcome: 'duplicate', what: 'delivery' } : storage.commit(change)
      },
    }),
  },
  'knows a delivery by its id, whatever the gateway': {
    fails: 'commit: a delivery of the same id at another gateway is another delivery',
    of: (storage) => ({
      commit: ({ delivery, ...change }) =>
        storage.commit({ ...change, delivery: delivery && { ...delivery, gateway: 'bank' } }),
    }),
  },
  'forgets command keys': {
    fails: 'commit: a command key that was used is a duplicate',
    of: (storage) => ({ commit: (change) => storage.commit({ ...change, command: null }) }),
  },
  'looks at the version before it looks for duplicates': {
    fails: 'commit: a duplicate is answered before a conflict and a taken claim',
    of: (storage) => ({
      async commit(change) {
        const stored = await versionOf(storage, change)
        return stored === change.version ? storage.commit(change) : { outcome: 'conflict' }
      },
    }),
  },
  'looks at claims before it looks at the version': {
    fails: 'commit: a conflict is answered before a taken claim',
    of: (storage) => ({
      async commit(change) {
        const { id } = change.account
        const { taken } = await storage.load({ by: { account: id }, taken: change.claims })
        const [claim] = taken
        return claim === undefined ? storage.commit(change) : { outcome: 'taken', claim }
      },
    }),
  },
  'refuses a change that says nothing new': {
    fails: 'commit: a change without an event is committed and keeps the version',
    of: (storage) => ({
      commit: async (change) =>
        change.events.length === 0 ? { outcome: 'conflict' } : storage.commit(change),
    }),
  },
  'marks the delivery before it knows that the change fits': {
    fails: 'all or nothing: a change on an old version leaves nothing behind',
    of: (storage) => ({
      async commit(change) {
        const result = await storage.commit(change)
        if (result.outcome === 'conflict' && change.delivery) await storage.park(change.delivery)
        return result
      },
    }),
  },
  'writes the rest although a claim is taken': {
    fails: 'all or nothing: a change with a taken claim leaves nothing behind',
    of: (storage) => ({
      async commit(change) {
        const result = await storage.commit(change)
        if (result.outcome === 'taken') await storage.commit({ ...change, claims: [] })
        return result
      },
    }),
  },
  'settles the effects of a duplicate': {
    fails: 'all or nothing: a change with an applied delivery leaves nothing behind',
    of: (storage) => ({
      async commit(change) {
        const result = await storage.commit(change)
        if (result.outcome === 'duplicate') await settleAll(storage, change.settled)
        return result
      },
    }),
  },
  'writes the audit of a command that was repeated': {
    fails: 'all or nothing: a change with a used command key leaves nothing behind',
    of: (storage) => ({
      async commit(change) {
        const result = await storage.commit(change)
        if (result.outcome === 'duplicate') await storage.commit({ ...change, command: null })
        return result
      },
    }),
  },
  'lets one account wait for another': {
    fails: 'commit: changes of different accounts do not stand against each other',
    of: (storage) => {
      let busy = false
      return {
        async commit(change) {
          if (busy) return { outcome: 'conflict' }
          busy = true
          await gap()
          busy = false
          return storage.commit(change)
        },
      }
    },
  },
  'knows a command key whatever the account': {
    fails: 'commit: a command key belongs to its account',
    of: (storage) => {
      const keys = new Set<string>()
      return {
        async commit(change) {
          const key = change.command?.key
          if (key !== undefined && keys.has(key)) return { outcome: 'duplicate', what: 'command' }
          if (key !== undefined) keys.add(key)
          return storage.commit(change)
        },
      }
    },
  },
  'looks for the command key, and writes a moment later': {
    fails: 'commit: a command that ten callers repeat at once is committed once',
    of: (storage) => ({
      async commit(change) {
        const by = { account: change.account.id }
        const command = change.command?.key
        const loaded = await storage.load({ by, ...(command ? { command } : {}) })
        if (loaded.command) return { outcome: 'duplicate', what: 'command' }
        await gap()
        const version = await versionOf(storage, change)
        return storage.commit({ ...change, version, command: null })
      },
    }),
  },
}

async function settleAll(storage: Storage, settlements: readonly Settlement[]): Promise<void> {
  for (const settlement of settlements) await storage.settleEffect(settlement)
}
