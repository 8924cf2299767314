/**
 * Writes what this version leaves in a database, once per release: the schema as the engines read it,
 * the rows of the life in `test/storage/released/life.ts`, and what the app was told of them. Later
 * versions must migrate it. `npx tsx scripts/freeze-release.ts <migration>`; it replaces nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqlite } from 'billwright/sqlite'
import Database from 'libsql'
import { migrations } from '../adapters/storage/sql/migrations.ts'
import { schemaAfter } from '../adapters/storage/sql/schema-after.ts'
import { schemaAsSql } from '../adapters/storage/sql/schema-as-sql.ts'
import { END, live, product, told } from '../test/storage/released/life.ts'
import { openShop } from '../test/support/shop.ts'

const DIALECTS = ['sqlite', 'postgres', 'mysql'] as const
const folder = join(import.meta.dirname, `../test/storage/released/${migrations.length}`)

async function freeze(): Promise<void> {
  mkdirSync(folder)
  const file = join(tmpdir(), `billwright-${crypto.randomUUID()}.db`)
  const storage = sqlite({ file })
  await storage.migrate()
  await live(storage)
  const { bill } = await openShop({ product, start: END, storage })
  const seen = { ada: await told(bill, 'ada'), bob: await told(bill, 'bob') }
  writeFileSync(join(folder, 'told.json'), `${JSON.stringify(seen, null, 2)}\n`)
  await storage.close()
  const database = new Database(file)
  for (const dialect of DIALECTS) {
    const rows = schemaAfter(migrations).flatMap(({ name }) =>
      (database.prepare(`select * from ${name}`).all([]) as Row[]).map((row) =>
        insertText(name, row, dialect),
      ),
    )
    writeFileSync(
      join(folder, `${dialect}.sql`),
      `${schemaAsSql(dialect)}\n${rows.map((row) => `${row};\n`).join('')}`,
    )
  }
}

type Row = Readonly<Record<string, string | number | null>>

function insertText(table: string, row: Row, dialect: (typeof DIALECTS)[number]): string {
  const name = (word: string) => (dialect === 'mysql' ? `\`${word}\`` : `"${word}"`)
  const quoted = (value: Row[string]) => {
    if (typeof value !== 'string') return String(value)
    const text = value.replaceAll("'", "''")
    return `'${dialect === 'mysql' ? text.replaceAll('\\', '\\\\') : text}'`
  }
  // Each engine counts positions by itself, in the order of the rows.
  const { position: _, ...columns } = row
  const names = Object.keys(columns).map(name)
  const values = Object.values(columns).map(quoted)
  return `insert into ${table} (${names.join(', ')}) values (${values.join(', ')})`
}

await freeze()
