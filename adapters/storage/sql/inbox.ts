/** Webhook deliveries: kept, leased, marked as done. */
import type { DeliveryRow, Storage } from 'billwright'
import type { Instant } from 'billwright/core'
import type { DeliveriesTable } from './schema.ts'
import type { Statement } from './statement.ts'
import { sql } from 'kysely'
import { type Building, prepared } from './compile.ts'
import { ask, type Executor, keep, rowsOf, type Script } from './executor.ts'
import { isAmong, unlocked } from './leasing.ts'
import { deliveryColumns } from './rows.ts'

const COLUMNS = [
  'gateway',
  'id',
  'type',
  'account',
  'state',
  'body_hash',
  'request',
  'attempts',
  'next_at',
  'lease_owner',
  'lease_until',
  'error',
  'received_at',
  'kept_since',
] as const

export const DELIVERY_COLUMNS = ['position', ...COLUMNS] as const

/** The inbox verbs. */
export function inbox(executor: Executor): Pick<Storage, 'park' | 'claimDeliveries'> {
  return {
    async park(delivery) {
      await executor.query(keepDelivery(delivery))
    },
    async claimDeliveries(query) {
      const rows =
        executor.dialect === 'mysql'
          ? await executor.transaction(() => leaseLocked(query))
          : await rowsOf(executor, lease(query))
      const inOrder = [...rows].sort((a, b) => a.position - b.position)
      return inOrder.map(deliveryRow)
    },
  }
}

type Delivery = ReturnType<typeof deliveryColumns>

/** Inserts or replaces a delivery; a `done` one stays as it is. */
export function keepDelivery(row: DeliveryRow): Statement {
  return upsert(deliveryColumns(row))
}

const upsert = prepared<Delivery>()(({ db, arg, dialect }) => {
  const columns = Object.fromEntries(COLUMNS.map((column) => [column, arg(column)]))
  const insert = db.insertInto('billwright_deliveries').values(columns as unknown as Delivery)
  const replaced = COLUMNS.filter((column) => column !== 'gateway' && column !== 'id')
  if (dialect === 'mysql')
    return insert.onDuplicateKeyUpdate(
      // One after the other: what was `done` must be asked of the state before that is set.
      Object.fromEntries(
        [...replaced.filter((column) => column !== 'state'), 'state'].map((column) => [
          column,
          sql`if(state = 'done', ${sql.ref(column)}, values(${sql.ref(column)}))`,
        ]),
      ),
    )
  return insert.onConflict((conflict) =>
    conflict
      .columns(['gateway', 'id'])
      .doUpdateSet(({ ref }) =>
        Object.fromEntries(replaced.map((column) => [column, ref(`excluded.${column}`)])),
      )
      .where('billwright_deliveries.state', '<>', 'done'),
  )
})

interface Named {
  readonly gateway: string
  readonly id: string
}

/** The state of a delivery, held until the transaction ends. */
export const deliveryState = prepared<Named>()(({ db, arg, dialect }) => {
  const state = db
    .selectFrom('billwright_deliveries')
    .select('state')
    .where('gateway', '=', arg('gateway'))
    .where('id', '=', arg('id'))
  return dialect === 'sqlite' ? state : state.forUpdate()
})

interface Claim {
  readonly now: number
  readonly owner: string
  readonly leaseUntil: number
  readonly limit: number
}

const lease = prepared<Claim>()((building) => {
  const { db, arg, dialect } = building
  const rows = free(building).select('position')
  return db
    .updateTable('billwright_deliveries')
    .set((row) => ({
      attempts: row('attempts', '+', 1),
      lease_owner: arg('owner'),
      lease_until: arg('leaseUntil'),
    }))
    .where(isAmong(dialect, 'position', rows))
    .returning(DELIVERY_COLUMNS)
})

type Leased = DeliveriesTable & { readonly position: number }

/** The same as a look that locks and an update, for MySQL, whose updates answer no rows. */
function* leaseLocked(claim: Claim): Script<readonly Leased[]> {
  const rows = yield* ask(lock(claim))
  if (rows.length > 0)
    yield leaseThese({ ...claim, positions: rows.map(({ position }) => position) })
  const { owner: lease_owner, leaseUntil: lease_until } = claim
  return keep(rows.map((row) => ({ ...row, attempts: row.attempts + 1, lease_owner, lease_until })))
}

const lock = prepared<Claim>()((building) => free(building).select(DELIVERY_COLUMNS))

const leaseThese = prepared<Claim & { readonly positions: readonly number[] }>()(
  ({ db, arg, list }) =>
    db
      .updateTable('billwright_deliveries')
      .set((row) => ({
        attempts: row('attempts', '+', 1),
        lease_owner: arg('owner'),
        lease_until: arg('leaseUntil'),
      }))
      .where('position', 'in', list('positions')),
)

// The state stands in the text, not among the values: the index of due deliveries names it too.
function free({ db, arg, dialect }: Building<Claim>) {
  const rows = db
    .selectFrom('billwright_deliveries')
    .where(sql<boolean>`state = 'parked'`)
    .where('next_at', '<=', arg('now'))
    .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', arg('now'))]))
    .orderBy('position')
    .limit(arg('limit'))
  return unlocked(dialect, rows)
}

/** A row as the runtime sees it. */
export function deliveryRow(row: DeliveriesTable): DeliveryRow {
  return {
    gateway: row.gateway,
    id: row.id,
    type: row.type,
    account: row.account,
    state: row.state as DeliveryRow['state'],
    bodyHash: row.body_hash,
    request: JSON.parse(row.request),
    attempts: row.attempts,
    nextAt: row.next_at as Instant | null,
    leaseOwner: row.lease_owner,
    leaseUntil: row.lease_until as Instant | null,
    // As JSON, because an error's words may hold what no id may.
    error: row.error === null ? null : JSON.parse(row.error),
    receivedAt: row.received_at as Instant,
  }
}
