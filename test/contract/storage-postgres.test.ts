import { describe, it } from 'vitest'
import { storageCases } from '../../src/testing/storage-cases.ts'
import { freshStorageOn, isInstalled } from '../support/databases.ts'

describe.skipIf(!isInstalled('postgres'))('PostgreSQL', () => {
  for (const { name, run } of storageCases(() => freshStorageOn('postgres'))) it(name, run)
})
