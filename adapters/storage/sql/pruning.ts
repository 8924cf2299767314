/** Forgets what applied webhooks said; that they were applied is known for ever. */
import type { Executor } from './executor.ts'
import { prepared } from './compile.ts'
import { isAmong, unlocked } from './leasing.ts'

interface Prune {
  readonly before: number
  readonly limit: number
}

/** The verb `pruneDeliveries`. */
export async function pruneDeliveries(executor: Executor, query: Prune): Promise<number> {
  const { affected } = await executor.query(prune(query))
  return affected
}

// JSON stands in the column as text, so a row without a request holds the word for nothing.
const prune = prepared<Prune>()(({ db, arg, dialect }) => {
  const forgotten = db
    .updateTable('billwright_deliveries')
    .set({ request: 'null', kept_since: null })
  // MySQL takes no limit among rows of the table that it changes; it takes one here.
  if (dialect === 'mysql')
    return forgotten
      .where('kept_since', '<', arg('before'))
      .orderBy('kept_since')
      .orderBy('position')
      .limit(arg('limit'))
  const oldest = db
    .selectFrom('billwright_deliveries')
    .select('position')
    .where('kept_since', '<', arg('before'))
    .orderBy('kept_since')
    .orderBy('position')
    .limit(arg('limit'))
  return forgotten.where(isAmong(dialect, 'position', unlocked(dialect, oldest)))
})
