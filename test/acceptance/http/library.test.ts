/**
 * What the library promises to every app, over HTTP: declared once and typed, the same code on both
 * clocks, capabilities as data, time as an input, one transaction per step, cases for third parties.
 */
import type { Renewals } from 'billwright/core'
import {
  BillingError,
  type BillingOptions,
  billing,
  type Gateway,
  limit,
  monthly,
  type Operation,
  plan,
} from 'billwright'
import { memory } from 'billwright/memory'
import { gatewayCases, storageCases } from 'billwright/testing'
import { describe, expect, it } from 'vitest'
import { freshStorage, openShop, type Shop, STORAGES } from '../../support/shop.ts'
import { buy } from './buy.ts'
import { CLOCKS } from './products.ts'
import { analyserProduct, billingPageProduct } from './products-more.ts'

const worlds = STORAGES.flatMap((storage) => CLOCKS.map((renewals) => ({ storage, renewals })))

describe('declared once', () => {
  const projects = limit('projects')
  const bill = billing({
    plans: [plan('pro', { price: monthly(49_00, 'USD'), includes: [projects(3)] })],
    storage: memory(),
  })

  it('F-01 a plan or feature that was not declared does not compile, and is refused at run time', async () => {
    await bill.register('joe')
    // @ts-expect-error No plan is called so.
    await expect(bill.subscribe('joe', 'gold')).rejects.toMatchObject({ code: 'unknown_plan' })
    // @ts-expect-error No feature is called so.
    await expect(bill.use('joe', 'seats')).rejects.toMatchObject({ code: 'unknown_feature' })
  })

  it('F-01 a declaration that contradicts itself fails at start and says where', () => {
    const twice = plan('pro', { price: monthly(49_00, 'USD') })
    expect(() => billing({ plans: [twice, twice], storage: memory() })).toThrow(/pro/)
  })
})

describe.each(STORAGES)('the same code on %s', (storage) => {
  it('F-02 a customer’s life reads the same on both clocks', async () => {
    const [ours, theirs] = [await life(storage, 'billwright'), await life(storage, 'gateway')]
    expect(theirs).toEqual(ours)
    expect(ours.map(({ at, plan, ending }) => [at, plan, ending])).toEqual([
      ['2025-10-01', 'free', false],
      ['2025-10-14', 'pro', false],
      ['2025-10-30', 'team', false],
      ['2025-11-14', 'team', false],
      ['2025-11-20', 'team', true],
      ['2025-12-01', 'team', false],
      ['2025-12-10', 'team', false],
      ['2025-12-14', 'pro', false],
      ['2026-01-02', 'pro', true],
      ['2026-01-14', 'free', false],
    ])
    expect(ours.map(({ charged }) => charged)).toEqual([
      ...[0, 200, 490, 1290, 1290, 1290, 1290, 1490, 1490, 1490],
    ])
  })
})

describe('what a gateway cannot do', () => {
  it('F-03 capabilities are data that anybody can look at', async () => {
    const shop = await openShop({ product: billingPageProduct(), start: '2025-10-14' })
    const { capabilities } = gatewayOf(shop)
    expect(capabilities).toMatchObject({
      renewals: ['billwright', 'gateway'],
      operations: { cancel_at_period_end: 'core', trial_upfront: 'native' },
      refunds: 'partial',
    })
    await shop.close()
  })

  it.each<Lack>([
    { operation: 'pause', path: '/pause', body: {} },
    { operation: 'quantity', path: '/quantity', body: { quantity: 2 } },
    { operation: 'add_ons', path: '/add-ons', body: { addOn: 'more_sms', quantity: 1 } },
    { operation: 'coupons', path: '/coupon', body: { coupon: 'LAUNCH20' } },
    { operation: 'update_payment_method', path: '/payment-method', body: {} },
  ])(
    'F-03 without $operation $path is refused by name, and nothing is asked',
    async ({ operation, path, body }) => {
      const shop = await openLacking(operation)
      const { length } = shop.emulator.book().writes
      expect(await shop.as('sam').post(path, body)).toMatchObject({
        status: 409,
        body: { code: 'not_supported', error: 'The payment provider cannot do this.' },
      })
      expect(shop.emulator.book().writes).toHaveLength(length)
      await shop.close()
    },
  )

  it('F-03 to the app the refusal names the gateway and the operation', async () => {
    const shop = await openLacking('pause')
    await expect(shop.bill.pause('sam')).rejects.toMatchObject({
      ...{ kind: 'refused', code: 'not_supported' },
      detail: { gateway: 'sandbox', operation: 'pause' },
    })
    await shop.close()
  })

  it.each<Lack>([
    { operation: 'change_now', path: '/upgrade', body: { plan: 'growth' } },
    { operation: 'cancel_at_period_end', path: '/cancel', body: {} },
  ])('F-03 without $operation $path is refused as well', async ({ operation, path, body }) => {
    const shop = await openLacking(operation)
    const refused = await shop.as('sam').post(path, body)
    await shop.close()
    expect([refused.status, refused.body.code]).toEqual([409, 'not_supported'])
  })

  it('F-03 what the gateway lacks our own clock provides: changes, endings, pauses', async () => {
    const shop = await openShop({
      ...{ product: billingPageProduct(), start: '2025-10-14', renewals: 'billwright' },
    })
    const sam = shop.as('sam')
    expect(gatewayOf(shop).capabilities.operations.pause).toBe('core')
    await buy(shop, sam, 'growth')
    expect((await sam.post('/downgrade', { plan: 'starter' })).body.status).toBe('scheduled')
    expect((await sam.post('/undo')).status).toBe(200)
    expect((await sam.post('/pause')).body.status).toBe('paused')
    await shop.close()
  })
})

