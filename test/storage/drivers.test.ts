/** What must hold through every driver and query builder, whatever words it has for it. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { undoneByThrowing } from '../../adapters/storage/sql/asynchronous.ts'
import { undo } from '../../adapters/storage/sql/executor.ts'
import { at, delivery, first, using } from '../../src/testing/storage-cases/build.ts'
import { builders, drivers } from '../support/apps/index.ts'

describe.each([...drivers, ...builders])('$name', ({ installed, open }) => {
  const rule = it.skipIf(!installed)
  const opened = async () => {
    const app = await open()
    onTestFinished(async () => {
      await app.close()
    })
    return app
  }

  rule('is told to have no tables before it was migrated', async () => {
    const { storage } = await opened()
    await expect(storage.load({ by: { account: 'a' } })).rejects.toMatchObject({
      ...{ kind: 'config', code: 'storage_not_migrated' },
    })
  })

  rule('has the schema once it was migrated', async () => {
    const { storage } = await opened()
    await storage.migrate()
    expect(await storage.drift()).toEqual([])
  })

  rule('lets verbs of every kind be called at once', async () => {
    const { storage } = await opened()
    await storage.migrate()
    const each = (n: number) => [
      storage.commit(first(`account ${n}`)),
      storage.use(using({ account: `other ${n}`, key: 'k' })),
      storage.park(delivery(`d${n}`)),
      storage.numberInvoices({ limit: 5 }),
      storage.lease({ name: `job ${n}`, owner: 'w', now: at(0), until: at(1) }),
      storage.setUsage({ account: `more ${n}`, feature: 'queries', window: 0, used: n }),
    ]
    await Promise.all(Array.from({ length: 10 }, (_, n) => each(n)).flat())
    expect((await storage.accounts({ limit: 100 })).items).toHaveLength(10)
    expect((await storage.deliveries({ state: 'parked' }, { limit: 100 })).items).toHaveLength(10)
  })
})

describe.each(builders)('a transaction of $name', ({ installed, open }) => {
  it.skipIf(!installed)('is undone by throwing, and answers all the same', async () => {
    const app = await open()
    onTestFinished(async () => {
      await app.close()
    })
    const told: string[] = []
    const transact = async (body: (transaction: unknown) => Promise<string>) => {
      await app.transact(async (transaction) => {
        told.push(await body(transaction))
      })
      return 'kept'
    }
    const answer = await undoneByThrowing(transact, async (transaction) => {
      await app.insert(transaction, 'mine')
      return undo('undone')
    })
    expect([answer, told, await app.names()]).toEqual(['undone', [], []])
  })
})
