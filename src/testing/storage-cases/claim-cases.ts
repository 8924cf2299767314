/** Words that one account holds alone. */
import type { Cases } from './cases.ts'
import { committed, first, next } from './build.ts'
import { equal, tally, together } from './expect.ts'

export const claimCases: Cases = {
  'a claim is held by one account alone': async (storage) => {
    await committed(storage, first('a', { claims: ['word'] }))
    const answer = await storage.commit(first('b', { claims: ['word'] }))
    equal(answer, { outcome: 'taken', claim: 'word' }, 'the claim of another account')
  },

  'a claim that ten accounts want at once goes to one of them': async (storage) => {
    const answers = await together(10, (n) => storage.commit(first(`a${n}`, { claims: ['word'] })))
    const outcomes = tally(answers.map(({ outcome }) => outcome))
    equal(outcomes, { committed: 1, taken: 9 }, 'outcomes')
  },

  'the first claim that another account holds is named': async (storage) => {
    await committed(storage, first('a', { claims: ['x', 'b', 'c'] }))
    const answer = await storage.commit(first('b', { claims: ['free', 'c', 'x', 'b'] }))
    equal(answer, { outcome: 'taken', claim: 'c' }, 'several taken claims')
  },

  'an account may take again what it holds': async (storage) => {
    const account = await committed(storage, first('a', { claims: ['word'] }))
    await committed(storage, next(account, { claims: ['word', 'more'] }))
  },

  'claims stay until they are let go': async (storage) => {
    const account = await committed(storage, first('a', { claims: ['one', 'two'] }))
    await committed(storage, next(account, { releases: ['one'] }))
    const { taken } = await storage.load({ by: { account: 'b' }, taken: ['one', 'two'] })
    equal(taken, ['two'], 'claims that are held')
    await committed(storage, first('b', { claims: ['one'] }))
  },

  'an account lets go only of what it holds': async (storage) => {
    await committed(storage, first('a', { claims: ['word'] }))
    await committed(storage, first('b', { releases: ['word', 'nobody’s'] }))
    const { account } = await storage.load({ by: { claims: ['word'] } })
    equal(account?.id, 'a', 'the holder')
  },

  'an account is found by the first of several claims that anyone holds': async (storage) => {
    await committed(storage, first('a', { claims: ['a1', 'a2'] }))
    const account = await committed(storage, first('b', { claims: ['b1'] }))
    const found = await storage.load({ by: { claims: ['free', 'b1', 'a1'] } })
    equal(found.account, account, 'the account')
    const other = await storage.load({ by: { claims: ['a2', 'b1'] } })
    equal(other.account?.id, 'a', 'the account of the other order')
  },

  'claims that nobody holds find no account': async (storage) => {
    await committed(storage, first('a', { claims: ['word'] }))
    const { account, usage } = await storage.load({ by: { claims: ['free', 'WORD', 'word '] } })
    equal(account, null, 'the account')
    equal(usage, [], 'its usage')
    const none = await storage.load({ by: { claims: [] } })
    equal(none.account, null, 'the account of no claim')
  },

  'only claims of other accounts are shown as taken': async (storage) => {
    await committed(storage, first('a', { claims: ['mine'] }))
    await committed(storage, first('b', { claims: ['theirs'] }))
    const taken = ['mine', 'free', 'theirs']
    const own = await storage.load({ by: { account: 'a' }, taken })
    equal(own.taken, ['theirs'], 'taken for the holder')
    const found = await storage.load({ by: { claims: ['mine'] }, taken })
    equal(found.taken, ['theirs'], 'taken for the holder, found by its claim')
    const stranger = await storage.load({ by: { account: 'c' }, taken })
    equal([...stranger.taken].sort(), ['mine', 'theirs'], 'taken for an account that is new')
  },
}
