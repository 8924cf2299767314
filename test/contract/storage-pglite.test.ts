/** PGlite by itself: a database of it takes seconds to start, so all its rules share one. */
import { postgres } from 'billwright/postgres'
import { describe, expect, it } from 'vitest'
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