describe.each(worlds)('a year on $storage, renewals by $renewals', (world) => {
  it('F-05 from Jan 31 it charges twelve times, at the end of every month, and never twice', async () => {
    const product = billingPageProduct()
    const shop = await openShop({ product, start: '2025-01-31', ...world })
    await buy(shop, shop.as('sam'), 'starter')
    for (let time = Date.parse('2025-02-01'); time <= Date.parse('2026-01-31'); time += DAY)
      await shop.at(time)
    const { charges } = shop.emulator.book()
    expect(charges.map(({ at }) => new Date(at).toISOString().slice(0, 10))).toEqual([
      ...['2025-01-31', '2025-02-28', '2025-03-31', '2025-04-30', '2025-05-31', '2025-06-30'],
      ...['2025-07-31', '2025-08-31', '2025-09-30', '2025-10-31', '2025-11-30', '2025-12-31'],
      '2026-01-31',
    ])
    expect(new Set(charges.map(({ amount }) => amount))).toEqual(new Set([29_00]))
    const known = (await shop.as('sam').get('/transactions?limit=200')).body.items
    expect(known.map(({ id }: { id: string }) => id).reverse()).toEqual(charges.map(({ id }) => id))
    await shop.close()
  })

  it('F-05 a worker that slept finds every renewal that fell due, each in its own month', async () => {
    const product = billingPageProduct()
    const shop = await openShop({ product, start: '2025-01-31', ...world })
    await buy(shop, shop.as('sam'), 'starter')
    await shop.at('2025-03-05')
    const { body } = await shop.as('sam').get('/status')
    expect(body).toMatchObject({
      ...{ status: 'active', invoices: [] },
      subscription: { period: { start: iso('2025-02-28'), end: iso('2025-03-31') } },
    })
    expect(shop.emulator.book().charges).toHaveLength(2)
    await shop.close()
  })
})

describe.each(STORAGES)('one transaction per step on %s', (storage) => {
  it('F-06 a storage that is away is a 503 at once, and afterwards everything goes on', async () => {
    const away = { is: false }
    const shop = await openShop({
      ...{ product: analyserProduct(), start: '2025-10-01' },
      storage: refusing(await freshStorage(storage), away),
    })
    const dev = shop.as('dev')
    await dev.post('/register')
    away.is = true
    const refused = await dev.post('/checkout', { plan: 'pro' })
    expect([refused.status, refused.body.code]).toEqual([503, 'storage_unavailable'])
    expect(shop.emulator.book().writes).toEqual([])
    away.is = false
    await buy(shop, dev, 'pro')
    expect((await dev.get('/status')).body.plan).toBe('pro')
    await shop.close()
  })

  it('F-06 a webhook that could not be written is refused, sent again, and counts once', async () => {
    const away = { is: false }
    const shop = await openShop({
      ...{ product: analyserProduct(), start: '2025-10-01' },
      storage: refusing(await freshStorage(storage), away),
    })
    const dev = shop.as('dev')
    const { body } = await dev.post('/checkout', { plan: 'pro' })
    await shop.pay(body.url)
    away.is = true
    await shop.quiet()
    expect(shop.emulator.events.flatMap(({ attempts }) => attempts)).toMatchObject([
      { status: 503 },
    ])
    away.is = false
    await shop.at('2025-10-01T00:00:05Z')
    expect((await dev.get('/status')).body.plan).toBe('pro')
    expect((await dev.get('/transactions')).body.items).toHaveLength(1)
    await shop.close()
  })

  it('F-06 every step of a purchase and a renewal is one commit', async () => {
    const commits: string[][] = []
    const plain = await freshStorage(storage)
    const counted = {
      ...plain,
      commit: (change: Parameters<typeof plain.commit>[0]) => {
        if (change.events.length > 0) commits.push(change.events.map(({ type }) => type))
        return plain.commit(change)
      },
    }
    const shop = await openShop({
      ...{ product: billingPageProduct(), start: '2025-10-14', storage: counted },
    })
    await buy(shop, shop.as('sam'), 'starter')
    await shop.at('2025-11-14')
    expect(commits.map(([first]) => first)).toEqual([
      'checkout.opened',
      'checkout.closed',
      'notice.due',
      'payment.recorded',
    ])
    await shop.close()
  })
})

