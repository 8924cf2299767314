import type { Storage } from 'billwright'
import { emptyAccount } from 'billwright/core'
import { credited, effect, notice, step } from '../../../src/testing/storage-cases/build.ts'

/** One step of the account `a` that writes to several tables; how it ended. */
export async function commitOne(storage: Storage, id: string): Promise<string> {
  const { account } = await storage.load({ by: { account: 'a' } })
  const change = step(account ?? emptyAccount('a'), [credited(1)], {
    effects: [effect(id)],
    notices: [notice(id)],
    claims: [id],
    usage: [{ feature: 'queries', window: 0, by: 1 }],
  })
  const { outcome } = await storage.commit(change)
  return outcome
}
