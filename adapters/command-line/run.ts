/** `npx billwright`: the schema for those who migrate themselves, and the migration for the others. */
import type { Dialect } from './dialect.ts'
import type { SqlStorage } from './sql-storage.ts'
import { parseArgs } from 'node:util'
import { mysql } from './mysql.ts'
import { postgres } from './postgres.ts'
import { schemaAsDrizzle } from './schema-as-drizzle.ts'
import { schemaAsPrisma } from './schema-as-prisma.ts'
import { schemaAsSql } from './schema-as-sql.ts'
import { sqlite } from './sqlite.ts'

const HELP = `billwright schema --dialect postgres|mysql|sqlite [--format sql|drizzle|prisma]
  Prints every table, for a migration of your own. The format is sql unless you say another.

billwright migrate --url postgres://… | mysql://… | path/of/a/file.db
  Makes what is missing. Safe to repeat, and when two start at once.

billwright drift --url postgres://… | mysql://… | path/of/a/file.db
  Names what differs from the schema, and fails if anything does. Changes nothing.

Without --url the environment's DATABASE_URL is used.
`

/** What to print, and whether it is good news. */
export interface Outcome {
  readonly text: string
  readonly ok: boolean
}

/** Runs one command; throws what to complain about. */
export async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<Outcome> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      dialect: { type: 'string' },
      format: { type: 'string', default: 'sql' },
      url: { type: 'string', default: environment.DATABASE_URL },
      help: { type: 'boolean', default: false },
    },
  })
  const [command, ...more] = positionals
  if (values.help || command === undefined) return { text: HELP, ok: true }
  if (more.length > 0) throw new Error(`${command}: what is ${more.join(' ')}?`)
  switch (command) {
    case 'schema':
      return { text: formatted(values.format)(dialectNamed(values.dialect)), ok: true }
    case 'migrate':
      return onDatabase(command, values.url, migrated)
    case 'drift':
      return onDatabase(command, values.url, drifted)
    default:
      throw new Error(`There is no command ${command}.\n\n${HELP}`)
  }
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

async function onDatabase(
  command: string,
  url: string | undefined,
  work: (storage: SqlStorage) => Promise<Outcome>,
): Promise<Outcome> {
  if (!url) throw new Error(`${command}: say --url, such as postgres://localhost/app`)
  const storage = storageAt(url)
  try {
    return await work(storage)
  } finally {
    await storage.close()
  }
}

async function migrated(storage: SqlStorage): Promise<Outcome> {
  await storage.migrate()
  const differences = await storage.drift()
  if (differences.length === 0) return { text: 'The tables are there.\n', ok: true }
  return {
    text: `The tables are there, but not as they must be:\n${lines(differences)}`,
    ok: false,
  }
}

async function drifted(storage: SqlStorage): Promise<Outcome> {
  const differences = await storage.drift()
  if (differences.length === 0) return { text: 'Nothing differs.\n', ok: true }
  return { text: lines(differences), ok: false }
}

function lines(differences: readonly string[]): string {
  return differences.map((difference) => `${difference}\n`).join('')
}

function storageAt(url: string): SqlStorage {
  if (/^postgres(ql)?:/.test(url)) return postgres(url)
  if (/^(mysql|mariadb):/.test(url)) return mysql(url.replace(/^mariadb:/, 'mysql:'))
  return sqlite({ file: url.replace(/^file:(\/\/(?=\/))?/, '') })
}
