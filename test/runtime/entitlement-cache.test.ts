/** What `check`, `entitlements` and `value` may answer from memory, and what they may not. */
import type { ObservedStatement } from 'billwright/sqlite'
import { limit, meter, monthly, plan } from 'billwright'
import { memory } from 'billwright/memory'
import { sqlite } from 'billwright/sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { openShop, type Shop } from '../support/shop.ts'

const SECOND = 1_000
const [listings, queries] = [limit('listings'), meter('queries')]
const product = {
  plans: [
    plan('free', { default: true, rank: 0, includes: [queries(3)] }),
    plan('pro', {
      rank: 1,
      price: monthly(49_00, 'USD'),
      includes: [queries(10), listings(2)],
    }),
  ],
  entitlementCacheMs: 5 * SECOND,
}

/** A customer who bought, in a process that remembers, and the statements asked from now on. */
async function subscriber(): Promise<Shop & { readonly asked: () => number }> {
  const seen: ObservedStatement[] = []
  const storage = sqlite({ file: ':memory:', observe: (statement) => seen.push(statement) })
  await storage.migrate()
  const shop = await openShop({ product, storage, start: '2025-10-14' })
  onTestFinished(() => shop.close())
  const { body } = await shop.as('joe').post('/checkout', { plan: 'pro' })
  await shop.pay(body.url)
  await shop.as('joe').get(`/verify/${body.reference}`)
  const asked = () => seen.splice(0).length
  asked()
  return { ...shop, asked }
}

it('the second answer within the time asks nothing', async () => {
  const { bill, asked } = await subscriber()
  expect(await bill.check('joe', 'listings')).toMatchObject({ allowed: true, remaining: 2 })
  expect(asked()).toBe(1)
  expect(await bill.check('joe', 'queries')).toMatchObject({ allowed: true, remaining: 10 })
  expect((await bill.entitlements('joe')).plan).toBe('pro')
  expect(await bill.value('joe', 'listings')).toBe(2)
  expect(asked()).toBe(0)
})

it('after the time the storage is asked again', async () => {
  const { bill, clock, asked } = await subscriber()
  await bill.check('joe', 'listings')
  clock.set(clock.now() + 5 * SECOND - 1)
  await bill.check('joe', 'listings')
  expect(asked()).toBe(1)
  clock.set(clock.now() + 1)
  await bill.check('joe', 'listings')
  expect(asked()).toBe(1)
})

it('what this process counts, gives back or sets is in the next answer', async () => {
  const { bill } = await subscriber()
  const remaining = async () => (await bill.check('joe', 'listings')).remaining
  expect(await remaining()).toBe(2)
  await bill.use('joe', 'listings')
  expect(await remaining()).toBe(1)
  await bill.release('joe', 'listings')
  expect(await remaining()).toBe(2)
  await bill.setUsage('joe', 'listings', 2)
  expect(await remaining()).toBe(0)
  const held = await bill.reserve('joe', 'queries', 4)
  expect((await bill.check('joe', 'queries')).remaining).toBe(6)
  await bill.settle('joe', held.reservation, 1)
  expect((await bill.check('joe', 'queries')).remaining).toBe(9)
})

it('what this process is told or decides is in the next answer', async () => {
  const { bill } = await subscriber()
  expect((await bill.entitlements('joe')).plan).toBe('pro')
  await bill.cancel('joe', { at: 'now' })
  expect((await bill.entitlements('joe')).plan).toBe('free')
})

it('a period that ends within the time ends', async () => {
  const { bill, clock, asked } = await subscriber()
  await bill.use('joe', 'queries', 10)
  await bill.cancel('joe')
  clock.set(Date.UTC(2025, 10, 14) - 1)
  expect(await bill.check('joe', 'queries')).toMatchObject({ allowed: false, remaining: 0 })
  asked()
  clock.set(Date.UTC(2025, 10, 14))
  expect(await bill.check('joe', 'queries')).toMatchObject({ allowed: true, limit: 3 })
  expect((await bill.entitlements('joe')).plan).toBe('free')
  expect(asked()).toBe(0)
})

it('what another process sold is answered after the time at the latest, and used at once', async () => {
  const shop = await subscriber()
  const other = await openShop({
    product,
    start: '2025-10-14',
    storage: shop.storage,
    beside: shop,
  })
  expect((await other.bill.entitlements('joe')).plan).toBe('pro')
  await shop.bill.cancel('joe', { at: 'now' })
  expect((await other.bill.entitlements('joe')).plan).toBe('pro')
  await expect(other.bill.use('joe', 'listings')).rejects.toMatchObject({ code: 'not_in_plan' })
  shop.clock.set(shop.clock.now() + 5 * SECOND)
  expect((await other.bill.entitlements('joe')).plan).toBe('free')
})

it('a look that began before a write of this process does not count as one after it', async () => {
  const real = memory()
  const gate = { opened: Promise.resolve() }
  const load: typeof real.load = async (query) => {
    const loaded = await real.load(query)
    await gate.opened
    return loaded
  }
  const { bill } = await openShop({
    product,
    storage: { ...real, load },
    start: '2025-10-14',
  })
  await bill.register('joe')
  await bill.use('joe', 'queries')
  let open = () => {}
  gate.opened = new Promise((resolve) => {
    open = resolve
  })
  const slow = bill.check('joe', 'queries')
  await bill.use('joe', 'queries')
  open()
  expect(await slow).toMatchObject({ remaining: 2 })
  expect(await bill.check('joe', 'queries')).toMatchObject({ remaining: 1 })
})

it('somebody who was nobody is looked for each time', async () => {
  const { bill, asked } = await subscriber()
  await expect(bill.check('ann', 'queries')).rejects.toMatchObject({
    code: 'subscription_required',
  })
  expect((await bill.entitlements('ann')).access).toBe(false)
  expect(asked()).toBe(2)
})
