import { instant } from '../../../src/core/index.ts'
import { ALL, type Flaws } from './flaw.ts'

export const pruningFlaws: Flaws = {
  'prunes nothing': {
    fails:
      'pruning: of an applied delivery that is old enough the request is forgotten, and nothing else',
    of: () => ({ pruneDeliveries: async () => 0 }),
  },
  'prunes what was received at the very instant': {
    fails:
      'pruning: of an applied delivery that is old enough the request is forgotten, and nothing else',
    of: (storage) => ({
      pruneDeliveries: ({ before, limit }) =>
        storage.pruneDeliveries({ before: instant(before + 1), limit }),
    }),
  },
  'prunes all at once': {
    fails: 'pruning: at most so many are pruned at a time, those received first first',
    of: (storage) => ({
      pruneDeliveries: ({ before }) => storage.pruneDeliveries({ before, limit: 1000 }),
    }),
  },
  'prunes what a person has still to look at': {
    fails: 'pruning: what waits or was given up keeps its request',
    of: (storage) => ({
      async pruneDeliveries(query) {
        const { items } = await storage.deliveries({ state: 'dead' }, ALL)
        for (const row of items) await storage.park({ ...row, request: null })
        return storage.pruneDeliveries(query)
      },
    }),
  },
  'forgets a delivery with its request': {
    fails: 'pruning: a delivery whose request was forgotten is known again',
    of: (storage) => {
      let pruned = false
      return {
        pruneDeliveries(query) {
          pruned = true
          return storage.pruneDeliveries(query)
        },
        commit: (change) => storage.commit(pruned ? { ...change, delivery: null } : change),
      }
    },
  },
}
