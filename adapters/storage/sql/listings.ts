/** Lists over every account: who is due, who has what, what waits. */
import type { DeliveryRow, EffectRow, Storage, SubscriptionFilter } from 'billwright'
import type { Executor } from './executor.ts'
import type { Place } from './page.ts'
import type { SubscriptionsTable } from './schema.ts'
import type { Statement } from './statement.ts'
import { sql } from 'kysely'
import { once, prepared } from './compile.ts'
import { due } from './due.ts'
import { DELIVERY_COLUMNS, deliveryRow } from './inbox.ts'
import { EFFECT_COLUMNS, effectRow } from './outbox.ts'
import { pageOf } from './page.ts'
import { subscriptionRow } from './subscriptions.ts'

type Listings = Pick<Storage, 'due' | 'accounts' | 'subscriptions' | 'effects' | 'deliveries'>

/** The verbs that list. */
export function listings(executor: Executor): Listings {
  return {
    due: (query) => due(executor, query),
    accounts: (page) =>
      pageOf(executor, page, {
        select: accountsAfter,
        placeOf: ({ id }) => [id],
        itemOf: ({ id }) => id,
      }),
    subscriptions: (filter, page) =>
      pageOf(executor, page, {
        select: (after, limit) => subscriptionsAfter(filter, after, limit),
        placeOf: (row) => [row.account, row.plan_group],
        itemOf: subscriptionRow,
      }),
    effects: ({ state }, page) =>
      pageOf(executor, page, {
        select: (after, limit) => effectsIn({ state, after: positionOf(after), limit }),
        placeOf: ({ position }) => [position],
        itemOf: effectRow,
      }),
    deliveries: ({ state }, page) =>
      pageOf(executor, page, {
        select: (after, limit) => deliveriesIn({ state, after: positionOf(after), limit }),
        placeOf: ({ position }) => [position],
        itemOf: deliveryRow,
      }),
  }
}

/** Positions count from 1. */
function positionOf(after: Place | null): number {
  return Number(after?.[0] ?? 0)
}

function accountsAfter(after: Place | null, limit: number): Statement<{ readonly id: string }> {
  return once(({ db }) => {
    const ids = db.selectFrom('billwright_accounts').select('id').orderBy('id').limit(limit)
    return after ? ids.where('id', '>', `${after[0]}`) : ids
  })
}

/** Written anew for each filter: an index helps only a condition that stands in the statement. */
function subscriptionsAfter(
  filter: SubscriptionFilter,
  after: Place | null,
  limit: number,
): Statement<SubscriptionsTable> {
  const { account, status, plan, group, gateway, currency, free = true } = filter
  const { ending, startedFrom, startedBefore } = filter
  return once(({ db }) => {
    let rows = db
      .selectFrom('billwright_subscriptions')
      .selectAll()
      .orderBy('account')
      .orderBy('plan_group')
      .limit(limit)
    if (account !== undefined) rows = rows.where('account', '=', account)
    // A list of nothing is no SQL on every engine.
    if (status?.length === 0) rows = rows.where(sql<boolean>`1 = 0`)
    else if (status !== undefined) rows = rows.where('status', 'in', status)
    if (plan !== undefined) rows = rows.where('plan', '=', plan)
    if (group !== undefined) rows = rows.where('plan_group', '=', group)
    if (gateway !== undefined) rows = rows.where('gateway', '=', gateway)
    if (currency !== undefined) rows = rows.where('currency', '=', currency)
    if (ending !== undefined) rows = rows.where('cancel_at', ending ? 'is not' : 'is', null)
    if (startedFrom !== undefined) rows = rows.where('started_at', '>=', startedFrom)
    if (startedBefore !== undefined) rows = rows.where('started_at', '<', startedBefore)
    if (!free) rows = rows.where('amount', 'is not', null)
    if (!after) return rows
    const [lastAccount = '', lastGroup = ''] = after
    return rows.where(
      sql<boolean>`(account, plan_group) > (${`${lastAccount}`}, ${`${lastGroup}`})`,
    )
  })
}

interface InState<State> {
  readonly state: State
  readonly after: number
  readonly limit: number
}

const effectsIn = prepared<InState<EffectRow['state']>>()(({ db, arg }) =>
  db
    .selectFrom('billwright_effects')
    .select(EFFECT_COLUMNS)
    .where('state', '=', arg('state'))
    .where('position', '>', arg('after'))
    .orderBy('position')
    .limit(arg('limit')),
)

const deliveriesIn = prepared<InState<DeliveryRow['state']>>()(({ db, arg }) =>
  db
    .selectFrom('billwright_deliveries')
    .select(DELIVERY_COLUMNS)
    .where('state', '=', arg('state'))
    .where('position', '>', arg('after'))
    .orderBy('position')
    .limit(arg('limit')),
)
