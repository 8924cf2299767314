/** The schema as Drizzle and Prisma read it. The files beside are what the command prints. */
import type { Dialect } from '../../adapters/storage/sql/dialect.ts'
import type { Table } from '../../adapters/storage/sql/schema-change.ts'
import { eq, is, SQL } from 'drizzle-orm'
import * as ofMysql from 'drizzle-orm/mysql-core'
import { drizzle as drizzleOnMysql } from 'drizzle-orm/mysql2'
import { drizzle as drizzleOnPostgres } from 'drizzle-orm/node-postgres'
import * as ofPostgres from 'drizzle-orm/pg-core'
import * as ofSqlite from 'drizzle-orm/sqlite-core'
import { drizzle as drizzleOnProxy } from 'drizzle-orm/sqlite-proxy'
import Database from 'libsql'
import { createPool } from 'mysql2/promise'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { run } from '../../adapters/command-line/run.ts'
import { existingTables } from '../../adapters/storage/sql/existing.ts'
import { migrations, record } from '../../adapters/storage/sql/migrations.ts'
import { schemaAfter } from '../../adapters/storage/sql/schema-after.ts'
import { effect, first, subscription } from '../../src/testing/storage-cases/build.ts'
import { ENGINES, executorAt } from './executors.ts'
import * as inMysql from './printed/mysql.ts'
import * as inPostgres from './printed/postgres.ts'
import * as inSqlite from './printed/sqlite.ts'
import { openAt } from './processes/open-at.ts'

const tables = [...schemaAfter(migrations), record]
const DIALECTS = ['postgres', 'mysql', 'sqlite'] as const

/** A database with something in it. */
async function filled(place: string): Promise<string> {
  const storage = openAt(place)
  await storage.migrate()
  const rows = { effects: [effect('e1')], subscriptions: [subscription('a', 'one')] }
  await storage.commit(first('a', rows))
  await storage.close()
  return place
}

describe('the file for Drizzle', () => {
  it.each(DIALECTS)('is what the command prints for %s', async (dialect) => {
    const { text } = await run(['schema', '--dialect', dialect, '--format', 'drizzle'])
    await expect(text).toMatchFileSnapshot(`./printed/${dialect}.ts`)
  })

  it('has the columns, keys, indexes and conditions of the schema on every engine', () => {
    const expected = (dialect: Dialect) =>
      tables.map((table) => ({
        name: table.name,
        columns: Object.entries(table.columns).map(([name, { kind, nullable = false }]) => ({
          ...{ name, type: typeNamed(kind, dialect), notNull: !nullable },
          primary: kind === 'position',
        })),
        keys: table.primaryKey ? [table.primaryKey] : [],
        indexes: table.indexes.map((index) => ({
          ...{ name: index.name, columns: index.columns, unique: index.unique ?? false },
          partial: dialect !== 'mysql' && index.where !== undefined,
        })),
        checks: Object.values(table.columns).filter(({ atLeastZero }) => atLeastZero).length,
      }))
    expect(Object.values(inPostgres).map((t) => shapeOf(ofPostgres.getTableConfig(t)))).toEqual(
      expected('postgres'),
    )
    expect(Object.values(inMysql).map((t) => shapeOf(ofMysql.getTableConfig(t)))).toEqual(
      expected('mysql'),
    )
    expect(Object.values(inSqlite).map((t) => shapeOf(ofSqlite.getTableConfig(t)))).toEqual(
      expected('sqlite'),
    )
  })

  const [sqlite, postgres, mysql] = ENGINES.map(({ installed, fresh }) => ({
    rule: it.skipIf(!installed),
    place: async () => filled(await fresh()),
  })) as [Place, Place, Place]

  postgres.rule('selects from every table of PostgreSQL', async () => {
    const pool = new pg.Pool({ connectionString: await postgres.place() })
    onTestFinished(() => pool.end())
    const db = drizzleOnPostgres(pool)
    for (const table of Object.values(inPostgres)) await db.select().from(table)
    const { billwrightEffects: effects, billwrightSubscriptions: subscriptions } = inPostgres
    const found = await db
      .select({ key: effects.key, at: effects.nextAt, plan: subscriptions.plan })
      .from(effects)
      .innerJoin(subscriptions, eq(subscriptions.account, effects.account))
      .where(eq(subscriptions.planGroup, 'one'))
    expect(found).toEqual([{ key: 'e1', at: effect('e1').nextAt, plan: 'pro' }])
  })

  mysql.rule('selects from every table of MariaDB', async () => {
    const pool = createPool(await mysql.place())
    onTestFinished(() => pool.end())
    const db = drizzleOnMysql(pool)
    for (const table of Object.values(inMysql)) await db.select().from(table)
    const { billwrightEffects: effects } = inMysql
    const found = await db.select({ key: effects.key, at: effects.nextAt }).from(effects)
    expect(found).toEqual([{ key: 'e1', at: effect('e1').nextAt }])
  })

  sqlite.rule('selects from every table of SQLite', async () => {
    const database = new Database(await sqlite.place())
    onTestFinished(() => void database.close())
    const db = drizzleOnProxy(async (text, values) => ({
      rows: database.prepare(text).raw(true).all(values),
    }))
    for (const table of Object.values(inSqlite)) await db.select().from(table)
    const { billwrightEffects: effects } = inSqlite
    const found = await db.select({ key: effects.key, at: effects.nextAt }).from(effects)
    expect(found).toEqual([{ key: 'e1', at: effect('e1').nextAt }])
  })
})

