/** Storages that break the contract in one way each, as real ones do; the cases must notice. */
import type { Change, Storage } from '../../../src/storage.ts'

export interface Flaw {
  /** A case that must fail. */
  readonly fails: string
  /** What it does otherwise than the storage it is built on. */
  readonly of: (storage: Storage) => Partial<Storage>
}

export type Flaws = Readonly<Record<string, Flaw>>

/** Lets everybody else go on, as a round trip to a database does. */
export const gap = () => new Promise<void>((resolve) => setImmediate(resolve))

/** All rows on one page. */
export const ALL = { limit: 1000 }

export async function versionOf(storage: Storage, { account: { id } }: Change): Promise<number> {
  const { account } = await storage.load({ by: { account: id } })
  return account?.version ?? 0
}

export async function counterOf(
  storage: Storage,
  { account, feature }: { readonly account: string; readonly feature: string },
): Promise<number> {
  const { usage } = await storage.load({ by: { account } })
  return usage.find((row) => row.feature === feature)?.used ?? 0
}

export function withId(change: Change, id: string): Change {
  return { ...change, account: { ...change.account, id } }
}

export function folded(id: string): string {
  return id.normalize('NFKC').toLowerCase().trimEnd()
}
