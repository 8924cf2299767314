/**
 * Webhooks into committed state over HTTP, on PostgreSQL with every commit on the disk: signed
 * renewals of 1,000 gateway-billed subscriptions, one in ten delivered twice, from a process that
 * sends 16 or 64 at a time, and then as many about one of them. The limit is what an app writes by hand with Express and pg: verify,
 * parse, `begin`, insert the event's id, update one row, `commit`. Peers of `peers/` get as many webhooks
 * of Stripe's about as many subscriptions. After the first month the tables' statistics are made anew, as
 * a database does by itself within a minute: they were empty when the plans were made.
 */

import type { AddressInfo } from 'node:net'
import type { WebhookRequest } from 'billwright'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { node } from 'billwright/node'
import { postgres } from 'billwright/postgres'
import { SANDBOX_WEBHOOK_SECRET } from 'billwright/sandbox'
import express from 'express'
import pg from 'pg'
import { type Loaded, post, startLoad } from '../support/load.ts'
import { measurePeer, noPeers, PEERS } from '../support/peers.ts'
import { startPostgres } from '../support/postgres.ts'
import { type Subscribers, subscribers } from '../support/subscribers.ts'
import { digits, printTable } from '../support/table.ts'

const CUSTOMERS = 1_000
const MONTHS = 4
/** The first month warms everything up and is not counted. */
const COUNTED = MONTHS - 1
const CONCURRENCIES = [16, 64] as const
/** Webhooks about one subscription. */
const HOT = 3_000

const database = await startPostgres()
const load = startLoad()

/** An Express app that keeps the newest state of each subscription, and nothing else. */
async function byHand(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const pool = new pg.Pool({ connectionString: await database.schema('by_hand'), max: 10 })
  await pool.query('create table events (id text primary key)')
  await pool.query('create table subs (id text primary key, body text not null)')
  const key = Buffer.from(SANDBOX_WEBHOOK_SECRET.slice('whsec_'.length), 'base64')
  const app = express()
  app.post('/webhook', express.raw({ type: '*/*' }), async (request, response) => {
    const body: Buffer = request.body
    const id = `${request.headers['webhook-id']}`
    const at = `${request.headers['webhook-timestamp']}`
    const given = `${request.headers['webhook-signature']}`.slice('v1,'.length)
    const mac = createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest()
    if (!timingSafeEqual(mac, Buffer.from(given, 'base64'))) return void response.sendStatus(401)
    const text = body.toString()
    const { data } = JSON.parse(text)
    const client = await pool.connect()
    try {
      await client.query('begin')
      const seen = await client.query('insert into events values ($1) on conflict do nothing', [id])
      if (seen.rowCount === 1)
        await client.query(
          'insert into subs values ($1, $2) on conflict (id) do update set body = excluded.body',
          [`${data?.subscription ?? data?.id}`, text],
        )
      await client.query('commit')
    } finally {
      client.release()
    }
    response.sendStatus(200)
  })
  const server = await listening(createServer(app))
  return { port: portOf(server), close: () => closed(server, pool) }
}

function listening(server: Server): Promise<Server> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

const portOf = (server: Server) => (server.address() as AddressInfo).port

async function closed(server: Server, pool: pg.Pool): Promise<void> {
  await new Promise((resolve) => server.close(resolve))
  await pool.end()
}

const requestOf =
  (path: string) =>
  ({ headers, body }: WebhookRequest) =>
    post(path, { 'content-type': 'application/json', ...headers }, body)

/** Month after month; the clock stands where the month's webhooks were signed. */
async function deliver(
  { clock, months }: Subscribers,
  target: { readonly port: number; readonly path: string },
  concurrency: number,
): Promise<readonly Loaded[]> {
  const loads: Loaded[] = []
  for (const month of months) {
    const [first] = month
    if (first) clock.set(first.receivedAt)
    loads.push(await load.send(target.port, concurrency, month.map(requestOf(target.path))))
    if (loads.length === MONTHS - COUNTED) await database.analyze()
  }
  return loads.slice(MONTHS - COUNTED)
}

interface Row {
  readonly name: string
  readonly rate: number
  readonly p50: number
  readonly p99: number
}

