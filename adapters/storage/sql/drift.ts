/** Where a database differs from the schema of this version, in words. */
import type { Dialect } from './dialect.ts'
import type { Executor } from './executor.ts'
import type { ExistingColumn, ExistingIndex, ExistingTable } from './existing.ts'
import type { Column, ColumnKind, Condition, Index, Table } from './schema-change.ts'
import { typeOf } from './ddl.ts'
import { existingTables } from './existing.ts'
import { migrations } from './migrations.ts'
import { schemaAfter } from './schema-after.ts'
import { LONGEST } from './schema-change.ts'

/**
 * What is missing or different, one sentence each; nothing when the database is as it must be.
 * Columns are told by what they hold and how they compare, keys and indexes by their columns: names of
 * indexes, and what only makes things faster, may differ.
 */
export async function drift(
  executor: Executor,
  tables: readonly Table[] = schemaAfter(migrations),
): Promise<readonly string[]> {
  const existing = await existingTables(executor)
  return tables.flatMap((table) => {
    const found = existing.find(({ name }) => name === table.name)
    if (!found) return [`${table.name} is missing`]
    const differences = [
      ...columnDifferences(table, found, executor.dialect),
      ...keyDifferences(table, found),
    ]
    return differences.map((difference) => `${table.name}: ${difference}`)
  })
}

function columnDifferences(
  table: Table,
  { columns }: ExistingTable,
  dialect: Dialect,
): readonly string[] {
  const ours = Object.entries(table.columns).flatMap(([name, column]) => {
    const found = columns.find((each) => each.name === name)
    if (!found) return [`column ${name} is missing`]
    return columnDifference(column, found, dialect).map((what) => `column ${name} ${what}`)
  })
  const foreign = columns.filter(
    ({ name, nullable, filled }) => !(name in table.columns) && !nullable && !filled,
  )
  return [
    ...ours,
    ...foreign.map(({ name }) => `column ${name} is not ours, and no row may be without it`),
  ]
}

function columnDifference(
  { kind, nullable = false }: Column,
  found: ExistingColumn,
  dialect: Dialect,
): readonly string[] {
  if (!holds(kind, found.type, dialect)) return [`is ${found.type}, not ${typeOf(kind, dialect)}`]
  if (kind === 'position') return found.filled ? [] : ['does not count by itself']
  return [
    ...(nullable && !found.nullable ? ['must not be NULL, and has to be sometimes'] : []),
    ...(!nullable && found.nullable ? ['may be NULL'] : []),
    ...collationDifference(kind, found.collation, dialect),
  ]
}

/** The types that hold each kind of column, as the engine lists them. */
const TYPES: Readonly<Record<Dialect, Readonly<Record<'text' | 'short' | 'number', RegExp>>>> = {
  sqlite: { text: /char|clob|text/, short: /char|clob|text/, number: /int/ },
  postgres: {
    text: /^(text|character varying)$/,
    short: /^(text|character varying)/,
    number: /^bigint$/,
  },
  mysql: { text: /^longtext$/, short: /^varchar/, number: /^bigint(\(\d+\))?$/ },
}

function holds(kind: ColumnKind, type: string, dialect: Dialect): boolean {
  const { text, short, number } = TYPES[dialect]
  if (kind === 'text') return text.test(type)
  if (kind === 'integer' || kind === 'position') return number.test(type)
  const length = /\((\d+)\)/.exec(type)?.[1]
  return short.test(type) && Number(length ?? Number.POSITIVE_INFINITY) >= LONGEST[kind]
}

/** Byte by byte and without padding, in PostgreSQL and in MySQL. */
const BY_BYTES = /^(C|POSIX|ucs_basic|C\.utf-?8|pg_c_utf8|utf8mb4_(nopad|0900)_bin)$/i

function collationDifference(
  kind: ColumnKind,
  collation: string | null,
  dialect: Dialect,
): readonly string[] {
  if (collation === null) return []
  if (kind !== 'text')
    return BY_BYTES.test(collation) ? [] : [`compares by ${collation}, not byte by byte`]
  // Text that is no id is never compared, but in MySQL the collation tells which characters it holds.
  const holdsAll = dialect !== 'mysql' || collation.startsWith('utf8mb4_')
  return holdsAll ? [] : [`is kept as ${collation}, which has not every character`]
}

function keyDifferences(table: Table, { indexes }: ExistingTable): readonly string[] {
  const missing = table.indexes.filter((index) => !indexes.some((found) => serves(found, index)))
  return [
    ...primaryKeyDifference(table, indexes),
    ...missing.map(
      ({ columns, unique }) => `${unique ? 'unique key' : 'index'} ${list(columns)} is missing`,
    ),
    ...indexes
      .filter((found) => isForeignRule(found, table))
      .map(({ columns }) => `unique key ${list(columns)} is not ours`),
  ]
}

function primaryKeyDifference(
  { primaryKey }: Table,
  indexes: readonly ExistingIndex[],
): readonly string[] {
  // A position is its table's key by what it is.
  if (!primaryKey) return []
  const found = indexes.find(({ primary }) => primary)
  if (!found) return [`primary key ${list(primaryKey)} is missing`]
  if (isSame(found.columns, primaryKey)) return []
  return [`the primary key is ${list(found.columns)}, not ${list(primaryKey)}`]
}

/** Whether an index does what ours is for: it may have more rows or further columns, never fewer. */
function serves(found: ExistingIndex, { columns, unique = false, where }: Index): boolean {
  if (found.condition !== null && !isSameCondition(found.condition, where)) return false
  if (unique) return found.unique && isSame(found.columns, columns)
  return isSame(found.columns.slice(0, columns.length), columns)
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, n) => each === b[n])
}

/** Engines tell conditions in words of their own; the column and the values stand in all of them. */
function isSameCondition(told: string, where: Condition | undefined): boolean {
  if (!where) return false
  const condition = /\bwhere\b([\s\S]*)$/i.exec(told)?.[1] ?? told
  if (!condition.includes(where.column)) return false
  if (where.is === 'not null') return /\bis not null\b/i.test(condition)
  const values = Array.from(condition.matchAll(/'([^']*)'/g), ([, value]) => value ?? '')
  return isSame(values.sort(), [...where.values].sort())
}

/** A rule that we do not have would refuse rows of ours; one that a key of ours implies would not. */
function isForeignRule({ primary, unique, columns }: ExistingIndex, table: Table): boolean {
  if (primary || !unique) return false
  const keys = [
    table.primaryKey ?? ['position'],
    ...table.indexes.filter((index) => index.unique).map((index) => index.columns),
  ]
  return !keys.some((key) => key.every((column) => columns.includes(column)))
}

function list(columns: readonly string[]): string {
  return `(${columns.join(', ')})`
}
