/** One step of one account: compare and set, and what is answered when it cannot be taken. */
import type { CommandRow } from '../../storage.ts'
import type { Cases } from './cases.ts'
import { at, committed, delivery, first, next } from './build.ts'
import { equal, tally, together } from './expect.ts'

export const commitCases: Cases = {
  'of two changes on one version exactly one is committed': async (storage) => {
    const account = await committed(storage, first('a'))
    equal(await storage.commit(next(account)), { outcome: 'committed' }, 'the first change')
    equal(await storage.commit(next(account)), { outcome: 'conflict' }, 'the second change')
  },

  'of twenty changes on one version at once exactly one is committed': async (storage) => {
    const account = await committed(storage, first('a'))
    const answers = await together(20, () => storage.commit(next(account)))
    const outcomes = tally(answers.map(({ outcome }) => outcome))
    equal(outcomes, { committed: 1, conflict: 19 }, 'outcomes')
    const { items } = await storage.journal('a', { limit: 100 })
    equal(items.length, 2, 'events in the journal')
  },

  'an account that is opened twenty times at once is opened once': async (storage) => {
    const answers = await together(20, () => storage.commit(first('a')))
    const outcomes = tally(answers.map(({ outcome }) => outcome))
    equal(outcomes, { committed: 1, conflict: 19 }, 'outcomes')
  },

  'an account that exists is not opened again': async (storage) => {
    const account = await committed(storage, first('a'))
    await committed(storage, next(account))
    equal(await storage.commit(first('a')), { outcome: 'conflict' }, 'a first change')
  },

  'an account that does not exist has no second change': async (storage) => {
    const { account } = first('a')
    equal(await storage.commit(next(account)), { outcome: 'conflict' }, 'a change on version 1')
    const { account: stored } = await storage.load({ by: { account: 'a' } })
    equal(stored, null, 'the account afterwards')
  },

  'a change on a version that is still to come is a conflict': async (storage) => {
    const account = await committed(storage, first('a'))
    const ahead = next(next(account).account)
    equal(await storage.commit(ahead), { outcome: 'conflict' }, 'a change on version 2 of 1')
  },

  'changes of different accounts do not stand against each other': async (storage) => {
    const answers = await together(20, (n) => storage.commit(first(`a${n}`)))
    equal(tally(answers.map(({ outcome }) => outcome)), { committed: 20 }, 'outcomes')
  },

  'a change without an event is committed and keeps the version': async (storage) => {
    const account = await committed(storage, first('a'))
    const quiet = { ...next(account), account, events: [], nextActionAt: at(5) }
    await committed(storage, quiet)
    await committed(storage, next(account))
    const { items } = await storage.journal('a', { limit: 100 })
    equal(
      items.map(({ seq }) => seq),
      [2, 1],
      'numbers in the journal',
    )
  },

  'a delivery that was applied is a duplicate': async (storage) => {
    const applied = delivery('d', { state: 'done', nextAt: null })
    const account = await committed(storage, first('a', { delivery: applied }))
    const answer = await storage.commit(next(account, { delivery: applied }))
    equal(answer, { outcome: 'duplicate', what: 'delivery' }, 'the same delivery again')
  },

  'a delivery of the same id at another gateway is another delivery': async (storage) => {
    const applied = delivery('d', { state: 'done', nextAt: null })
    const account = await committed(storage, first('a', { delivery: applied }))
    await committed(storage, next(account, { delivery: { ...applied, gateway: 'other' } }))
  },

  'a delivery that was parked or given up can be applied': async (storage) => {
    await storage.park(delivery('parked'))
    await storage.park(delivery('dead', { state: 'dead', nextAt: null }))
    const applied = (id: string) => delivery(id, { state: 'done', account: 'a', nextAt: null })
    const account = await committed(storage, first('a', { delivery: applied('parked') }))
    await committed(storage, next(account, { delivery: applied('dead') }))
    const { items } = await storage.deliveries({ state: 'done' }, { limit: 10 })
    equal(items, [applied('parked'), applied('dead')], 'deliveries that were applied')
  },

  'a delivery that ten accounts apply at once is applied once': async (storage) => {
    const applied = delivery('d', { state: 'done', nextAt: null })
    const answers = await together(10, (n) => storage.commit(first(`a${n}`, { delivery: applied })))
    const outcomes = tally(answers.map(({ outcome }) => outcome))
    equal(outcomes, { committed: 1, duplicate: 9 }, 'outcomes')
  },

  'a command key that was used is a duplicate': async (storage) => {
    const account = await committed(storage, first('a', { command: command('a', 'key') }))
    const again = { ...command('a', 'key'), hash: 'another' }
    const answer = await storage.commit(next(account, { command: again }))
    equal(answer, { outcome: 'duplicate', what: 'command' }, 'the same key again')
  },

  'a command key belongs to its account': async (storage) => {
    await committed(storage, first('a', { command: command('a', 'key') }))
    await committed(storage, first('b', { command: command('b', 'key') }))
  },

  'a command that ten callers repeat at once is committed once': async (storage) => {
    const account = await committed(storage, first('a'))
    const change = next(account, { command: command('a', 'key') })
    const answers = await together(10, () => storage.commit(change))
    const counts = tally(answers.map(({ outcome }) => outcome))
    equal(counts.committed, 1, 'committed changes')
    equal((counts.duplicate ?? 0) + (counts.conflict ?? 0), 9, 'changes refused as repetition')
  },

  'a duplicate is answered before a conflict and a taken claim': async (storage) => {
    const applied = delivery('d', { state: 'done', nextAt: null })
    await committed(storage, first('b', { claims: ['held'] }))
    await committed(storage, first('a', { delivery: applied, command: command('a', 'key') }))
    const stale = first('a', { claims: ['held'] })
    const twice = await storage.commit({ ...stale, delivery: applied })
    equal(
      twice,
      { outcome: 'duplicate', what: 'delivery' },
      'an applied delivery on an old version',
    )
    const repeated = await storage.commit({ ...stale, command: command('a', 'key') })
    equal(repeated, { outcome: 'duplicate', what: 'command' }, 'a used key on an old version')
  },

  'a conflict is answered before a taken claim': async (storage) => {
    await committed(storage, first('b', { claims: ['held'] }))
    await committed(storage, first('a'))
    const answer = await storage.commit(first('a', { claims: ['held'] }))
    equal(answer, { outcome: 'conflict' }, 'a taken claim on an old version')
  },
}

function command(account: string, key: string): CommandRow {
  return { account, key, hash: 'hash', effects: [], at: at(0) }
}
