/** Brings a database to the schema of this version, one recorded step at a time. */
import type { Executor, Result, Script } from './executor.ts'
import type { Migration, SchemaChange } from './schema-change.ts'
import type { Statement } from './statement.ts'
import { BillingError } from 'billwright'
import { sql } from 'kysely'
import { prepared } from './compile.ts'
import { ddl } from './ddl.ts'
import { ask, keep, rowsOf, undo } from './executor.ts'
import { migrations, record } from './migrations.ts'
import { plain } from './statement.ts'
import { cutsSilently } from './storage-errors.ts'

/**
 * Runs what is missing. On SQLite and PostgreSQL each step and its record are one transaction, so a
 * process that is killed leaves whole steps only, and of two that start at once one runs it and the
 * other finds it done. MySQL commits every statement that changes the schema by itself: there a step
 * that was not recorded is said again, and what is there already is left as it is.
 */
export async function migrate(
  executor: Executor,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  if (executor.dialect === 'mysql') await checkStrict(executor)
  const known = await recorded(executor)
  for (const migration of steps) if (!known.has(migration.id)) await step(executor, migration)
}

async function checkStrict(executor: Executor): Promise<void> {
  const [row] = await rowsOf(executor, sqlMode({}))
  const mode = String(row?.mode ?? '')
  if (!/STRICT_(ALL|TRANS)_TABLES/.test(mode)) throw cutsSilently(mode)
}

const sqlMode = prepared<object>()(() => sql<{ readonly mode: string }>`select @@sql_mode as mode`)

/** Which steps were run. Looked at first: an app that may not make tables can still ask. */
async function recorded(executor: Executor): Promise<ReadonlySet<number>> {
  try {
    return await applied(executor)
  } catch (error) {
    if (!BillingError.isInstance(error) || error.code !== 'storage_not_migrated') throw error
  }
  await alone(executor, function* () {
    yield* change(executor, { type: 'table.created', table: record })
    return keep(null)
  })
  return applied(executor)
}

async function applied(executor: Executor): Promise<ReadonlySet<number>> {
  return new Set((await rowsOf(executor, ids({}))).map(({ id }) => Number(id)))
}

function step(executor: Executor, { id, name, changes }: Migration): Promise<null> {
  return alone(executor, function* () {
    const known = yield* ask(ids({}))
    if (known.some((each) => Number(each.id) === id)) return undo(null)
    for (const each of changes) yield* change(executor, each)
    yield done({ id, name })
    return keep(null)
  })
}

/** A transaction of which one runs at a time, where the engine can undo what it does. */
function alone(executor: Executor, script: () => Script<null>): Promise<null> {
  const { before, after } = AROUND[executor.dialect]
  return executor.transaction(function* (): Script<null> {
    try {
      for (const text of before) yield plain(text)
      return yield* script()
    } finally {
      for (const text of after) yield plain(text)
    }
  })
}

function* change(executor: Executor, what: SchemaChange): Generator<Statement, void, Result> {
  for (const text of ddl(what, executor.dialect)) yield* sayAgain(executor, text)
}

/** A statement that may have been said before: its column or index is there then, as it should be. */
function* sayAgain(executor: Executor, text: string): Generator<Statement, void, Result> {
  try {
    yield plain(text)
  } catch (error) {
    if (executor.faultOf(error) !== 'there') throw error
  }
}

/**
 * What is said around a step. A change of a table that waits for a long transaction lets nobody else
 * at the table meanwhile: it gives up after two seconds and is tried again.
 */
const AROUND = {
  sqlite: { before: [], after: [] },
  postgres: {
    before: [
      // Held until the transaction ends, also behind a pooler. The number is nobody else's.
      'select pg_advisory_xact_lock(7104250719)::text',
      `set local lock_timeout = '2s'`,
    ],
    after: [],
  },
  mysql: {
    before: ['set session lock_wait_timeout = 2'],
    after: ['set session lock_wait_timeout = default'],
  },
} as const

const ids = prepared<object>()(({ db }) =>
  db.selectFrom('billwright_migrations').select(['id']).orderBy('id'),
)

const done = prepared<{ readonly id: number; readonly name: string }>()(
  ({ arg, dialect }) =>
    sql`insert into billwright_migrations (id, name) values (${arg('id')}, ${arg('name')})
${dialect === 'mysql' ? sql`on duplicate key update name = values(name)` : sql``}`,
)
