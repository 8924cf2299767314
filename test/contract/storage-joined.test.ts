/**
 * The published cases inside one transaction of the app's, which then takes all of it back: through each
 * driver in the normal run, through the query builders too with `npm run prove`.
 */
import type { SqlStorage } from 'billwright/sqlite'
import type { App } from '../support/apps/app.ts'
import { describe, expect } from 'vitest'
import { builders, drivers } from '../support/apps/index.ts'
import { sized } from '../support/sized.ts'
import { itKeepsTheContract } from '../support/some-cases.ts'

const CHANGED_MIND = new Error('The app changed its mind')

/** The storage inside a transaction that is open until the storage is closed. */
async function insideTransaction(app: App): Promise<Pick<App, 'storage' | 'close'>> {
  await app.storage.migrate()
  let end = () => {}
  const closing = new Promise<void>((resolve) => {
    end = resolve
  })
  let ended: Promise<void> = Promise.resolve()
  const storage = await new Promise<SqlStorage>((resolve, reject) => {
    ended = app.transact(async (transaction) => {
      const joined = app.storage.within?.(transaction)
      if (!joined) throw new Error('The storage joins no transactions')
      resolve({ ...joined, drift: app.storage.drift })
      await closing
      throw CHANGED_MIND
    })
    ended.catch(reject)
  })
  return {
    storage,
    async close() {
      end()
      await expect(ended).rejects.toBe(CHANGED_MIND)
      expect((await app.storage.accounts({ limit: 1 })).items).toEqual([])
      await app.close()
    },
  }
}

for (const { name, installed, open } of sized({ prove: [...drivers, ...builders], ci: drivers }))
  describe.skipIf(!installed)(`inside a transaction of ${name}`, () => {
    itKeepsTheContract(async () => insideTransaction(await open()))
  })
