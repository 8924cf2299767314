import type { Storage } from 'billwright'
import type { Operation } from './differential/operations.ts'
import { BillingError } from 'billwright'
import { memory } from 'billwright/memory'
import { sqlite } from 'billwright/sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freshStorageOn, isInstalled } from '../support/databases.ts'
import { sized } from '../support/sized.ts'
import { anyOperation, known } from './differential/operations.ts'
import { whole } from './differential/whole.ts'

/**
 * The storage in memory is the model; every sequence runs on both, answer by answer, and in the end
 * everything that they show is compared. How many run by default and with `npm run prove`:
 */
const ENGINES_AND_RUNS = [
  ['SQLite', 300, 10_000, async () => migrated(sqlite({ file: ':memory:' })), true],
  ['PostgreSQL', 40, 1_000, () => freshStorageOn('postgres'), isInstalled('postgres')],
  ['MariaDB', 40, 1_000, () => freshStorageOn('mysql'), isInstalled('mysql')],
] as const

const LENGTH = 30

describe('the storages agree', () => {
  for (const [engine, few, many, fresh, installed] of ENGINES_AND_RUNS) {
    const runs = sized({ prove: many, ci: few, desk: few / 4 })
    it.skipIf(!installed)(
      `memory and ${engine} answer ${runs} random sequences of ${LENGTH} calls alike`,
      { timeout: 1_800_000 },
      async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(anyOperation, { minLength: LENGTH, maxLength: LENGTH, size: 'max' }),
            async (operations) => agree(operations, await fresh()),
          ),
          { seed: 20_300_101, numRuns: runs },
        )
      },
    )
  }
})

async function migrated(storage: Storage): Promise<Storage> {
  await storage.migrate()
  return storage
}

async function agree(operations: readonly Operation[], real: Storage): Promise<void> {
  const model = memory()
  try {
    for (const operation of operations) {
      const account = await known(model, operation.account)
      const [wanted, found] = [
        await answerOf(model, operation, account),
        await answerOf(real, operation, account),
      ]
      expect(found, operation.told).toEqual(wanted)
    }
    expect(await whole(real)).toEqual(await whole(model))
  } finally {
    await real.close()
  }
}

async function answerOf(
  storage: Storage,
  operation: Operation,
  account: Parameters<Operation['run']>[1],
): Promise<unknown> {
  try {
    return await operation.run(storage, account)
  } catch (error) {
    if (BillingError.isInstance(error)) return { refused: error.code }
    throw error
  }
}
