/** Rows of one table, many in a statement. */
import type { Result } from './executor.ts'
import type { Columns, Written } from './rows.ts'
import type { Statement } from './statement.ts'
import { type RawBuilder, sql } from 'kysely'
import { prepared } from './compile.ts'
import { written } from './rows.ts'

/** At most this many rows go into one statement: engines bound the number of its values. */
const ROWS_AT_ONCE = 50

interface Rows {
  readonly rows: readonly Columns[]
}

type Inserting = (rows: Rows) => Statement

const inserting = new Map<Written, Inserting>(
  Object.values(written).map((table: Written) => [table, insertingInto(table)]),
)

/** Inserts rows, none for no rows; a row that is there becomes what the table says. */
export function* insertInto(
  table: Written,
  rows: readonly Columns[],
): Generator<Statement, void, Result> {
  const insert = inserting.get(table) ?? insertingInto(table)
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    yield insert({ rows: rows.slice(at, at + ROWS_AT_ONCE) })
}

function insertingInto(table: Written): Inserting {
  const columns = Object.keys(table.columns)
  return prepared<Rows>()(({ list, dialect }) => {
    const values = list('rows').map(
      (row) => sql`(${sql.join(columns.map((column) => row[column] ?? null))})`,
    )
    const existing = dialect === 'mysql' ? onDuplicateKey(table) : onConflict(table)
    return sql`insert into ${sql.ref(table.table)} (${names(columns)})
values ${sql.join(values)} ${existing}`
  })
}

/** What becomes of a row that is there, as SQLite and PostgreSQL say it. */
export function onConflict(table: Omit<Written, 'rowsOf'>): RawBuilder<unknown> {
  const { existing, key, columns, settled } = table
  if (existing === 'defect') return sql``
  if (existing === 'kept') return sql`on conflict (${names(key)}) do nothing`
  const set = others(columns, key).map((column) => {
    const [old, given] = [sql.ref(`${table.table}.${column}`), sql.ref(`excluded.${column}`)]
    const by = settled?.column === column ? sql.ref(`${table.table}.${settled.by}`) : null
    return by
      ? sql`${sql.ref(column)} = case when ${by} is null then ${given} else ${old} end`
      : sql`${sql.ref(column)} = ${given}`
  })
  return sql`on conflict (${names(key)}) do update set ${sql.join(set)}`
}

function onDuplicateKey({ existing, key, columns, settled }: Written): RawBuilder<unknown> {
  if (existing === 'defect') return sql``
  const [first = ''] = key
  if (existing === 'kept') return sql`on duplicate key update ${sql.ref(first)} = ${sql.ref(first)}`
  const set = others(columns, key).map((column) => {
    const [old, given] = [sql.ref(column), sql`values(${sql.ref(column)})`]
    return settled?.column === column
      ? sql`${old} = if(${sql.ref(settled.by)} is null, ${given}, ${old})`
      : sql`${old} = ${given}`
  })
  return sql`on duplicate key update ${sql.join(set)}`
}

function others(columns: Written['columns'], key: readonly string[]): readonly string[] {
  return Object.keys(columns).filter((column) => !key.includes(column))
}

function names(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql.ref(column)))
}

/** Lets go of all subscription rows of these accounts: the new ones follow. */
export const dropSubscriptions = prepared<{ readonly accounts: readonly string[] }>()(
  ({ db, list }) =>
    db.deleteFrom('billwright_subscriptions').where('account', 'in', list('accounts')),
)
