import { describe, it } from 'vitest'
import { storageCases } from '../../src/testing/storage-cases.ts'
import { freshStorageOn, isInstalled } from '../support/databases.ts'

describe.skipIf(!isInstalled('mysql'))('MariaDB', () => {
  for (const { name, run } of storageCases(() => freshStorageOn('mysql'))) it(name, run)
})
