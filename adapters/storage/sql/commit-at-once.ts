/**
 * Changes as one statement, for PostgreSQL: a chain of writes that all hang on the compare and set.
 * The values come as JSON, one text per table, so that the statement's words depend only on which
 * tables are written and stay prepared.
 */
import type { Change } from 'billwright'
import type { Executor } from './executor.ts'
import type { WriteOptions } from './write-options.ts'
import { type RawBuilder, sql } from 'kysely'
import { prepared } from './compile.ts'
import { clamped } from './counters.ts'
import { rowsOf } from './executor.ts'
import { faithfulJson } from './faithful.ts'
import { onConflict } from './insert.ts'
import {
  accountRow,
  type Columns,
  type ColumnType,
  deliveryColumns,
  outcomeColumns,
  type Written,
  written,
} from './rows.ts'

/**
 * The accounts whose change was written. One whose version is another now is left out; whatever else
 * is not as it must be throws and writes none of them.
 */
export async function writtenAtOnce(
  executor: Executor,
  changes: readonly Change[],
  { skipLocked = false }: WriteOptions,
): Promise<ReadonlySet<string>> {
  const parts = PARTS.map((part) => ({ part, rows: stepRows(part, changes) }))
  const asked = parts.filter(({ part, rows }) => rows.length > 0 || part === subscriptions)
  const args = Object.fromEntries(asked.map(({ part, rows }) => [part.name, faithfulJson(rows)]))
  const statement = statementFor(
    asked.map(({ part }) => part),
    skipLocked,
  )
  const rows = await rowsOf(
    executor,
    statement({ ...args, step: faithfulJson(changes.map(accountRow)) }),
  )
  return new Set(rows.map(({ id }) => id))
}

/** Rows, each with the account whose step it is and its place in the order in which they are written. */
function stepRows({ rowsOf: rows }: Part, changes: readonly Change[]): readonly Columns[] {
  const all: Columns[] = []
  for (const change of changes)
    for (const row of rows(change)) all.push({ ...row, step: change.account.id, place: all.length })
  return all
}

/** One write of the chain: what it is called, its rows, and the statement that writes them. */
interface Part {
  readonly name: string
  readonly columns: Readonly<Record<string, ColumnType>>
  readonly rowsOf: (change: Change) => readonly Columns[]
  /** `from`: the rows of steps that were written. */
  readonly write: (from: RawBuilder<unknown>) => RawBuilder<unknown>
  /** As many rows as were given must have been written; else all of it is taken back. */
  readonly counts?: true
}

const name = (column: string) => sql.ref(column)
const list = (columns: readonly string[]) => sql.join(columns.map(name))

function inserting(table: Omit<Written, 'rowsOf'>): Part['write'] {
  const all = Object.keys(table.columns)
  return (from) => sql`insert into ${name(table.table)} (${list(all)})
  select ${list(all)} ${from} order by place ${onConflict(table)}`
}

function tablePart([key, table]: readonly [string, Written]): Part {
  return { ...table, name: key, write: inserting(table) }
}

// Nothing goes before anything in one statement: old rows are replaced, and what is left is dropped.
const subscriptions = tablePart([
  'subscriptions',
  { ...written.subscriptions, existing: 'replaced' },
])

const claims: Part = {
  name: 'claims',
  columns: { claim: 'text', account: 'text' },
  rowsOf: ({ account, claims: all }) => all.map((claim) => ({ claim, account: account.id })),
  counts: true,
  // In one order everywhere: two statements that want the same claims would wait for each other.
  write: (from) => sql`insert into billwright_claims as held (claim, account)
  select claim, account ${from} order by claim
  on conflict (claim) do update set account = excluded.account where held.account = excluded.account
  returning 1`,
}

const releases: Part = {
  name: 'releases',
  columns: { claim: 'text' },
  rowsOf: (change) => change.releases.map((claim) => ({ claim })),
  write: (from) => sql`delete from billwright_claims as held
  using (select claim, step ${from}) as given
  where held.claim = given.claim and held.account = given.step`,
}

const delivery: Part = {
  name: 'delivery',
  columns: {
    ...{ gateway: 'text', id: 'text', type: 'text', account: 'text', state: 'text' },
    ...{ body_hash: 'text', request: 'text', attempts: 'bigint', next_at: 'bigint' },
    ...{ lease_owner: 'text', lease_until: 'bigint', error: 'text', received_at: 'bigint' },
    kept_since: 'bigint',
  },
  rowsOf: (change) => (change.delivery ? [deliveryColumns(change.delivery)] : []),
  counts: true,
  write: (from) =>
    sql`${inserting({
      table: 'billwright_deliveries',
      columns: delivery.columns,
      key: ['gateway', 'id'],
      existing: 'replaced',
    })(from)} where billwright_deliveries.state <> 'done' returning 1`,
}

