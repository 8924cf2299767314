/** Webhook deliveries: kept, leased, marked as done. */
import type { DeliveryRow, Storage } from 'billwright'
import type { Instant } from 'billwright/core'
import type { Executor, Statement } from './executor.ts'
import type { DeliveriesTable } from './schema.ts'
import { sql } from 'kysely'
import { prepared } from './compile.ts'
import { rowsOf } from './executor.ts'

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
] as const

export const DELIVERY_COLUMNS = ['position', ...COLUMNS] as const

/** The inbox verbs. */
export function inbox(executor: Executor): Pick<Storage, 'park' | 'claimDeliveries'> {
  return {
    async park(delivery) {
      await executor.query(keepDelivery(delivery))
    },
    async claimDeliveries(query) {
      const rows = await rowsOf(executor, claim(query))
      const inOrder = [...rows].sort((a, b) => a.position - b.position)
      return inOrder.map(deliveryRow)
    },
  }
}

const upsert = prepared<DeliveriesTable>()((db, arg) =>
  db
    .insertInto('billwright_deliveries')
    .values({
      gateway: arg('gateway'),
      id: arg('id'),
      type: arg('type'),
      account: arg('account'),
      state: arg('state'),
      body_hash: arg('body_hash'),
      request: arg('request'),
      attempts: arg('attempts'),
      next_at: arg('next_at'),
      lease_owner: arg('lease_owner'),
      lease_until: arg('lease_until'),
      error: arg('error'),
      received_at: arg('received_at'),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['gateway', 'id'])
        .doUpdateSet(({ ref }) => ({
          type: ref('excluded.type'),
          account: ref('excluded.account'),
          state: ref('excluded.state'),
          body_hash: ref('excluded.body_hash'),
          request: ref('excluded.request'),
          attempts: ref('excluded.attempts'),
          next_at: ref('excluded.next_at'),
          lease_owner: ref('excluded.lease_owner'),
          lease_until: ref('excluded.lease_until'),
          error: ref('excluded.error'),
          received_at: ref('excluded.received_at'),
        }))
        .where('billwright_deliveries.state', '<>', 'done'),
    ),
)

/** Inserts or replaces a delivery; a `done` one stays as it is. */
export function keepDelivery(row: DeliveryRow): Statement {
  return upsert({
    gateway: row.gateway,
    id: row.id,
    type: row.type,
    account: row.account,
    state: row.state,
    body_hash: row.bodyHash,
    request: JSON.stringify(row.request),
    attempts: row.attempts,
    next_at: row.nextAt,
    lease_owner: row.leaseOwner,
    lease_until: row.leaseUntil,
    error: row.error === null ? null : JSON.stringify(row.error),
    received_at: row.receivedAt,
  })
}

interface Claim {
  readonly now: number
  readonly owner: string
  readonly leaseUntil: number
  readonly limit: number
}

const claim = prepared<Claim>()((db, arg) =>
  db
    .updateTable('billwright_deliveries')
    .set((row) => ({
      attempts: row('attempts', '+', 1),
      lease_owner: arg('owner'),
      lease_until: arg('leaseUntil'),
    }))
    .where('position', 'in', (rows) =>
      rows
        .selectFrom('billwright_deliveries')
        .select('position')
        .where(sql<boolean>`state = 'parked'`)
        .where('next_at', '<=', arg('now'))
        .where(({ eb, or }) =>
          or([eb('lease_until', 'is', null), eb('lease_until', '<=', arg('now'))]),
        )
        .orderBy('position')
        .limit(arg('limit')),
    )
    .returning(DELIVERY_COLUMNS),
)

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
