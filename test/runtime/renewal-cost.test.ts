/** What one renewal costs the database: the figures that docs/scaling.md reckons with. */
import { monthly, plan } from 'billwright'
import { postgres } from 'billwright/postgres'
import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { freshDatabase, isInstalled } from '../support/databases.ts'
import { openShop } from '../support/shop.ts'

// So many that what a pass of the worker asks anyhow hardly counts.
const CUSTOMERS = 60

it.skipIf(!isInstalled('postgres'))(
  'a renewal adds 15 rows, and many of them take less than 10 statements each',
  async () => {
    const url = await freshDatabase('postgres')
    let statements = 0
    const observe = () => {
      statements += 1
    }
    const storage = postgres(url, { observe })
    await storage.migrate()
    const product = { plans: [plan('basic', { price: monthly(49_00, 'USD') })] }
    const shop = await openShop({ product, storage, start: '2025-10-14' })
    const client = new pg.Client(url)
    await client.connect()
    onTestFinished(async () => {
      await client.end()
      await shop.close()
    })
    for (let n = 0; n < CUSTOMERS; n += 1) {
      const { body } = await shop.as(`customer-${n}`).post('/checkout', { plan: 'basic' })
      await shop.pay(body.url)
    }
    await shop.quiet()
    const before = await rowsOf(client)
    statements = 0
    await shop.at('2025-11-14')
    expect(shop.emulator.book().charges).toHaveLength(2 * CUSTOMERS)
    expect(statements / CUSTOMERS).toBeLessThan(10)
    await shop.quiet()
    expect((await rowsOf(client)) - before).toBe(15 * CUSTOMERS)
  },
)

/** In all tables together. */
async function rowsOf(client: pg.Client): Promise<number> {
  const tables = 'select tablename from pg_tables where schemaname = current_schema()'
  let sum = 0
  for (const { tablename } of (await client.query(tables)).rows) {
    const { rows } = await client.query(`select count(*)::int from "${tablename}"`)
    sum += rows[0].count
  }
  return sum
}
