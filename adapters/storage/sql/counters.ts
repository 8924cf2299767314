/** Counters as statements: each one update that guards itself. */
import { sql } from 'kysely'
import { prepared } from './compile.ts'

/** Which counter. */
export interface Counter {
  readonly account: string
  readonly feature: string
  readonly window: number
}

/** Without a limit a counter may still not pass what a number holds. */
export const NO_LIMIT = Number.MAX_SAFE_INTEGER

interface Guarded extends Counter {
  readonly version: number | null
  readonly amount: number
  readonly limit: number
}

/**
 * Adds if the result stays within the limit and the account has not changed since: a row with the
 * new count, or none. The condition on the account stands where both the insert and the update see it.
 */
export const addGuarded = prepared<Guarded>()(
  (_, arg) => sql<{ readonly used: number }>`
insert into billwright_usage (account, feature, window_start, used)
select ${arg('account')}, ${arg('feature')}, ${arg('window')}, ${arg('amount')}
where ${arg('amount')} <= ${arg('limit')} and (
  ${arg('version')} is null or ${arg('version')} = coalesce(
    (select version from billwright_accounts where id = ${arg('account')}), 0
  )
)
on conflict (account, feature, window_start) do update
set used = used + excluded.used where used + excluded.used <= ${arg('limit')}
returning used`,
)

/** Adds without a limit, never below zero. */
export const add = prepared<Counter & { readonly by: number }>()(
  (_, arg) => sql<{ readonly used: number }>`
insert into billwright_usage (account, feature, window_start, used)
values (${arg('account')}, ${arg('feature')}, ${arg('window')}, max(0, ${arg('by')}))
on conflict (account, feature, window_start) do update set used = max(0, used + ${arg('by')})
returning used`,
)

/** Sets a counter. */
export const set = prepared<Counter & { readonly used: number }>()((db, arg) =>
  db
    .insertInto('billwright_usage')
    .values({
      account: arg('account'),
      feature: arg('feature'),
      window_start: arg('window'),
      used: arg('used'),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['account', 'feature', 'window_start'])
        .doUpdateSet({ used: ({ ref }) => ref('excluded.used') }),
    ),
)

/** The counter as it stands, and the account's version: why a guarded update changed nothing. */
export const look = prepared<Counter>()(
  (_, arg) => sql<{ readonly used: number; readonly version: number }>`
select
  coalesce((
    select used from billwright_usage
    where account = ${arg('account')} and feature = ${arg('feature')}
      and window_start = ${arg('window')}
  ), 0) as used,
  coalesce((select version from billwright_accounts where id = ${arg('account')}), 0) as version`,
)
