/**
 * `check` on PostgreSQL for 1,000 customers, one after the other and 16 at a time: answers that are
 * read, and answers from memory. The limit reads one row by its key and compares two columns.
 */
import { type Bill, billing, limit, plan } from 'billwright'
import { postgres } from 'billwright/postgres'
import pg from 'pg'
import { type Called, called, medianOf } from '../support/callers.ts'
import { startPostgres } from '../support/postgres.ts'
import { digits, printTable } from '../support/table.ts'

const CALLS = 6_000
const ROUNDS = 3
const CUSTOMERS = 1_000
const database = await startPostgres()

async function byHand() {
  const pool = new pg.Pool({ connectionString: await database.schema('by_hand'), max: 16 })
  await pool.query('create table subs (account text primary key, status text, most int, used int)')
  await pool.query(
    `insert into subs select 'customer-' || n, 'active', 3, 0 from generate_series(0, ${CUSTOMERS - 1}) n`,
  )
  const text = 'select status, most, used from subs where account = $1'
  return {
    async check(customer: string) {
      const { rows } = await pool.query({ name: 'check', text, values: [customer] })
      const [{ status, most, used }] = rows
      if (status !== 'active' || used >= most) throw new Error('It is allowed')
    },
    close: () => pool.end(),
  }
}

async function ours(entitlementCacheMs: number) {
  const pool = new pg.Pool({ connectionString: await database.schema('ours'), max: 16 })
  const projects = limit('projects')
  const bill = billing({
    plans: [plan('free', { default: true, includes: [projects(3)] })],
    storage: postgres(pool),
    entitlementCacheMs,
  }) as Bill
  await bill.migrate()
  await Promise.all(Array.from({ length: CUSTOMERS }, (_, n) => bill.register(`customer-${n}`)))
  return {
    async check(customer: string) {
      const { allowed } = await bill.check(customer, 'projects')
      if (!allowed) throw new Error('It is allowed')
    },
    close: () => pool.end(),
  }
}

const [hand, read, remembered] = [await byHand(), await ours(0), await ours(300_000)]
for (const callers of [1, 16]) {
  const customer = (index: number) => `customer-${(index * 7) % CUSTOMERS}`
  const cases = [
    ['limit: one prepared select', hand.check],
    ['billwright, read', read.check],
    ['billwright, from memory', remembered.check],
  ] as const
  const results = new Map<string, Called[]>()
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [name, check] of cases) {
      const result = await called(CALLS, callers, (index) => check(customer(index)))
      // The first round warms up.
      if (round > 0) results.set(name, [...(results.get(name) ?? []), result])
    }
  const rows = cases.map(([name]) => ({ name, ...medianOf(results.get(name) ?? []) }))
  const first = rows[0]?.rate ?? 1
  printTable(
    `check on PostgreSQL, ${callers} at a time, ${CUSTOMERS} customers`,
    ['case', 'checks/s', 'µs each', 'ratio'],
    rows.map(({ name, rate }) => [name, digits(rate), digits(1e6 / rate), digits(rate / first)]),
  )
}
await Promise.all([hand, read, remembered].map((each) => each.close()))
await database.stop()
