/**
 * The renewal sweep: N accounts whose subscription renews at one instant, each settled by the core,
 * written with its journal, rows and outbox, under a compare and set. PostgreSQL and a file of SQLite
 * with every commit on the disk, and memory. The limit is one statement of PostgreSQL that moves N rows
 * to their next period and writes N outbox rows, with no journal, invoice or milestone. Each row runs in
 * this process one after the other. Of the memory two figures are shown: what was added to the resident
 * set at most, garbage that nobody has collected yet included, and what is still held after a collection.
 * `SWEEP=1000,100000,1000000` chooses other sizes, `SECONDS=60` stops a sweep after that time and counts
 * what was done until then; memory and SQLite are measured up to 10,000.
 */
import type { Account } from 'billwright/core'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bill, billing, monthly, plan, type Storage } from 'billwright'
import { type Instant, instant } from 'billwright/core'
import { memory } from 'billwright/memory'
import { postgres } from 'billwright/postgres'
import { SANDBOX_WEBHOOK_SECRET, sandbox, sandboxEmulator, TEST_CARDS } from 'billwright/sandbox'
import { sqlite } from 'billwright/sqlite'
import pg from 'pg'
import { type BenchDatabase, startPostgres } from '../support/postgres.ts'
import { digits, printTable } from '../support/table.ts'

const SIZES = (process.env.SWEEP ?? '1000,10000').split(',').map(Number)
const DEADLINE_MS = Number(process.env.SECONDS ?? 3_600) * 1_000
const BOUGHT = instant('2025-01-15')
const RENEWS = instant('2025-02-15')

function shop(storage: Storage) {
  const clock = { at: BOUGHT, now: (): Instant => clock.at }
  const emulator = sandboxEmulator({ clock })
  const secrets = { secretKey: 'sk_test_bench_bench', webhookSecret: SANDBOX_WEBHOOK_SECRET }
  const bill = billing({
    plans: [plan('basic', { price: monthly(49_00, 'USD') })],
    gateways: [sandbox({ ...secrets, emulator })],
    storage,
    clock,
  }) as Bill
  return { bill, clock, emulator }
}

/** One customer who bought, to copy from. */
async function template(): Promise<Account> {
  const storage = memory()
  const { bill, emulator } = shop(storage)
  const outcome = await bill.subscribe('customer', 'basic')
  if (!('url' in outcome) || outcome.reference === null) throw new Error('No page to pay on')
  const body = JSON.stringify({ card: TEST_CARDS[0]?.number })
  await emulator.fetch(outcome.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  await bill.verify(outcome.reference)
  const { account } = await storage.load({ by: { account: 'customer' } })
  if (!account) throw new Error('Nobody bought')
  return account
}

/** Writes `size` accounts that renew at the same instant. */
async function fill(storage: Storage, size: number, account: Account): Promise<void> {
  const nothing = { effects: [], settled: [], payments: [], invoices: [], notices: [] } as const
  const more = { subscriptions: [], claims: [], releases: [], usage: [], milestones: [] } as const
  const marks = { delivery: null, command: null, audit: null } as const
  for (let n = 0; n < size; n += 1)
    await storage.commit({
      account: { ...account, id: `customer-${n}` },
      ...{ version: 0, at: BOUGHT, nextActionAt: RENEWS, events: [] },
      ...{ ...nothing, ...more, ...marks },
    })
}

/** Only the sweep: what it asks of the gateway stays in the outbox. */
function withoutOutbox(storage: Storage): Storage {
  return { ...storage, claimEffects: async () => [] }
}

interface Swept {
  readonly done: number
  readonly rate: number
  /** MB that the resident set grew by, at most. */
  readonly added: number
  /** MB that are still held afterwards. */
  readonly held: number
}

async function sweep(storage: Storage, size: number): Promise<Swept> {
  const { bill, clock } = shop(withoutOutbox(storage))
  clock.at = RENEWS
  const before = collected()
  let most = before.rss
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 20)
  const start = process.hrtime.bigint()
  // By this machine's time: the app's clock stands still.
  const signal = AbortSignal.timeout(DEADLINE_MS)
  const { accounts: done } = await bill.work({ once: true, signal })
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  clearInterval(watch)
  const held = collected().held - before.held
  const { due } = await storage.health(RENEWS)
  if (done + due.depth !== size) throw new Error(`${done} of ${size} were settled`)
  return { done, rate: done / seconds, added: (most - before.rss) / 2 ** 20, held: held / 2 ** 20 }
}

