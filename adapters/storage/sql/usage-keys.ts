/** Counting once: under an idempotency key, or for a reservation that is running. */
import { type RawBuilder, sql } from 'kysely'
import { type Building, prepared } from './compile.ts'
import { type Counter, counting, free, type Guarded } from './counters.ts'
import { integer, text } from './phrases.ts'

interface Key {
  readonly account: string
  readonly key: string
  readonly kind: 'use' | 'release'
}

/** What was counted or given back, and under which key. */
export type Mark = Key & Counter & { readonly amount: number; readonly at: number }

/** Marks a key; one that is marked is a unique violation. */
export const mark = prepared<Mark>()(({ db, arg }) =>
  db.insertInto('billwright_usage_keys').values({
    account: arg('account'),
    key: arg('key'),
    kind: arg('kind'),
    feature: arg('feature'),
    window_start: arg('window'),
    amount: arg('amount'),
    at: arg('at'),
  }),
)

/** What was counted or given back under a key. */
export const marked = prepared<Key>()(({ db, arg }) =>
  db
    .selectFrom('billwright_usage_keys')
    .select(['feature', 'amount'])
    .where('account', '=', arg('account'))
    .where('kind', '=', arg('kind'))
    .where('key', '=', arg('key')),
)

/** Which of these keys are marked as used, and others of the same accounts perhaps. */
export const markedAmong = prepared<{
  readonly accounts: readonly string[]
  readonly keys: readonly string[]
}>()(({ db, list }) =>
  db
    .selectFrom('billwright_usage_keys')
    .select(['account', 'key'])
    .where('account', 'in', list('accounts'))
    .where('kind', '=', 'use')
    .where('key', 'in', list('keys')),
)

/** A use, with the key and the reservation's id that make it one of its kind. */
export interface Once extends Counter {
  readonly key: string | null
  readonly reservation: string | null
}

/** How things stand for a use: the counter, the account's version, and what its key stands for. */
export interface Standing {
  readonly used: number
  readonly version: number
  readonly feature: string | null
  readonly amount: number
  readonly reserved_feature: string | null
  readonly reserved: number
}

export const standing = prepared<Once>()(
  ({ arg }) => sql<Standing>`
select
  coalesce((
    select used from billwright_usage
    where account = ${arg('account')} and feature = ${arg('feature')}
      and window_start = ${arg('window')}
  ), 0) as used,
  coalesce((select version from billwright_accounts where id = ${arg('account')}), 0) as version,
  earlier.feature as feature, coalesce(earlier.amount, 0) as amount,
  running.feature as reserved_feature, coalesce(running.amount, 0) as reserved
from (select 1 as one) as this
left join billwright_usage_keys as earlier
  on earlier.account = ${arg('account')} and earlier.kind = 'use'
  and ${sql.ref('earlier.key')} = ${arg('key')}
left join billwright_reservations as running
  on running.account = ${arg('account')} and running.id = ${arg('reservation')}`,
)

interface Counting extends Once, Guarded {
  readonly expiresAt: number | null
  readonly at: number
}

/**
 * Counts, marks the key and holds the reservation in one statement, for PostgreSQL: a row with the
 * new count, or none. A key that is marked meanwhile is a unique violation.
 */
export const addOnce = prepared<Counting>()((building) => countingOnce(building, sql`true`))

/** The same, unless another transaction holds the counter: nobody waits for it here. */
export const addOnceFree = prepared<Counting>()((building) =>
  countingOnce(building, free(building)),
)

function countingOnce(building: Building<Counting>, condition: RawBuilder<unknown>) {
  const known = sql`exists (${sql.join(before(building), sql` union all `)})`
  return sql<{ readonly used: number }>`with
counted as (${counting(building, sql`not ${known} and ${condition}`)}),
marked as (
  insert into billwright_usage_keys (account, key, kind, feature, window_start, amount, at)
  select ${values(building, ['account', 'key'])}, 'use',
    ${values(building, ['feature', 'window', 'amount', 'at'])}
  from counted where ${text('postgres', building.arg('key'))} is not null
),
reserved as (
  insert into billwright_reservations (account, id, feature, window_start, amount, expires_at)
  select ${values(building, ['account', 'reservation', 'feature', 'window', 'amount', 'expiresAt'])}
  from counted where ${text('postgres', building.arg('reservation'))} is not null
)
select used from counted`
}

function before({ arg }: Building<Counting>) {
  return [
    sql`select 1 from billwright_usage_keys where account = ${arg('account')} and kind = 'use'
    and key = ${arg('key')}`,
    sql`select 1 from billwright_reservations where account = ${arg('account')}
    and id = ${arg('reservation')}`,
  ]
}

const NUMBERS: ReadonlySet<string> = new Set(['window', 'amount', 'at', 'expiresAt'])

function values({ arg }: Building<Counting>, names: readonly (keyof Counting & string)[]) {
  return sql.join(
    names.map((name) =>
      NUMBERS.has(name) ? integer('postgres', arg(name)) : text('postgres', arg(name)),
    ),
  )
}
