import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import { INVARIANTS } from './invariants.ts'
import { live, lives, PARAMETERS } from './life.ts'

describe('on every step of a random life', () => {
  // I1 has its numbers beside the calendar; here the same law holds for whole lives.
  for (const { id, rule, check } of INVARIANTS)
    it(`${id} ${rule}`, () => {
      fc.assert(
        fc.property(lives(), (life) => {
          for (const edge of live(life)) {
            const wrong = check(edge)
            if (wrong) throw new Error(`${wrong} after ${JSON.stringify(edge.input)}`)
          }
        }),
        PARAMETERS as fc.Parameters<[Parameters<typeof live>[0]]>,
      )
    })
})
