/** Amounts that were counted ahead, until they are settled or run out. */
import type { Storage } from 'billwright'
import type { Executor, Script } from './executor.ts'
import { sql } from 'kysely'
import { prepared } from './compile.ts'
import { add } from './counters.ts'
import { ask, keep } from './executor.ts'

type Reservations = Pick<Storage, 'settleReservation' | 'expireReservations'>

/** The verbs that end reservations. */
export function reservations(executor: Executor): Reservations {
  return {
    settleReservation: (request) => executor.transaction(() => settle(request)),
    expireReservations: (query) => executor.transaction(() => expire(query)),
  }
}

interface Reservation {
  readonly account: string
  readonly id: string
  readonly feature: string
  readonly window: number
  readonly amount: number
  readonly expiresAt: number
}

/** Remembers an amount that was just counted. */
export const reserve = prepared<Reservation>()((db, arg) =>
  db.insertInto('billwright_reservations').values({
    account: arg('account'),
    id: arg('id'),
    feature: arg('feature'),
    window_start: arg('window'),
    amount: arg('amount'),
    expires_at: arg('expiresAt'),
  }),
)

interface Id {
  readonly account: string
  readonly id: string
}

/** A reservation that nobody ended yet. */
export const runningReservation = prepared<Id>()((db, arg) =>
  db
    .selectFrom('billwright_reservations')
    .select(['feature', 'amount'])
    .where('account', '=', arg('account'))
    .where('id', '=', arg('id')),
)

interface Taken {
  readonly account: string
  readonly feature: string
  readonly window_start: number
  readonly amount: number
}

// Whoever deletes the row gives back what it held: that is what makes ending it happen once.
const take = prepared<Id & { readonly now: number }>()((db, arg) =>
  db
    .deleteFrom('billwright_reservations')
    .where('account', '=', arg('account'))
    .where('id', '=', arg('id'))
    .where('expires_at', '>', arg('now'))
    .returning(['account', 'feature', 'window_start', 'amount']),
)

const takeOver = prepared<{ readonly now: number; readonly limit: number }>()(
  (_, arg) => sql<Taken>`
delete from billwright_reservations where (account, id) in (
  select account, id from billwright_reservations
  where expires_at <= ${arg('now')} order by expires_at limit ${arg('limit')}
)
returning account, feature, window_start, amount`,
)

function* settle(request: Parameters<Storage['settleReservation']>[0]): Script<boolean> {
  const { account, id, now, amount } = request
  const [taken] = yield* ask(take({ account, id, now }))
  if (!taken) return keep(false)
  const { feature, window_start: window } = taken
  yield add({ account, feature, window, by: Math.min(0, amount - taken.amount) })
  return keep(true)
}

function* expire(query: { readonly now: number; readonly limit: number }): Script<number> {
  const taken = yield* ask(takeOver(query))
  for (const { account, feature, window_start: window, amount } of taken)
    yield add({ account, feature, window, by: -amount })
  return keep(taken.length)
}
