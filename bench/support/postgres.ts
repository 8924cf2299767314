/** A PostgreSQL server for a benchmark, with every commit on the disk. */
import pg from 'pg'
import { startServers } from '../../test/support/servers.ts'

export interface BenchDatabase {
  /** The URL of an empty schema; a new one each time. */
  schema(name: string): Promise<string>
  /** Statistics of every table made anew. */
  analyze(): Promise<void>
  stop(): Promise<void>
}

export async function startPostgres(): Promise<BenchDatabase> {
  const { urls, stop } = await startServers({ durable: true })
  if (urls.postgres === null) throw new Error('PostgreSQL is not installed')
  const url = urls.postgres
  let schemas = 0
  return {
    async schema(name) {
      schemas += 1
      const client = new pg.Client(url)
      await client.connect()
      await client.query(`create schema ${name}_${schemas}`)
      await client.end()
      const own = new URL(url)
      own.searchParams.set('options', `-c search_path=${name}_${schemas}`)
      return own.href
    },
    async analyze() {
      const client = new pg.Client(url)
      await client.connect()
      await client.query('analyze')
      await client.end()
    },
    stop,
  }
}
