/** Libraries of others that take webhooks of Stripe's, each in a process of its own. */
import type { Loaded } from './load.ts'
import { fork } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync } from 'node:fs'
import pg from 'pg'
import { post } from './load.ts'

export interface Peer {
  readonly name: string
  readonly script: string
  readonly path: string
  /** How many subscriptions have a period that ends at an instant, in seconds. */
  readonly moved: string
}

export const PEERS: readonly Peer[] = [
  {
    name: '@better-auth/stripe',
    script: 'better-auth',
    path: '/api/auth/stripe/webhook',
    moved: `select count(*)::int as count from subscription where "periodEnd" = to_timestamp($1)`,
  },
  {
    name: '@supabase/stripe-sync-engine',
    script: 'stripe-sync-engine',
    path: '/webhooks',
    moved: `select count(*)::int as count from stripe.subscriptions where current_period_end = $1`,
  },
]

/** Why peers cannot be measured here; `null` when they can. */
export const noPeers = existsSync('peers/node_modules')
  ? null
  : 'Peers are left out: they are not installed. npm ci --prefix peers'

export interface PeerLoad {
  readonly url: string
  readonly customers: number
  readonly months: number
  readonly send: (port: number, requests: readonly Buffer[]) => Promise<Loaded>
}

/** Sends a peer as many webhooks a month as a renewal makes of us, and looks whether it kept them. */
export async function measurePeer(
  peer: Peer,
  { url, customers, months, send }: PeerLoad,
): Promise<readonly Loaded[]> {
  const env = { ...process.env, DATABASE_URL: url, CUSTOMERS: `${customers}` }
  const child = fork(`peers/bench/${peer.script}.mjs`, {
    env,
    stdio: ['ignore', 'ignore', 2, 'ipc'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { readonly port: number }).port))
    child.once('exit', () => reject(new Error(`${peer.name} did not start.`)))
  })
  const loads: Loaded[] = []
  for (let month = 0; month < months; month += 1)
    loads.push(await send(port, webhooksOf(month, { customers, path: peer.path })))
  child.disconnect()
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query(peer.moved, [endOf(months - 1)])
  await client.end()
  if (rows[0]?.count !== customers)
    throw new Error(`${peer.name} kept ${rows[0]?.count} of ${customers} renewals.`)
  return loads
}

const endOf = (month: number): number => Date.UTC(2025, month + 2, 15) / 1_000

/** Two updates for each subscription, one in ten webhooks twice, like those that our months hold. */
function webhooksOf(
  month: number,
  { customers, path }: { readonly customers: number; readonly path: string },
): readonly Buffer[] {
  const all = Array.from({ length: 2 * customers }, (_, n) =>
    signed(path, renewed(`evt_${month}_${n}`, n % customers, month)),
  )
  return all.flatMap((each, n) => (n % 10 === 9 ? [each, each] : [each]))
}

function renewed(id: string, customer: number, month: number): string {
  const period = { current_period_start: endOf(month - 1), current_period_end: endOf(month) }
  const item = { id: `si_${customer}`, object: 'subscription_item', quantity: 1, ...period }
  const price = { id: 'price_basic', object: 'price', unit_amount: 4900, currency: 'usd' }
  const object = {
    ...{ id: `sub_${customer}`, object: 'subscription', customer: `cus_${customer}` },
    ...{
      status: 'active',
      cancel_at_period_end: false,
      created: endOf(-2),
      metadata: {},
      ...period,
    },
    ...{ currency: 'usd', livemode: false, start_date: endOf(-2), description: 'x'.repeat(1_200) },
    items: { object: 'list', has_more: false, data: [{ ...item, price }] },
  }
  const event = { id, object: 'event', type: 'customer.subscription.updated', livemode: false }
  return JSON.stringify({ ...event, created: Math.floor(Date.now() / 1_000), data: { object } })
}

/** Signed as of now: peers know no other clock. */
function signed(path: string, body: string): Buffer {
  const at = Math.floor(Date.now() / 1_000)
  const code = createHmac('sha256', 'whsec_bench').update(`${at}.${body}`).digest('hex')
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${code}` }
  return post(path, headers, Buffer.from(body))
}
