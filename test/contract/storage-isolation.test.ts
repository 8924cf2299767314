/**
 * The published cases at every isolation level and in both journal modes: nothing of the storage may
 * depend on them. The telling ones in the normal run, all of them with `npm run prove`.
 */
import type { Storage } from 'billwright'
import { mysql } from 'billwright/mysql'
import { postgres } from 'billwright/postgres'
import { sqlite } from 'billwright/sqlite'
import Database from 'libsql'
import { createPool } from 'mysql2/promise'
import { describe, it } from 'vitest'
import { storageCases } from '../../src/testing/storage-cases.ts'
import { temporaryFile } from '../storage/temporary-file.ts'
import { freshDatabase, isInstalled } from '../support/databases.ts'
import { tellingCases } from '../support/some-cases.ts'

const LEVELS = ['read committed', 'repeatable read', 'serializable'] as const

function cases(make: () => Promise<Storage>): void {
  for (const { name, run } of tellingCases(storageCases(make))) it(name, run)
}

describe.each(LEVELS)('PostgreSQL at %s', (level) => {
  describe.skipIf(!isInstalled('postgres'))('keeps the contract', () => {
    cases(async () => {
      const url = new URL(await freshDatabase('postgres'))
      const options = url.searchParams.get('options')
      const words = level.replace(' ', '\\ ')
      url.searchParams.set('options', `${options} -c default_transaction_isolation=${words}`)
      return postgres(url.href)
    })
  })
})

describe.each(LEVELS)('MariaDB at %s', (level) => {
  describe.skipIf(!isInstalled('mysql'))('keeps the contract', () => {
    cases(async () => {
      const pool = createPool(await freshDatabase('mysql'))
      pool.pool.on('connection', (connection) => {
        connection.query(`set session transaction isolation level ${level}`)
      })
      const storage = mysql(pool)
      return { ...storage, close: () => pool.end() }
    })
  })
})

describe.each(['wal', 'delete'])('SQLite with its journal in mode %s', (mode) => {
  cases(async () => {
    const database = new Database(temporaryFile())
    database.exec('pragma synchronous = off')
    database.prepare(`pragma journal_mode = ${mode}`).all()
    return sqlite({ database })
  })
})
