/** Round trips to the database, counted exactly: what a user feels first of all. */
import { type ObservedStatement, sqlite } from 'billwright/sqlite'
import { afterEach, expect, it } from 'vitest'
import { limit, meter, monthly, plan } from '../../src/index.ts'
import { openShop, type Shop } from '../support/shop.ts'

const [listings, queries] = [limit('listings'), meter('queries')]
const product = {
  plans: [plan('basic', { price: monthly(49_00, 'USD'), includes: [listings(3), queries(50)] })],
}

let observed: ObservedStatement[] = []
let shop: Shop | undefined

afterEach(async () => {
  await shop?.close()
})

/** A customer who bought, with the gateway billing, and a database that counts from now on. */
async function subscriber(): Promise<Shop> {
  const storage = sqlite({ file: ':memory:', observe: (statement) => observed.push(statement) })
  await storage.migrate()
  shop = await openShop({
    product,
    storage,
    start: '2025-10-14',
    renewals: 'gateway',
    // Kept, so that the test delivers them itself.
    deliver: async () => new Response(null, { status: 503 }),
  })
  const { body } = await shop.as('joe').post('/checkout', { plan: 'basic' })
  await shop.pay(body.url)
  await shop.as('joe').get(`/verify/${body.reference}`)
  observed = []
  return shop
}

/** A statement on its own is one round trip, and so is a whole transaction. */
function roundTrips(): number {
  return observed.filter(({ kind, sql }) => kind === 'statement' || /^begin/i.test(sql)).length
}

async function renewal({ clock, emulator }: Shop) {
  clock.set('2025-11-14')
  await emulator.advance()
  const renewed = emulator.webhooks().at(-1)
  if (!renewed) throw new Error('No webhook')
  observed = []
  return renewed
}

it('a webhook that changes state takes two round trips: one to read, one to write', async () => {
  const { bill, ...rest } = await subscriber()
  const webhook = await renewal({ bill, ...rest })
  expect(await bill.receive('sandbox', webhook)).toMatchObject({ outcome: 'applied' })
  expect(roundTrips()).toBe(2)
  const { subscription } = await bill.status('joe')
  expect(subscription?.period.start).toEqual(new Date('2025-11-14'))
})

it('a webhook that is known takes one', async () => {
  const { bill, ...rest } = await subscriber()
  const webhook = await renewal({ bill, ...rest })
  await bill.receive('sandbox', webhook)
  observed = []
  expect(await bill.receive('sandbox', webhook)).toMatchObject({ outcome: 'repeated' })
  expect(roundTrips()).toBe(1)
  expect(observed).toHaveLength(1)
})

it('a use takes one statement once the customer is known to the process', async () => {
  const { bill } = await subscriber()
  await bill.use('joe', 'listings')
  observed = []
  await bill.use('joe', 'queries')
  expect(observed).toHaveLength(1)
})

it('a check takes one statement', async () => {
  const { bill } = await subscriber()
  expect(await bill.check('joe', 'listings')).toMatchObject({ allowed: true, remaining: 3 })
  expect(observed).toHaveLength(1)
})

it('a report takes six statements, over how many months and customers soever', async () => {
  const { bill } = await subscriber()
  await bill.report({ from: new Date('2024-10-14'), to: new Date('2025-11-14') })
  expect(observed).toHaveLength(6)
  expect(roundTrips()).toBe(6)
})

it('status takes one statement', async () => {
  const { bill } = await subscriber()
  await bill.status('joe')
  expect(observed).toHaveLength(1)
})
