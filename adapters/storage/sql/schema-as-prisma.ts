/** The schema as models for Prisma, so that its client knows the tables and its migrations leave them. */
import type { Dialect } from './dialect.ts'
import type { Column, ColumnKind, Index, Table } from './schema-change.ts'
import { inCamels, inPascals } from './cased.ts'
import { migrations, record } from './migrations.ts'
import { schemaAfter } from './schema-after.ts'
import { LONGEST } from './schema-change.ts'

/** A file of a Prisma schema folder: models only. */
export function schemaAsPrisma(dialect: Dialect): string {
  const tables = [...schemaAfter(migrations), record]
  return [
    `// The tables of billwright, made by \`npx billwright schema --dialect ${dialect} --format prisma\`.
// Read them as you like; only billwright writes them. Prisma has no words for collations, checks and
// conditions of indexes: let \`prisma migrate dev --create-only\` make an empty step for these models
// and put what \`--format sql\` prints in its place.`,
    `${tables.map((table) => model(table, dialect)).join('\n\n')}\n`,
  ].join('\n\n')
}

function model({ name, columns, primaryKey, indexes }: Table, dialect: Dialect): string {
  const fields = Object.entries(columns).map(([column, what]) => field(column, what, dialect))
  const rules = [
    ...(primaryKey ? [`@@id([${list(primaryKey)}])`] : []),
    ...indexes.map(rule),
    `@@map("${name}")`,
  ]
  return `model ${inPascals(name)} {
${fields.map((line) => `  ${line}\n`).join('')}
${rules.map((line) => `  ${line}\n`).join('')}}`
}

function field(column: string, { kind, nullable = false }: Column, dialect: Dialect): string {
  const name = inCamels(column)
  const type = TYPES[dialect][kind]
  const [what = '', ...native] = type.split(' ')
  return [
    name,
    `${what}${nullable ? '?' : ''}`,
    ...(kind === 'position' ? ['@id @default(autoincrement())'] : []),
    ...(name === column ? [] : [`@map("${column}")`]),
    ...native,
  ].join(' ')
}

const TYPES: Readonly<Record<Dialect, Readonly<Record<ColumnKind, string>>>> = {
  sqlite: {
    ...{ word: 'String', id: 'String', key: 'String', text: 'String', integer: 'BigInt' },
    // What counts by itself in SQLite is of no other type.
    position: 'Int',
  },
  postgres: {
    ...{ word: 'String', id: 'String', key: 'String', text: 'String', integer: 'BigInt' },
    position: 'BigInt',
  },
  mysql: {
    word: `String @db.VarChar(${LONGEST.word})`,
    id: `String @db.VarChar(${LONGEST.id})`,
    key: `String @db.VarChar(${LONGEST.key})`,
    text: 'String @db.LongText',
    integer: 'BigInt',
    position: 'BigInt',
  },
}

function rule({ name, columns, unique }: Index): string {
  return `@@${unique ? 'unique' : 'index'}([${list(columns)}], map: "${name}")`
}

function list(columns: readonly string[]): string {
  return columns.map(inCamels).join(', ')
}
