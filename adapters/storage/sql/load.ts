/** Everything that a decision needs, in one statement. */
import type { DeliveryState, Loaded, LoadQuery, UsageRow } from 'billwright'
import type { Instant } from 'billwright/core'
import type { Executor, Statement } from './executor.ts'
import { type RawBuilder, sql } from 'kysely'
import { prepared } from './compile.ts'
import { rowsOf } from './executor.ts'
import { faithful, idList } from './faithful.ts'

/** The verb `load`. */
export async function load(executor: Executor, query: LoadQuery): Promise<Loaded> {
  const [row] = await rowsOf(executor, statementFor(query))
  return row ? loaded(row, query) : NOTHING
}

const NOTHING: Loaded = {
  account: null,
  usage: [],
  command: null,
  delivery: null,
  taken: [],
  payments: [],
}

/** What is wanted besides the account; lists are JSON text, keyed by their place in the query. */
interface Wanted {
  readonly command: string | null
  readonly gateway: string | null
  readonly delivery: string | null
  readonly taken: string
  readonly payments: string
}

/** One row; every column but the holder is JSON text or NULL. */
interface LoadedColumns {
  readonly holder: string | null
  readonly document: string | null
  readonly usage: string
  readonly command: string | null
  readonly delivery: string | null
  readonly taken: string
  readonly payments: string
}

function statementFor(query: LoadQuery): Statement<LoadedColumns> {
  const wanted: Wanted = {
    command: query.command ?? null,
    gateway: query.delivery?.gateway ?? null,
    delivery: query.delivery?.id ?? null,
    taken: idList(query.taken ?? []),
    payments: JSON.stringify(
      (query.payments ?? []).map(({ gateway, id }) => [faithful(gateway), faithful(id)]),
    ),
  }
  return 'account' in query.by
    ? byAccount({ ...wanted, account: query.by.account })
    : byClaims({ ...wanted, claims: idList(query.by.claims) })
}

type Argument = <Name extends keyof Wanted>(name: Name) => Wanted[Name]

// Stored JSON goes into a list as a string, not as JSON: the engine then never reads it, so neither
// its depth nor its numbers meet a second parser.
const columns = (target: RawBuilder<unknown>, arg: Argument) => sql<LoadedColumns>`
with target as (${target})
select
  target.id as holder,
  (select document from billwright_accounts where id = target.id) as document,
  (select json_group_array(json_array(feature, window_start, used)) from (
    select feature, max(window_start) as window_start, used from billwright_usage
    where account = target.id group by feature order by feature
  )) as usage,
  (select json_array(hash, effects, at) from billwright_commands
    where account = target.id and key = ${arg('command')}) as command,
  (select json_array(state, body_hash) from billwright_deliveries
    where gateway = ${arg('gateway')} and id = ${arg('delivery')}) as delivery,
  (select json_group_array(list.key) from json_each(${arg('taken')}) as list
    join billwright_claims as held on held.claim = list.value
    where target.id is null or held.account <> target.id) as taken,
  (select json_group_array(json_array(list.key, found.payment))
    from json_each(${arg('payments')}) as list
    join billwright_payments as found
      on found.gateway = json_extract(list.value, '$[0]')
      and found.id = json_extract(list.value, '$[1]')
    where found.account = target.id) as payments
from target`

const byAccount = prepared<Wanted & { readonly account: string }>()((_, arg) =>
  columns(sql`select ${arg('account')} as id`, arg),
)

const byClaims = prepared<Wanted & { readonly claims: string }>()((_, arg) =>
  columns(
    sql`select (
      select held.account from json_each(${arg('claims')}) as list
      join billwright_claims as held on held.claim = list.value
      order by list.key limit 1
    ) as id`,
    arg,
  ),
)

function loaded(row: LoadedColumns, query: LoadQuery): Loaded {
  const account = row.document === null ? null : JSON.parse(row.document)
  const taken: readonly number[] = JSON.parse(row.taken)
  const payments: readonly (readonly [number, string])[] = JSON.parse(row.payments)
  return {
    account,
    usage: usageOf(row.usage),
    command: commandOf(row.command, query, row.holder ?? ''),
    delivery: deliveryOf(row.delivery),
    taken: [...taken].sort(ascending).flatMap((place) => query.taken?.[place] ?? []),
    payments: [...payments]
      .sort(([a], [b]) => ascending(a, b))
      .map(([, payment]) => JSON.parse(payment)),
  }
}

const ascending = (a: number, b: number): number => a - b

function usageOf(text: string): readonly UsageRow[] {
  const rows: readonly (readonly [string, number, number])[] = JSON.parse(text)
  return rows.map(([feature, window, used]) => ({ feature, window, used }))
}

function commandOf(text: string | null, query: LoadQuery, account: string): Loaded['command'] {
  if (text === null) return null
  const [hash, effects, at]: [string, string, Instant] = JSON.parse(text)
  return { account, key: query.command ?? '', hash, effects: JSON.parse(effects), at }
}

function deliveryOf(text: string | null): Loaded['delivery'] {
  if (text === null) return null
  const [state, bodyHash]: [DeliveryState, string] = JSON.parse(text)
  return { state, bodyHash }
}
