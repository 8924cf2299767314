/** Databases of the test servers, a fresh one each time. */
import type { Storage } from 'billwright'
import type { ServerUrls } from './servers.ts'
import { mysql } from 'billwright/mysql'
import { type PostgresOptions, postgres } from 'billwright/postgres'
import { createPool } from 'mysql2/promise'
import pg from 'pg'
import { inject } from 'vitest'

type Engine = 'postgres' | 'mysql'

/** Whether the engine's server runs; where it does not, that was said at the start of the run. */
export function isInstalled(engine: keyof ServerUrls): boolean {
  return inject('servers')[engine] !== null
}

/** A database that nobody else uses, by its URL. */
export async function freshDatabase(engine: Engine): Promise<string> {
  const server = inject('servers')[engine]
  if (server === null) throw new Error(`There is no server for ${engine}.`)
  const name = `t${crypto.randomUUID().replaceAll('-', '')}`
  const url = new URL(server)
  if (engine === 'postgres') {
    await onServer(server, (client) => client.query(`create schema ${name}`))
    url.searchParams.set('options', `-c search_path=${name}`)
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
