/** Sums for any number of counters, and the keys they are counted under, in one PostgreSQL statement. */
import type { Executor } from './executor.ts'
import type { Statement } from './statement.ts'
import { type RawBuilder, sql } from 'kysely'
import { type Building, prepared } from './compile.ts'
import { addGuardedFree, type Guarded } from './counters.ts'
import { rowsOf } from './executor.ts'
import { faithfulJson } from './faithful.ts'
import { addOnceFree, type Mark } from './usage-keys.ts'

/** What several uses add to one counter, with the marks of those that have a key. */
export interface Sum {
  readonly guarded: Guarded
  readonly marks: readonly Mark[]
}

/**
 * Per counter the new count, or `null` when its sum did not fit, its account has changed, a key is
 * marked, or another transaction holds it: nobody waits here for somebody else's counter. A key that
 * is marked meanwhile is a unique violation.
 */
export async function addAtOnce(
  executor: Executor,
  sums: readonly Sum[],
): Promise<readonly (number | null)[]> {
  const [only] = sums
  const alone = only && sums.length === 1 ? addOne(only) : null
  if (alone) return [(await rowsOf(executor, alone))[0]?.used ?? null]
  const asked = sums.flatMap(({ marks }, n) =>
    marks.map(({ account, key, amount, at }) => ({ n, account, key, amount, at })),
  )
  const text = faithfulJson(sums.map(({ guarded }, n) => ({ ...guarded, n })))
  const statement =
    asked.length === 0
      ? addAll({ sums: text })
      : addAllOnce({ sums: text, marks: faithfulJson(asked) })
  const counts = new Map((await rowsOf(executor, statement)).map(({ n, used }) => [n, used]))
  return sums.map((_, n) => counts.get(n) ?? null)
}

/** One counter takes a smaller statement; `null` when not all of the sum is under one key or none. */
function addOne({ guarded, marks }: Sum): Statement<{ readonly used: number }> | null {
  const [mark] = marks
  if (!mark) return addGuardedFree(guarded)
  const { key, amount, at } = mark
  if (amount !== guarded.amount) return null
  return addOnceFree({ ...guarded, key, at, reservation: null, expiresAt: null })
}

interface Counted {
  /** Which of the sums. */
  readonly n: number
  readonly used: number
}

interface Sums {
  readonly sums: string
}

const addAll = prepared<Sums>()(
  (building) => sql<Counted>`with ${counting(building, sql`true`)} select n, used from done`,
)

// Keys are marked in one order, after all counters: two flushes never wait for each other.
const addAllOnce = prepared<Sums & { readonly marks: string }>()(
  (building) => sql<Counted>`with
asked as (
  select n, account, key, amount, at, (
    select 1 from billwright_usage_keys as earlier where earlier.account = rows.account
    and earlier.kind = 'use' and earlier.key = rows.key
  ) is not null as known
  from json_to_recordset(cast(${building.arg('marks')} as json)) as rows (
    n integer, account text, key text, amount bigint, at bigint
  )
),
${counting(building, sql`n not in (select n from asked where known)`)},
marked as (
  insert into billwright_usage_keys (account, key, kind, feature, window_start, amount, at)
  select asked.account, asked.key, 'use', want.feature, want.window_start, asked.amount, asked.at
  from asked join done using (n) join want using (n)
  order by asked.account collate "C", asked.key collate "C"
)
select n, used from done`,
)

// Every counter is found by its key on its own, in an order that is everybody's: a plan made while the
// table was empty must not read all of it later. Of a counter that was locked nobody else changes the
// count any more; one that was begun by somebody else meanwhile is left as it is.
function counting({ arg }: Building<Sums>, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
want as (
  select n, account, feature, "window" as window_start, amount, "limit" as most,
    amount <= "limit" and ${condition} and (version is null or version = coalesce(
      (select version from billwright_accounts where id = account), 0
    )) as open
  from json_to_recordset(cast(${arg('sums')} as json)) as rows (
    n integer, account text, feature text, "window" bigint, amount bigint, "limit" bigint,
    version bigint
  )
  order by account collate "C", feature collate "C", window_start
),
held as (
  select account, feature, window_start, amount, open and used + amount <= most as fits
  from want cross join lateral (
    select used from billwright_usage as counter where counter.account = want.account
    and counter.feature = want.feature and counter.window_start = want.window_start
    for update skip locked
  ) as locked
),
counted as (
  insert into billwright_usage as counter (account, feature, window_start, used)
  select account, feature, window_start, amount from held where fits
  union all
  select account, feature, window_start, amount from want
  where open and (account, feature, window_start) not in (
    select account, feature, window_start from held
  )
  and (
    select used from billwright_usage as counter where counter.account = want.account
    and counter.feature = want.feature and counter.window_start = want.window_start
  ) is null
  on conflict (account, feature, window_start) do update
  set used = counter.used + excluded.used
  where (excluded.account, excluded.feature, excluded.window_start)
    in (select account, feature, window_start from held)
  returning account, feature, window_start, used
),
done as (select n, used from counted join want using (account, feature, window_start))`
}
