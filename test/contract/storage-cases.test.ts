import type { Flaw } from './flawed/flaw.ts'
import { describe, expect, it } from 'vitest'
import { memory } from '../../adapters/storage/memory/index.ts'
import { type StorageCase, storageCases } from '../../src/testing/storage-cases.ts'
import { claimFlaws } from './flawed/claims.ts'
import { commitFlaws } from './flawed/commits.ts'
import { dueFlaws } from './flawed/due.ts'
import { numberingFlaws } from './flawed/numbering.ts'
import { pageFlaws } from './flawed/pages.ts'
import { pruningFlaws } from './flawed/pruning.ts'
import { queueFlaws } from './flawed/queues.ts'
import { readFlaws } from './flawed/reads.ts'
import { sumFlaws } from './flawed/sums.ts'
import { usageFlaws } from './flawed/usage.ts'

const flaws = {
  ...readFlaws,
  ...pageFlaws,
  ...commitFlaws,
  ...claimFlaws,
  ...dueFlaws,
  ...queueFlaws,
  ...sumFlaws,
  ...usageFlaws,
  ...numberingFlaws,
  ...pruningFlaws,
}

function casesOn({ of }: Flaw): readonly StorageCase[] {
  return storageCases(() => {
    const storage = memory()
    return { ...storage, ...of(storage) }
  })
}

describe('the storage cases notice a storage that', () => {
  it.each(Object.entries(flaws))('%s', async (_, flaw) => {
    const named = casesOn(flaw).find(({ name }) => name === flaw.fails)
    await expect(named?.run()).rejects.toThrow(/: expected .*, found /)
  })
})

describe('the storage cases', () => {
  it('have names of their own', () => {
    const names = storageCases(memory).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('each fail on some storage that breaks the contract', async () => {
    const proven = new Set(Object.values(flaws).map(({ fails }) => fails))
    const names = storageCases(memory).map(({ name }) => name)
    const left = new Set(names.filter((name) => !proven.has(name)))
    for (const flaw of Object.values(flaws)) {
      const unproven = casesOn(flaw).filter(({ name }) => left.has(name))
      for (const { name, run } of unproven) await run().catch(() => left.delete(name))
    }
    expect([...left]).toEqual([])
  })

  it('close the storage they asked for, also when they fail', async () => {
    let open = 0
    const cases = storageCases(() => {
      open += 1
      const storage = memory()
      return {
        ...storage,
        commit: async () => ({ outcome: 'conflict' }),
        close: async () => {
          open -= 1
        },
      }
    })
    for (const { run } of cases) await run().catch(() => {})
    expect(open).toBe(0)
  })
})
