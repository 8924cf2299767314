/** Databases of the test servers, a fresh one each time. */
import type { Storage } from 'billwright'
import type { Mode } from './apps/app.ts'
import type { ServerUrls } from './servers.ts'
import { mysql } from 'billwright/mysql'
import { type PostgresOptions, postgres } from 'billwright/postgres'
import { createPool as createCallbackPool, type Pool as MysqlPool } from 'mysql2'
import { createPool } from 'mysql2/promise'
import pg from 'pg'
import { inject } from 'vitest'

type Engine = 'postgres' | 'mysql'

/** Whether the engine's server runs; where it does not, that was said at the start of the run. */
export function isInstalled(engine: keyof ServerUrls): boolean {
  return inject('servers')[engine] !== null
}

/**
 * A database that nobody else uses, by its URL. PostgreSQL's URL says the level of isolation too;
 * MariaDB's connections must be told.
 */
export async function freshDatabase(engine: Engine, level?: Mode): Promise<string> {
  const server = inject('servers')[engine]
  if (server === null) throw new Error(`There is no server for ${engine}.`)
  const name = `t${crypto.randomUUID().replaceAll('-', '')}`
  const url = new URL(server)
  if (engine === 'postgres') {
    await onServer(server, (client) => client.query(`create schema ${name}`))
    const words = level ? ` -c default_transaction_isolation=${level.replace(' ', '\\ ')}` : ''
    url.searchParams.set('options', `-c search_path=${name}${words}`)
    return url.href
  }
  const pool = createPool({ uri: server, connectionLimit: 1 })
  await pool.query(`create database ${name}`)
  await pool.end()
  url.pathname = `/${name}`
  return url.href
}

async function onServer(
  server: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  await work(client)
  await client.end()
}

/** A pool on a PostgreSQL database of its own. */
export async function pgPool(level?: Mode): Promise<pg.Pool> {
  return new pg.Pool({ connectionString: await freshDatabase('postgres', level) })
}

/** A pool on a MariaDB database of its own. */
export async function mysqlPool(level?: Mode): Promise<MysqlPool> {
  const pool = createCallbackPool(await freshDatabase('mysql'))
  if (level)
    pool.on('connection', (connection) => {
      connection.query(`set session transaction isolation level ${level}`)
    })
  return pool
}

/** A storage on a database of its own, with tables. */
export async function freshStorageOn(
  engine: Engine,
  options: PostgresOptions = {},
): Promise<Storage> {
  const url = await freshDatabase(engine)
  const storage = engine === 'postgres' ? postgres(url, options) : mysql(url, options)
  await storage.migrate()
  return storage
}
