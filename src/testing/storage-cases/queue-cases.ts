/** What waits, for how long, and who looks after it. */
import type { Cases } from './cases.ts'
import { at, claim, committed, delivery, done, effect, first, justBefore, next } from './build.ts'
import { equal, tally, together } from './expect.ts'

const EMPTY = { depth: 0, oldestAt: null }

export const queueCases: Cases = {
  'an empty storage has nothing waiting': async (storage) => {
    equal(
      await storage.health(at(0)),
      {
        due: EMPTY,
        outbox: EMPTY,
        unknown: EMPTY,
        parkedEffects: 0,
        inbox: EMPTY,
        deadDeliveries: 0,
      },
      'health',
    )
  },

  'health shows the depth and age of every queue': async (storage) => {
    const effects = [
      effect('1', { nextAt: at(4) }),
      effect('2', { nextAt: at(3) }),
      effect('future', { nextAt: at(60) }),
      ...['unknown', 'parked', 'done', 'refused'].map((key) => effect(key)),
    ]
    await committed(storage, first('a', { nextActionAt: at(2), effects }))
    await committed(storage, first('b', { nextActionAt: at(1) }))
    await committed(storage, first('c', { nextActionAt: at(60) }))
    for (const state of ['unknown', 'parked', 'done', 'refused'] as const) {
      await storage.settleEffect(done(state, null, { state, nextAt: at(5) }))
    }
    await storage.park(delivery('1', { nextAt: at(7) }))
    await storage.park(delivery('2', { nextAt: at(6) }))
    await storage.park(delivery('future', { nextAt: at(60) }))
    await storage.park(delivery('dead', { state: 'dead' }))
    equal(
      await storage.health(at(10)),
      {
        due: { depth: 2, oldestAt: at(1) },
        outbox: { depth: 2, oldestAt: at(3) },
        unknown: { depth: 1, oldestAt: at(5) },
        parkedEffects: 1,
        inbox: { depth: 2, oldestAt: at(6) },
        deadDeliveries: 1,
      },
      'health',
    )
  },

  'an account that is leased is still in the queue': async (storage) => {
    await committed(storage, first('a', { nextActionAt: at(1) }))
    await storage.due({ now: at(2), limit: 10, leaseUntil: at(9) })
    equal((await storage.health(at(2))).due, { depth: 1, oldestAt: at(1) }, 'what is due')
  },

  'a named lease is held by one process until it runs out': async (storage) => {
    const lease = (owner: string, now = at(0), name = 'job') =>
      storage.lease({ name, owner, now, until: at(10) })
    equal(await lease('a'), true, 'a free lease')
    equal(await lease('b', justBefore(at(10))), false, 'another process while it is held')
    equal(await lease('b', at(0), 'Job'), true, 'a lease of another name')
    const over = await storage.lease({ name: 'job', owner: 'b', now: at(10), until: at(20) })
    equal(over, true, 'another process when it has run out')
    const back = await storage.lease({ name: 'job', owner: 'a', now: at(11), until: at(21) })
    equal(back, false, 'the first process while the other holds it')
  },

  'a process prolongs its own lease': async (storage) => {
    const lease = (owner: string, now: number, until: number) =>
      storage.lease({ name: 'job', owner, now: at(now), until: at(until) })
    equal(await lease('a', 0, 10), true, 'a free lease')
    equal(await lease('a', 5, 20), true, 'its own lease')
    equal(await lease('b', 15, 30), false, 'another process before the new end')
  },

  'of fifty processes at once one gets a named lease': async (storage) => {
    const answers = await together(50, (n) =>
      storage.lease({ name: 'job', owner: `process ${n}`, now: at(0), until: at(10) }),
    )
    equal(tally(answers.map(String)), { true: 1, false: 49 }, 'answers')
  },

  'bringing the schema up to date again, and twice at once, keeps everything': async (storage) => {
    const account = await committed(storage, first('a', { effects: [effect('e')] }))
    await Promise.all([storage.migrate(), storage.migrate()])
    await storage.migrate()
    equal((await storage.load({ by: { account: 'a' } })).account, account, 'the account')
    const rows = await storage.claimEffects(claim('w', at(0)))
    equal(
      rows.map(({ key }) => key),
      ['e'],
      'effects',
    )
    await committed(storage, next(account))
  },
}
