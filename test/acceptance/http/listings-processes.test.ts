/**
 * Product B in two processes of the same app: one storage and one gateway, a memory each. Whatever
 * happens in both at one instant happens once.
 */
import { describe, expect, it } from 'vitest'
import { charged, type Directory, openDirectory, RUNS, told } from './directory.ts'

const status = async ({ joe }: Directory) => (await joe.get('/status')).body

describe.each(RUNS)('F-02 $gateway, renewals by $renewals, $storage', (run) => {
  async function two(plan = 'basic'): Promise<readonly [Directory, Directory]> {
    const one = await openDirectory(run)
    const other = await openDirectory({ ...run, beside: one })
    await one.buys(plan)
    return [one, other]
  }

  it('B-12 B3 of two creations at the same instant one succeeds, the other answers 403', async () => {
    const [one, other] = await two()
    const both = await Promise.all([
      one.create('joe', 'main-street'),
      other.create('joe', 'downtown'),
    ])
    expect(both.map((reply) => reply.status).sort()).toEqual([201, 403])
    expect(both.find((reply) => reply.status === 403)?.body).toMatchObject({
      ...{ code: 'limit_reached', feature: 'listings', currentPlan: 'basic' },
      ...{ currentCount: 1, limit: 1, upgradeRequired: true },
    })
    expect(one.listings.size).toBe(1)
    expect((await one.joe.get('/entitlements/listings')).body).toMatchObject({ used: 1 })
  })

  it('B-12 B3 a process that remembers Professional lets nothing more in after the downgrade', async () => {
    const [one, other] = await two('professional')
    await other.create('joe', 'main-street')
    await one.joe.post('/downgrade', { plan: 'basic' })
    await one.shop.at('2025-11-14')
    expect((await status(one)).plan).toBe('basic')
    await expect(other.shop.bill.use('joe', 'listings')).rejects.toMatchObject({
      ...{ code: 'limit_reached', detail: { limit: 1, used: 1 } },
    })
  })

  it('B-12 B6 a process that remembers Basic lets the second in once Professional is paid', async () => {
    const [one, other] = await two()
    await other.create('joe', 'main-street')
    await one.joe.post('/upgrade', { plan: 'professional' })
    expect((await other.create('joe', 'downtown')).status).toBe(201)
  })

  it('B-02 B-04 B1 verified in both while the webhook comes, it is one payment', async () => {
    const one = await openDirectory(run)
    const other = await openDirectory({ ...run, beside: one })
    const { reference, url } = (await one.joe.post('/checkout', { plan: 'basic' })).body
    await one.shop.pay(url)
    const verified = await Promise.all([
      one.joe.get(`/verify/${reference}`),
      other.joe.get(`/verify/${reference}`),
      one.shop.emulator.settle(),
    ])
    expect(verified.slice(0, 2).map((reply) => reply?.body.status)).toEqual(['active', 'active'])
    await one.shop.quiet()
    expect((await one.joe.get('/transactions')).body.items).toHaveLength(1)
    expect(await status(one)).toMatchObject({ credit: {}, incidents: [] })
    expect([...told(one, 'activated'), ...told(other, 'activated')]).toHaveLength(1)
  })

  it('B-06 B4 two workers at the renewal charge once and tell once', async () => {
    const [one, other] = await two()
    one.shop.clock.set('2025-11-14')
    await one.shop.emulator.advance()
    const work = ({ shop }: Directory) => shop.bill.work({ once: true })
    await Promise.all([work(one), work(other), work(one), work(other)])
    await one.shop.quiet()
    await other.shop.quiet()
    expect(charged(one)).toEqual([4900, 4900])
    const succeeded = [...told(one, 'payment_succeeded'), ...told(other, 'payment_succeeded')]
    expect(succeeded).toHaveLength(2)
    expect((await status(one)).status).toBe('active')
  })

  it('B-09 B6 an upgrade clicked in two tabs, each at another process, is charged once', async () => {
    const [one, other] = await two()
    await one.shop.at('2025-10-30')
    const both = await Promise.all(
      [one, other].map(({ joe }) => joe.post('/upgrade', { plan: 'professional' })),
    )
    for (const reply of both) expect([200, 409]).toContain(reply.status)
    await one.shop.quiet()
    await other.shop.quiet()
    expect(charged(one)).toHaveLength(2)
    expect(await status(one)).toMatchObject({ plan: 'professional', invoices: [] })
  })

  it('B-19 B9 a refund asked in both with one key gives back once', async () => {
    const [one, other] = await two()
    const payment = one.shop.emulator.book().charges[0]?.id
    const key = { 'idempotency-key': 'ticket-7' }
    const refund = ({ admin }: Directory) =>
      admin.post('/customers/joe/refund', { payment, amount: 1000 }, key)
    const both = await Promise.all([refund(one), refund(other)])
    expect(both.map((reply) => reply.status)).toEqual([200, 200])
    await one.shop.quiet()
    expect(one.shop.emulator.book().refunds.map(({ amount }) => amount)).toEqual([1000])
  })

  it('B-04 a webhook that came to both processes at once counts once', async () => {
    const one = await openDirectory({
      ...run,
      deliver: async (request) => {
        const copies = [request.clone(), request.clone()]
        const heard = await Promise.all(
          copies.map((copy, i) =>
            (i === 0 ? one : other).shop.bill.handle(copy, { basePath: '/billing' }),
          ),
        )
        return heard[0] ?? new Response(null, { status: 500 })
      },
    })
    const other = await openDirectory({ ...run, beside: one })
    await one.buys('basic')
    await one.shop.at('2025-11-14')
    expect(charged(one)).toEqual([4900, 4900])
    expect((await one.joe.get('/transactions')).body.items).toHaveLength(2)
    expect(await status(one)).toMatchObject({ status: 'active', credit: {}, incidents: [] })
  })
})
