/** Amounts that are counted ahead, and kept or given back later. */
import type { Storage } from '../../storage.ts'
import type { Cases } from './cases.ts'
import { at, committed, first, justBefore, using } from './build.ts'
import { counter } from './counter.ts'
import { equal, tally, together } from './expect.ts'

export const reservationCases: Cases = {
  'a reservation counts at once': async (storage) => {
    await committed(storage, first('a'))
    equal(await reserve(storage, 'r', 4), { outcome: 'used', used: 4 }, 'the reservation')
    const answer = await storage.use(using({ amount: 2, limit: 5 }))
    equal(answer, { outcome: 'limit', used: 4 }, 'usage beside it')
  },

  'a reservation beyond the limit reserves nothing': async (storage) => {
    await committed(storage, first('a'))
    equal(await reserve(storage, 'r', 6), { outcome: 'limit', used: 0 }, 'the reservation')
    equal(await settle(storage, 'r', 0), false, 'its settlement')
    equal(await storage.expireReservations({ now: at(60), limit: 10 }), 0, 'what ran out')
  },

  'a reservation keeps what was used and gives the rest back': async (storage) => {
    await committed(storage, first('a'))
    await reserve(storage, 'part', 4)
    equal(await settle(storage, 'part', 1), true, 'keeping one of four')
    equal(await counter(storage), 1, 'the counter')
    await reserve(storage, 'all', 2)
    equal(await settle(storage, 'all', 2), true, 'keeping all')
    equal(await counter(storage), 3, 'the counter after all was kept')
    await reserve(storage, 'nothing', 2)
    equal(await settle(storage, 'nothing', 0), true, 'keeping nothing')
    equal(await counter(storage), 3, 'the counter after nothing was kept')
  },

  'a reservation is settled once': async (storage) => {
    await committed(storage, first('a'))
    await reserve(storage, 'r', 4)
    equal(await settle(storage, 'r', 1), true, 'the first settlement')
    equal(await settle(storage, 'r', 0), false, 'the second settlement')
    equal(await counter(storage), 1, 'the counter')
    equal(await storage.expireReservations({ now: at(60), limit: 10 }), 0, 'what ran out later')
    equal(await counter(storage), 1, 'the counter later')
  },

  'of twenty settlements at once exactly one counts': async (storage) => {
    await committed(storage, first('a'))
    await reserve(storage, 'r', 5)
    const answers = await together(20, () => settle(storage, 'r', 2))
    equal(tally(answers.map(String)), { true: 1, false: 19 }, 'answers')
    equal(await counter(storage), 2, 'the counter')
  },

  'a reservation belongs to its account': async (storage) => {
    await committed(storage, first('a'))
    await committed(storage, first('b'))
    await reserve(storage, 'r', 4)
    const now = at(1)
    const theirs = await storage.settleReservation({ account: 'b', id: 'r', amount: 0, now })
    equal(theirs, false, 'a settlement by another account')
    equal(await settle(storage, 'unknown', 0), false, 'a settlement of nothing')
    equal(await counter(storage), 4, 'the counter')
  },

  'a reservation that ran out is not settled any more': async (storage) => {
    await committed(storage, first('a'))
    await reserve(storage, 'early', 1)
    await reserve(storage, 'late', 1)
    equal(await settle(storage, 'early', 1, justBefore(at(10))), true, 'just before it runs out')
    equal(await settle(storage, 'late', 1, at(10)), false, 'when it runs out')
    await storage.expireReservations({ now: at(10), limit: 10 })
    equal(await settle(storage, 'late', 1, at(10)), false, 'after it was given back')
    equal(await counter(storage), 1, 'the counter')
  },

  'reservations that ran out are given back, at most so many at a time': async (storage) => {
    await committed(storage, first('a'))
    for (const id of ['1', '2', '3']) await reserve(storage, id, 1)
    const early = await storage.expireReservations({ now: justBefore(at(10)), limit: 10 })
    equal(early, 0, 'what ran out before the time')
    equal(await storage.expireReservations({ now: at(10), limit: 2 }), 2, 'the first two')
    equal(await counter(storage), 1, 'the counter after the first two')
    equal(await storage.expireReservations({ now: at(10), limit: 2 }), 1, 'the third')
    equal(await storage.expireReservations({ now: at(10), limit: 2 }), 0, 'nothing is left')
    equal(await counter(storage), 0, 'the counter')
  },

  'reservations that ran out are given back once, however many look': async (storage) => {
    await committed(storage, first('a'))
    await storage.use(using({ amount: 20 }))
    for (let n = 0; n < 10; n += 1) {
      const reservation = { id: `r${n}`, expiresAt: at(10) }
      await storage.use(using({ amount: 2, reservation }))
    }
    const counts = await together(8, () => storage.expireReservations({ now: at(10), limit: 100 }))
    equal(
      counts.reduce((total, count) => total + count, 0),
      10,
      'reservations that were given back together',
    )
    equal(await counter(storage), 20, 'the counter')
  },

  'a reservation gives back to the window in which it was made': async (storage) => {
    await committed(storage, first('a'))
    const reservation = { id: 'r', expiresAt: at(10) }
    await storage.use(using({ amount: 3, window: at(0), reservation }))
    await storage.use(using({ amount: 5, window: at(60) }))
    equal(await settle(storage, 'r', 1), true, 'the settlement')
    equal(await counter(storage), 5, 'the newest window')
    const old = await storage.use(using({ window: at(0), limit: 1 }))
    equal(old, { outcome: 'limit', used: 1 }, 'the window of the reservation')
  },

  'a reservation never takes a counter below zero': async (storage) => {
    await committed(storage, first('a'))
    await reserve(storage, 'settled', 2)
    await reserve(storage, 'left', 2)
    await storage.setUsage({ account: 'a', feature: 'queries', window: 0, used: 1 })
    equal(await settle(storage, 'settled', 0), true, 'the settlement')
    equal(await counter(storage), 0, 'the counter')
    await storage.expireReservations({ now: at(10), limit: 10 })
    equal(await counter(storage), 0, 'the counter after the rest ran out')
  },
}

/** Reserves of a limit of five, until the minute 10. */
function reserve(storage: Storage, id: string, amount: number) {
  return storage.use(using({ amount, limit: 5, reservation: { id, expiresAt: at(10) } }))
}

function settle(storage: Storage, id: string, amount: number, now = at(1)) {
  return storage.settleReservation({ account: 'a', id, amount, now })
}
