/** Whose turn it is: due accounts, and the lease that spares two workers the same one. */
import type { Instant } from '../../core/index.ts'
import type { Storage } from '../../storage.ts'
import type { Cases } from './cases.ts'
import { at, committed, first, justBefore, next } from './build.ts'
import { equal, together } from './expect.ts'

export const dueCases: Cases = {
  'accounts are due from their time on, the earliest first, ties by id': async (storage) => {
    await committed(storage, first('late', { nextActionAt: at(9) }))
    await committed(storage, first('b', { nextActionAt: at(5) }))
    await committed(storage, first('a', { nextActionAt: at(5) }))
    await committed(storage, first('B', { nextActionAt: at(5) }))
    await committed(storage, first('early', { nextActionAt: at(1) }))
    await committed(storage, first('never', { nextActionAt: null }))
    const due = (now = at(9), limit = 10) => storage.due({ now, limit })
    equal(await due(), ['early', 'B', 'a', 'b', 'late'], 'all that are due')
    equal(await due(justBefore(at(5))), ['early'], 'just before the second')
    equal(await due(at(5)), ['early', 'B', 'a', 'b'], 'at the time of the second')
    equal(await due(at(9), 2), ['early', 'B'], 'at most two')
  },

  'an account is due by what its last change said': async (storage) => {
    const account = await committed(storage, first('a', { nextActionAt: at(1) }))
    const later = await committed(storage, next(account, { nextActionAt: at(5) }))
    equal(await storage.due({ now: at(4), limit: 10 }), [], 'before the new time')
    equal(await storage.due({ now: at(5), limit: 10 }), ['a'], 'at the new time')
    await committed(storage, next(later))
    equal(await storage.due({ now: at(99), limit: 10 }), [], 'when nothing is left to do')
  },

  'a leased account is returned to nobody until the last instant of its lease': async (storage) => {
    await committed(storage, first('a', { nextActionAt: at(1) }))
    await committed(storage, first('b', { nextActionAt: at(2) }))
    equal(await leased(storage, at(5), { limit: 1 }), ['a'], 'the first claim')
    equal(await leased(storage, at(5)), ['b'], 'the next claim')
    equal(await storage.due({ now: at(5), limit: 10 }), [], 'a look while both are leased')
    equal(await leased(storage, justBefore(UNTIL)), [], 'just before the leases end')
    equal(await leased(storage, UNTIL), ['a', 'b'], 'when the leases have ended')
  },

  'leased accounts come the earliest first, ties by id': async (storage) => {
    for (const [id, minutes] of ORDERED)
      await committed(storage, first(id, { nextActionAt: at(minutes) }))
    const wanted = ['early', 'B', 'a', 'é', '\uffff', '😀', 'late']
    equal(await leased(storage, at(9)), wanted, 'accounts')
  },

  'a look without a lease leases nothing': async (storage) => {
    await committed(storage, first('a', { nextActionAt: at(1) }))
    await storage.due({ now: at(5), limit: 10 })
    equal(await leased(storage, at(5)), ['a'], 'a claim after the look')
  },

  'what is not due yet is not leased': async (storage) => {
    await committed(storage, first('a', { nextActionAt: at(7) }))
    equal(await leased(storage, at(5)), [], 'before its time')
    equal(await leased(storage, at(7)), ['a'], 'at its time')
  },

  'a lease keeps nobody from committing, and a commit ends it': async (storage) => {
    const account = await committed(storage, first('a', { nextActionAt: at(1) }))
    const other = await committed(storage, first('b', { nextActionAt: at(1) }))
    equal(await leased(storage, at(5)), ['a', 'b'], 'leased accounts')
    await committed(storage, next(account, { nextActionAt: at(2) }))
    equal(await leased(storage, at(5)), ['a'], 'the one that is due anew')
    await committed(storage, next(other))
    equal(await leased(storage, UNTIL), ['a'], 'the one whose lease ran out')
  },

  'a change that is refused does not end a lease': async (storage) => {
    const account = await committed(storage, first('a', { nextActionAt: at(1) }))
    const newer = await committed(storage, next(account, { nextActionAt: at(1) }))
    equal(await leased(storage, at(5)), ['a'], 'leased accounts')
    equal(
      await storage.commit(next(account)),
      { outcome: 'conflict' },
      'a change on an old version',
    )
    equal(await leased(storage, at(5)), [], 'a claim after the conflict')
    await committed(storage, next(newer))
  },

  'fifty workers that ask at once never get the same account': async (storage) => {
    const ids = Array.from({ length: 100 }, (_, n) => `account ${n}`)
    for (const id of ids) await committed(storage, first(id, { nextActionAt: at(1) }))
    const got = await together(50, () => leased(storage, at(5), { limit: 2 }))
    // What a call passed over because another one was just leasing it is there for the next.
    const rest = await leased(storage, at(5), { limit: 100 })
    equal([...got.flat(), ...rest].sort(), [...ids].sort(), 'accounts, each once')
  },
}

const UNTIL = at(15)

const ORDERED = [
  ['late', 9],
  ['😀', 5],
  ['\uffff', 5],
  ['é', 5],
  ['a', 5],
  ['B', 5],
  ['early', 1],
] as const

/** Claims what is due, until `UNTIL`. */
function leased(
  storage: Storage,
  now: Instant,
  { limit = 100 }: { readonly limit?: number } = {},
): Promise<readonly string[]> {
  return storage.due({ now, limit, leaseUntil: now < UNTIL ? UNTIL : at(99) })
}
