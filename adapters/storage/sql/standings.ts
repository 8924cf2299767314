/** How counters stand, and the versions of their accounts, for any number of them at once. */
import type { UsageRequest } from 'billwright'
import type { Executor } from './executor.ts'
import { sql } from 'kysely'
import { prepared } from './compile.ts'
import { rowsOf } from './executor.ts'

export interface CounterStanding {
  readonly used: number
  /** 0 when there is no such account. */
  readonly version: number
}

/** One for each request, in their order. */
export async function standingsOf(
  executor: Executor,
  requests: readonly UsageRequest[],
): Promise<readonly CounterStanding[]> {
  const rows = await rowsOf(
    executor,
    countersOf({
      accounts: requests.map(({ account }) => account),
      features: requests.map(({ feature }) => feature),
      windows: requests.map(({ window }) => window),
    }),
  )
  const known = new Map(rows.map((row) => [JSON.stringify([row.one, row.two, row.n]), row.m]))
  return requests.map(({ account, feature, window }) => ({
    used: known.get(JSON.stringify([account, feature, window])) ?? 0,
    version: known.get(JSON.stringify([account, '', -1])) ?? 0,
  }))
}

interface Row {
  readonly one: string
  readonly two: string
  readonly n: number
  readonly m: number
}

const countersOf = prepared<{
  readonly accounts: readonly string[]
  readonly features: readonly string[]
  readonly windows: readonly number[]
}>()(
  ({ list }) => sql<Row>`
select id as one, '' as two, -1 as n, version as m
from billwright_accounts where id in (${sql.join(list('accounts'))})
union all
select account, feature, window_start, used from billwright_usage
where account in (${sql.join(list('accounts'))}) and feature in (${sql.join(list('features'))})
  and window_start in (${sql.join(list('windows'))})`,
)
