/**
 * What the database knows about a set of things, as rows of several kinds from one statement: plain
 * columns only, so that every engine answers alike.
 */
import { type RawBuilder, sql } from 'kysely'
import { type Building, prepared } from './compile.ts'

/** What is wanted; a list that is empty costs nothing. */
export interface Wanted {
  readonly accounts: readonly string[]
  /** Whoever holds one of these is wanted like an account. */
  readonly holders: readonly string[]
  readonly claims: readonly string[]
  /** Keys of commands, of any of those accounts. */
  readonly commands: readonly string[]
  /** Deliveries and payments by gateway and id; what else a pair of the lists finds is left unread. */
  readonly gateways: readonly string[]
  readonly deliveries: readonly string[]
  readonly payments: readonly string[]
}

/** A row; what its columns hold depends on its kind. */
export interface Found {
  /**
   * - `account`: id, –, document, –, version
   * - `usage`: account, feature, –, –, window, used
   * - `claim`: account, claim
   * - `command`: account, key, effects, hash, at
   * - `delivery`: gateway, id, body hash, state
   * - `payment`: account, –, payment
   */
  readonly what: 'account' | 'usage' | 'claim' | 'command' | 'delivery' | 'payment'
  readonly one: string
  readonly two: string
  readonly body: string
  readonly more: string
  readonly n: number
  readonly m: number
}

/** What a row is about: its kind and the two ids, which may hold any character. */
export function keyOf(what: Found['what'], one: string, two: string): string {
  return JSON.stringify([what, one, two])
}

/** The rows of one kind, and the list that must have something in it for them to be asked for. */
interface Branch {
  readonly needs: keyof Wanted | null
  readonly selects: (
    building: Building<Wanted>,
    ways: readonly IsWanted[],
  ) => readonly RawBuilder<Found>[]
}

/** Whether the account in a column is asked for, in one of the ways to do that. */
type IsWanted = (column: string) => RawBuilder<boolean>

/** Documents, counters, claims, marks and old payments. */
export const found = prepared<Wanted>()((building) =>
  union(building, [documents, usage, claims, commands, deliveries, payments]),
)

/** Versions, claims and marks: what may stand in the way of a commit. */
export const inTheWay = prepared<Wanted>()((building) =>
  union(building, [versions, claims, commands, deliveries]),
)

function union(building: Building<Wanted>, branches: readonly Branch[]): RawBuilder<Found> {
  const asked = branches.filter(({ needs }) => needs === null || building.given(needs))
  const ways = waysToAccounts(building)
  const selects = asked.flatMap((branch) => branch.selects(building, ways))
  return sql<Found>`${sql.join(selects, sql` union all `)}`
}

const documents: Branch = {
  needs: null,
  selects: (_, ways) =>
    ways.map(
      (isWanted) => sql<Found>`
select 'account' as what, id as one, '' as two, document as body, '' as more, version as n, 0 as m
from billwright_accounts where ${isWanted('id')}`,
    ),
}

const versions: Branch = {
  needs: null,
  selects: (_, ways) =>
    ways.map(
      (isWanted) => sql<Found>`
select 'account' as what, id as one, '' as two, '' as body, '' as more, version as n, 0 as m
from billwright_accounts where ${isWanted('id')}`,
    ),
}

// Only the newest window of each feature: a counter per month adds up over the years.
const usage: Branch = {
  needs: null,
  selects: (_, ways) =>
    ways.map(
      (isWanted) => sql<Found>`
select 'usage', account, feature, '', '', window_start, used
from billwright_usage as newest where ${isWanted('account')} and window_start = (
  select max(window_start) from billwright_usage
  where account = newest.account and feature = newest.feature
)`,
    ),
}

const claims: Branch = {
  needs: 'claims',
  selects: ({ list }) => [
    sql<Found>`
select 'claim', account, claim, '', '', 0, 0
from billwright_claims where claim in (${sql.join(list('claims'))})`,
  ],
}

const commands: Branch = {
  needs: 'commands',
  selects: ({ list }, ways) =>
    ways.map(
      (isWanted) => sql<Found>`
select 'command', account, ${sql.ref('key')}, effects, hash, at, 0
from billwright_commands where ${isWanted('account')}
and ${sql.ref('key')} in (${sql.join(list('commands'))})`,
    ),
}

const deliveries: Branch = {
  needs: 'deliveries',
  selects: ({ list }) => [
    sql<Found>`
select 'delivery', gateway, id, body_hash, state, 0, 0 from billwright_deliveries
where gateway in (${sql.join(list('gateways'))}) and id in (${sql.join(list('deliveries'))})`,
  ],
}

const payments: Branch = {
  needs: 'payments',
  selects: ({ list }, ways) =>
    ways.map(
      (isWanted) => sql<Found>`
select 'payment', account, '', payment, '', 0, 0 from billwright_payments
where gateway in (${sql.join(list('gateways'))})
and id in (${sql.join(list('payments'))}) and ${isWanted('account')}`,
    ),
}

/**
 * The accounts asked for by id, and the holders of the claims asked for who are not among those. Each
 * for itself: where one `or` the other may hold, engines read all accounts that there are.
 */
function waysToAccounts({ list, given }: Building<Wanted>): readonly IsWanted[] {
  const byId: IsWanted = (column) => sql`${sql.ref(column)} in (${sql.join(list('accounts'))})`
  const byClaim: IsWanted = (column) => sql`${sql.ref(column)} in (
    select account from billwright_claims where claim in (${sql.join(list('holders'))}))`
  if (!given('holders')) return [given('accounts') ? byId : () => sql`1 = 0`]
  if (!given('accounts')) return [byClaim]
  return [byId, (column) => sql`${byClaim(column)} and not ${byId(column)}`]
}
