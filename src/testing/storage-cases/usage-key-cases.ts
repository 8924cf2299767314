/** Usage that is told twice is counted once. */
import type { Cases } from './cases.ts'
import { at, committed, first, using } from './build.ts'
import { counter } from './counter.ts'
import { equal, tally, together } from './expect.ts'

export const usageKeyCases: Cases = {
  'usage under one key is counted once': async (storage) => {
    await committed(storage, first('a'))
    const use = () => storage.use(using({ key: 'k', amount: 2, limit: 5 }))
    equal(await use(), { outcome: 'used', used: 2 }, 'the first call')
    equal(await use(), { outcome: 'repeated', used: 2 }, 'the second call')
    await storage.use(using({ key: 'k2', amount: 3, limit: 5 }))
    equal(await use(), { outcome: 'repeated', used: 5 }, 'the call when the limit is reached')
  },

  'usage under one key from twenty callers at once is counted once': async (storage) => {
    await committed(storage, first('a'))
    const answers = await together(20, () => storage.use(using({ key: 'k', limit: 50 })))
    const outcomes = tally(answers.map(({ outcome }) => outcome))
    equal(outcomes, { used: 1, repeated: 19 }, 'outcomes')
    const { usage } = await storage.load({ by: { account: 'a' } })
    equal(usage, [{ feature: 'queries', window: 0, used: 1 }], 'the counter')
  },

  'of many keys at once those that are known change nothing, the others count': async (storage) => {
    await committed(storage, first('a'))
    const use = (n: number) => storage.use(using({ key: `k${n}`, limit: 15 }))
    for (const n of [0, 4, 8, 12, 16]) await use(n)
    await storage.use(using({ key: 'k19', amount: 2, limit: 15 }))
    const answers = await together(20, use)
    const outcomes = answers.map(({ outcome }) => outcome)
    equal(tally(outcomes), { repeated: 5, mismatch: 1, used: 8, limit: 6 }, 'outcomes')
    equal(await counter(storage), 15, 'the counter')
    const again = await together(20, use)
    const after = outcomes.map((outcome) => (outcome === 'used' ? 'repeated' : outcome))
    equal(
      again.map(({ outcome }) => outcome),
      after,
      'the same keys again',
    )
    equal(await counter(storage), 15, 'the counter afterwards')
  },

  'a key that was used for another amount or feature is a mismatch': async (storage) => {
    await committed(storage, first('a'))
    await storage.use(using({ key: 'k', amount: 2 }))
    const amount = await storage.use(using({ key: 'k', amount: 3 }))
    equal(amount, { outcome: 'mismatch' }, 'another amount')
    const feature = await storage.use(using({ key: 'k', amount: 2, feature: 'seats' }))
    equal(feature, { outcome: 'mismatch' }, 'another feature')
    const { usage } = await storage.load({ by: { account: 'a' } })
    equal(usage, [{ feature: 'queries', window: 0, used: 2 }], 'the counters')
  },

  'a key belongs to its account': async (storage) => {
    await committed(storage, first('a'))
    await committed(storage, first('b'))
    await storage.use(using({ key: 'k', amount: 2 }))
    const answer = await storage.use(using({ account: 'b', key: 'k', amount: 3 }))
    equal(answer, { outcome: 'used', used: 3 }, 'the same key of another account')
  },

  'a key whose usage was refused is still free': async (storage) => {
    await committed(storage, first('a'))
    await storage.use(using({ amount: 5 }))
    const full = await storage.use(using({ key: 'k', limit: 5 }))
    equal(full, { outcome: 'limit', used: 5 }, 'at the limit')
    equal(await storage.use(using({ key: 'k', version: 9 })), { outcome: 'stale' }, 'on no version')
    const room = await storage.use(using({ key: 'k', limit: 6 }))
    equal(room, { outcome: 'used', used: 6 }, 'with room again')
  },

  'giving back under one key counts once': async (storage) => {
    await committed(storage, first('a'))
    await committed(storage, first('b'))
    await storage.use(using({ amount: 9 }))
    await storage.use(using({ account: 'b', amount: 9 }))
    const back = { feature: 'queries', window: 0, amount: 2, key: 'r', at: at(0) }
    equal(await storage.release({ account: 'a', ...back }), { used: 7 }, 'the first call')
    equal(await storage.release({ account: 'a', ...back }), { used: 7 }, 'the second call')
    equal(await storage.release({ account: 'b', ...back }), { used: 7 }, 'another account')
    await together(20, () => storage.release({ account: 'a', ...back, key: 'r2' }))
    equal(await storage.release({ account: 'a', ...back, key: 'r2' }), { used: 5 }, 'at once')
  },
}
