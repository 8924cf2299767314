/** More changes at one time than one batch holds: on PostgreSQL two batches are then written at once. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { first } from '../../src/testing/storage-cases/build.ts'
import { ENGINES } from './executors.ts'
import { openAt } from './processes/open-at.ts'

const MANY = 600

describe.each(ENGINES)(`${MANY} changes at one time on $engine`, ({ installed, fresh }) => {
  it.skipIf(!installed)(
    'of which two want each claim: one has it, and nobody is lost',
    async () => {
      const storage = openAt(await fresh())
      onTestFinished(() => storage.close())
      await storage.migrate()
      // The rivals of a claim stand in other batches, and each half in another order.
      const claimOf = (n: number) => (n < MANY / 2 ? n : MANY - 1 - n)
      const results = await Promise.all(
        Array.from({ length: MANY }, (_, n) =>
          storage.commit(first(`account-${n}`, { claims: [`claim-${claimOf(n)}`] })),
        ),
      )
      const winners = results.flatMap(({ outcome }, n) => (outcome === 'committed' ? [n] : []))
      expect(new Set(winners.map(claimOf)).size).toBe(MANY / 2)
      expect(winners).toHaveLength(MANY / 2)
      const others = new Set(results.map(({ outcome }) => outcome))
      expect(others).toEqual(new Set(['committed', 'taken']))
      const loaded = await Promise.all(
        winners.map((n) => storage.load({ by: { claims: [`claim-${claimOf(n)}`] } })),
      )
      expect(loaded.map(({ account }) => account?.id)).toEqual(winners.map((n) => `account-${n}`))
    },
  )
})
