/** A transaction that the app began with its own driver: its rows and ours, together or not at all. */
import type { Storage } from 'billwright'
import type { App, AppKind } from './apps/app.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { first, next, using } from '../../src/testing/storage-cases/build.ts'

/** The rules, each as a test with an app of its own. */
export function itJoinsTransactions({ name, installed, alone = false, open }: AppKind): void {
  describe(`in a transaction of ${name}`, () => {
    const rule = it.skipIf(!installed)
    const opened = async () => {
      const app = await open()
      onTestFinished(async () => {
        await app.close()
      })
      await app.storage.migrate()
      await app.storage.commit(first('a', { claims: ['taken'] }))
      return app
    }
    const usedOf = async ({ storage }: App) =>
      (await storage.load({ by: { account: 'a' } })).usage[0]?.used ?? 0

    rule('the app’s row, a step and a count are kept together', async () => {
      const app = await opened()
      await app.transact(async (transaction) => {
        const storage = joinedTo(app.storage, transaction)
        await app.insert(transaction, 'mine')
        const { account } = await storage.load({ by: { account: 'a' } })
        expect(account && (await storage.commit(next(account)))).toEqual({ outcome: 'committed' })
        expect(await storage.use(using({ limit: 5 }))).toEqual({ outcome: 'used', used: 1 })
        // Nobody else sees any of it before the app's commit.
        if (!alone)
          expect((await app.storage.load({ by: { account: 'a' } })).account?.version).toBe(1)
      })
      expect(await app.names()).toEqual(['mine'])
      expect((await app.storage.load({ by: { account: 'a' } })).account?.version).toBe(2)
      expect(await usedOf(app)).toBe(1)
    })

    rule('all of it is undone together', async () => {
      const app = await opened()
      const undone = app.transact(async (transaction) => {
        const storage = joinedTo(app.storage, transaction)
        await app.insert(transaction, 'mine')
        await storage.use(using({ limit: 5, key: 'once' }))
        await storage.commit(first('b'))
        throw new Error('The app changed its mind')
      })
      await expect(undone).rejects.toThrow('changed its mind')
      expect(await app.names()).toEqual([])
      expect(await usedOf(app)).toBe(0)
      expect((await app.storage.load({ by: { account: 'b' } })).account).toBeNull()
    })

    rule('what is refused leaves the app’s transaction as it was', async () => {
      const app = await opened()
      await app.transact(async (transaction) => {
        const storage = joinedTo(app.storage, transaction)
        await app.insert(transaction, 'before')
        expect(await storage.commit(first('a'))).toEqual({ outcome: 'conflict' })
        expect(await storage.commit(first('c', { claims: ['taken'] }))).toEqual({
          ...{ outcome: 'taken', claim: 'taken' },
        })
        await storage.use(using({ limit: 1, key: 'k' }))
        expect(await storage.use(using({ limit: 1, key: 'k' }))).toMatchObject({
          outcome: 'repeated',
        })
        expect(await storage.use(using({ limit: 1 }))).toEqual({ outcome: 'limit', used: 1 })
        await app.insert(transaction, 'after')
      })
      expect([...(await app.names())].sort()).toEqual(['after', 'before'])
    })

    rule('calls that are made at once take their turns', async () => {
      const app = await opened()
      await app.transact(async (transaction) => {
        const storage = joinedTo(app.storage, transaction)
        const uses = Array.from({ length: 12 }, () => storage.use(using({ limit: 7 })))
        const outcomes = (await Promise.all(uses)).map(({ outcome }) => outcome)
        expect(outcomes.filter((each) => each === 'used')).toHaveLength(7)
      })
      expect(await usedOf(app)).toBe(7)
    })

    rule('what is no transaction is named', async () => {
      const app = await opened()
      expect(() => joinedTo(app.storage, {})).toThrow(
        expect.objectContaining({ kind: 'config', code: 'invalid_transaction' }),
      )
    })
  })
}

function joinedTo(storage: Storage, transaction: unknown): Storage {
  if (!storage.within) throw new Error('The storage joins no transactions')
  return storage.within(transaction)
}