function collected() {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, held: heapUsed + external }
}

/** PostgreSQL with one account that was written by the storage, and copies of its row. */
async function filledPostgres(database: BenchDatabase, size: number, account: Account) {
  const pool = new pg.Pool({ connectionString: await database.schema('ours'), max: 8 })
  const storage = postgres(pool)
  await storage.migrate()
  await fill(storage, 1, account)
  await pool.query(`insert into billwright_accounts
    (id, version, document, next_action_at, created_at, updated_at)
    select 'customer-' || n, version, replace(document, '"customer-0', '"customer-' || n),
      next_action_at, created_at, updated_at
    from billwright_accounts, generate_series(1, ${size - 1}) n`)
  await pool.query('vacuum analyze')
  return { storage, check: () => checkRows(pool, account.version), close: () => pool.end() }
}

/** What must be there afterwards: a journal without gaps, and one charge for each that was swept. */
async function checkRows(pool: pg.Pool, bought: number): Promise<void> {
  const { rows } = await pool.query(`select
    (select sum(version - ${bought}) from billwright_accounts)::int as versions,
    (select count(*) from billwright_journal)::int as events,
    (select count(distinct account) from billwright_journal)::int as swept,
    (select count(*) from billwright_effects where kind = 'payment.collect')::int as charges`)
  const [{ versions, events, swept, charges }] = rows
  if (versions !== events || swept !== charges) throw new Error(JSON.stringify(rows))
}

/** Rows a second of one statement that does the least. */
async function setBased(database: BenchDatabase, size: number): Promise<number> {
  const client = new pg.Client(await database.schema('limit'))
  await client.connect()
  await client.query('create table subs (id text primary key, period_end timestamptz, status text)')
  await client.query('create index on subs (period_end)')
  await client.query('create table outbox (id text primary key, payload text)')
  await client.query(`insert into subs
    select 'customer-' || n, '2025-02-15', 'active' from generate_series(1, ${size}) n`)
  await client.query('vacuum analyze')
  const start = process.hrtime.bigint()
  await client.query(`with moved as (
      update subs set period_end = period_end + interval '1 month'
      where status = 'active' and period_end <= '2025-02-15' returning id, period_end)
    insert into outbox select id || period_end, '{"kind":"charge"}' from moved`)
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  await client.end()
  return size / seconds
}

const LARGEST_BY_COMMITS = 10_000
const folder = mkdtempSync(join(tmpdir(), 'billwright-sweep-'))
const database = await startPostgres()
const account = await template()
const rows: string[][] = []
for (const size of SIZES) {
  const limit = await setBased(database, size)
  rows.push([`limit: one statement, ${size} accounts`, digits(limit), '0', '0', digits(1)])
  const row = async (name: string, storage: Storage) => {
    const { done, rate, added, held } = await sweep(storage, size)
    const what = done === size ? `${size} accounts` : `${done} of ${size} accounts`
    rows.push([`${name}, ${what}`, ...[rate, added, held, rate / limit].map(digits)])
  }
  const { storage, check, close } = await filledPostgres(database, size, account)
  await row('PostgreSQL', storage)
  await check()
  await close()
  if (size > LARGEST_BY_COMMITS) continue
  for (const [name, open] of [
    ['SQLite file', () => sqlite({ file: join(folder, `${size}.db`) })],
    ['memory', memory],
  ] as const) {
    const other = open()
    await other.migrate()
    await fill(other, size, account)
    await row(name, other)
    await other.close()
  }
}
rmSync(folder, { recursive: true })
await database.stop()
printTable('renewal sweep', ['case', 'accounts/s', 'added MB', 'held MB', 'ratio'], rows)
