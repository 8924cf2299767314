/** Effects: leased by one worker at a time, settled by the one that holds the lease. */
import type { NewEffect, Storage } from '../../storage.ts'
import type { Cases } from './cases.ts'
import { at, claim, committed, done, effect, effectRow, first, justBefore, next } from './build.ts'
import { equal, together } from './expect.ts'

export const outboxCases: Cases = {
  'effects come out in the order in which they were committed': async (storage) => {
    const keys = ['z', 'm', 'a', 'Z', 'b']
    const account = await opened(
      storage,
      keys.slice(0, 3).map((key) => effect(key)),
    )
    await committed(storage, next(account, { effects: keys.slice(3).map((key) => effect(key)) }))
    equal(await claimed(storage, 'w', 0), keys, 'the effects that are claimed')
  },

  'a claim takes at most its limit, oldest first': async (storage) => {
    await opened(
      storage,
      ['1', '2', '3'].map((key) => effect(key)),
    )
    const query = claim('w', at(0), { limit: 2 })
    equal(
      (await storage.claimEffects(query)).map(({ key }) => key),
      ['1', '2'],
      'the first claim',
    )
    equal(
      (await storage.claimEffects(query)).map(({ key }) => key),
      ['3'],
      'the second claim',
    )
    equal(await storage.claimEffects(query), [], 'the third claim')
  },

  'fifty workers that claim at once never get the same effect': async (storage) => {
    const keys = Array.from({ length: 60 }, (_, n) => `effect ${n}`)
    await opened(
      storage,
      keys.map((key) => effect(key)),
    )
    const rows = await together(50, (n) =>
      storage.claimEffects(claim(`worker ${n}`, at(0), { limit: 3 })),
    )
    // What a call passed over because another one was just leasing it is there for the next.
    const rest = await storage.claimEffects(claim('the last', at(0), { limit: 60 }))
    const found = [...rows.flat(), ...rest].map(({ key }) => key)
    equal(found.sort(), [...keys].sort(), 'the effects that all of them got together')
  },

  'an effect is claimed from its time on, not before': async (storage) => {
    const effects = [effect('e', { nextAt: at(5) })]
    await committed(storage, first('a', { at: at(1), effects }))
    const row = effectRow('e', { nextAt: at(5), createdAt: at(1) })
    equal(await storage.effect('e'), row, 'the row before')
    equal(await storage.claimEffects(claim('w', justBefore(at(5)))), [], 'claimed before')
    equal(await claimed(storage, 'w', 5), ['e'], 'claimed at its time')
  },

  'a claim shows the attempt that it counts and whether one was sent before it': async (
    storage,
  ) => {
    await opened(storage, [effect('e')])
    const leased = { leaseOwner: 'w', leaseUntil: at(10) }
    const answer = await storage.claimEffects(claim('w', at(0)))
    equal(answer, [effectRow('e', { attempts: 1, sent: false, ...leased })], 'the first claim')
    const stored = await storage.effect('e')
    equal(stored, effectRow('e', { attempts: 1, sent: true, ...leased }), 'the row that is kept')
    const again = await storage.claimEffects(claim('w2', at(10)))
    const taken = { leaseOwner: 'w2', leaseUntil: at(20) }
    equal(again, [effectRow('e', { attempts: 2, sent: true, ...taken })], 'the second claim')
  },

  'a lease keeps others out until its last instant': async (storage) => {
    await opened(storage, [effect('e')])
    equal(await claimed(storage, 'w', 0), ['e'], 'the first claim')
    const late = await storage.claimEffects(claim('w2', justBefore(at(10))))
    equal(late, [], 'a claim while the lease runs')
    equal(await claimed(storage, 'w2', 10), ['e'], 'a claim when it has run out')
  },

  'a worker that lost its lease settles nothing': async (storage) => {
    await opened(storage, [effect('e')])
    await claimed(storage, 'zombie', 0)
    await claimed(storage, 'w', 10)
    const before = await storage.effect('e')
    equal(await storage.settleEffect(done('e', 'zombie')), false, 'the late settlement')
    equal(await storage.effect('e'), before, 'the row after it')
    equal(await storage.settleEffect(done('e', 'w')), true, 'the settlement of the new worker')
  },

  'a lease that ran out and that nobody took is still its owner’s': async (storage) => {
    await opened(storage, [effect('e')])
    await claimed(storage, 'w', 0)
    equal(await storage.claimEffects(claim('w2', at(5))), [], 'a claim while the lease runs')
    equal(await storage.settleEffect(done('e', 'w')), true, 'the settlement')
  },

  'a worker settles only what it leased': async (storage) => {
    await opened(storage, [effect('e')])
    equal(await storage.settleEffect(done('e', 'w')), false, 'an effect that nobody leased')
    equal(await storage.settleEffect(done('unknown', 'w')), false, 'an effect that does not exist')
    equal(await storage.effect('e'), effectRow('e'), 'the row afterwards')
  },

  'an operator’s settlement counts whoever holds the lease, and ends it': async (storage) => {
    await opened(storage, [effect('e'), effect('free')])
    await storage.claimEffects(claim('w', at(0), { keys: ['e'] }))
    equal(await storage.settleEffect(done('e', null)), true, 'the operator about a leased effect')
    equal(await storage.settleEffect(done('free', null)), true, 'the operator about a free effect')
    equal(await storage.settleEffect(done('e', 'w', { error: 'late' })), false, 'the worker later')
    const row = await storage.effect('e')
    equal([row?.state, row?.error, row?.leaseOwner], ['done', null, null], 'the row afterwards')
  },

  'everything that a settlement says is kept, and the lease is over': async (storage) => {
    await opened(storage, [effect('e')])
    await claimed(storage, 'w', 0)
    const outcome = {
      state: 'unknown' as const,
      sent: false,
      nextAt: at(3),
      answer: { url: 'https://pay.example/1', accessCode: null },
      error: { code: 'timeout', status: 504 },
    }
    equal(await storage.settleEffect(done('e', 'w', outcome)), true, 'the settlement')
    equal(await storage.effect('e'), effectRow('e', { ...outcome, attempts: 1 }), 'the row')
    equal(await storage.settleEffect(done('e', 'w')), false, 'a second settlement of one lease')
    const again = await storage.claimEffects(claim('w2', at(3)))
    equal(
      again.map(({ sent, attempts }) => [sent, attempts]),
      [[false, 2]],
      'the next claim',
    )
  },

  'only effects that are waiting or unknown are claimed': async (storage) => {
    const states = ['waiting', 'unknown', 'done', 'refused', 'parked'] as const
    await opened(
      storage,
      states.map((state) => effect(state)),
    )
    for (const state of states) {
      await storage.settleEffect(done(state, null, { state, nextAt: at(1) }))
    }
    equal(await claimed(storage, 'w', 1), ['waiting', 'unknown'], 'by time')
    const keys = await storage.claimEffects(claim('w', at(60), { keys: states }))
    equal(
      keys.map(({ key }) => key),
      ['waiting', 'unknown'],
      'by key',
    )
  },

  'a claim by keys takes those only, whatever their time': async (storage) => {
    await opened(storage, [effect('now'), effect('later', { nextAt: at(60) }), effect('other')])
    const keys = ['unknown', 'later', 'now']
    const rows = await storage.claimEffects(claim('w', at(0), { keys }))
    equal(
      rows.map(({ key }) => key),
      ['now', 'later'],
      'the effects that are claimed',
    )
    const again = await storage.claimEffects(claim('w2', justBefore(at(10)), { keys }))
    equal(again, [], 'a claim while the lease runs')
    equal(await storage.claimEffects(claim('w2', at(0), { keys: [] })), [], 'a claim of no key')
  },

  'an effect is leased from the start by whoever commits it so': async (storage) => {
    const lease = { owner: 'w', until: at(10) }
    await opened(storage, [effect('e', { lease })])
    const row = { attempts: 1, sent: true, leaseOwner: 'w', leaseUntil: at(10) }
    equal(await storage.effect('e'), effectRow('e', row), 'the row')
    equal(await storage.claimEffects(claim('w2', justBefore(at(10)))), [], 'a claim by another')
    equal(await storage.settleEffect(done('e', 'w')), true, 'the settlement of its owner')
  },

  'an effect that was leased from the start is taken over when the lease runs out': async (
    storage,
  ) => {
    await opened(storage, [effect('e', { lease: { owner: 'w', until: at(10) } })])
    const [row] = await storage.claimEffects(claim('w2', at(10)))
    equal([row?.key, row?.attempts, row?.sent], ['e', 2, true], 'key, attempts, sent')
    equal(await storage.settleEffect(done('e', 'w')), false, 'the settlement of the first owner')
  },

  'an effect that was asked before is left as it is': async (storage) => {
    const account = await opened(storage, [effect('e')])
    await claimed(storage, 'w', 0)
    await storage.settleEffect(done('e', 'w', { answer: { url: 'https://pay.example/1' } }))
    const before = await storage.effect('e')
    const again = effect('e', { nextAt: at(9), lease: { owner: 'w2', until: at(20) } })
    await committed(storage, next(account, { effects: [again, effect('new')] }))
    equal(await storage.effect('e'), before, 'the row of the effect that was done')
    equal(await claimed(storage, 'w2', 9), ['new'], 'the effects that are claimed')
  },

  'a change settles effects with everything else it writes': async (storage) => {
    const account = await opened(storage, [effect('e')])
    await claimed(storage, 'w', 0)
    const settled = [done('e', 'w', { state: 'refused', error: 'declined' })]
    await committed(storage, next(account, { settled, effects: [effect('then')] }))
    const row = await storage.effect('e')
    equal([row?.state, row?.error, row?.leaseOwner], ['refused', 'declined', null], 'the row')
  },

  'a lost lease does not undo the rest of a change': async (storage) => {
    const account = await opened(storage, [effect('lost'), effect('held')])
    await storage.claimEffects(claim('zombie', at(0), { keys: ['lost'] }))
    await storage.claimEffects(claim('w', at(10), { keys: ['lost'] }))
    await storage.claimEffects(claim('zombie', at(10), { keys: ['held'] }))
    const before = await storage.effect('lost')
    const settled = [done('lost', 'zombie'), done('held', 'zombie'), done('unknown', 'zombie')]
    const after = await committed(storage, next(account, { settled, claims: ['word'] }))
    equal(await storage.effect('lost'), before, 'the effect whose lease was lost')
    equal((await storage.effect('held'))?.state, 'done', 'the state of the other effect')
    const { account: stored } = await storage.load({ by: { claims: ['word'] } })
    equal(stored, after, 'the account')
  },

  'an effect that does not exist is null': async (storage) => {
    await opened(storage, [effect('e')])
    equal(await storage.effect('E'), null, 'an effect of another key')
  },
}

function opened(storage: Storage, effects: readonly NewEffect[]) {
  return committed(storage, first('a', { effects }))
}

/** Keys of the effects that the worker gets at the minute. */
async function claimed(storage: Storage, owner: string, minute: number): Promise<string[]> {
  const rows = await storage.claimEffects(claim(owner, at(minute)))
  return rows.map(({ key }) => key)
}
