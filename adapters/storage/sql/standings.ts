/** How things stand for any number of uses at once. */
import type { UsageRequest } from 'billwright'
import type { Executor } from './executor.ts'
import type { Standing } from './usage-keys.ts'
import { sql } from 'kysely'
import { prepared } from './compile.ts'
import { rowsOf } from './executor.ts'

/** Looks once for all requests; what it returns tells how things stand for one of them. */
export async function standingsOf(
  executor: Executor,
  requests: readonly UsageRequest[],
): Promise<(request: UsageRequest) => Standing> {
  const rows = await rowsOf(
    executor,
    standings({
      accounts: unique(requests.map(({ account }) => account)),
      features: unique(requests.map(({ feature }) => feature)),
      windows: unique(requests.map(({ window }) => window)),
      keys: unique(requests.flatMap(({ key }) => key ?? [])),
    }),
  )
  const known = new Map(
    rows.map((row) => [JSON.stringify([row.what, row.account, row.name, row.n]), row]),
  )
  const find = (...id: readonly [Row['what'], string, string | null, number]) =>
    known.get(JSON.stringify(id))
  return ({ account, feature, window, key }) => {
    const before = find('key', account, key, 0)
    return {
      used: find('counter', account, feature, window)?.m ?? 0,
      version: find('account', account, '', 0)?.m ?? 0,
      feature: before?.feature ?? null,
      amount: before?.m ?? 0,
      reserved_feature: null,
      reserved: 0,
    }
  }
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)]
}

interface Row {
  readonly what: 'account' | 'counter' | 'key'
  readonly account: string
  readonly name: string
  readonly feature: string
  readonly n: number
  readonly m: number
}

interface Lists {
  readonly accounts: readonly string[]
  readonly features: readonly string[]
  readonly windows: readonly number[]
  readonly keys: readonly string[]
}

const standings = prepared<Lists>()(({ list, given }) => {
  const accounts = sql.join(list('accounts'))
  const keys = sql`
union all
select 'key', account, ${sql.ref('key')}, feature, 0, amount from billwright_usage_keys
where account in (${accounts}) and kind = 'use' and ${sql.ref('key')} in (${sql.join(list('keys'))})`
  return sql<Row>`
select 'account' as what, id as account, '' as name, '' as feature, 0 as n, version as m
from billwright_accounts where id in (${accounts})
union all
select 'counter', account, feature, feature, window_start, used from billwright_usage
where account in (${accounts}) and feature in (${sql.join(list('features'))})
  and window_start in (${sql.join(list('windows'))})
${given('keys') ? keys : sql``}`
})