function rowOf(name: string, loads: readonly Loaded[]): Row {
  const times = loads.flatMap(({ times: all }) => all).sort((a, b) => a - b)
  const seconds = loads.reduce((sum, each) => sum + each.seconds, 0)
  const refused = loads.flatMap(({ statuses }) =>
    Object.entries(statuses).filter(([status]) => !status.startsWith('2')),
  )
  if (refused.length > 0) throw new Error(`${name} answered ${JSON.stringify(refused)}`)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  return { name, rate: times.length / seconds, p50: at(0.5), p99: at(0.99) }
}

/** What must be there afterwards: a fast server may be one that does nothing. */
async function check({ bill, months }: Subscribers, pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query(`select
    (select sum(version) from billwright_accounts)::int as versions,
    (select count(*) from billwright_journal)::int as events,
    (select count(*) from billwright_deliveries where state = 'done')::int as deliveries,
    (select count(*) from billwright_payments)::int as payments`)
  const [{ versions, events, deliveries, payments }] = rows
  const sent = new Set(months.flat().map(({ headers }) => headers['webhook-id'])).size + HOT
  if (deliveries !== sent) throw new Error(`${deliveries} of ${sent} webhooks are marked`)
  if (versions !== events) throw new Error(`${versions} versions, ${events} events`)
  if (payments !== CUSTOMERS * (MONTHS + 1)) throw new Error(`${payments} payments`)
  const { subscription } = await bill.status('customer-0')
  if (subscription?.period.start.getTime() !== Date.UTC(2025, MONTHS, 15))
    throw new Error('Renewals are missing')
}

function print(title: string, rows: readonly Row[]): void {
  const limit = rows[0]?.rate ?? 1
  printTable(
    title,
    ['case', 'webhooks/s', 'p50 ms', 'p99 ms', 'ratio'],
    rows.map(({ name, rate, p50, p99 }) => [
      name,
      ...[digits(rate), digits(p50), digits(p99), digits(rate / limit)],
    ]),
  )
}

for (const concurrency of CONCURRENCIES) {
  let statements = 0
  const pool = new pg.Pool({ connectionString: await database.schema('ours'), max: 10 })
  const storage = postgres(pool, {
    observe: () => {
      statements += 1
    },
  })
  const shop = await subscribers({ storage, customers: CUSTOMERS, months: MONTHS })
  await pool.query('analyze')
  const ours = await listening(createServer(node(shop.bill, { basePath: '/billing' })))
  const hand = await byHand()
  const handLoads = await deliver(shop, { port: hand.port, path: '/webhook' }, concurrency)
  statements = 0
  const path = '/billing/webhooks/sandbox'
  const ourLoads = await deliver(shop, { port: portOf(ours), path }, concurrency)
  const perWebhook = statements / shop.months.flat().length
  const hot = (port: number, to: string) =>
    load.send(port, concurrency, shop.hot(HOT).map(requestOf(to)))
  const handHot = await hot(hand.port, '/webhook')
  const ourHot = await hot(portOf(ours), path)
  await check(shop, pool)
  const rows = [rowOf('limit: by hand, Express + pg', handLoads), rowOf('billwright', ourLoads)]
  const hotRows = [rowOf('limit, one subscription', [handHot]), rowOf('billwright', [ourHot])]
  await hand.close()
  await closed(ours, pool)
  for (const peer of noPeers === null ? PEERS : []) {
    const loads = await measurePeer(peer, {
      ...{ url: await database.schema('peer'), customers: CUSTOMERS, months: MONTHS },
      send: async (port, requests) => {
        const loaded = await load.send(port, concurrency, requests)
        await database.analyze()
        return loaded
      },
    })
    rows.push(rowOf(`peer: ${peer.name}`, loads.slice(MONTHS - COUNTED)))
  }
  const title = `PostgreSQL, ${concurrency} at a time`
  print(`${title}, ${CUSTOMERS} customers, ${COUNTED} months`, rows)
  print(`${title}, ${HOT} about one subscription`, hotRows)
  console.log(`billwright: ${perWebhook.toFixed(2)} statements for each webhook`)
}
if (noPeers) console.log(noPeers)
load.stop()
await database.stop()
