/** Brings a database to the schema of this version, one recorded step at a time. */
import type { Executor, Script } from './executor.ts'
import type { Migration } from './migration.ts'
import { prepared } from './compile.ts'
import { ask, keep, rowsOf, undo } from './executor.ts'
import { first } from './migrations/0001-first.ts'
import { plain } from './statement.ts'

/** In the order in which they run; a released one is never changed. */
const migrations: readonly Migration[] = [first]

const record = `CREATE TABLE IF NOT EXISTS billwright_migrations (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL
)`

const applied = prepared<object>()(({ db }) =>
  db.selectFrom('billwright_migrations').select(['id']).orderBy('id'),
)

const done = prepared<{ readonly id: number; readonly name: string }>()(({ db, arg }) =>
  db.insertInto('billwright_migrations').values({ id: arg('id'), name: arg('name') }),
)

/**
 * Runs what is missing. Each step and its record are one transaction, so a process that is killed
 * leaves whole steps only, and of two that start at once one runs it and the other finds it done.
 */
export async function migrate(executor: Executor): Promise<void> {
  await executor.query(plain(record))
  const known = new Set((await rowsOf(executor, applied({}))).map(({ id }) => id))
  for (const migration of migrations)
    if (!known.has(migration.id)) await executor.transaction(() => step(migration))
}

function* step({ id, name, statements }: Migration): Script<null> {
  const known = yield* ask(applied({}))
  if (known.some((each) => each.id === id)) return undo(null)
  for (const sql of statements) yield plain(sql)
  yield done({ id, name })
  return keep(null)
}
