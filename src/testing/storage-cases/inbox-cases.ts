/** Deliveries that could not be applied yet, or not at all. */
import type { Storage } from '../../storage.ts'
import type { Cases } from './cases.ts'
import { at, claim, committed, delivery, first, justBefore } from './build.ts'
import { equal, together } from './expect.ts'

export const inboxCases: Cases = {
  'a delivery is kept as it was parked': async (storage) => {
    const row = delivery('d', {
      account: 'a',
      request: { headers: { 'x-sign': 'ü' }, body: 'AAEC/w==' },
      attempts: 3,
      nextAt: at(7),
      error: 'unknown customer',
    })
    await storage.park(row)
    equal(await parked(storage), [row], 'parked deliveries')
  },

  'a delivery that is parked again replaces its row': async (storage) => {
    await storage.park(delivery('d'))
    await storage.park(delivery('other'))
    const again = delivery('d', { attempts: 2, nextAt: at(9), error: 'again' })
    await storage.park(again)
    equal(await parked(storage), [again, delivery('other')], 'parked deliveries')
  },

  'a delivery that was given up can be parked again': async (storage) => {
    await storage.park(delivery('d', { state: 'dead', nextAt: null }))
    await storage.park(delivery('d'))
    equal(await parked(storage), [delivery('d')], 'parked deliveries')
    equal((await storage.deliveries({ state: 'dead' }, PAGE)).items, [], 'dead deliveries')
  },

  'a delivery that was applied is never changed': async (storage) => {
    const applied = delivery('d', { state: 'done', account: 'a', nextAt: null })
    await committed(storage, first('a', { delivery: applied }))
    await storage.park(delivery('d', { bodyHash: 'another', error: 'late' }))
    await storage.park(delivery('d', { state: 'dead' }))
    equal((await storage.deliveries({ state: 'done' }, PAGE)).items, [applied], 'applied')
    equal(await parked(storage), [], 'parked deliveries')
    equal(await storage.claimDeliveries(claim('w', at(60))), [], 'deliveries that are claimed')
  },

  'a delivery of the same id at another gateway is kept beside it': async (storage) => {
    await storage.park(delivery('d'))
    await storage.park(delivery('d', { gateway: 'other' }))
    equal((await parked(storage)).length, 2, 'parked deliveries')
  },

  'parked deliveries are claimed from their time on, oldest first': async (storage) => {
    await storage.park(delivery('z', { receivedAt: at(0) }))
    await storage.park(delivery('later', { receivedAt: at(1), nextAt: at(5) }))
    await storage.park(delivery('never', { receivedAt: at(2), nextAt: null }))
    await storage.park(delivery('dead', { receivedAt: at(3), state: 'dead' }))
    await storage.park(delivery('a', { receivedAt: at(4) }))
    const early = await storage.claimDeliveries(claim('w', justBefore(at(5)), { limit: 1 }))
    equal(
      early.map(({ id }) => id),
      ['z'],
      'the first claim, of one',
    )
    const rest = await storage.claimDeliveries(claim('w', at(5)))
    equal(
      rest.map(({ id }) => id),
      ['later', 'a'],
      'the second claim',
    )
  },

  'a claim of deliveries sets the lease and counts the attempt': async (storage) => {
    await storage.park(delivery('d', { attempts: 1 }))
    const row = delivery('d', { attempts: 2, leaseOwner: 'w', leaseUntil: at(10) })
    equal(await storage.claimDeliveries(claim('w', at(0))), [row], 'the claim')
    equal(await parked(storage), [row], 'the row that is kept')
    const early = await storage.claimDeliveries(claim('w2', justBefore(at(10))))
    equal(early, [], 'a claim while the lease runs')
    const taken = await storage.claimDeliveries(claim('w2', at(10)))
    equal(
      taken.map(({ attempts }) => attempts),
      [3],
      'attempts when the lease has run out',
    )
  },

  'a delivery that is parked again without a lease is free again': async (storage) => {
    await storage.park(delivery('d'))
    await storage.claimDeliveries(claim('w', at(0)))
    await storage.park(delivery('d', { attempts: 1, nextAt: at(1) }))
    const rows = await storage.claimDeliveries(claim('w2', at(1)))
    equal(
      rows.map(({ id, attempts }) => [id, attempts]),
      [['d', 2]],
      'the next claim',
    )
  },

  'fifty workers that claim at once never get the same delivery': async (storage) => {
    const ids = Array.from({ length: 60 }, (_, n) => `delivery ${n}`)
    for (const id of ids) await storage.park(delivery(id))
    const rows = await together(50, (n) =>
      storage.claimDeliveries(claim(`worker ${n}`, at(0), { limit: 3 })),
    )
    // What a call passed over because another one was just leasing it is there for the next.
    const rest = await storage.claimDeliveries(claim('the last', at(0), { limit: 60 }))
    const found = [...rows.flat(), ...rest].map(({ id }) => id)
    equal(found.sort(), [...ids].sort(), 'the deliveries that all of them got together')
  },
}

const PAGE = { limit: 10 }

async function parked(storage: Storage) {
  return (await storage.deliveries({ state: 'parked' }, PAGE)).items
}
