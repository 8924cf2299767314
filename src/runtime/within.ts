/**
 * The verbs inside a transaction that the app began: what they write is kept or undone together with
 * the app's own rows, and what they ask of a gateway waits in the outbox for a worker.
 */
import type { Bill, JoinedVerb } from '../bill.ts'
import type { Runtime } from './runtime.ts'
import { BillingError } from '../errors.ts'
import { createLanes } from './lanes.ts'
import { reads } from './reads.ts'
import { snapshotsOf } from './snapshots.ts'
import { usageVerbs } from './usage-verbs.ts'
import { verbs } from './verbs.ts'

export function within(runtime: Runtime, transaction: unknown): Pick<Bill, JoinedVerb> {
  const { storage } = runtime
  if (!storage.within)
    throw new BillingError(
      'config',
      'invalid_transaction',
      `within(): the storage ${storage.name} has no transactions that an app could begin.`,
      { storage: storage.name },
    )
  const inside = storage.within(transaction)
  const joined: Runtime = {
    ...runtime,
    joined: true,
    storage: inside,
    // Nobody outside may see what is not committed, and nothing of the outside may hide it.
    snapshots: snapshotsOf({ storage: inside, clock: runtime.ports.clock, mostMs: 0 }),
    // Who waits in the other lanes may wait for this very transaction.
    lanes: createLanes(),
  }
  return { ...verbs(joined), ...usageVerbs(joined), ...reads(joined) }
}
