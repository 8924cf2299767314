/** Requests of applied deliveries are forgotten; that they were applied is not. */
import type { DeliveryRow, Storage } from '../../storage.ts'
import type { Cases } from './cases.ts'
import { at, committed, delivery, first, next } from './build.ts'
import { equal } from './expect.ts'

export const pruningCases: Cases = {
  'of an applied delivery that is old enough the request is forgotten, and nothing else': async (
    storage,
  ) => {
    const old = applied('old', 4)
    const young = applied('young', 5)
    await committed(storage, first('a', { delivery: old }))
    await storage.park(young)
    equal(await storage.pruneDeliveries({ before: at(5), limit: 10 }), 1, 'how many were pruned')
    const { items } = await storage.deliveries({ state: 'done' }, PAGE)
    equal(items, [{ ...old, request: null }, young], 'applied deliveries')
    equal(
      await storage.pruneDeliveries({ before: at(5), limit: 10 }),
      0,
      'how many the second time',
    )
  },

  'at most so many are pruned at a time, those received first first': async (storage) => {
    for (const [id, minutes] of [['c', 3] as const, ['a', 1] as const, ['b', 2] as const])
      await storage.park(applied(id, minutes))
    equal(await storage.pruneDeliveries({ before: at(9), limit: 2 }), 2, 'how many were pruned')
    equal(await kept(storage), ['c'], 'deliveries with a request')
    equal(await storage.pruneDeliveries({ before: at(9), limit: 2 }), 1, 'how many were left')
    equal(await kept(storage), [], 'deliveries with a request afterwards')
  },

  'what waits or was given up keeps its request': async (storage) => {
    const rows = [delivery('1'), delivery('2', { state: 'dead', nextAt: null })]
    for (const row of rows) await storage.park(row)
    equal(await storage.pruneDeliveries({ before: at(99), limit: 10 }), 0, 'how many were pruned')
    equal((await storage.deliveries({ state: 'parked' }, PAGE)).items, [rows[0]], 'parked ones')
    equal((await storage.deliveries({ state: 'dead' }, PAGE)).items, [rows[1]], 'dead ones')
  },

  'a delivery whose request was forgotten is known again': async (storage) => {
    const account = await committed(storage, first('a', { delivery: applied('d', 1) }))
    await storage.pruneDeliveries({ before: at(9), limit: 10 })
    const again = await storage.commit(next(account, { delivery: applied('d', 1) }))
    equal(again, { outcome: 'duplicate', what: 'delivery' }, 'the same delivery')
    await storage.park(delivery('d'))
    equal(await kept(storage), [], 'deliveries with a request')
    const by = { account: 'a' }
    const { delivery: mark } = await storage.load({ by, delivery: { gateway: 'bank', id: 'd' } })
    equal(mark, { state: 'done', bodyHash: 'hash of d' }, 'its mark')
  },
}

const PAGE = { limit: 100 }

/** A delivery that was applied, received so many minutes after the start. */
function applied(id: string, minutes: number): DeliveryRow {
  return delivery(id, { state: 'done', nextAt: null, receivedAt: at(minutes) })
}

/** Ids of the applied deliveries that still have their request. */
async function kept(storage: Storage): Promise<readonly string[]> {
  const { items } = await storage.deliveries({ state: 'done' }, PAGE)
  return items.filter(({ request }) => request !== null).map(({ id }) => id)
}
