/** `billwright schema`: the tables, for those who migrate themselves. */
import type { Dialect } from '../storage/sql/dialect.ts'
import { schemaAsDrizzle } from '../storage/sql/schema-as-drizzle.ts'
import { schemaAsPrisma } from '../storage/sql/schema-as-prisma.ts'
import { schemaAsSql } from '../storage/sql/schema-as-sql.ts'
import { type Command, textOf } from './command.ts'

export const schema: Command = {
  help: `billwright schema --dialect postgres|mysql|sqlite [--format sql|drizzle|prisma]
  Prints every table, for a migration of your own. The format is sql unless you say another.
`,
  options: { dialect: { type: 'string' }, format: { type: 'string' } },
  async run(said) {
    const format = formatted(textOf(said, 'format') ?? 'sql')
    return { text: format(dialectNamed(textOf(said, 'dialect'))), ok: true }
  },
}

const FORMATS: Readonly<Record<string, (dialect: Dialect) => string>> = {
  sql: schemaAsSql,
  drizzle: schemaAsDrizzle,
  prisma: schemaAsPrisma,
}

function formatted(name: string): (dialect: Dialect) => string {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined
  if (!format) throw new Error('schema: say --format sql, drizzle or prisma')
  return format
}

const DIALECTS: ReadonlySet<string> = new Set(['sqlite', 'postgres', 'mysql'])

function dialectNamed(name: string | undefined): Dialect {
  if (name !== undefined && DIALECTS.has(name)) return name as Dialect
  throw new Error('schema: say --dialect postgres, mysql or sqlite')
}
