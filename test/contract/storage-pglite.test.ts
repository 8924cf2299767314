/** PGlite by itself: a database of it takes seconds to start, so all its rules share one. */
import { postgres } from 'billwright/postgres'
import { describe, expect, it } from 'vitest'
import { pgliteDriver } from '../../adapters/storage/sql/driver-pglite.ts'
import { undo } from '../../adapters/storage/sql/executor.ts'
import { onPglite, pglite } from '../support/apps/pglite.ts'
import { itKeepsTheContract } from '../support/some-cases.ts'
import { itJoinsTransactions } from '../support/within-rules.ts'

for (const level of onPglite.modes)
  describe(`PGlite at ${level}`, () => {
    itKeepsTheContract(() => onPglite.open(level))
  })

itJoinsTransactions(onPglite)

describe('a database of PGlite', () => {
  const load = async () => postgres(await pglite()).load({ by: { account: 'a' } })

  it('is told to have no tables before it was migrated', async () => {
    await expect(load()).rejects.toMatchObject({ kind: 'config', code: 'storage_not_migrated' })
  })

  it('has the schema once it was migrated', async () => {
    const { storage, close } = await onPglite.open()
    await storage.migrate()
    expect(await storage.drift()).toEqual([])
    await close()
  })

  it('undoes a transaction that says so, and answers all the same', async () => {
    const { names, close } = await onPglite.open()
    const driver = pgliteDriver(await pglite(), async () => {})
    const answer = await driver.transaction(async (run) => {
      const insert = `insert into things (name) values ('mine')`
      const { affected } = await run({ text: insert, params: [], reads: false })
      return undo(affected)
    })
    expect([answer, await names()]).toEqual([1, []])
    await close()
  })

  it('is no transaction of its own', async () => {
    const database = await pglite()
    expect(() => postgres(database).within?.(database)).toThrow(
      expect.objectContaining({ kind: 'config', code: 'invalid_transaction' }),
    )
  })

  it('stays open when the storage is closed, and is unavailable when the app closed it', async () => {
    const database = await pglite()
    await postgres(database).close()
    expect(database.closed).toBe(false)
    await database.close()
    await expect(load()).rejects.toMatchObject({ kind: 'unavailable', code: 'storage_unavailable' })
  })
})
