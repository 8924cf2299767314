/** Round trips to the database, counted exactly: what a user feels first of all. */

import type { ObservedStatement } from 'billwright/sqlite'
import type { Dialect } from '../../adapters/storage/sql/dialect.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { limit, meter, monthly, plan } from '../../src/index.ts'
import { ENGINES } from '../storage/executors.ts'
import { openAt } from '../storage/processes/open-at.ts'
import { openShop, type Shop } from '../support/shop.ts'

const [listings, queries] = [limit('listings'), meter('queries')]
const product = {
  plans: [plan('basic', { price: monthly(49_00, 'USD'), includes: [listings(3), queries(50)] })],
}

let observed: ObservedStatement[] = []

/** A customer who bought, with the gateway billing, and a database that counts from now on. */
async function subscriber(fresh: () => Promise<string>): Promise<Shop> {
  const storage = openAt(await fresh(), (statement) => observed.push(statement))
  await storage.migrate()
  const shop = await openShop({
    product,
    storage,
    start: '2025-10-14',
    renewals: 'gateway',
    // Kept, so that the test delivers them itself.
    deliver: async () => new Response(null, { status: 503 }),
  })
  onTestFinished(() => shop.close())
  const { body } = await shop.as('joe').post('/checkout', { plan: 'basic' })
  await shop.pay(body.url)
  await shop.as('joe').get(`/verify/${body.reference}`)
  observed = []
  return shop
}

/** A statement on its own is one round trip; a transaction on a file is one, on a server each of its own. */
function roundTrips(dialect: Dialect): number {
  if (dialect !== 'sqlite') return observed.length
  return observed.filter(({ kind, sql }) => kind === 'statement' || /^begin/i.test(sql)).length
}

/**
 * What it takes on each engine. MariaDB has no statement that changes rows and answers what they are
 * now, and none that writes several tables: there a change is a transaction.
 */
const TRIPS = {
  sqlite: { webhook: 2, use: 1 },
  postgres: { webhook: 2, use: 1 },
  mysql: { webhook: 12, use: 4 },
} as const satisfies Record<Dialect, object>

async function renewal({ clock, emulator }: Shop) {
  clock.set('2025-11-14')
  await emulator.advance()
  const renewed = emulator.webhooks().at(-1)
  if (!renewed) throw new Error('No webhook')
  observed = []
  return renewed
}

describe.each(ENGINES)('on $engine', ({ dialect, installed, fresh }) => {
  const rule = it.skipIf(!installed)

  rule(`a webhook that changes state takes ${TRIPS[dialect].webhook} round trips`, async () => {
    const { bill, ...rest } = await subscriber(fresh)
    const webhook = await renewal({ bill, ...rest })
    expect(await bill.receive('sandbox', webhook)).toMatchObject({ outcome: 'applied' })
    expect(roundTrips(dialect)).toBe(TRIPS[dialect].webhook)
    const { subscription } = await bill.status('joe')
    expect(subscription?.period.start).toEqual(new Date('2025-11-14'))
  })

  rule('a webhook that is known takes one', async () => {
    const { bill, ...rest } = await subscriber(fresh)
    const webhook = await renewal({ bill, ...rest })
    await bill.receive('sandbox', webhook)
    observed = []
    expect(await bill.receive('sandbox', webhook)).toMatchObject({ outcome: 'repeated' })
    expect(roundTrips(dialect)).toBe(1)
    expect(observed).toHaveLength(1)
  })

  rule(
    'webhooks about one subscription that come together do not get in each other’s way',
    async () => {
      const { bill, ...rest } = await subscriber(fresh)
      const { emulator } = rest
      const before = emulator.webhooks().length
      await renewal({ bill, ...rest })
      const together = emulator.webhooks().slice(before)
      expect(together).toHaveLength(2)
      await Promise.all(together.map((webhook) => bill.receive('sandbox', webhook)))
      // One look at the account each: none had to look again at what the other did.
      expect(observed.filter(({ sql }) => sql.includes(`'account' as what`))).toHaveLength(2)
    },
  )

  rule(`a use takes ${TRIPS[dialect].use} once the customer is known to the process`, async () => {
    const { bill } = await subscriber(fresh)
    await bill.use('joe', 'listings')
    observed = []
    await bill.use('joe', 'queries')
    expect(observed).toHaveLength(TRIPS[dialect].use)
  })

  if (dialect !== 'mysql')
    rule('uses under twenty keys at once take one round trip', async () => {
      const { bill } = await subscriber(fresh)
      await bill.use('joe', 'queries')
      observed = []
      const uses = Array.from({ length: 20 }, (_, n) =>
        bill.use('joe', 'queries', 1, { idempotencyKey: `key ${n}` }),
      )
      expect((await Promise.all(uses)).at(-1)).toMatchObject({ used: 21, remaining: 29 })
      expect(roundTrips(dialect)).toBe(1)
    })

  rule('a check takes one statement', async () => {
    const { bill } = await subscriber(fresh)
    expect(await bill.check('joe', 'listings')).toMatchObject({ allowed: true, remaining: 3 })
    expect(observed).toHaveLength(1)
  })

  rule('a report takes six statements, over how many months and customers soever', async () => {
    const { bill } = await subscriber(fresh)
    await bill.report({ from: new Date('2024-10-14'), to: new Date('2025-11-14') })
    expect(observed).toHaveLength(6)
    expect(roundTrips(dialect)).toBe(6)
  })

  rule('status takes one statement', async () => {
    const { bill } = await subscriber(fresh)
    await bill.status('joe')
    expect(observed).toHaveLength(1)
  })
})
