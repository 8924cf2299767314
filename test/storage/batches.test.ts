/** Which calls go to the database together. */
import { describe, expect, it } from 'vitest'
import { type BatchOptions, batching } from '../../adapters/storage/sql/batches.ts'

/** A database that answers when it is told to; each flush as a list. */
function held(options: Partial<BatchOptions<string, string>> = {}) {
  const flushes: (readonly string[])[] = []
  const open: (() => void)[] = []
  const ask = batching<string, string>({
    most: 4,
    flush(requests) {
      flushes.push(requests)
      return new Promise((resolve) => {
        open.push(() => resolve(requests.map((each) => each.toUpperCase())))
      })
    },
    ...options,
  })
  const turn = async () => {
    for (let n = 0; n < 4; n += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    flushes,
    turn,
    ask: (...requests: readonly string[]) => Promise.all(requests.map(ask)),
    /** The oldest flush that is open ends. */
    async end() {
      open.shift()?.()
      await turn()
    },
  }
}

describe('calls that wait together', () => {
  it('go together at the end of their turn, and each gets its own answer', async () => {
    const { ask, end, flushes, turn } = held()
    const answers = ask('a', 'b', 'c')
    await turn()
    await end()
    expect([flushes, await answers]).toEqual([[['a', 'b', 'c']], ['A', 'B', 'C']])
  })

  it('wait for the flush before them, however many they are', async () => {
    const { ask, end, flushes, turn } = held()
    const answers = ask(...'abcdefghij')
    await turn()
    expect(flushes).toEqual([['a', 'b', 'c', 'd']])
    for (let n = 0; n < 3; n += 1) await end()
    await answers
    expect(flushes.map((each) => each.join(''))).toEqual(['abcd', 'efgh', 'ij'])
  })

  it('do not wait where two flushes may run and they fill one; less than full does', async () => {
    const { ask, end, flushes, turn } = held({ flights: 2 })
    const answers = ask(...'abcdefghij')
    await turn()
    expect(flushes.map((each) => each.join(''))).toEqual(['abcd', 'efgh'])
    const late = ask('k')
    await end()
    expect(flushes).toHaveLength(2)
    await end()
    await end()
    await Promise.all([answers, late])
    expect(flushes.map((each) => each.join(''))).toEqual(['abcd', 'efgh', 'ijk'])
  })

  it('with one key are never flushed at one time', async () => {
    const { ask, end, flushes, turn } = held({ flights: 2, keyOf: (each) => each.slice(0, 1) })
    const answers = ask('a1', 'b1', 'c1', 'd1', 'a2', 'b2', 'c2', 'd2', 'e1')
    await turn()
    expect(flushes).toEqual([['a1', 'b1', 'c1', 'd1'], ['e1']])
    await end()
    await end()
    await end()
    await answers
    expect(flushes.slice(2)).toEqual([['a2', 'b2', 'c2', 'd2']])
  })

  it('wait in peace while all their keys are in flight', async () => {
    let looks = 0
    const keyOf = () => {
      looks += 1
      return 'same'
    }
    const { ask, end, flushes, turn } = held({ flights: 2, keyOf, most: 2 })
    const answers = ask('a', 'b', 'c', 'd')
    await turn()
    const before = looks
    await turn()
    expect([flushes, looks]).toEqual([[['a']], before])
    for (let n = 0; n < 4; n += 1) await end()
    await answers
    expect(flushes).toEqual([['a'], ['b'], ['c'], ['d']])
  })

  it('that nobody can answer fail alone, and the rest goes on', async () => {
    const flushes: string[] = []
    const ask = batching<string, string>({
      most: 4,
      async flush(requests) {
        flushes.push(requests.join(''))
        if (requests.includes('x')) throw new Error('no')
        return requests
      },
    })
    const answers = await Promise.allSettled(['a', 'x', 'b'].map(ask))
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(flushes).toEqual(['axb', 'a', 'x', 'b'])
  })
})
