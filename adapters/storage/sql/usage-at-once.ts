/** Sums for any number of counters in one statement, for PostgreSQL. */
import type { Guarded } from './counters.ts'
import type { Executor } from './executor.ts'
import { sql } from 'kysely'
import { prepared } from './compile.ts'
import { rowsOf } from './executor.ts'
import { faithfulJson } from './faithful.ts'

/**
 * Per counter the new count, or `null` when its sum did not fit, its account has changed, or another
 * transaction holds it: nobody waits here for somebody else's counter.
 */
export async function addAtOnce(
  executor: Executor,
  sums: readonly Guarded[],
): Promise<readonly (number | null)[]> {
  const rows = await rowsOf(executor, addAll({ sums: faithfulJson(sums.map(numbered)) }))
  const counts = new Map(rows.map(({ n, used }) => [n, used]))
  return sums.map((_, n) => counts.get(n) ?? null)
}

function numbered(sum: Guarded, n: number) {
  return { ...sum, n }
}

interface Counted {
  /** Which of the sums. */
  readonly n: number
  readonly used: number
}

// Every counter is found by its key on its own, in an order that is everybody's: a plan made while the
// table was empty must not read all of it later. Of a counter that was locked nobody else changes the
// count any more; one that was begun by somebody else meanwhile is left as it is.
const addAll = prepared<{ readonly sums: string }>()(
  ({ arg }) => sql<Counted>`with
want as (
  select n, account, feature, "window" as window_start, amount, "limit" as most,
    amount <= "limit" and (version is null or version = coalesce(
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
  where open and (account, feature, window_start) not in (select account, feature, window_start from held)
  and (
    select used from billwright_usage as counter where counter.account = want.account
    and counter.feature = want.feature and counter.window_start = want.window_start
  ) is null
  on conflict (account, feature, window_start) do update
  set used = counter.used + excluded.used
  where (excluded.account, excluded.feature, excluded.window_start)
    in (select account, feature, window_start from held)
  returning account, feature, window_start, used
)
select n, used from counted join want using (account, feature, window_start)`,
)
