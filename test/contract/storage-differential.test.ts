import type { Storage } from 'billwright'
import type { Operation } from './differential/operations.ts'
import { BillingError } from 'billwright'
import { memory } from 'billwright/memory'
import { sqlite } from 'billwright/sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyOperation, known } from './differential/operations.ts'
import { whole } from './differential/whole.ts'

/** The storage in memory is the model; every sequence runs on both, answer by answer. */
const SEQUENCES = process.env.PROVE ? 10_000 : 300
const LENGTH = 30

describe('the storages agree', () => {
  it(`memory and SQLite answer ${SEQUENCES} random sequences of ${LENGTH} calls alike`, {
    timeout: 1_800_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyOperation, { minLength: LENGTH, maxLength: LENGTH, size: 'max' }),
        agree,
      ),
      { seed: 20_300_101, numRuns: SEQUENCES },
    )
  })
})

async function agree(operations: readonly Operation[]): Promise<void> {
  const [model, real] = [memory(), sqlite({ file: ':memory:' })]
  try {
    await real.migrate()
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
