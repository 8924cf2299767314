/** What Prisma says in words of its own, and what is no transaction of its. */
import type { PrismaDatabase } from 'billwright/prisma'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { type Dialect, prisma } from 'billwright/prisma'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PrismaClient as MysqlClient } from '../../fixtures/prisma/mysql/client.ts'
import { PrismaClient as PostgresClient } from '../../fixtures/prisma/postgres/client.ts'
import { PrismaClient as SqliteClient } from '../../fixtures/prisma/sqlite/client.ts'
import { committed, first, invoiceRow } from '../../src/testing/storage-cases/build.ts'
import { freshDatabase, isInstalled } from '../support/databases.ts'

// On the first port nothing listens.
const nobody = { host: '127.0.0.1', port: 1, connectTimeout: 200, acquireTimeout: 400 }

const UNREACHED: readonly [Dialect, () => PrismaDatabase][] = [
  [
    'postgres',
    () =>
      new PostgresClient({
        adapter: new PrismaPg({ connectionString: 'postgres://127.0.0.1:1/app' }),
      }),
  ],
  ['mysql', () => new MysqlClient({ adapter: new PrismaMariaDb(nobody) })],
  [
    'sqlite',
    () => new SqliteClient({ adapter: new PrismaLibSql({ url: 'file:/no/such/folder/app.db' }) }),
  ],
]

describe.each(UNREACHED)('Prisma on a database of %s that is not there', (dialect, connect) => {
  it('is unavailable, for a statement and for a transaction', async () => {
    const storage = prisma(connect(), { dialect })
    const unavailable = { kind: 'unavailable', code: 'storage_unavailable' }
    await expect(storage.load({ by: { account: 'a' } })).rejects.toMatchObject(unavailable)
    await expect(storage.migrate()).rejects.toMatchObject(unavailable)
  })
})

it.skipIf(!isInstalled('postgres'))(
  'a conflict that PostgreSQL tells at the commit is tried again',
  async () => {
    const connectionString = await freshDatabase('postgres')
    const schema = /search_path=(\w+)/.exec(decodeURIComponent(connectionString))?.[1] ?? ''
    const client = new PostgresClient({ adapter: new PrismaPg({ connectionString }, { schema }) })
    onTestFinished(() => client.$disconnect())
    const storage = prisma(client, { dialect: 'postgres' })
    await storage.migrate()
    const invoices = [invoiceRow('1', { series: 'INV' })]
    await committed(storage, first('a', { invoices }))
    // What is counted here stays counted when the transaction is undone.
    for (const statement of [
      'create sequence commits',
      `create function conflict() returns trigger language plpgsql as $$ begin
        if nextval('commits') = 1 then raise exception 'conflict' using errcode = '40001'; end if;
        return null;
      end $$`,
      `create constraint trigger conflicts after update on billwright_invoices
        deferrable initially deferred for each row execute function conflict()`,
    ])
      await client.$executeRawUnsafe(statement)
    expect(await storage.numberInvoices({ limit: 10 })).toBe(1)
    const { items } = await storage.invoices('a', { limit: 10 })
    expect(items.map(({ number }) => number)).toEqual([1])
    expect(await client.$queryRawUnsafe('select last_value::int from commits')).toEqual([
      { last_value: 2 },
    ])
  },
)

describe('a client of Prisma', () => {
  it('is no transaction of its own', () => {
    const client = new SqliteClient({ adapter: new PrismaLibSql({ url: 'file::memory:' }) })
    expect(() => prisma(client, { dialect: 'sqlite' }).within?.(client)).toThrow(
      expect.objectContaining({ kind: 'config', code: 'invalid_transaction' }),
    )
  })
})
