import type { Storage } from '../../storage.ts'

/** What the newest counter of `queries` of the account `a` shows. */
export async function counter(storage: Storage): Promise<number | undefined> {
  const { usage } = await storage.load({ by: { account: 'a' } })
  return usage.find(({ feature }) => feature === 'queries')?.used
}
