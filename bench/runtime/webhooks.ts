/**
 * Webhooks into committed state on SQLite (a file, write-ahead log, every commit synchronized): signed
 * renewals of gateway-owned subscriptions, one in ten delivered twice. The limit is what an app would
 * write by hand: verify, parse, `begin`, insert the event's id, update one row, `commit`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bill, billing, monthly, plan, type Storage, type WebhookRequest } from 'billwright'
import { type Instant, instant } from 'billwright/core'
import { memory } from 'billwright/memory'
import {
  SANDBOX_WEBHOOK_SECRET,
  type SandboxEmulator,
  sandbox,
  sandboxEmulator,
  TEST_CARDS,
} from 'billwright/sandbox'
import { sqlite } from 'billwright/sqlite'
import Database from 'libsql'
import { digits, printTable } from '../support/table.ts'

const CUSTOMERS = 200
const MONTHS = 10
const CONCURRENCY = 64
const ROUNDS = 3

/** A clock that shows whatever it is told: webhooks of ten months arrive in seconds. */
function movableClock(start: string) {
  let now = instant(start)
  return {
    now: () => now,
    set(to: Instant) {
      now = to
    },
  }
}

interface Shop {
  readonly bill: Bill
  readonly webhooks: readonly WebhookRequest[]
  readonly clock: ReturnType<typeof movableClock>
}

/** Customers who bought, and the webhooks of their renewals, signed and not delivered yet. */
async function shop(storage: Storage): Promise<Shop> {
  const clock = movableClock('2025-01-15')
  const emulator = sandboxEmulator({ clock })
  const bill = billing({
    plans: [plan('basic', { price: monthly(49_00, 'USD') })],
    gateways: [
      sandbox({
        secretKey: 'sk_test_bench_bench',
        webhookSecret: SANDBOX_WEBHOOK_SECRET,
        renewals: 'gateway',
        emulator,
      }),
    ],
    storage,
    clock,
  }) as Bill
  await bill.migrate()
  for (let i = 0; i < CUSTOMERS; i += 1) await buy(bill, emulator, `customer-${i}`)
  const before = emulator.webhooks().length
  for (let month = 1; month <= MONTHS; month += 1) {
    clock.set(instant(Date.UTC(2025, month, 15)))
    await emulator.advance()
  }
  const fresh = emulator.webhooks().slice(before)
  return {
    bill,
    clock,
    webhooks: fresh.flatMap((each, i) => (i % 10 === 9 ? [each, each] : [each])),
  }
}

async function buy(bill: Bill, emulator: SandboxEmulator, customer: string): Promise<void> {
  const outcome = await bill.subscribe(customer, 'basic')
  if (!('url' in outcome) || outcome.reference === null) throw new Error('No page to pay on')
  const body = JSON.stringify({ card: TEST_CARDS[0]?.number })
  const headers = { 'content-type': 'application/json' }
  await emulator.fetch(outcome.url, { method: 'POST', headers, body })
  await bill.verify(outcome.reference)
}

/** Delivers everything in its order of months, up to 64 at a time; seconds it took. */
async function deliver({ bill, webhooks, clock }: Shop): Promise<number> {
  const start = process.hrtime.bigint()
  for (let from = 0; from < webhooks.length; ) {
    const first = webhooks[from]
    let to = from
    while (webhooks[to]?.receivedAt === first?.receivedAt && to - from < CONCURRENCY) to += 1
    if (first) clock.set(first.receivedAt)
    await Promise.all(webhooks.slice(from, to).map((each) => bill.receive('sandbox', each)))
    from = to
  }
  return Number(process.hrtime.bigint() - start) / 1e9
}

/** What an app does by hand. It keeps no journal, no outbox, and guards no order. */
function byHand(file: string, webhooks: readonly WebhookRequest[]): number {
  const database = new Database(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  database.exec(
    'create table events (id text primary key); create table subs (id text primary key, body text)',
  )
  const seen = database.prepare('insert into events values (?) on conflict do nothing')
  const write = database.prepare(
    'insert into subs values (?, ?) on conflict do update set body = excluded.body',
  )
  const key = Buffer.from(SANDBOX_WEBHOOK_SECRET.slice('whsec_'.length), 'base64')
  const start = process.hrtime.bigint()
  for (const { headers, body } of webhooks) {
    const {
      'webhook-id': id = '',
      'webhook-timestamp': at = '',
      'webhook-signature': given = '',
    } = headers
    const mac = createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest()
    if (!timingSafeEqual(mac, Buffer.from(given.slice('v1,'.length), 'base64')))
      throw new Error('forged')
    const text = Buffer.from(body).toString()
    JSON.parse(text)
    database.exec('begin immediate')
    if (seen.run(id).changes > 0) write.run(id, text)
    database.exec('commit')
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  database.close()
  return seconds
}

const folder = mkdtempSync(join(tmpdir(), 'billwright-bench-'))
const rates = { hand: [] as number[], sqlite: [] as number[], memory: [] as number[] }
let webhooks = 0
for (let round = 0; round < ROUNDS; round += 1) {
  const onFile = await shop(sqlite({ file: join(folder, `ours-${round}.db`) }))
  const inMemory = await shop(memory())
  webhooks = onFile.webhooks.length
  rates.hand.push(webhooks / byHand(join(folder, `hand-${round}.db`), onFile.webhooks))
  rates.sqlite.push(webhooks / (await deliver(onFile)))
  rates.memory.push(webhooks / (await deliver(inMemory)))
  const { period } = (await onFile.bill.status('customer-0')).subscription ?? {}
  if (period?.start.getTime() !== Date.UTC(2025, MONTHS, 15))
    throw new Error('Renewals are missing')
}
rmSync(folder, { recursive: true })

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
const ratio = (ours: readonly number[]) =>
  digits(median(ours.map((each, i) => each / (rates.hand[i] ?? 1))))
printTable(
  `${webhooks} webhooks, ${CUSTOMERS} customers, one in ten twice, ${ROUNDS} rounds`,
  ['case', 'webhooks/s', 'ratio'],
  [
    ['limit: by hand, SQLite file', digits(median(rates.hand)), '1.00'],
    ['billwright, SQLite file, 64 at a time', digits(median(rates.sqlite)), ratio(rates.sqlite)],
    ['billwright, memory, 64 at a time', digits(median(rates.memory)), ratio(rates.memory)],
  ],
)
console.log(
  'By hand: one table and no journal. Ours also decides the renewal, writes the journal, the invoice, the\n' +
    'payment, the notices and the columns for queries, and compares the version, in one transaction.',
)
