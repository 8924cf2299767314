/** What a process remembers of its customers, so that not every question goes to the storage. */
import type { Clock } from '../ports.ts'
import type { Storage } from '../storage.ts'
import {
  type Account,
  type Catalog,
  type Entitlements,
  entitlements,
  type Instant,
  nextActionAt,
  type Usage,
} from '../core/index.ts'
import { countersOf } from './counters.ts'

/** An account as it was when somebody looked. */
export interface Snapshot {
  readonly account: Account | null
  readonly usage: Usage
}

export interface Snapshots {
  /** What is remembered, however old: good enough to work out a limit, never to count. */
  known(customer: string): Promise<Snapshot>
  /** What is remembered if it is not older than the app allows, else what the storage says. */
  recent(customer: string): Promise<Snapshot>
  /** What the storage says now. */
  fresh(customer: string): Promise<Snapshot>
  /** This process wrote something of the customer: `recent` looks again. */
  outdate(customer: string): void
}

/** How many customers a process remembers; the oldest are forgotten. */
const REMEMBERED = 10_000

interface SnapshotOptions {
  readonly storage: Pick<Storage, 'load'>
  readonly clock: Clock
  /** How old `recent` may be. */
  readonly mostMs: number
}

interface Entry {
  snapshot: Snapshot | null
  /** When the look began; `null` once something was written since. */
  lookedAt: Instant | null
  /** How often this process wrote: a look that began before a write must not count as one after it. */
  writes: number
}

export function snapshotsOf({ storage, clock, mostMs }: SnapshotOptions): Snapshots {
  const entries = new Map<string, Entry>()

  const fresh = async (customer: string): Promise<Snapshot> => {
    const entry = entries.get(customer) ?? { snapshot: null, lookedAt: null, writes: 0 }
    entries.delete(customer)
    entries.set(customer, entry)
    const [lookedAt, { writes }] = [clock.now(), entry]
    const { account, usage } = await storage.load({ by: { account: customer } })
    const snapshot = { account, usage: countersOf(usage) }
    // Somebody who is not registered yet may be at any moment.
    entry.snapshot = account && snapshot
    entry.lookedAt = entry.writes === writes ? lookedAt : null
    if (entries.size > REMEMBERED) entries.delete(entries.keys().next().value ?? '')
    return snapshot
  }

  return {
    fresh,
    known: async (customer) => entries.get(customer)?.snapshot ?? fresh(customer),
    async recent(customer) {
      const { snapshot = null, lookedAt = null } = entries.get(customer) ?? {}
      if (!snapshot || lookedAt === null) return fresh(customer)
      const age = clock.now() - lookedAt
      return age >= 0 && age < mostMs ? snapshot : fresh(customer)
    },
    outdate(customer) {
      const entry = entries.get(customer)
      if (!entry) return
      entry.lookedAt = null
      entry.writes += 1
    },
  }
}

/** What an account that was looked at gives now; worked out once for as long as it cannot change. */
export function entitlementsNow(
  { catalog, ports }: { readonly catalog: Catalog; readonly ports: { readonly clock: Clock } },
  { account, usage }: { readonly account: Account; readonly usage: Usage },
): Entitlements {
  const now = ports.clock.now()
  const last = worked.get(account)
  if (last?.usage === usage && now >= last.from && now < last.until) return last.answer
  const answer = entitlements(account, usage, now, catalog)
  const until = changesAt(answer, nextActionAt(account, catalog))
  worked.set(account, { usage, answer, from: now, until })
  return answer
}

interface Worked {
  readonly usage: Usage
  readonly answer: Entitlements
  readonly from: Instant
  readonly until: number
}

/** By the account as it was loaded: another load is another object. */
const worked = new WeakMap<Account, Worked>()

/** The first moment at which time alone may change the answer: something falls due, ends or resets. */
export function changesAt({ all, until }: Entitlements, due: Instant | null): number {
  const moments = [due, until, ...all.flatMap((each) => [each.until, each.resetsAt])]
  return Math.min(...moments.map((at) => at ?? Number.POSITIVE_INFINITY))
}