interface Place {
  readonly rule: ReturnType<typeof it.skipIf>
  readonly place: () => Promise<string>
}

describe('the models for Prisma', () => {
  it.each(DIALECTS)('are what the command prints for %s', async (dialect) => {
    const { text } = await run(['schema', '--dialect', dialect, '--format', 'prisma'])
    await expect(text).toMatchFileSnapshot(`./printed/${dialect}.prisma`)
  })

  for (const { engine, dialect, installed, fresh } of ENGINES)
    it.skipIf(!installed)(`have the columns and keys that ${engine} lists`, async () => {
      const { text } = await run(['schema', '--dialect', dialect, '--format', 'prisma'])
      const existing = await existingTables(executorAt(await filled(await fresh())))
      const listed = existing.map(({ name, columns, indexes }) => ({
        name,
        columns: columns.map((column) => ({
          name: column.name,
          type: typeOfPrisma(column.type),
          optional: column.nullable && column.name !== 'position',
        })),
        keys: indexes
          .filter((index) => !index.primary)
          .map((index) => index.columns.join())
          .sort(),
      }))
      const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
      expect([...modelsOf(text)].sort(byName)).toEqual([...listed].sort(byName))
    })
})

function typeNamed(kind: Table['columns'][string]['kind'], dialect: Dialect): string {
  const number = dialect === 'sqlite' ? 'integer' : 'bigint'
  if (kind === 'integer' || kind === 'position') return number
  if (dialect !== 'mysql') return 'text'
  return { word: 'varchar(64)', id: 'varchar(255)', key: 'varchar(700)', text: 'longtext' }[kind]
}

/** What Drizzle makes of a table, in one form for its three engines. */
function shapeOf(config: {
  readonly name: string
  readonly columns: readonly {
    readonly name: string
    readonly notNull: boolean
    readonly primary: boolean
    getSQLType(): string
  }[]
  readonly primaryKeys: readonly { readonly columns: readonly { readonly name: string }[] }[]
  readonly indexes: readonly { readonly config: object }[]
  readonly checks: readonly unknown[]
}) {
  return {
    name: config.name,
    columns: config.columns.map((column) => ({
      name: column.name,
      type: column.getSQLType().replace(/ (collate|character set).*/, ''),
      ...{ notNull: column.notNull, primary: column.primary },
    })),
    keys: config.primaryKeys.map((key) => key.columns.map(({ name }) => name)),
    indexes: config.indexes.map(({ config: index }) => {
      const { name, columns, unique, where } = index as {
        readonly name: string
        readonly columns: readonly { readonly name: string }[]
        readonly unique: boolean
        readonly where?: unknown
      }
      return { name, columns: columns.map((each) => each.name), unique, partial: is(where, SQL) }
    }),
    checks: config.checks.length,
  }
}

/** What an engine's type is to Prisma. */
function typeOfPrisma(type: string): string {
  return /int/.test(type) ? 'number' : 'String'
}

/** The models of a Prisma file, under the names that the database has. */
function modelsOf(text: string) {
  return Array.from(text.matchAll(/^model \w+ \{\n([^}]*)\}/gm), ([, body = '']) => {
    const lines = body.split('\n').map((line) => line.trim())
    const fields = lines.filter((line) => /^\w/.test(line)).map(fieldOf)
    const nameOf = (field: string) => fields.find((each) => each.field === field)?.name
    const keys = lines.flatMap((line) => {
      const [, list] = /^@@(?:unique|index)\(\[(.*)\], map/.exec(line) ?? []
      return list === undefined ? [] : [list.split(', ').map(nameOf).join()]
    })
    return {
      name: /@@map\("(\w+)"\)/.exec(body)?.[1] ?? '',
      columns: fields.map(({ name, type, optional }) => ({ name, type, optional })),
      keys: keys.sort(),
    }
  })
}

function fieldOf(line: string) {
  const [field = '', type = ''] = line.split(' ')
  return {
    field,
    name: /@map\("(\w+)"\)/.exec(line)?.[1] ?? field,
    type: /Int/.test(type) ? 'number' : 'String',
    optional: type.endsWith('?'),
  }
}
