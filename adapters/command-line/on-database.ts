/** A database by its address, opened for one command and closed after it. */
import type { SqlStorage } from '../storage/sql/sql-storage.ts'
import { mysql } from '../storage/sql/mysql.ts'
import { postgres } from '../storage/sql/postgres.ts'
import { sqlite } from '../storage/sql/sqlite.ts'
import { type Environment, type Outcome, type Said, textOf } from './command.ts'

export async function onDatabase(
  command: string,
  said: Said,
  environment: Environment,
  work: (storage: SqlStorage) => Promise<Outcome>,
): Promise<Outcome> {
  const url = textOf(said, 'url') ?? environment.DATABASE_URL
  if (!url) throw new Error(`${command}: say --url, such as postgres://localhost/app`)
  const storage = storageAt(url)
  try {
    return await work(storage)
  } finally {
    await storage.close()
  }
}

export function linesOf(differences: readonly string[]): string {
  return differences.map((difference) => `${difference}\n`).join('')
}

function storageAt(url: string): SqlStorage {
  if (/^postgres(ql)?:/.test(url)) return postgres(url)
  if (/^(mysql|mariadb):/.test(url)) return mysql(url.replace(/^mariadb:/, 'mysql:'))
  return sqlite({ file: url.replace(/^file:(\/\/(?=\/))?/, '') })
}
