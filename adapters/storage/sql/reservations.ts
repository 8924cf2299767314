/** Amounts that were counted ahead, until they are settled or run out. */
import type { Storage } from 'billwright'
import type { Executor, Result, Script } from './executor.ts'
import type { Statement } from './statement.ts'
import { prepared } from './compile.ts'
import { add } from './counters.ts'
import { ask, keep } from './executor.ts'
import { unlocked } from './leasing.ts'

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
export const reserve = prepared<Reservation>()(({ db, arg }) =>
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

const COLUMNS = ['account', 'id', 'feature', 'window_start', 'amount'] as const

interface Taken extends Id {
  readonly feature: string
  readonly window_start: number
  readonly amount: number
}

// Whoever deletes the row gives back what it held: that is what makes ending it happen once.
const running = prepared<Id & { readonly now: number }>()(({ db, arg, dialect }) => {
  const rows = db
    .selectFrom('billwright_reservations')
    .select(COLUMNS)
    .where('account', '=', arg('account'))
    .where('id', '=', arg('id'))
    .where('expires_at', '>', arg('now'))
  return dialect === 'sqlite' ? rows : rows.forUpdate()
})

const over = prepared<{ readonly now: number; readonly limit: number }>()(({ db, arg, dialect }) =>
  unlocked(
    dialect,
    db
      .selectFrom('billwright_reservations')
      .select(COLUMNS)
      .where('expires_at', '<=', arg('now'))
      .orderBy('expires_at')
      .limit(arg('limit')),
  ),
)

const end = prepared<Id>()(({ db, arg }) =>
  db
    .deleteFrom('billwright_reservations')
    .where('account', '=', arg('account'))
    .where('id', '=', arg('id')),
)

function* settle(request: Parameters<Storage['settleReservation']>[0]): Script<boolean> {
  const { account, id, now, amount } = request
  const [found] = yield* ask(running({ account, id, now }))
  if (!found) return keep(false)
  return keep(yield* endReservation(found, Math.min(0, amount - found.amount)))
}

function* expire(query: { readonly now: number; readonly limit: number }): Script<number> {
  let ended = 0
  for (const found of yield* ask(over(query)))
    if (yield* endReservation(found, -found.amount)) ended += 1
  return keep(ended)
}

function* endReservation(row: Taken, by: number): Generator<Statement, boolean, Result> {
  const { account, id, feature, window_start: window } = row
  const { affected } = yield end({ account, id })
  if (affected === 0) return false
  yield add({ account, feature, window, by })
  return true
}