it('F-07 the cases for storages and gateways of others are published, each with its rule', () => {
  const storages = storageCases(async () => freshStorage('memory'))
  const gateways = gatewayCases(async () => {
    throw new Error('built when it is run')
  })
  for (const { name, run } of [...storages, ...gateways])
    expect([name.length > 10, typeof run]).toEqual([true, 'function'])
  expect([storages.length > 20, gateways.length > 20]).toEqual([true, true])
})

const DAY = 86_400_000

interface Lack {
  readonly operation: Operation
  readonly path: string
  readonly body: object
}

type Storage = Exclude<Shop['storage'], string>

/** The same app code, told as what the customer saw and what the gateway took by then. */
async function life(storage: (typeof STORAGES)[number], renewals: Renewals) {
  const shop = await openShop({
    ...{ product: analyserProduct(), start: '2025-10-01', storage, renewals },
  })
  const dev = shop.as('dev')
  const seen: { at: string; plan: string; ending: boolean; charged: number }[] = []
  const then = async (at: string, act?: () => Promise<unknown>) => {
    await shop.at(at)
    await act?.()
    await shop.quiet()
    const { body } = await dev.get('/status')
    const charged = shop.emulator.book().charges.reduce((sum, { amount }) => sum + amount, 0)
    seen.push({ at, plan: body.plan, ending: body.ending !== null, charged })
  }
  await then('2025-10-01', () => dev.post('/register'))
  await then('2025-10-14', () => buy(shop, dev, 'pro'))
  await then('2025-10-30', () => dev.post('/upgrade', { plan: 'team' }))
  await then('2025-11-14')
  await then('2025-11-20', () => dev.post('/cancel'))
  await then('2025-12-01', () => dev.post('/resume'))
  await then('2025-12-10', () => dev.post('/downgrade', { plan: 'pro' }))
  await then('2025-12-14')
  await then('2026-01-02', () => dev.post('/cancel'))
  await then('2026-01-14')
  await shop.close()
  return seen
}

/** Sam pays for Starter at a gateway that owns the clock and lacks one thing. */
async function openLacking(operation: Operation): Promise<Shop> {
  const without = (gateway: Gateway): Gateway => {
    const { capabilities } = gateway
    const operations = { ...capabilities.operations, [operation]: 'no' as const }
    return { ...gateway, capabilities: { ...capabilities, operations } }
  }
  const shop = await openShop({
    ...{ product: billingPageProduct(), start: '2025-10-14', renewals: 'gateway' },
    wrap: (options): BillingOptions => ({
      ...options,
      gateways: options.gateways?.map(without) ?? [],
    }),
  })
  await buy(shop, shop.as('sam'), 'starter')
  return shop
}

function gatewayOf({ bill, gateway }: Shop): Gateway {
  const found = bill.gateways.get(gateway)
  if (!found) throw new Error('No gateway')
  return found
}

/** A storage whose commits fail while it is away: nothing is written then. */
function refusing(storage: Storage, away: { readonly is: boolean }): Storage {
  return {
    ...storage,
    async commit(change) {
      if (away.is) throw new BillingError('unavailable', 'storage_unavailable', 'The disk is away.')
      return storage.commit(change)
    },
  }
}

function iso(date: string): string {
  return new Date(date).toISOString()
}
