/** An app that runs PostgreSQL in its own process. */
import { PGlite, type Transaction } from '@electric-sql/pglite'
import { postgres } from 'billwright/postgres'
import { sized } from '../sized.ts'
import { type AppKind, INSERT, LEVELS, NAMES, namesIn, THINGS } from './app.ts'

// A database costs 800 MB and two seconds to start: there is one, with a schema for each app.
let started: Promise<PGlite> | null = null

/** The one database of this file's tests. */
export function pglite(): Promise<PGlite> {
  started ??= PGlite.create()
  return started
}

export const onPglite: AppKind = {
  name: 'PGlite',
  installed: true,
  // On its one connection nothing runs beside a transaction: a level can change little.
  modes: sized<readonly (typeof LEVELS)[number][]>({ prove: LEVELS, ci: LEVELS.slice(-1) }),
  alone: true,
  async open(level = 'read committed') {
    const database = await pglite()
    const schema = `t${crypto.randomUUID().replaceAll('-', '')}`
    await database.exec(`create schema ${schema}; set search_path to ${schema};
      set default_transaction_isolation to '${level}'; ${THINGS}`)
    return {
      storage: postgres(database),
      transact: (body) => database.transaction((transaction) => body(transaction)),
      insert: (transaction, name) => (transaction as Transaction).query(`${INSERT} ($1)`, [name]),
      names: async () => namesIn((await database.query(NAMES)).rows),
      close: () => database.exec(`drop schema ${schema} cascade`),
    }
  },
}
