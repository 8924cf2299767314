/** The schema as a file for Drizzle: to be selected from, and for `drizzle-kit` to migrate. */
import type { Dialect } from './dialect.ts'
import type { Column, ColumnKind, Index, Table } from './schema-change.ts'
import { inCamels } from './cased.ts'
import { comparedTypeOf, conditionIn } from './ddl.ts'
import { migrations, record } from './migrations.ts'
import { schemaAfter } from './schema-after.ts'

/** A module that exports every table. */
export function schemaAsDrizzle(dialect: Dialect): string {
  const tables = [...schemaAfter(migrations), record]
  return [
    `/**
 * The tables of billwright, made by \`npx billwright schema --dialect ${dialect} --format drizzle\`.
 * Select from them as you like; only billwright writes them.
 */`,
    imports(dialect),
    ENGINES[dialect].types,
    `${tables.map((table) => tableText(table, dialect)).join('\n\n')}\n`,
  ].join('\n\n')
}

interface Engine {
  readonly module: string
  readonly table: string
  readonly imports: readonly string[]
  /** A function for each kind of column, where Drizzle has none that says all of it. */
  readonly types: string
  /** What follows a column that counts by itself. */
  readonly position: string
}

const custom = (kind: ColumnKind, dialect: Dialect) =>
  `const ${kind} = customType<{ data: string }>({ dataType: () => '${comparedTypeOf(kind, dialect)}' })`

const ENGINES: Readonly<Record<Dialect, Engine>> = {
  sqlite: {
    module: 'sqlite-core',
    table: 'sqliteTable',
    imports: ['integer', 'text'],
    types: 'const [word, id, key, position] = [text, text, text, integer]',
    position: '.primaryKey({ autoIncrement: true })',
  },
  postgres: {
    module: 'pg-core',
    table: 'pgTable',
    imports: ['bigint', 'customType', 'text'],
    types: [
      ...(['word', 'id', 'key'] as const).map((kind) => custom(kind, 'postgres')),
      "const integer = (name: string) => bigint(name, { mode: 'number' })",
      'const position = integer',
    ].join('\n'),
    position: '.primaryKey().generatedByDefaultAsIdentity()',
  },
  mysql: {
    module: 'mysql-core',
    table: 'mysqlTable',
    imports: ['bigint', 'customType'],
    types: [
      ...(['word', 'id', 'key', 'text'] as const).map((kind) => custom(kind, 'mysql')),
      "const integer = (name: string) => bigint(name, { mode: 'number' })",
      'const position = integer',
    ].join('\n'),
    position: '.autoincrement().primaryKey()',
  },
}

function imports(dialect: Dialect): string {
  const { module, table, imports: types } = ENGINES[dialect]
  const names = [table, ...types, 'check', 'index', 'primaryKey', 'uniqueIndex'].sort()
  return `import { sql } from 'drizzle-orm'
import { ${names.join(', ')} } from 'drizzle-orm/${module}'`
}

function tableText({ name, columns, primaryKey, indexes }: Table, dialect: Dialect): string {
  const fields = Object.entries(columns).map(
    ([column, what]) => `  ${inCamels(column)}: ${columnText(column, what, dialect)},\n`,
  )
  const rules = [
    ...(primaryKey ? [`primaryKey({ name: '${name}_pkey', columns: [${list(primaryKey)}] })`] : []),
    ...indexes.map((index) => indexText(index, dialect)),
    ...Object.entries(columns)
      .filter(([, { atLeastZero }]) => atLeastZero)
      .map(([column]) => `check('${name}_${column}', sql\`${column} >= 0\`)`),
  ]
  const { table } = ENGINES[dialect]
  return `export const ${inCamels(name)} = ${table}('${name}', {
${fields.join('')}}, (table) => [
${rules.map((rule) => `  ${rule},\n`).join('')}])`
}

function columnText(name: string, { kind, nullable = false }: Column, dialect: Dialect): string {
  const ending = kind === 'position' ? ENGINES[dialect].position : nullable ? '' : '.notNull()'
  return `${kind}('${name}')${ending}`
}

function indexText({ name, columns, unique, where }: Index, dialect: Dialect): string {
  const only = where && dialect !== 'mysql' ? `.where(sql\`${conditionIn(where, dialect)}\`)` : ''
  return `${unique ? 'uniqueIndex' : 'index'}('${name}').on(${list(columns)})${only}`
}

function list(columns: readonly string[]): string {
  return columns.map((column) => `table.${inCamels(column)}`).join(', ')
}
