/** What PostgreSQL makes of a statement: it must find rows by an index, however many there are. */
import type { Loaded } from 'billwright'
import type pg from 'pg'
import { postgres } from 'billwright/postgres'
import { expect, it, onTestFinished } from 'vitest'
import { first, using } from '../../src/testing/storage-cases/build.ts'
import { isInstalled, pgPool } from '../support/databases.ts'

interface Asked {
  readonly text: string
  /** What each of the places is given. */
  readonly value: string
  readonly settings: string
}

async function planOf(pool: pg.Pool, { text, value, settings }: Asked): Promise<string> {
  const client = await pool.connect()
  try {
    await client.query(settings)
    const places = new Set(text.match(/\$\d+/g)).size
    const values = Array.from({ length: places }, () => value)
    const { rows } = await client.query(`explain ${text}`, values)
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  } finally {
    client.release(true)
  }
}

/** A storage with its tables, and what it says to the database from now on. */
async function watched() {
  const pool = await pgPool()
  onTestFinished(() => pool.end())
  const seen: string[] = []
  const storage = postgres(pool, { observe: ({ sql }) => seen.push(sql) })
  await storage.migrate()
  seen.length = 0
  return { pool, storage, seen }
}

it.skipIf(!isInstalled('postgres'))(
  'accounts named by id and by claim in one statement are each found once, by an index',
  async () => {
    const { pool, storage, seen } = await watched()
    for (const id of ['a', 'b'])
      await storage.commit(
        first(id, { claims: [`claim-${id}`], usage: [{ feature: 'queries', window: 0, by: 2 }] }),
      )
    seen.length = 0
    const loaded: readonly Loaded[] = await Promise.all([
      storage.load({ by: { account: 'a' } }),
      storage.load({ by: { claims: ['claim-a'] } }),
      storage.load({ by: { claims: ['claim-b'] } }),
    ])
    expect(loaded.map(({ account }) => account?.id)).toEqual(['a', 'a', 'b'])
    for (const { usage } of loaded)
      expect(usage).toEqual([{ feature: 'queries', window: 0, used: 2 }])
    const [text = '', ...more] = seen
    expect(more).toEqual([])
    // Whole tables are read only where nothing else can be done.
    const plan = await planOf(pool, { text, value: 'x', settings: 'set enable_seqscan = off' })
    expect(plan).toContain('on billwright_accounts')
    expect(plan).not.toContain('Seq Scan on billwright_accounts')
  },
)

it.skipIf(!isInstalled('postgres'))(
  'an account’s document stands in its row, so that no step writes a second table',
  async () => {
    const pool = await pgPool()
    onTestFinished(() => pool.end())
    const storage = postgres(pool)
    await storage.migrate()
    const change = first('a')
    const gatewayCustomers = { sandbox: 'x'.repeat(5_000) }
    await storage.commit({ ...change, account: { ...change.account, gatewayCustomers } })
    const { rows } = await pool.query(`select pg_column_size(document) > 5000 as plain,
      pg_relation_size(reltoastrelid)::int as beside
      from billwright_accounts, pg_class where oid = 'billwright_accounts'::regclass`)
    expect(rows).toEqual([{ plain: true, beside: 0 }])
  },
)

it.skipIf(!isInstalled('postgres'))(
  'uses of many counters read no table whole, although the plan was made while it was empty',
  async () => {
    const { pool, storage, seen } = await watched()
    const uses = ['a', 'b'].map((account) => storage.use(using({ account, key: 'k' })))
    expect((await Promise.all(uses)).map(({ outcome }) => outcome)).toEqual(['used', 'used'])
    const [text = '', ...more] = seen
    expect(more).toEqual([])
    await pool.query('truncate billwright_usage, billwright_usage_keys')
    const settings = 'set plan_cache_mode = force_generic_plan'
    const plan = await planOf(pool, { text, value: '[]', settings })
    expect(plan).toContain('on billwright_usage')
    expect(plan).not.toContain('Seq Scan on billwright_')
  },
)