const settled: Part = {
  name: 'settled',
  columns: {
    ...{ key: 'text', owner: 'text', state: 'text', sent: 'bigint', next_at: 'bigint' },
    ...{ answer: 'text', error: 'text' },
  },
  rowsOf: (change) =>
    change.settled.map((each) => ({ key: each.key, owner: each.owner, ...outcomeColumns(each) })),
  write: (from) => sql`update billwright_effects as effect
  set state = given.state, sent = given.sent, next_at = given.next_at, answer = given.answer,
    error = given.error, lease_owner = null, lease_until = null
  from (select * ${from}) as given
  where effect.key = given.key and (given.owner is null or effect.lease_owner = given.owner)`,
}

const usage: Part = {
  name: 'usage',
  columns: {
    ...{ account: 'text', feature: 'text', window_start: 'bigint' },
    ...{ least: 'bigint', sum: 'bigint' },
  },
  rowsOf: ({ account, usage: deltas }) => clamped(account.id, deltas),
  write(from) {
    const given = (column: string) => sql`(select ${name(column)} ${from}
    and account = excluded.account and feature = excluded.feature
    and window_start = excluded.window_start)`
    return sql`insert into billwright_usage as counter (account, feature, window_start, used)
  select account, feature, window_start, greatest(least, sum) ${from}
  on conflict (account, feature, window_start)
  do update set used = greatest(${given('least')}, counter.used + ${given('sum')})`
  },
}

/** Everything but the state, in an order that a reader of the journal would expect. */
const PARTS: readonly Part[] = [
  releases,
  claims,
  delivery,
  ...Object.entries(written).map((entry) =>
    entry[1] === written.subscriptions ? subscriptions : tablePart(entry),
  ),
  settled,
  usage,
]

type Args = Readonly<Record<string, string>>

const statements = new Map<string, ReturnType<typeof chain>>()

function statementFor(parts: readonly Part[], skipLocked: boolean): ReturnType<typeof chain> {
  const key = [skipLocked, ...parts.map((part) => part.name)].join(' ')
  const known = statements.get(key) ?? chain(parts, skipLocked)
  statements.set(key, known)
  return known
}

const STEP = {
  id: 'text',
  version: 'bigint',
  next: 'bigint',
  document: 'text',
  nextActionAt: 'bigint',
  at: 'bigint',
} as const satisfies Readonly<Record<string, ColumnType>>

/** Which rows were written: none, unless every part that counts wrote what it was given. */
function chain(parts: readonly Part[], skipLocked: boolean) {
  return prepared<Args>()(({ arg }) => {
    // Read once: parts that count and those that drop look at their rows again.
    const given = parts.map(
      (part) => sql`given_${sql.raw(part.name)} as (${record(arg(part.name), rowOf(part))}),
`,
    )
    const writes = parts.map(
      (part) => sql`,
wrote_${sql.raw(part.name)} as (${part.write(ofWritten(part))})`,
    )
    return sql<{ readonly id: string }>`with
step as (${record(arg('step'), STEP)}),
${sql.join(given, sql``)}free as (
  select account.id from billwright_accounts as account join step using (id)
  where account.version = step.version and step.version > 0 order by id for update of account${sql.raw(skipLocked ? ' skip locked' : '')}
),
updated as (
  update billwright_accounts as account
  set version = step.next, document = step.document, next_action_at = step."nextActionAt",
    lease_until = null, updated_at = step.at
  from step join free using (id)
  where account.id = step.id and account.version = step.version returning account.id
),
inserted as (
  insert into billwright_accounts (id, version, document, next_action_at, created_at, updated_at)
  select id, next, document, "nextActionAt", at, at from step where version = 0
  on conflict (id) do nothing returning id
),
written as (select id from updated union all select id from inserted)${sql.join(writes, sql``)}${dropped}
select id from written where 1 / (case when ${whole(parts)} then 1 else 0 end) = 1`
  })
}

/** The rows of a part, so far as their step was written. */
function ofWritten(part: Part): RawBuilder<unknown> {
  return sql`from given_${sql.raw(part.name)} as given where step in (select id from written)`
}

function rowOf({ columns }: Part): Part['columns'] {
  return { ...columns, step: 'text', place: 'bigint' }
}

/** JSON as rows. */
function record(text: string, columns: Readonly<Record<string, ColumnType>>): RawBuilder<unknown> {
  const typed = Object.entries(columns).map(
    ([column, type]) => sql`${name(column)} ${sql.raw(type)}`,
  )
  return sql`select * from json_to_recordset(cast(${text} as json)) as rows (${sql.join(typed)})`
}

// The new rows of an account replace all old ones: what is not among them goes.
const dropped = sql`,
dropped as (
  delete from billwright_subscriptions where account in (select id from written)
  and (account, plan_group) not in (select account, plan_group from given_subscriptions)
)`

// A division by zero undoes the statement, which is the only way for it to take itself back.
function whole(parts: readonly Part[]): RawBuilder<unknown> {
  const checks = parts
    .filter(({ counts }) => counts)
    .map(
      (part) => sql`(select count(*) from wrote_${sql.raw(part.name)})
  = (select count(*) ${ofWritten(part)})`,
    )
  return checks.length > 0 ? sql.join(checks, sql` and `) : sql`true`
}
