/** What a database really has of our tables, read from the engine's own lists. */
import type { Dialect } from './dialect.ts'
import type { Executor } from './executor.ts'
import type { Statement } from './statement.ts'
import { rowsOf } from './executor.ts'

export interface ExistingColumn {
  readonly name: string
  /** In the engine's words. */
  readonly type: string
  readonly nullable: boolean
  /** A row that does not name it gets a value: a default, or the next number. */
  readonly filled: boolean
  /** How its text is compared; `null` where the engine does not say. */
  readonly collation: string | null
}

export interface ExistingIndex {
  readonly name: string
  readonly primary: boolean
  readonly unique: boolean
  /** A part that is not a whole column, compared as it stands, is more than a name. */
  readonly columns: readonly string[]
  /** The condition of the rows that it has, in the engine's words; `null`: it has all. */
  readonly condition: string | null
}

export interface ExistingTable {
  readonly name: string
  readonly columns: readonly ExistingColumn[]
  readonly indexes: readonly ExistingIndex[]
}

/** Our tables as they are. Two statements that only read, with the rights of whoever uses the tables. */
export async function existingTables(executor: Executor): Promise<readonly ExistingTable[]> {
  const { columns, indexes } = LISTS[executor.dialect]
  const columnRows = await rowsOf(executor, listing<ColumnRow>(columns))
  const indexRows = await rowsOf(executor, listing<IndexRow>(indexes))
  return grouped(columnRows, (row) => row.table_name).map(([name, rows]) => ({
    name,
    columns: rows.map(columnOf),
    indexes: grouped(
      indexRows.filter((row) => row.table_name === name),
      (row) => row.index_name,
    ).flatMap(indexOf),
  }))
}

/** Numbers are whatever the driver makes of them. */
interface ColumnRow {
  readonly table_name: string
  readonly column_name: string
  readonly type: string
  readonly is_nullable: unknown
  readonly is_filled: unknown
  readonly collation_name: string | null
}

/** One column of an index. */
interface IndexRow {
  readonly table_name: string
  readonly index_name: string
  readonly is_primary: unknown
  readonly is_unique: unknown
  readonly column_name: string | null
  readonly only_where: string | null
}

function listing<Row>(text: string): Statement<Row> {
  return { in: () => ({ text, params: [], reads: true }) }
}

function columnOf(row: ColumnRow): ExistingColumn {
  return {
    name: row.column_name,
    type: row.type.toLowerCase(),
    nullable: isTrue(row.is_nullable),
    filled: isTrue(row.is_filled),
    collation: row.collation_name,
  }
}

function indexOf([name, rows]: readonly [string, readonly IndexRow[]]): readonly ExistingIndex[] {
  const [row] = rows
  if (!row) return []
  return [
    {
      name,
      primary: isTrue(row.is_primary),
      unique: isTrue(row.is_unique),
      columns: rows.map(({ column_name: column }) => column ?? '(an expression)'),
      condition: row.only_where,
    },
  ]
}

function isTrue(value: unknown): boolean {
  return Number(value) === 1
}

function grouped<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): readonly (readonly [string, readonly Row[]])[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return [...groups]
}

interface Lists {
  readonly columns: string
  readonly indexes: string
}

const sqlite: Lists = {
  columns: `
select t.name as table_name, c.name as column_name, c.type as type,
  case when c."notnull" = 0 then 1 else 0 end as is_nullable,
  case when c.dflt_value is not null or (c.pk = 1 and t.sql like '%autoincrement%')
    then 1 else 0 end as is_filled,
  null as collation_name
from sqlite_master as t join pragma_table_xinfo(t.name) as c
where t.type = 'table' and substr(t.name, 1, 11) = 'billwright_'
order by t.name, c.cid`,
  indexes: `
select t.name as table_name, i.name as index_name,
  case when i.origin = 'pk' then 1 else 0 end as is_primary, i."unique" as is_unique,
  case when upper(k.coll) = 'BINARY' then k.name else k.name || ' collate ' || k.coll end as column_name,
  case when i.partial = 0 then null
    else (select m.sql from sqlite_master as m where m.type = 'index' and m.name = i.name)
    end as only_where
from sqlite_master as t join pragma_index_list(t.name) as i join pragma_index_xinfo(i.name) as k
where t.type = 'table' and substr(t.name, 1, 11) = 'billwright_' and k.key = 1
order by t.name, i.name, k.seqno`,
}

const postgres: Lists = {
  columns: `
select t.relname as table_name, c.attname as column_name,
  format_type(c.atttypid, c.atttypmod) as type,
  case when c.attnotnull then 0 else 1 end as is_nullable,
  case when c.atthasdef or c.attidentity <> '' then 1 else 0 end as is_filled,
  case when o.collname = 'default' then d.datcollate else o.collname end as collation_name
from pg_class as t
join pg_attribute as c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
join pg_database as d on d.datname = current_database()
left join pg_collation as o on o.oid = c.attcollation
where t.relkind in ('r', 'p') and substr(t.relname, 1, 11) = 'billwright_'
  and pg_table_is_visible(t.oid)
order by t.relname, c.attnum`,
  // One that was never finished is no index.
  indexes: `
select t.relname as table_name, i.relname as index_name,
  case when x.indisprimary then 1 else 0 end as is_primary,
  case when x.indisunique then 1 else 0 end as is_unique,
  c.attname as column_name, pg_get_expr(x.indpred, x.indrelid) as only_where
from pg_index as x
join pg_class as t on t.oid = x.indrelid
join pg_class as i on i.oid = x.indexrelid
cross join lateral generate_series(0, x.indnkeyatts - 1) as k(place)
left join pg_attribute as c on c.attrelid = t.oid and c.attnum = x.indkey[k.place]
where t.relkind in ('r', 'p') and substr(t.relname, 1, 11) = 'billwright_'
  and pg_table_is_visible(t.oid) and x.indisvalid
order by t.relname, i.relname, k.place`,
}

const mysql: Lists = {
  columns: `
select table_name as table_name, column_name as column_name, column_type as type,
  case when is_nullable = 'YES' then 1 else 0 end as is_nullable,
  case when column_default is not null or extra like '%auto_increment%'
    or extra like '%generated%' then 1 else 0 end as is_filled,
  collation_name as collation_name
from information_schema.columns
where table_schema = database() and substr(table_name, 1, 11) = 'billwright_'
order by table_name, ordinal_position`,
  // Two values with one beginning are one to an index that has only their beginning.
  indexes: `
select table_name as table_name, index_name as index_name,
  case when index_name = 'PRIMARY' then 1 else 0 end as is_primary,
  case when non_unique = 0 then 1 else 0 end as is_unique,
  case when sub_part is null then column_name else concat(column_name, '(', sub_part, ')') end
    as column_name,
  null as only_where
from information_schema.statistics
where table_schema = database() and substr(table_name, 1, 11) = 'billwright_'
order by table_name, index_name, seq_in_index`,
}

const LISTS: Readonly<Record<Dialect, Lists>> = { sqlite, postgres, mysql }
