/**
 * `use` with an exact limit on PostgreSQL, every commit on the disk: 64 callers on one customer and on
 * 1,000, and one caller alone. The naive way is one guarded update per call, which knows no idempotency key, window or
 * version. The counts are compared with what was granted.
 */
import { type Bill, billing, meter, plan } from 'billwright'
import { postgres } from 'billwright/postgres'
import pg from 'pg'
import { type Called, called, medianOf } from '../support/callers.ts'
import { startPostgres } from '../support/postgres.ts'
import { digits, printTable } from '../support/table.ts'

const ROUNDS = 3
const CUSTOMERS = 1_000
const SETTINGS = [
  { callers: 64, customers: 1, calls: 6_000 },
  { callers: 64, customers: CUSTOMERS, calls: 6_000 },
  { callers: 1, customers: CUSTOMERS, calls: 2_000 },
]

const database = await startPostgres()

async function naive() {
  const pool = new pg.Pool({ connectionString: await database.schema('naive'), max: 16 })
  await pool.query(
    'create table usage (account text primary key, used bigint not null) with (fillfactor = 70)',
  )
  await pool.query(
    `insert into usage select 'customer-' || n, 0 from generate_series(0, ${CUSTOMERS - 1}) n`,
  )
  const text = `update usage set used = used + 1 where account = $1 and used + 1 <= 1000000000 returning used`
  return {
    use: async (customer: string) => {
      const { rowCount } = await pool.query({ name: 'use', text, values: [customer] })
      if (rowCount !== 1) throw new Error('The limit is not reached')
    },
    total: async () => Number((await pool.query('select sum(used) as n from usage')).rows[0].n),
    close: () => pool.end(),
  }
}

async function ours() {
  const pool = new pg.Pool({ connectionString: await database.schema('ours'), max: 16 })
  const storage = postgres(pool)
  const calls = meter('calls')
  const bill = billing({
    plans: [plan('free', { default: true, includes: [calls(1_000_000_000)] })],
    storage,
  }) as Bill
  await bill.migrate()
  await Promise.all(Array.from({ length: CUSTOMERS }, (_, n) => bill.register(`customer-${n}`)))
  let keys = 0
  return {
    use: (customer: string) => bill.use(customer, 'calls'),
    useOnce: (customer: string) => {
      keys += 1
      return bill.use(customer, 'calls', 1, { idempotencyKey: `key ${keys}` })
    },
    total: async () =>
      Number((await pool.query('select sum(used) as n from billwright_usage')).rows[0].n),
    close: () => pool.end(),
  }
}

const [hand, billwright] = [await naive(), await ours()]
for (const { callers, customers, calls } of SETTINGS) {
  const customer = (index: number) => `customer-${(index * 7) % customers}`
  const cases = [
    ['limit: a guarded update per call', hand.use],
    ['billwright', billwright.use],
    ['billwright, with an idempotency key', billwright.useOnce],
  ] as const
  const results = new Map<string, Called[]>()
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [name, use] of cases) {
      const result = await called(calls, callers, (index) => use(customer(index)))
      // The first round warms up.
      if (round > 0) results.set(name, [...(results.get(name) ?? []), result])
    }
  const rows = cases.map(([name]) => ({ name, ...medianOf(results.get(name) ?? []) }))
  const limit = rows[0]?.rate ?? 1
  printTable(
    `use on PostgreSQL, ${callers} at a time, customers: ${customers}`,
    ['case', 'uses/s', 'p50 ms', 'p99 ms', 'ratio'],
    rows.map(({ name, rate, p50, p99 }) => [
      name,
      ...[digits(rate), digits(p50), digits(p99), digits(rate / limit)],
    ]),
  )
}
const used = (ROUNDS + 1) * SETTINGS.reduce((sum, { calls }) => sum + calls, 0)
if ((await hand.total()) !== used) throw new Error('The naive way lost uses')
if ((await billwright.total()) !== 2 * used) throw new Error('Uses were lost or doubled')
await hand.close()
await billwright.close()
await database.stop()
