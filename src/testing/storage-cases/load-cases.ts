/** Everything that a decision needs, in one answer. */
import type { Cases } from './cases.ts'
import { at, committed, delivery, first, next, payment } from './build.ts'
import { equal } from './expect.ts'

const NOTHING = { account: null, usage: [], command: null, delivery: null, taken: [], payments: [] }

export const loadCases: Cases = {
  'an account that does not exist is null, with nothing besides': async (storage) => {
    await committed(storage, first('a'))
    equal(await storage.load({ by: { account: 'b' } }), NOTHING, 'what is loaded')
  },

  'an account comes back as it was committed last': async (storage) => {
    const account = await committed(storage, first('a'))
    const after = await committed(storage, next(account))
    const loaded = await storage.load({ by: { account: 'a' } })
    equal(loaded, { ...NOTHING, account: after }, 'what is loaded')
  },

  'the mark of a delivery is found whether or not the account is': async (storage) => {
    await storage.park(delivery('d'))
    const asked = { gateway: 'bank', id: 'd' }
    const mark = { state: 'parked', bodyHash: 'hash of d' }
    const unknown = await storage.load({ by: { account: 'nobody' }, delivery: asked })
    equal(unknown, { ...NOTHING, delivery: mark }, 'what is loaded of an unknown account')
    const unheld = await storage.load({ by: { claims: ['free'] }, delivery: asked })
    equal(unheld, { ...NOTHING, delivery: mark }, 'what is loaded by a free claim')
    const account = await committed(storage, first('a'))
    const known = await storage.load({ by: { account: 'a' }, delivery: asked })
    equal(known, { ...NOTHING, account, delivery: mark }, 'what is loaded of an account')
  },

  'a delivery of another gateway or id has no mark': async (storage) => {
    await storage.park(delivery('d'))
    const by = { account: 'a' }
    const elsewhere = await storage.load({ by, delivery: { gateway: 'other', id: 'd' } })
    equal(elsewhere.delivery, null, 'the mark at another gateway')
    const other = await storage.load({ by, delivery: { gateway: 'bank', id: 'D' } })
    equal(other.delivery, null, 'the mark of another id')
  },

  'a command is found by its key, for its account only': async (storage) => {
    const command = { account: 'a', key: 'k', hash: 'h', effects: ['e1', 'e2'], at: at(4) }
    await committed(storage, first('a', { command }))
    await committed(storage, first('b'))
    const own = await storage.load({ by: { account: 'a' }, command: 'k' })
    equal(own.command, command, 'the command')
    const another = await storage.load({ by: { account: 'b' }, command: 'k' })
    equal(another.command, null, 'the command of another account')
    const unasked = await storage.load({ by: { account: 'a' } })
    equal(unasked.command, null, 'a command that was not asked for')
  },

  'of every feature the counter with the newest window is loaded': async (storage) => {
    await committed(storage, first('a'))
    await committed(storage, first('b'))
    const set = (feature: string, window: number, used: number) =>
      storage.setUsage({ account: 'a', feature, window, used })
    await set('queries', 2000, 5)
    await set('queries', 10_000, 3)
    await set('queries', 900, 7)
    await set('seats', 0, 2)
    await storage.setUsage({ account: 'b', feature: 'queries', window: 90_000, used: 9 })
    const { usage } = await storage.load({ by: { account: 'a' } })
    equal(
      [...usage].sort((a, b) => (a.feature < b.feature ? -1 : 1)),
      [
        { feature: 'queries', window: 10_000, used: 3 },
        { feature: 'seats', window: 0, used: 2 },
      ],
      'counters',
    )
  },

  'old payments are loaded by gateway and id, the account’s own only': async (storage) => {
    const own = payment('p1')
    await committed(storage, first('a', { payments: [own, payment('p2')] }))
    await committed(storage, first('b', { payments: [payment('theirs')] }))
    const { payments } = await storage.load({
      by: { account: 'a' },
      payments: [
        { gateway: 'bank', id: 'p1' },
        { gateway: 'other', id: 'p2' },
        { gateway: 'bank', id: 'theirs' },
        { gateway: 'bank', id: 'unknown' },
      ],
    })
    equal(payments, [own], 'payments')
  },
}
