/** Counters that any number of callers together never take past their limit. */
import type { UsageResult } from '../../storage.ts'
import type { Cases } from './cases.ts'
import { at, committed, first, next, using } from './build.ts'
import { counter } from './counter.ts'
import { equal, tally, together } from './expect.ts'

export const usageCases: Cases = {
  'usage is counted up to the limit and no further': async (storage) => {
    await committed(storage, first('a'))
    const use = (amount: number) => storage.use(using({ amount, limit: 5 }))
    equal(await use(3), { outcome: 'used', used: 3 }, 'three of five')
    equal(await use(3), { outcome: 'limit', used: 3 }, 'three more')
    equal(await use(2), { outcome: 'used', used: 5 }, 'the last two')
    equal(await use(1), { outcome: 'limit', used: 5 }, 'one more')
    equal(await counter(storage), 5, 'the counter')
  },

  'usage without a limit is always counted': async (storage) => {
    await committed(storage, first('a'))
    const amount = 1_000_000_000
    equal(await storage.use(using({ amount })), { outcome: 'used', used: amount }, 'the answer')
    const twice = { outcome: 'used', used: 2 * amount }
    equal(await storage.use(using({ amount })), twice, 'the answer to more')
  },

  'a limit of nothing allows nothing': async (storage) => {
    await committed(storage, first('a'))
    const answer = await storage.use(using({ limit: 0 }))
    equal(answer, { outcome: 'limit', used: 0 }, 'the answer')
  },

  'a counter above a limit that was lowered stays as it is': async (storage) => {
    await committed(storage, first('a'))
    await storage.use(using({ amount: 9 }))
    const answer = await storage.use(using({ limit: 5 }))
    equal(answer, { outcome: 'limit', used: 9 }, 'the answer')
  },

  'of fifty callers at once every one is counted once': async (storage) => {
    await committed(storage, first('a'))
    const answers = await together(50, () => storage.use(using({ limit: 50 })))
    const counts = answers.map((answer) => (answer.outcome === 'used' ? answer.used : 0))
    equal(
      counts.sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, n) => n + 1),
      'what the callers saw on the counter',
    )
  },

  'of two callers at once for the last unit the refused one is told that it is taken': async (
    storage,
  ) => {
    const answers = await together(2, () => storage.use(using({ limit: 1 })))
    equal(tally(answers.map(({ outcome }) => outcome)), { used: 1, limit: 1 }, 'the answers')
    for (const answer of answers) equal('used' in answer && answer.used, 1, 'the count told')
  },

  'of many callers with one and the same request each is counted': async (storage) => {
    const request = using({ limit: 5 })
    const answers = await together(8, () => storage.use(request))
    equal(tally(answers.map(({ outcome }) => outcome)), { used: 5, limit: 3 }, 'the answers')
  },

  'two hundred callers at once take a limit of fifty exactly': async (storage) => {
    await committed(storage, first('a'))
    const answers = await together(200, () => storage.use(using({ limit: 50 })))
    const outcomes = tally(answers.map(({ outcome }) => outcome))
    equal(outcomes, { used: 50, limit: 150 }, 'outcomes')
    equal(await counter(storage), 50, 'the counter')
  },

  'two hundred callers with mixed amounts take a limit of fifty exactly': async (storage) => {
    await committed(storage, first('a'))
    const amounts = Array.from({ length: 200 }, (_, n) => 1 + (n % 3))
    const answers = await together(200, (n) =>
      storage.use(using({ amount: amounts[n] ?? 1, limit: 50 })),
    )
    const granted = answers.map((answer, n) => (answer.outcome === 'used' ? (amounts[n] ?? 0) : 0))
    equal(sum(granted), 50, 'what was granted together')
    equal(await counter(storage), 50, 'the counter')
  },

  'callers that give back at once lose no count': async (storage) => {
    await committed(storage, first('a'))
    await storage.use(using({ amount: 50 }))
    const answers = await together(100, async (n): Promise<UsageResult | null> => {
      if (n % 2 === 0) return storage.use(using({ limit: 200 }))
      await storage.release({ ...GIVEN_BACK, amount: 1 })
      return null
    })
    equal(tally(answers.flatMap((answer) => answer?.outcome ?? [])), { used: 50 }, 'outcomes')
    equal(await counter(storage), 50, 'the counter')
  },

  'usage worked out on an old version is stale and not counted': async (storage) => {
    const account = await committed(storage, first('a'))
    const fresh = await storage.use(using({ version: 1, limit: 5 }))
    equal(fresh, { outcome: 'used', used: 1 }, 'on the version that is stored')
    await committed(storage, next(account))
    equal(await storage.use(using({ version: 1, limit: 5 })), { outcome: 'stale' }, 'on an old one')
    const whatever = await storage.use(using({ version: null, limit: 5 }))
    equal(whatever, { outcome: 'used', used: 2 }, 'on whatever version')
  },

  'a limit of an old version is stale even where it is reached': async (storage) => {
    const account = await committed(storage, first('a'))
    await storage.use(using({ amount: 5 }))
    await committed(storage, next(account))
    const answer = await storage.use(using({ version: 1, limit: 5 }))
    equal(answer, { outcome: 'stale' }, 'the answer')
  },

  'accounts, features and windows are counted apart': async (storage) => {
    await committed(storage, first('a'))
    await committed(storage, first('b'))
    const counters = [
      {},
      { account: 'b' },
      { feature: 'Queries' },
      { window: at(0) },
      { window: at(60) },
    ]
    for (const which of counters) {
      const answer = await storage.use(using({ ...which, limit: 1 }))
      equal(answer, { outcome: 'used', used: 1 }, `the counter ${JSON.stringify(which)}`)
    }
    for (const which of counters) {
      const answer = await storage.use(using({ ...which, limit: 1 }))
      equal(answer, { outcome: 'limit', used: 1 }, `the full counter ${JSON.stringify(which)}`)
    }
  },

  'giving back never goes below zero': async (storage) => {
    await committed(storage, first('a'))
    await storage.use(using({ amount: 5 }))
    equal(await storage.release({ ...GIVEN_BACK, amount: 2 }), { used: 3 }, 'two of five')
    equal(await storage.release({ ...GIVEN_BACK, amount: 9 }), { used: 0 }, 'more than is used')
    equal(await counter(storage), 0, 'the counter')
    const unused = await storage.release({ ...GIVEN_BACK, feature: 'unused', amount: 1 })
    equal(unused, { used: 0 }, 'a counter that nothing was counted on')
    const answer = await storage.use(using({ amount: 5, limit: 5 }))
    equal(answer, { outcome: 'used', used: 5 }, 'usage afterwards')
  },

  'giving back reaches only its own window': async (storage) => {
    await committed(storage, first('a'))
    await storage.use(using({ window: at(0), amount: 3 }))
    await storage.use(using({ window: at(60), amount: 3 }))
    await storage.release({ ...GIVEN_BACK, window: at(0), amount: 2 })
    equal(await counter(storage), 3, 'the newest window')
  },

  'a counter is set to what the app counted': async (storage) => {
    await committed(storage, first('a'))
    const set = (used: number) =>
      storage.setUsage({ account: 'a', feature: 'queries', window: 0, used })
    await set(7)
    equal(await counter(storage), 7, 'a counter that was new')
    await set(2)
    equal(await counter(storage), 2, 'a counter that was set again')
    await set(0)
    equal(await counter(storage), 0, 'a counter that was set to nothing')
    const answer = await storage.use(using({ limit: 1 }))
    equal(answer, { outcome: 'used', used: 1 }, 'usage afterwards')
  },
}

const GIVEN_BACK = { account: 'a', feature: 'queries', window: 0, key: null, at: at(0) }

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
