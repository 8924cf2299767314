import { describe, it } from 'vitest'
import { memory } from '../../adapters/storage/memory/index.ts'
import { storageCases } from '../../src/testing/storage-cases.ts'

describe('memory keeps the storage contract', () => {
  for (const { name, run } of storageCases(memory)) it(name, run)
})
