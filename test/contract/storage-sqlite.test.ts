import { sqlite } from 'billwright/sqlite'
import { describe, it } from 'vitest'
import { storageCases } from '../../src/testing/storage-cases.ts'
import { temporaryFile } from '../storage/temporary-file.ts'

describe('SQLite in memory', () => {
  for (const { name, run } of storageCases(() => sqlite({ file: ':memory:' }))) it(name, run)
})

describe('SQLite in a file', () => {
  for (const { name, run } of storageCases(() => sqlite({ file: temporaryFile() }))) it(name, run)
})
