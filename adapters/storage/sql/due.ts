/** Accounts that time alone has something to do for, and the lease that spares two workers one account. */
import type { DueQuery } from 'billwright'
import { type Building, prepared } from './compile.ts'
import { ask, type Executor, keep, rowsOf, type Script } from './executor.ts'
import { isAmong, unlocked } from './leasing.ts'

/** The verb `due`. */
export async function due(
  executor: Executor,
  { now, limit, leaseUntil }: DueQuery,
): Promise<readonly string[]> {
  if (leaseUntil === undefined) return (await rowsOf(executor, waiting({ now, limit }))).map(idOf)
  const lease = { now, limit, leaseUntil }
  const rows =
    executor.dialect === 'mysql'
      ? await executor.transaction(() => leaseLocked(lease))
      : await rowsOf(executor, leasing(lease))
  return [...rows].sort(earliestFirst).map(idOf)
}

const idOf = ({ id }: DueRow): string => id

interface Due {
  readonly now: number
  readonly limit: number
}

type Lease = Due & { readonly leaseUntil: number }

const waiting = prepared<Due>()((building) => free(building).select(['id', 'next_action_at']))

const leasing = prepared<Lease>()((building) => {
  const { db, arg, dialect } = building
  const rows = unlocked(dialect, free(building).select('id'))
  return db
    .updateTable('billwright_accounts')
    .set({ lease_until: arg('leaseUntil') })
    .where(isAmong(dialect, 'id', rows))
    .returning(['id', 'next_action_at'])
})

/** The same as a look that locks and an update, for MySQL, whose updates answer no rows. */
function* leaseLocked(lease: Lease): Script<readonly DueRow[]> {
  const rows = yield* ask(lock(lease))
  if (rows.length > 0) yield leaseThese({ ...lease, ids: rows.map(idOf) })
  return keep(rows)
}

const lock = prepared<Lease>()((building) =>
  unlocked(building.dialect, free(building).select(['id', 'next_action_at'])),
)

const leaseThese = prepared<Lease & { readonly ids: readonly string[] }>()(({ db, arg, list }) =>
  db
    .updateTable('billwright_accounts')
    .set({ lease_until: arg('leaseUntil') })
    .where('id', 'in', list('ids')),
)

function free({ db, arg }: Building<Due>) {
  return db
    .selectFrom('billwright_accounts')
    .where('next_action_at', '<=', arg('now'))
    .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', arg('now'))]))
    .orderBy('next_action_at')
    .orderBy('id')
    .limit(arg('limit'))
}

interface DueRow {
  readonly id: string
  readonly next_action_at: number | null
}

// What an update answers comes in no order.
function earliestFirst(a: DueRow, b: DueRow): number {
  return Number(a.next_action_at) - Number(b.next_action_at) || compareIds(a.id, b.id)
}

/** The order of the ids' bytes in UTF-8, which is the order of their code points. */
function compareIds(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  const place = left.findIndex((character, n) => character !== right[n])
  if (place === -1) return left.length - right.length
  return (left[place]?.codePointAt(0) ?? 0) - (right[place]?.codePointAt(0) ?? -1)
}
