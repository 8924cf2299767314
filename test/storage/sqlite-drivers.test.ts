/** What each synchronous driver of SQLite answers and throws in words of its own. */
import type { SqliteDatabase } from 'billwright/sqlite'
import { sqlite } from 'billwright/sqlite'
import Database from 'libsql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { at, first, using } from '../../src/testing/storage-cases/build.ts'
import { type OptionalDriver, optionalDrivers } from '../support/optional-drivers.ts'
import { temporaryFile } from './temporary-file.ts'

const DRIVERS: readonly Pick<OptionalDriver, 'name' | 'open'>[] = [
  { name: 'libsql', open: (file) => new Database(file) },
  ...optionalDrivers(),
]

describe.each(DRIVERS)('$name', ({ name, open }) => {
  const rule = it.skipIf(!open)
  const opened = (file = temporaryFile()): SqliteDatabase => {
    const database = open?.(file)
    if (!database) throw new Error('The driver is missing')
    onTestFinished(() => {
      try {
        database.close()
      } catch {} // Two of them refuse to close what is closed.
    })
    return database
  }

  rule('a database without tables is named', async () => {
    const storage = sqlite({ database: opened() })
    await expect(storage.load({ by: { account: 'a' } })).rejects.toMatchObject({
      ...{ kind: 'config', code: 'storage_not_migrated' },
    })
  })

  rule('a unique key that fires is a conflict and no error', async () => {
    const storage = sqlite({ database: opened() })
    await storage.migrate()
    await storage.commit(first('a', { claims: ['one'] }))
    expect(await storage.commit(first('a'))).toEqual({ outcome: 'conflict' })
    expect(await storage.commit(first('b', { claims: ['one'] }))).toMatchObject({
      outcome: 'taken',
    })
  })

  rule('a file that somebody else keeps is unavailable', async () => {
    const file = temporaryFile()
    const database = opened(file)
    const storage = sqlite({ database })
    await storage.migrate()
    database.exec('pragma busy_timeout = 0')
    opened(file).exec('begin immediate')
    await expect(storage.use(using({ limit: 5 }))).rejects.toMatchObject({
      ...{ kind: 'unavailable', code: 'storage_unavailable' },
    })
  })

  rule('a database that was closed is unavailable', async () => {
    const database = opened()
    const storage = sqlite({ database })
    await storage.migrate()
    await storage.load({ by: { account: 'a' } })
    database.close()
    const unavailable = { kind: 'unavailable', code: 'storage_unavailable' }
    await expect(storage.health(at(0))).rejects.toMatchObject(unavailable)
    // A statement that libsql prepared goes on answering.
    if (name === 'libsql') return
    await expect(storage.load({ by: { account: 'a' } })).rejects.toMatchObject(unavailable)
  })

  rule('integers that an app asked for as bigint are numbers here', async () => {
    const database = opened()
    withBigints(database)
    const storage = sqlite({ database })
    await storage.migrate()
    await storage.commit(first('a'))
    expect(await storage.use(using({ limit: 5 }))).toEqual({ outcome: 'used', used: 1 })
    const { account, usage } = await storage.load({ by: { account: 'a' } })
    expect([account?.version, usage[0]?.used]).toEqual([1, 1])
    expect((await storage.health(at(0))).parkedEffects).toBe(0)
  })
})

/** Makes integers bigints, by the ways that the drivers have for it. */
function withBigints(database: SqliteDatabase): void {
  const { defaultSafeIntegers } = database as { defaultSafeIntegers?: (on: boolean) => unknown }
  if (defaultSafeIntegers) {
    defaultSafeIntegers.call(database, true)
    return
  }
  const { prepare } = database
  database.prepare = (text) => {
    const statement = prepare.call(database, text)
    ;(statement as unknown as { setReadBigInts(on: boolean): void }).setReadBigInts(true)
    return statement
  }
}
