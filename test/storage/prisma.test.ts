/** What Prisma says in words of its own, and what is no transaction of its. */
import type { PrismaDatabase } from 'billwright/prisma'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { type Dialect, prisma } from 'billwright/prisma'
import { describe, expect, it } from 'vitest'
import { PrismaClient as MysqlClient } from '../../fixtures/prisma/mysql/client.ts'
import { PrismaClient as PostgresClient } from '../../fixtures/prisma/postgres/client.ts'
import { PrismaClient as SqliteClient } from '../../fixtures/prisma/sqlite/client.ts'

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

describe('a client of Prisma', () => {
  it('is no transaction of its own', () => {
    const client = new SqliteClient({ adapter: new PrismaLibSql({ url: 'file::memory:' }) })
    expect(() => prisma(client, { dialect: 'sqlite' }).within?.(client)).toThrow(
      expect.objectContaining({ kind: 'config', code: 'invalid_transaction' }),
    )
  })
})
