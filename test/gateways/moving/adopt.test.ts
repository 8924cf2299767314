/** Subscriptions that somebody made by hand at Stripe and at Dodo, taken over and then lived with. */
import {
  type Bill,
  billing,
  catalog,
  type Gateway,
  monthly,
  plan,
  type WebhookRequest,
} from 'billwright'
import { dodo } from 'billwright/dodo'
import { DODO_WEBHOOK_SECRET, dodoEmulator, dodoGoods } from 'billwright/dodo/testing'
import { memory } from 'billwright/memory'
import { stripe } from 'billwright/stripe'
import { STRIPE_WEBHOOK_SECRET, stripeEmulator } from 'billwright/stripe/testing'
import { type TestClock, testClock } from 'billwright/testing'
import { DodoPayments } from 'dodopayments'
import Stripe from 'stripe'
import { afterEach, describe, expect, it } from 'vitest'

const START = '2026-01-15T00:00:00Z'
const PLANS = [
  plan('free', { default: true }),
  plan('basic', { price: monthly(20_00, 'USD'), rank: 1 }),
  plan('pro', { price: monthly(40_00, 'USD'), rank: 2 }),
]
const SECRET_KEY = 'sk_test_made_by_hand'

/** A vendor with one subscription that billwright has never heard of. */
interface Vendor {
  readonly gateway: Gateway
  readonly subscription: string
  readonly webhooks: () => readonly WebhookRequest[]
  readonly writes: () => number
  readonly charges: () => readonly number[]
  advance(): Promise<void>
  cancel(subscription: string): void
  close(): Promise<void>
}

const pays = async (url: string, card: string) => {
  const headers = { 'content-type': 'application/json' }
  await fetch(url, { method: 'POST', headers, body: JSON.stringify({ card }) })
}

async function atStripe(clock: TestClock): Promise<Vendor> {
  const emulator = stripeEmulator({ clock, webhookSecret: STRIPE_WEBHOOK_SECRET })
  const { url } = await emulator.listen()
  const { hostname: host, port } = new URL(url)
  const vendor = new Stripe(SECRET_KEY, { host, port, protocol: 'http' })
  const customer = await vendor.customers.create({ email: 'ada@example.com' })
  const product = await vendor.products.create({ name: 'The old shop' })
  const price = await vendor.prices.create({
    ...{ product: product.id, currency: 'usd', unit_amount: 20_00 },
    recurring: { interval: 'month' },
  })
  const session = await vendor.checkout.sessions.create({
    ...{ mode: 'subscription', customer: customer.id, success_url: 'https://old.example' },
    line_items: [{ price: price.id, quantity: 1 }],
  })
  await pays(session.url ?? '', '4242424242424242')
  const { subscription } = await vendor.checkout.sessions.retrieve(session.id)
  const book = () => emulator.book()
  return {
    gateway: stripe({
      ...{ secretKey: SECRET_KEY, webhookSecret: STRIPE_WEBHOOK_SECRET, baseUrl: url },
      returnUrl: 'https://app.example/back',
    }),
    subscription: typeof subscription === 'string' ? subscription : (subscription?.id ?? ''),
    webhooks: () => emulator.webhooks().map(({ body }) => emulator.sign(body)),
    writes: () => book().writes.length,
    charges: () => book().charges.map(({ amount }) => amount),
    advance: () => emulator.advance(),
    cancel: emulator.cancelInDashboard,
    close: emulator.close,
  }
}

async function atDodo(clock: TestClock): Promise<Vendor> {
  const sells = dodoGoods([catalog({ plans: PLANS })])
  const emulator = dodoEmulator({ ...sells, clock, webhookSecret: DODO_WEBHOOK_SECRET })
  const { url } = await emulator.listen()
  const vendor = new DodoPayments({ bearerToken: SECRET_KEY, baseURL: url })
  const customer = await vendor.customers.create({ email: 'ada@example.com', name: 'Ada' })
  const product = sells.table.find((each) => each.plan === 'basic')?.product ?? ''
  const session = await vendor.checkoutSessions.create({
    product_cart: [{ product_id: product, quantity: 1 }],
    customer: { customer_id: customer.customer_id },
    return_url: 'https://old.example',
  })
  await pays(session.checkout_url ?? '', '4242424242424242')
  const book = () => emulator.book()
  return {
    gateway: dodo({
      ...{ secretKey: SECRET_KEY, webhookSecret: DODO_WEBHOOK_SECRET, mode: 'test', baseUrl: url },
      products: sells.table,
    }),
    subscription: book().subscriptions[0]?.id ?? '',
    webhooks: () => emulator.webhooks().map(({ body }) => emulator.sign(body)),
    writes: () => book().writes.length,
    charges: () => book().charges.map(({ amount }) => amount),
    advance: () => emulator.advance(),
    cancel: emulator.cancelInDashboard,
    close: emulator.close,
  }
}

