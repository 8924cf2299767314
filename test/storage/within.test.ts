/** A transaction that the app began with its own driver: its rows and ours, together or not at all. */
import type { Storage } from 'billwright'
import { drizzle } from 'billwright/drizzle'
import { kysely } from 'billwright/kysely'
import { mysql } from 'billwright/mysql'
import { postgres } from 'billwright/postgres'
import { sql as drizzleSql } from 'drizzle-orm'
import { drizzle as mysqlDrizzle } from 'drizzle-orm/mysql2'
import { drizzle as pgDrizzle } from 'drizzle-orm/node-postgres'
import { Kysely, sql as kyselySql, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2/promise'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { first, next, using } from '../../src/testing/storage-cases/build.ts'
import { freshDatabase, isInstalled } from '../support/databases.ts'

/** An app with a table of its own, and a way to run a transaction with its driver. */
interface App {
  readonly storage: Storage
  /** Runs `body` with the driver's transaction; what it throws undoes all of it. */
  transact(body: (transaction: unknown) => Promise<void>): Promise<void>
  insert(transaction: unknown, name: string): Promise<unknown>
  names(): Promise<readonly string[]>
}

const TABLE = 'create table things (name varchar(50) primary key)'

async function onPg(): Promise<App> {
  const pool = new pg.Pool({ connectionString: await freshDatabase('postgres') })
  onTestFinished(() => pool.end())
  await pool.query(TABLE)
  return {
    storage: postgres(pool),
    async transact(body) {
      const client = await pool.connect()
      try {
        await client.query('begin')
        await body(client)
        await client.query('commit')
      } catch (error) {
        await client.query('rollback')
        throw error
      } finally {
        client.release()
      }
    },
    insert: (client, name) =>
      (client as pg.PoolClient).query('insert into things values ($1)', [name]),
    names: async () => (await pool.query('select name from things')).rows.map(({ name }) => name),
  }
}

async function onMysql(): Promise<App> {
  const pool = createPool(await freshDatabase('mysql'))
  onTestFinished(() => pool.end())
  await pool.query(TABLE)
  const names = async () => {
    const [rows] = await pool.query('select name from things')
    return (rows as { readonly name: string }[]).map(({ name }) => name)
  }
  return {
    storage: mysql(pool),
    async transact(body) {
      const connection = await pool.getConnection()
      try {
        await connection.beginTransaction()
        await body(connection)
        await connection.commit()
      } catch (error) {
        await connection.rollback()
        throw error
      } finally {
        connection.release()
      }
    },
    insert: (connection, name) =>
      (connection as typeof pool).query('insert into things values (?)', [name]),
    names,
  }
}

async function onKysely(): Promise<App> {
  const pool = new pg.Pool({ connectionString: await freshDatabase('postgres') })
  const db = new Kysely<object>({ dialect: new PostgresDialect({ pool }) })
  onTestFinished(() => db.destroy())
  await pool.query(TABLE)
  return {
    storage: kysely(db, { dialect: 'postgres' }),
    transact: (body) => db.transaction().execute((transaction) => body(transaction)),
    insert: (transaction, name) =>
      kyselySql`insert into things values (${name})`.execute(transaction as Kysely<object>),
    names: async () => (await pool.query('select name from things')).rows.map(({ name }) => name),
  }
}

async function onDrizzlePg(): Promise<App> {
  const pool = new pg.Pool({ connectionString: await freshDatabase('postgres') })
  const db = pgDrizzle(pool)
  onTestFinished(() => pool.end())
  await pool.query(TABLE)
  return {
    storage: drizzle(db, { dialect: 'postgres' }),
    transact: (body) => db.transaction((transaction) => body(transaction)),
    insert: (transaction, name) =>
      (transaction as typeof db).execute(drizzleSql`insert into things values (${name})`),
    names: async () => (await pool.query('select name from things')).rows.map(({ name }) => name),
  }
}

async function onDrizzleMysql(): Promise<App> {
  const pool = createPool(await freshDatabase('mysql'))
  const db = mysqlDrizzle(pool)
  onTestFinished(() => pool.end())
  await pool.query(TABLE)
  return {
    storage: drizzle(db, { dialect: 'mysql' }),
    transact: (body) => db.transaction((transaction) => body(transaction)),
    insert: (transaction, name) =>
      (transaction as typeof db).execute(drizzleSql`insert into things values (${name})`),
    async names() {
      const [rows] = await pool.query('select name from things')
      return (rows as { readonly name: string }[]).map(({ name }) => name)
    },
  }
}

const APPS: readonly [string, 'postgres' | 'mysql', () => Promise<App>][] = [
  ['pg', 'postgres', onPg],
  ['mysql2', 'mysql', onMysql],
  ['Kysely', 'postgres', onKysely],
  ['Drizzle on PostgreSQL', 'postgres', onDrizzlePg],
  ['Drizzle on MariaDB', 'mysql', onDrizzleMysql],
]

function joinedTo(storage: Storage, transaction: unknown): Storage {
  if (!storage.within) throw new Error('The storage joins no transactions')
  return storage.within(transaction)
}

describe.each(APPS)('in a transaction of %s', (_, engine, open) => {
  const rule = it.skipIf(!isInstalled(engine))
  const opened = async () => {
    const app = await open()
    await app.storage.migrate()
    await app.storage.commit(first('a', { claims: ['taken'] }))
    return app
  }
  const usedOf = async ({ storage }: App) =>
    (await storage.load({ by: { account: 'a' } })).usage[0]?.used ?? 0

  rule('the app’s row, a step and a count are kept together', async () => {
    const app = await opened()
    await app.transact(async (transaction) => {
      const storage = joinedTo(app.storage, transaction)
      await app.insert(transaction, 'mine')
      const { account } = await storage.load({ by: { account: 'a' } })
      expect(account && (await storage.commit(next(account)))).toEqual({ outcome: 'committed' })
      expect(await storage.use(using({ limit: 5 }))).toEqual({ outcome: 'used', used: 1 })
      // Nobody else sees any of it before the app's commit.
      expect((await app.storage.load({ by: { account: 'a' } })).account?.version).toBe(1)
    })
    expect(await app.names()).toEqual(['mine'])
    expect((await app.storage.load({ by: { account: 'a' } })).account?.version).toBe(2)
    expect(await usedOf(app)).toBe(1)
  })

  rule('all of it is undone together', async () => {
    const app = await opened()
    const undone = app.transact(async (transaction) => {
      const storage = joinedTo(app.storage, transaction)
      await app.insert(transaction, 'mine')
      await storage.use(using({ limit: 5, key: 'once' }))
      await storage.commit(first('b'))
      throw new Error('The app changed its mind')
    })
    await expect(undone).rejects.toThrow('changed its mind')
    expect(await app.names()).toEqual([])
    expect(await usedOf(app)).toBe(0)
    expect((await app.storage.load({ by: { account: 'b' } })).account).toBeNull()
  })

  rule('what is refused leaves the app’s transaction as it was', async () => {
    const app = await opened()
    await app.transact(async (transaction) => {
      const storage = joinedTo(app.storage, transaction)
      await app.insert(transaction, 'before')
      expect(await storage.commit(first('a'))).toEqual({ outcome: 'conflict' })
      expect(await storage.commit(first('c', { claims: ['taken'] }))).toEqual({
        ...{ outcome: 'taken', claim: 'taken' },
      })
      await storage.use(using({ limit: 1, key: 'k' }))
      expect(await storage.use(using({ limit: 1, key: 'k' }))).toMatchObject({
        outcome: 'repeated',
      })
      expect(await storage.use(using({ limit: 1 }))).toEqual({ outcome: 'limit', used: 1 })
      await app.insert(transaction, 'after')
    })
    expect([...(await app.names())].sort()).toEqual(['after', 'before'])
  })

  rule('calls that are made at once take their turns', async () => {
    const app = await opened()
    await app.transact(async (transaction) => {
      const storage = joinedTo(app.storage, transaction)
      const uses = Array.from({ length: 12 }, () => storage.use(using({ limit: 7 })))
      const outcomes = (await Promise.all(uses)).map(({ outcome }) => outcome)
      expect(outcomes.filter((each) => each === 'used')).toHaveLength(7)
    })
    expect(await usedOf(app)).toBe(7)
  })

  rule('what is no transaction is named', async () => {
    const app = await opened()
    expect(() => joinedTo(app.storage, {})).toThrow(
      expect.objectContaining({ kind: 'config', code: 'invalid_transaction' }),
    )
  })
})
