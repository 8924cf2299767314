/** Brings a database to the schema of this version, one recorded step at a time. */
import type { Dialect } from './dialect.ts'
import type { Executor, Script } from './executor.ts'
import type { Migration } from './schema-change.ts'
import { sql } from 'kysely'
import { prepared } from './compile.ts'
import { ddl } from './ddl.ts'
import { ask, keep, rowsOf, undo } from './executor.ts'
import { first } from './migrations/0001-first.ts'
import { plain } from './statement.ts'
import { cutsSilently } from './storage-errors.ts'

/** In the order in which they run; a released one is never changed. */
const migrations: readonly Migration[] = [first]

const record: Migration = {
  id: 0,
  name: 'record',
  changes: [
    {
      type: 'table.created',
      table: {
        name: 'billwright_migrations',
        columns: { id: { kind: 'integer' }, name: { kind: 'word' } },
        primaryKey: ['id'],
        indexes: [],
      },
    },
  ],
}

/**
 * Runs what is missing. On SQLite and PostgreSQL each step and its record are one transaction, so a
 * process that is killed leaves whole steps only, and of two that start at once one runs it and the
 * other finds it done. MySQL commits every statement that changes the schema by itself: there a step
 * that was not recorded is said again, and what is there already is left as it is.
 */
export async function migrate(executor: Executor): Promise<void> {
  if (executor.dialect === 'mysql') await checkStrict(executor)
  const known = await recorded(executor)
  for (const migration of migrations) if (!known.has(migration.id)) await step(executor, migration)
}

/** Every statement that makes a database as `migrate` would, to be run once by somebody else. */
export function schemaText(dialect: Dialect): string {
  const done = migrations.map(
    ({ id, name }) => `insert into billwright_migrations (id, name) values (${id}, '${name}')`,
  )
  const statements = [record, ...migrations].flatMap(({ changes }) =>
    changes.flatMap((change) => ddl(change, dialect)),
  )
  return [...statements, ...done].map((statement) => `${statement};\n`).join('\n')
}

async function checkStrict(executor: Executor): Promise<void> {
  const [row] = await rowsOf(executor, sqlMode({}))
  const mode = String(row?.mode ?? '')
  if (!/STRICT_(ALL|TRANS)_TABLES/.test(mode)) throw cutsSilently(mode)
}

const sqlMode = prepared<object>()(() => sql<{ readonly mode: string }>`select @@sql_mode as mode`)

async function recorded(executor: Executor): Promise<ReadonlySet<number>> {
  for (const statement of statementsOf(record, executor)) await sayOnce(executor, statement)
  return new Set((await rowsOf(executor, applied({}))).map(({ id }) => Number(id)))
}

/** Of two processes that make one thing at once, PostgreSQL fails one with a unique key of its own. */
async function sayOnce(executor: Executor, statement: string): Promise<void> {
  try {
    await executor.query(plain(statement))
  } catch (error) {
    if (executor.faultOf(error) !== 'unique') throw error
    await executor.query(plain(statement))
  }
}

function statementsOf({ changes }: Migration, { dialect }: Executor): readonly string[] {
  return changes.flatMap((change) => ddl(change, dialect))
}

function step(executor: Executor, migration: Migration): Promise<null> {
  const { id, name } = migration
  return executor.transaction(function* (): Script<null> {
    if (executor.dialect === 'postgres') yield oneAtATime({})
    const known = yield* ask(applied({}))
    if (known.some((each) => Number(each.id) === id)) return undo(null)
    for (const statement of statementsOf(migration, executor)) yield plain(statement)
    yield done({ id, name })
    return keep(null)
  })
}

/** Held until the transaction ends, also behind a pooler. The number says «billwright» to nobody else. */
const oneAtATime = prepared<object>()(() => sql`select pg_advisory_xact_lock(7104250719)`)

const applied = prepared<object>()(({ db }) =>
  db.selectFrom('billwright_migrations').select(['id']).orderBy('id'),
)

const done = prepared<{ readonly id: number; readonly name: string }>()(
  ({ arg, dialect }) =>
    sql`insert into billwright_migrations (id, name) values (${arg('id')}, ${arg('name')})
${dialect === 'mysql' ? sql`on duplicate key update name = values(name)` : sql``}`,
)