async function open(make: (clock: TestClock) => Promise<Vendor>) {
  const clock = testClock(START)
  const vendor = await make(clock)
  const { gateway } = vendor
  const customer = async (id: string) => ({ id, email: `${id}@example.com`, name: id })
  const options = { plans: PLANS, gateways: [gateway], storage: memory(), clock, customer }
  const bill = billing(options) as Bill
  let told = 0
  const tell = async (): Promise<void> => {
    await vendor.advance()
    for (const request of vendor.webhooks().slice(told)) await bill.receive(gateway.name, request)
    told = vendor.webhooks().length
    await bill.work({ once: true })
  }
  const adopting = { gateway: gateway.name, subscription: vendor.subscription }
  return { bill, clock, vendor, tell, adopting }
}

let opened: Awaited<ReturnType<typeof open>> | undefined
afterEach(async () => opened?.vendor.close())

describe.each([
  ['Stripe', atStripe],
  ['Dodo', atDodo],
] as const)('a subscription made by hand at %s', (name, make) => {
  it('is adopted without a charge, then renews, is upgraded and ends by its webhooks', async () => {
    opened = await open(make)
    const { bill, clock, vendor, tell, adopting } = opened
    const before = vendor.writes()
    expect(await bill.preview.adopt('ada', 'basic', adopting)).toMatchObject({
      due: 0,
      next: { amount: 20_00, currency: 'USD', at: new Date('2026-02-15T00:00:00Z') },
    })
    expect(vendor.writes()).toBe(before)
    expect(await bill.adopt('ada', 'basic', adopting)).toMatchObject({ status: 'active' })
    await bill.adopt('ada', 'basic', adopting)
    expect(vendor.charges()).toEqual([20_00])
    await tell()
    clock.set('2026-02-15T06:00:00Z')
    await tell()
    const { subscription, access } = await bill.status('ada')
    expect(access).toBe(true)
    expect(subscription).toMatchObject({
      plan: 'basic',
      period: { start: new Date('2026-02-15T00:00:00Z') },
    })
    expect(vendor.charges()).toEqual([20_00, 20_00])
    await bill.changePlan('ada', 'pro')
    await tell()
    expect((await bill.status('ada')).subscription).toMatchObject({
      plan: 'pro',
      gateway: vendor.gateway.name,
    })
    vendor.cancel(vendor.subscription)
    await tell()
    const after = await bill.status('ada')
    expect(after).toMatchObject({ plan: 'free', incidents: [] })
  })

  it('is refused with every difference, and nothing is written', async () => {
    opened = await open(make)
    const { bill, vendor, adopting } = opened
    const before = vendor.writes()
    const refused = await bill.adopt('ada', 'pro', adopting).catch((error: unknown) => error)
    expect(refused).toMatchObject({ kind: 'refused', code: 'adoption_mismatch' })
    const { differences } = (refused as { detail: { differences: { what: string }[] } }).detail
    const plans = name === 'Dodo' ? ['plan'] : []
    expect(differences.map(({ what }) => what)).toEqual([...plans, 'amount'])
    expect(vendor.writes()).toBe(before)
    expect((await bill.status('ada')).subscription).toBeNull()
  })

  it('belongs to one customer', async () => {
    opened = await open(make)
    const { bill, adopting } = opened
    await bill.adopt('ada', 'basic', adopting)
    await expect(bill.adopt('eve', 'basic', adopting)).rejects.toMatchObject({
      code: 'adoption_mismatch',
      detail: { differences: [{ what: 'subscription_taken' }, { what: 'customer_taken' }] },
    })
  })

  it('that is not there is not found', async () => {
    opened = await open(make)
    const { bill, adopting } = opened
    const absent = { ...adopting, subscription: 'sub_absent' }
    await expect(bill.adopt('ada', 'basic', absent)).rejects.toMatchObject({ code: 'not_found' })
  })
})
