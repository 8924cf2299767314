/** What `billwright push` does to the products and prices of an account at Stripe. */
import { type Bill, monthly, type Price, yearly } from 'billwright'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diagnose } from '../../adapters/command-line/doctor.ts'
import { pushPrices } from '../../adapters/command-line/push.ts'
import { vendorOpenApi } from '../support/openapi.ts'
import { stripeShop } from './stripe-shop.ts'

let shop: Awaited<ReturnType<typeof stripeShop>>

beforeEach(async () => {
  shop = await stripeShop()
})

afterEach(async () => {
  await shop.close()
})

const push = (app: Parameters<typeof pushPrices>[0]) => pushPrices(app, { yes: true })
const selling = (...prices: readonly Price[]) => shop.app({ prices })

/** Every price at the vendor: what it is found by, what it bills, and whether it is for sale. */
async function prices() {
  const { data } = await shop.owner.prices.list({ limit: 100 })
  return data
    .map(({ lookup_key, unit_amount, active }) => ({ lookup_key, unit_amount, active }))
    .sort((a, b) => (a.unit_amount ?? 0) - (b.unit_amount ?? 0))
}

const writes = () => shop.emulator.book().writes.length

/** Somebody buys the plan and pays on the vendor's page. */
async function buy(bill: Bill, customer = 'ada'): Promise<void> {
  const bought = await bill.subscribe({ id: customer, email: `${customer}@app.example` }, 'pro')
  const url = bought.status === 'redirect' ? bought.url : null
  const body = JSON.stringify({ card: '4242424242424242' })
  const headers = { 'content-type': 'application/json' }
  await shop.emulator.fetch(`${url}`, { method: 'POST', headers, body })
  await bill.reconcile({ customer })
}

