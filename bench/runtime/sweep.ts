/**
 * The renewal sweep: N accounts whose subscription renews at one instant, each settled by the core,
 * written with its journal, rows and outbox, under a compare and set. A file of SQLite with every
 * commit synchronized, and memory. Each row runs in this process one after the other; the memory shown
 * is what was added to the resident set while it ran. `SWEEP=10000,100000` chooses other sizes.
 */
import type { Account } from 'billwright/core'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bill, billing, monthly, plan, type Storage } from 'billwright'
import { type Instant, instant } from 'billwright/core'
import { memory } from 'billwright/memory'
import { SANDBOX_WEBHOOK_SECRET, sandbox, sandboxEmulator, TEST_CARDS } from 'billwright/sandbox'
import { sqlite } from 'billwright/sqlite'
import { digits, printTable } from '../support/table.ts'

const SIZES = (process.env.SWEEP ?? '1000,10000').split(',').map(Number)
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

async function sweep(storage: Storage, size: number, account: Account) {
  await storage.migrate()
  await fill(storage, size, account)
  const { bill, clock } = shop(withoutOutbox(storage))
  clock.at = RENEWS
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let most = before
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 20)
  const start = process.hrtime.bigint()
  const { accounts } = await bill.work({ once: true, deadlineMs: 3_600_000 })
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  clearInterval(watch)
  const { due } = await storage.health(RENEWS)
  if (accounts !== size || due.depth !== 0) throw new Error(`${accounts} of ${size} were settled`)
  return { rate: size / seconds, added: (most - before) / 2 ** 20 }
}

const folder = mkdtempSync(join(tmpdir(), 'billwright-sweep-'))
const account = await template()
const rows: string[][] = []
for (const size of SIZES)
  for (const [name, open] of [
    ['SQLite file', () => sqlite({ file: join(folder, `${size}.db`) })],
    ['memory', memory],
  ] as const) {
    const storage = open()
    const { rate, added } = await sweep(storage, size, account)
    await storage.close()
    rows.push([`${name}, ${size} accounts`, digits(rate), digits(added)])
  }
rmSync(folder, { recursive: true })
printTable('renewal sweep', ['case', 'accounts/s', 'added MB'], rows)
