/** What `use` remembers of a customer, and what it does not. */
import { expect, it } from 'vitest'
import { limit, meter, monthly, plan } from '../../src/index.ts'
import { openShop } from '../support/shop.ts'

const [listings, queries] = [limit('listings'), meter('queries')]
const product = {
  plans: [
    plan('free', { default: true, includes: [queries(3)] }),
    plan('pro', { price: monthly(49_00, 'USD'), includes: [queries(10), listings(2)] }),
  ],
}

it('a customer who was nobody may use what they have as soon as they are registered', async () => {
  const { bill } = await openShop({ product, start: '2025-10-14' })
  await expect(bill.use('joe', 'queries')).rejects.toMatchObject({ code: 'subscription_required' })
  await bill.register('joe')
  expect(await bill.use('joe', 'queries')).toMatchObject({ used: 1, remaining: 2 })
})

it('what another process sold is seen before anything is refused', async () => {
  const shop = await openShop({ product, start: '2025-10-14' })
  const other = await openShop({
    product,
    start: '2025-10-14',
    storage: shop.storage,
    beside: shop,
  })
  await shop.bill.register('joe')
  await other.bill.use('joe', 'queries')
  await expect(other.bill.use('joe', 'listings')).rejects.toMatchObject({ code: 'not_in_plan' })
  const { body } = await shop.as('joe').post('/checkout', { plan: 'pro' })
  await shop.pay(body.url)
  await shop.as('joe').get(`/verify/${body.reference}`)
  expect(await other.bill.use('joe', 'listings')).toMatchObject({ used: 1, limit: 2 })
})

it('80 percent and all of a limit are told once per crossing', async () => {
  const shop = await openShop({ product, start: '2025-10-14' })
  await shop.bill.register('joe')
  for (let i = 0; i < 3; i += 1) await shop.bill.use('joe', 'queries')
  await expect(shop.bill.use('joe', 'queries')).rejects.toMatchObject({ code: 'limit_reached' })
  await shop.quiet()
  expect(shop.sent.map(({ notice }) => notice.name)).toEqual(['limit_reached'])
})

it('a window begins at its moment, whatever is remembered of the one before', async () => {
  const { bill, clock } = await openShop({ product, start: '2025-10-14' })
  await bill.register('joe')
  const { resetsAt: end } = await bill.use('joe', 'queries')
  if (!end) throw new Error('The meter is never reset')
  clock.set(new Date(end.getTime() - 1).toISOString())
  expect(await bill.use('joe', 'queries')).toMatchObject({ used: 2, resetsAt: end })
  clock.set(end.toISOString())
  expect(await bill.use('joe', 'queries')).toMatchObject({ used: 1, remaining: 2 })
})

it('each of two refusals at once is an error of its own', async () => {
  const { bill } = await openShop({ product, start: '2025-10-14' })
  await bill.register('joe')
  await bill.use('joe', 'queries')
  const refusal = () => bill.use('joe', 'listings').catch((error: unknown) => error)
  const [one, two] = await Promise.all([refusal(), refusal()])
  expect(one).toMatchObject({ code: 'not_in_plan' })
  expect(two).toEqual(one)
  expect(two).not.toBe(one)
})