describe('push, at Stripe', () => {
  it('shows what it would do, and does nothing before it is told to', async () => {
    const { text, ok } = await pushPrices(shop.app())
    expect(ok).toBe(true)
    expect(text).toContain('+ create the product «Pro»')
    expect(text).toContain('+ create the price pro, $49.00 every month')
    expect(text).toContain('nothing was done yet: say --yes to do it')
    expect(writes()).toBe(0)
  })

  it('makes what the adapter then sells, so that a sale makes nothing more', async () => {
    expect(await push(shop.app())).toMatchObject({
      ok: true,
      text: expect.stringContaining('done'),
    })
    const made = await prices()
    expect(made).toEqual([
      { lookup_key: 'bw_add_on_seat_1month_500USD', unit_amount: 500, active: true },
      { lookup_key: 'bw_plan_pro_1month_4900USD', unit_amount: 4900, active: true },
      { lookup_key: 'bw_plan_pro_1year_49000USD', unit_amount: 49000, active: true },
    ])
    await buy(shop.app() as Bill)
    expect(await prices()).toEqual(made)
    expect(shop.emulator.book().subscriptions).toHaveLength(1)
  })

  it('has nothing to do the second time', async () => {
    await push(shop.app())
    const before = writes()
    const { text, ok } = await push(shop.app())
    expect(ok).toBe(true)
    expect(text).toContain('5 as they are to be\n  nothing to do')
    expect(writes()).toBe(before)
  })

  it('makes a new price of a new amount, and archives the old one that nobody pays', async () => {
    await push(selling(monthly(49_00, 'USD')))
    const { text } = await push(selling(monthly(59_00, 'USD')))
    expect(text).toContain('- archive the price bw_plan_pro_1month_4900USD')
    expect(await prices()).toMatchObject([
      { unit_amount: 500, active: true },
      { unit_amount: 4900, active: false },
      { unit_amount: 5900, active: true },
    ])
  })

  it('never changes a price that a subscription runs on', async () => {
    const app = selling(monthly(49_00, 'USD'))
    await push(app)
    await buy(app as Bill)
    const { text, ok } = await push(selling(monthly(59_00, 'USD')))
    expect(ok).toBe(true)
    expect(text).toContain('= keep the price bw_plan_pro_1month_4900USD of pro (subscriptions run')
    expect(await prices()).toMatchObject([
      { unit_amount: 500, active: true },
      { unit_amount: 4900, active: true },
      { unit_amount: 5900, active: true },
    ])
    const again = await push(selling(monthly(59_00, 'USD')))
    expect(again.text).toContain('nothing to do')
  })

  it('never archives a price that a subscription changes to at its period’s end', async () => {
    const app = selling(yearly(490_00, 'USD'), monthly(49_00, 'USD'))
    await push(app)
    await buy(app as Bill)
    await (app as Bill).changePlan('ada', 'pro', { interval: 'month' })
    expect(shop.exchanges.some(({ url }) => url.includes('/subscription_schedules'))).toBe(true)
    const { text } = await push(selling(yearly(490_00, 'USD')))
    expect(text).toContain('= keep the price bw_plan_pro_1month_4900USD')
    expect(text).not.toContain('archive')
  })

  it('goes back to an old amount by the price that is there', async () => {
    await push(selling(monthly(49_00, 'USD')))
    await push(selling(monthly(59_00, 'USD')))
    const { text } = await push(selling(monthly(49_00, 'USD')))
    expect(text).toContain('~ update the price pro, $49.00 every month (is archived)')
    expect(await prices()).toMatchObject([
      { unit_amount: 500, active: true },
      { unit_amount: 4900, active: true },
      { unit_amount: 5900, active: false },
    ])
  })

  it('takes a lookup key back from a price of another amount, of which doctor warned', async () => {
    await push(selling(monthly(49_00, 'USD')))
    await shop.owner.prices.create({
      ...{ product: 'bw_plan_pro', currency: 'usd', unit_amount: 1_00 },
      ...{ recurring: { interval: 'month' }, lookup_key: 'bw_plan_pro_1month_4900USD' },
      transfer_lookup_key: true,
    })
    const app = selling(monthly(49_00, 'USD'))
    const found = await diagnose(app)
    expect(found.text).toMatch(
      /PROBLEM The price pro, \$49\.00 every month \(another has its lookup/,
    )
    expect((await push(app)).ok).toBe(true)
    const [price] = (await prices()).filter(({ lookup_key }) => lookup_key?.includes('4900'))
    expect(price).toMatchObject({ unit_amount: 4900, active: true })
  })

  it('renames a product, and brings one back that was archived', async () => {
    await push(shop.app())
    await shop.owner.products.update('bw_plan_pro', { active: false })
    const { text, ok } = await push(shop.app({ title: 'Professional' }))
    expect(ok).toBe(true)
    expect(text).toContain('~ update the product «Professional» (is archived)')
    const product = await shop.owner.products.retrieve('bw_plan_pro')
    expect(product).toMatchObject({ name: 'Professional', active: true })
  })

  it('leaves products and prices alone that are not ours', async () => {
    const { id: product } = await shop.owner.products.create({ name: 'Theirs' })
    const recurring = { interval: 'month' } as const
    await shop.owner.prices.create({ product, currency: 'usd', unit_amount: 1, recurring })
    await push(shop.app())
    expect((await prices())[0]).toEqual({ lookup_key: null, unit_amount: 1, active: true })
  })

  it('stops at what fails, and the next time does the rest', async () => {
    shop.emulator.fault('500_before')
    const failed = await push(shop.app())
    expect(failed.ok).toBe(false)
    expect(failed.text).toContain('(500')
    expect(await push(shop.app())).toMatchObject({ ok: true })
    expect(await prices()).toHaveLength(3)
  })

  it('asks only what Stripe has: every request and reply is in the contract', async () => {
    await push(selling(monthly(49_00, 'USD')))
    await push(selling(monthly(59_00, 'USD')))
    await push(selling(monthly(49_00, 'USD')))
    const requests = vendorOpenApi('stripe.endive-requests.openapi.json')
    const responses = vendorOpenApi('stripe.endive-subset.from-sdk.openapi.json')
    expect(shop.exchanges.length).toBeGreaterThan(20)
    expect(shop.exchanges.flatMap((each) => requests?.request(each) ?? [])).toEqual([])
    const told = shop.exchanges.filter(({ status }) => status < 400)
    expect(told.flatMap((each) => responses?.response(each) ?? [])).toEqual([])
  })
})
