/** The schema on real databases: made once, whatever happens meanwhile. */
import type { Executor } from '../../adapters/storage/sql/executor.ts'
import type { Migration } from '../../adapters/storage/sql/schema-change.ts'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { ddl } from '../../adapters/storage/sql/ddl.ts'
import { drift } from '../../adapters/storage/sql/drift.ts'
import { rowsOf } from '../../adapters/storage/sql/executor.ts'
import { migrate } from '../../adapters/storage/sql/migrate.ts'
import { migrations } from '../../adapters/storage/sql/migrations.ts'
import { schemaAfter } from '../../adapters/storage/sql/schema-after.ts'
import { plain } from '../../adapters/storage/sql/statement.ts'
import { sized } from '../support/sized.ts'
import { ENGINES, executorAt, say } from './executors.ts'

/** A step as a later version may bring it: one of each kind of change, each twice. */
const later: Migration = {
  id: migrations.length + 1,
  name: 'later',
  changes: [
    added('memo'),
    added('color'),
    {
      ...{ type: 'index.added', table: 'billwright_invoices' },
      index: { name: 'billwright_invoices_memo', columns: ['account', 'at'] },
    },
    {
      ...{ type: 'index.added', table: 'billwright_invoices' },
      index: { name: 'billwright_invoices_once', columns: ['payment', 'id'], unique: true },
    },
    created('billwright_extra'),
    created('billwright_more'),
  ],
}

function added(name: string): Migration['changes'][number] {
  const column = { kind: 'id', nullable: true } as const
  return { type: 'column.added', table: 'billwright_invoices', name, column }
}

function created(name: string): Migration['changes'][number] {
  const columns = { id: { kind: 'id' } } as const
  return { type: 'table.created', table: { name, columns, primaryKey: ['id'], indexes: [] } }
}

const steps = [...migrations, later]
const invoice =
  'insert into billwright_invoices (id, account, state, invoice, at) ' +
  `values ('i1', 'a', 'paid', '{}', 1)`

/** Every n-th in the normal run, each with `npm run prove`. */
const EACH = sized({ prove: 1, ci: 9, desk: 18 })
const ROUNDS = sized({ prove: 100, ci: 5 })

describe.each(ENGINES)('migrations on $engine', ({ dialect, installed, fresh }) => {
  const rule = it.skipIf(!installed)

  rule('make the schema of this version, and record each step once', async () => {
    const executor = executorAt(await fresh())
    await migrate(executor)
    await migrate(executor)
    expect(await drift(executor)).toEqual([])
    expect(await recorded(executor)).toEqual(migrations.map(({ id, name }) => ({ id, name })))
  })

  rule('add what a later version needs, and keep the rows', async () => {
    const executor = executorAt(await fresh())
    await migrate(executor)
    await say(executor, invoice)
    expect(await drift(executor, schemaAfter(steps))).not.toEqual([])
    await migrate(executor, steps)
    expect(await drift(executor, schemaAfter(steps))).toEqual([])
    const rows = await rowsOf(executor, plain('select id, memo from billwright_invoices'))
    expect(rows).toEqual([{ id: 'i1', memo: null }])
  })

  rule('leave a version that went back one step with tables that it can use', async () => {
    const executor = executorAt(await fresh())
    await migrate(executor, steps)
    await migrate(executor)
    expect(await drift(executor)).toEqual([])
    await say(executor, invoice)
  })

  rule('take a step for done whose tables, columns and indexes the app made itself', async () => {
    const executor = executorAt(await fresh())
    for (const change of steps.flatMap(({ changes }) => changes))
      await say(executor, ...ddl(change, dialect))
    await migrate(executor, steps)
    expect(await recorded(executor)).toEqual(steps.map(({ id, name }) => ({ id, name })))
    expect(await drift(executor, schemaAfter(steps))).toEqual([])
  })

  rule('go on where a process was killed, before whichever statement', async () => {
    const first = await killedEverywhere(fresh, { before: [], steps: migrations, each: EACH })
    expect(first).toBeGreaterThan(18)
    const second = await killedEverywhere(fresh, { before: migrations, steps, each: 1 })
    expect(second).toBeGreaterThan(8)
  })

  rule(`run once when three start together, ${ROUNDS} times`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const place = await fresh()
      const three = [1, 2, 3].map(() => executorAt(place))
      await Promise.all(three.map((executor) => migrate(executor, steps)))
      const [one] = three as [Executor]
      expect(await recorded(one)).toEqual(steps.map(({ id, name }) => ({ id, name })))
      expect(await drift(one, schemaAfter(steps))).toEqual([])
      await Promise.all(three.map((executor) => executor.close()))
    }
  })
})

describe('a step that finds a table in use', () => {
  it.skipIf(ENGINES.some(({ installed }) => !installed))(
    'stands in nobody’s way for more than two seconds, and is made once the table is free',
    async () => {
      await Promise.all(
        ENGINES.filter(({ dialect }) => dialect !== 'sqlite').map(async ({ fresh }) => {
          const place = await fresh()
          await migrate(executorAt(place))
          const reader = await reading(place)
          let tries = 0
          const executor = executorAt(place, ({ sql }) => {
            if (sql !== 'begin') return
            tries += 1
            // It gave up once: now it may have the table.
            if (tries === 2) void reader.end()
          })
          await migrate(executor, steps)
          expect(tries).toBeGreaterThan(1)
          expect(await drift(executor, schemaAfter(steps))).toEqual([])
        }),
      )
    },
  )
})

/** Somebody who read the invoices and does not end. */
async function reading(place: string): Promise<Client> {
  const client = await connected(place)
  await client.query('begin')
  await client.query('select count(*) from billwright_invoices')
  return client
}

interface Client {
  query(text: string): Promise<unknown>
  end(): Promise<unknown>
}

async function connected(place: string): Promise<Client> {
  if (place.startsWith('mysql:')) return createConnection(place)
  const client = new pg.Client(place)
  await client.connect()
  return client
}

interface Kill {
  /** What stands already. */
  readonly before: readonly Migration[]
  readonly steps: readonly Migration[]
  /** Every how many statements. */
  readonly each: number
}

/** Kills a migration before its statements, one after another; how many statements it has. */
async function killedEverywhere(
  fresh: () => Promise<string>,
  { before, steps, each }: Kill,
): Promise<number> {
  for (let point = 1; ; point += each) {
    const place = await fresh()
    const executor = executorAt(place)
    if (before.length > 0) await migrate(executor, before)
    const { died, statements } = await killed(place, steps, point)
    await migrate(executor, steps)
    expect(await drift(executor, schemaAfter(steps))).toEqual([])
    expect(await recorded(executor)).toEqual(steps.map(({ id, name }) => ({ id, name })))
    await executor.close()
    if (!died) return statements
  }
}

/** From the point on nothing reaches the database any more; a transaction that is open is lost. */
async function killed(place: string, steps: readonly Migration[], point: number) {
  let statements = 0
  const executor = executorAt(place, ({ sql }) => {
    if (sql === 'rollback') return
    statements += 1
    if (statements >= point) throw new Error('killed')
  })
  const died = await migrate(executor, steps).then(
    () => false,
    (error: unknown) => error instanceof Error && error.message === 'killed',
  )
  await executor.close()
  return { died, statements }
}

async function recorded(executor: Executor): Promise<readonly unknown[]> {
  const { rows } = await executor.query(
    plain('select id, name from billwright_migrations order by id'),
  )
  const read = rows as readonly { readonly id: unknown; readonly name: unknown }[]
  return read.map(({ id, name }) => ({ id: Number(id), name }))
}
