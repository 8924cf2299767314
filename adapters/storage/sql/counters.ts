/** Counters as statements: each one update that guards itself. */
import type { UsageDelta, UsageRequest } from 'billwright'
import type { Executor, Result } from './executor.ts'
import type { Columns } from './rows.ts'
import type { Statement } from './statement.ts'
import { type RawBuilder, sql } from 'kysely'
import { type Building, prepared } from './compile.ts'
import { ask } from './executor.ts'
import { greater, integer, text } from './phrases.ts'

/** Which counter. */
export interface Counter {
  readonly account: string
  readonly feature: string
  readonly window: number
}

/** Without a limit a counter may still not pass what a number holds. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER

/** What is to be added, and on what condition. */
export interface Guarded extends Counter {
  /** The account's version must be this one; `null`: whatever it is. */
  readonly version: number | null
  readonly amount: number
  readonly limit: number
}

/** The terms of a request: what is added, to what, and up to where. */
export function guardedBy(request: UsageRequest): Guarded {
  const { account, feature, window, version, amount, limit } = request
  return { account, feature, window, version, amount, limit: limit ?? NO_LIMIT }
}

/**
 * Adds if the result stays within the limit and the account has not changed since: a row with the
 * new count, or none. The condition on the account stands where both the insert and the update see it.
 */
export const addGuarded = prepared<Guarded>()((building) => counting(building, sql`true`))

/** The same for PostgreSQL, unless another transaction holds the counter: nobody waits for it here. */
export const addGuardedFree = prepared<Guarded>()((building) => counting(building, free(building)))

/** The same on a further condition. */
export function counting<Args extends Guarded>(
  building: Building<Args>,
  condition: RawBuilder<unknown>,
): RawBuilder<{ readonly used: number }> {
  const { arg, dialect } = building
  return sql<{ readonly used: number }>`
insert into billwright_usage as counter (account, feature, window_start, used)
select ${text(dialect, arg('account'))}, ${text(dialect, arg('feature'))},
  ${integer(dialect, arg('window'))}, ${integer(dialect, arg('amount'))}
where ${integer(dialect, arg('amount'))} <= ${integer(dialect, arg('limit'))}
  and ${unchanged(building)} and ${condition}
on conflict (account, feature, window_start) do update
set used = counter.used + excluded.used
where counter.used + excluded.used <= ${integer(dialect, arg('limit'))}
returning used`
}

/** Whether no other transaction holds the counter; until this one ends none will. */
export function free<Args extends Counter>({ arg }: Building<Args>): RawBuilder<boolean> {
  const counter = sql`from billwright_usage where account = ${arg('account')}
    and feature = ${arg('feature')} and window_start = ${arg('window')}`
  return sql`(
    (select used ${counter}) is null or
    (select used from (select used ${counter} for update skip locked) as held) is not null
  )`
}

const updateGuarded = prepared<Guarded>()(
  (building) => sql`
update billwright_usage set used = used + ${building.arg('amount')}
where account = ${building.arg('account')} and feature = ${building.arg('feature')}
  and window_start = ${building.arg('window')}
  and used + ${building.arg('amount')} <= ${building.arg('limit')} and ${unchanged(building)}`,
)

function unchanged<Args extends Guarded>({ arg, dialect }: Building<Args>) {
  const version = integer(dialect, arg('version'))
  return sql<boolean>`(${version} is null or ${version} = coalesce(
    (select version from billwright_accounts where id = ${arg('account')}), 0
  ))`
}

/** `addGuarded` within a transaction, in the engine's way: the new count, or `null`. */
export function* addWithin(
  { dialect }: Pick<Executor, 'dialect'>,
  guarded: Guarded,
): Generator<Statement, number | null, Result> {
  if (dialect !== 'mysql') {
    const [counted] = yield* ask(addGuarded(guarded))
    return counted?.used ?? null
  }
  // MySQL tells neither what an update made of a row nor whether an insert met one.
  const { affected: added } = yield updateGuarded(guarded)
  if (added > 0) return yield* usedNow(guarded)
  const { affected: begun } = yield insertGuarded(guarded)
  return begun > 0 ? guarded.amount : null
}

/** Begins a counter that is not there; one that is there meanwhile is a unique violation. */
const insertGuarded = prepared<Guarded>()((building) => {
  const { arg, dialect } = building
  return sql`
insert into billwright_usage (account, feature, window_start, used)
select ${arg('account')}, ${arg('feature')}, ${integer(dialect, arg('window'))},
  ${integer(dialect, arg('amount'))}
from (select 1 as one) as this
where ${integer(dialect, arg('amount'))} <= ${integer(dialect, arg('limit'))}
  and ${unchanged(building)} and not exists (
    select 1 from billwright_usage where account = ${arg('account')}
    and feature = ${arg('feature')} and window_start = ${arg('window')}
  )`
})

type Delta = Counter & { readonly by: number }

/** Adds without a limit, never below zero. */
export const add = prepared<Delta>()((building) => adding(building))

/** The same, with the new count; MySQL does not tell it. */
export const addTelling = prepared<Delta>()(
  (building) => sql<{ readonly used: number }>`${adding(building)} returning used`,
)

function adding({ arg, dialect }: Building<Delta>) {
  const by = integer(dialect, arg('by'))
  const inserted = greater(dialect, integer(dialect, 0), by)
  const values = sql`(account, feature, window_start, used)
values (${arg('account')}, ${arg('feature')}, ${arg('window')}, ${inserted})`
  const sum = (used: string) => greater(dialect, integer(dialect, 0), sql`${sql.ref(used)} + ${by}`)
  return dialect === 'mysql'
    ? sql`insert into billwright_usage ${values} on duplicate key update used = ${sum('used')}`
    : sql`insert into billwright_usage as counter ${values}
on conflict (account, feature, window_start) do update set used = ${sum('counter.used')}`
}

/** Sets a counter. */
export const set = prepared<Counter & { readonly used: number }>()(({ db, arg, dialect }) => {
  const insert = db.insertInto('billwright_usage').values({
    account: arg('account'),
    feature: arg('feature'),
    window_start: arg('window'),
    used: arg('used'),
  })
  return dialect === 'mysql'
    ? insert.onDuplicateKeyUpdate({ used: arg('used') })
    : insert.onConflict((conflict) =>
        conflict.columns(['account', 'feature', 'window_start']).doUpdateSet({ used: arg('used') }),
      )
})

/** The counter as it stands. */
export function* usedNow(counter: Counter): Generator<Statement, number, Result> {
  const [row] = yield* ask(look(counter))
  return row?.used ?? 0
}

const look = prepared<Counter>()(({ db, arg }) =>
  db
    .selectFrom('billwright_usage')
    .select('used')
    .where('account', '=', arg('account'))
    .where('feature', '=', arg('feature'))
    .where('window_start', '=', arg('window')),
)

/**
 * What a list of additions does to each counter in one go. None of them goes below zero, so that
 * together they do to a count `x`: the greater of `least` and `x + sum`.
 */
export function clamped(account: string, deltas: readonly UsageDelta[]): readonly Columns[] {
  const counters = new Map<string, { least: number; sum: number } & Columns>()
  for (const { feature, window: window_start, by } of deltas) {
    const key = JSON.stringify([feature, window_start])
    const { least, sum } = counters.get(key) ?? { least: 0, sum: 0 }
    const next = { least: Math.max(0, least + by), sum: sum + by }
    counters.set(key, { account, feature, window_start, ...next })
  }
  return [...counters.values()]
}
