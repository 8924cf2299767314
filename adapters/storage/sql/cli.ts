/** `npx billwright`: the schema for those who migrate themselves, and the migration for the others. */
import type { Storage } from 'billwright'
import type { Dialect } from './dialect.ts'
import { parseArgs } from 'node:util'
import { mysql } from './mysql.ts'
import { postgres } from './postgres.ts'
import { schemaText } from './schema-text.ts'
import { sqlite } from './sqlite.ts'

const HELP = `billwright schema --dialect postgres|mysql|sqlite
  Prints the statements that make every table, for a migration of your own.

billwright migrate --url postgres://… | mysql://… | path/of/a/file.db
  Makes what is missing. Safe to repeat, and when two start at once.
`

/** Runs one command; answers what to print, and throws what to complain about. */
export async function run(args: readonly string[]): Promise<string> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { dialect: { type: 'string' }, url: { type: 'string' } },
  })
  switch (positionals[0]) {
    case 'schema':
      return schemaText(dialectOf(values.dialect))
    case 'migrate':
      return migrated(values.url)
    default:
      return HELP
  }
}

const DIALECTS: ReadonlySet<string> = new Set(['sqlite', 'postgres', 'mysql'])

function dialectOf(name: string | undefined): Dialect {
  if (name !== undefined && DIALECTS.has(name)) return name as Dialect
  throw new Error('schema: say --dialect postgres, mysql or sqlite')
}

async function migrated(url: string | undefined): Promise<string> {
  if (!url) throw new Error('migrate: say --url, such as postgres://localhost/app')
  const storage = storageAt(url)
  try {
    await storage.migrate()
    return 'The tables are there.\n'
  } finally {
    await storage.close()
  }
}

function storageAt(url: string): Storage {
  if (/^postgres(ql)?:/.test(url)) return postgres(url)
  if (/^(mysql|mariadb):/.test(url)) return mysql(url)
  return sqlite({ file: url.replace(/^file:/, '') })
}
