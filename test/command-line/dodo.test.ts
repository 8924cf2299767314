/** What `billwright doctor` and `push` say and do at Dodo Payments. */
import { monthly, type Price, yearly } from 'billwright'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diagnose } from '../../adapters/command-line/doctor.ts'
import { pushPrices } from '../../adapters/command-line/push.ts'
import { EVENTS } from '../../adapters/gateways/dodo/setup/events.ts'
import { vendorOpenApi } from '../support/openapi.ts'
import { type DodoApp, dodoShop, SECRET_KEY } from './dodo-shop.ts'

let shop: Awaited<ReturnType<typeof dodoShop>>

beforeEach(async () => {
  shop = await dodoShop()
})

afterEach(async () => {
  await shop.close()
})

const HOOKS = 'https://app.example/billing/webhooks/dodo'
const push = (app: DodoApp = {}) => pushPrices(shop.app(app), { yes: true })
const doctor = (app: DodoApp = {}) => diagnose(shop.app(app))
const selling = (...prices: readonly Price[]): DodoApp => ({ prices })
const writes = () => shop.emulator.book().writes.length

/** The options that push printed, as an app would have them once they were pasted. */
function pasted(text: string): NonNullable<DodoApp['options']> {
  const [, block = ''] = text.split("Paste this into the gateway's options:")
  return new Function(`return {${block}}`)()
}

async function products() {
  const listed = await Promise.all(
    [false, true].map(async (archived) => {
      const { items } = await shop.owner.products.list({ archived, page_size: 100 })
      return items.map(({ product_id: id, name, price }) => ({ id, name, price, archived }))
    }),
  )
  return listed.flat().sort((a, b) => (a.price ?? 0) - (b.price ?? 0))
}

describe('push, at Dodo', () => {
  it('shows what it would do, and does nothing before it is told to', async () => {
    const { text, ok } = await pushPrices(shop.app())
    expect(ok).toBe(true)
    expect(text).toContain('+ create the add-on seat, $5.00 every month (is not there)')
    expect(text).toContain('+ create the product pro, $49.00 every month (is not there)')
    expect(writes()).toBe(0)
  })

  it('makes what the options that it prints then sell', async () => {
    const { text, ok } = await push()
    expect(ok).toBe(true)
    const options = pasted(text)
    expect(options.products).toEqual([
      {
        ...{ product: expect.stringMatching(/^pdt_/), plan: 'pro' },
        ...{ interval: 'month', currency: 'USD' },
      },
    ])
    const bill = shop.app({ options })
    const customer = { id: 'ada', email: 'ada@app.example', name: 'Ada' }
    expect(await bill.subscribe(customer, 'pro', { addOns: { seat: 2 } })).toMatchObject({
      status: 'redirect',
    })
    const { text: said } = await diagnose(bill)
    expect(said).toContain('2 products and prices are as the app sells them.')
    expect(said).not.toContain('options of the gateway')
  })

  it('has nothing to do the second time, whether its options were pasted or not', async () => {
    const { text } = await push()
    const before = writes()
    const again = await push()
    expect(again.text).toContain('2 as they are to be\n  nothing to do')
    expect(pasted(again.text)).toEqual(pasted(text))
    const told = await push({ options: pasted(text) })
    expect(told.text).not.toContain('Paste')
    expect(writes()).toBe(before)
  })

  it('edits the price of a product, and what is bought already is billed as before', async () => {
    const options = pasted((await push()).text)
    const bill = shop.app({ options })
    const bought = await bill.subscribe({ id: 'ada', email: 'ada@app.example', name: 'Ada' }, 'pro')
    const page = bought.status === 'redirect' ? bought.url : ''
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ card: '4242424242424242' })
    await shop.emulator.fetch(page, { method: 'POST', headers, body })
    const dear = { ...selling(monthly(59_00, 'USD')), options }
    expect((await doctor(dear)).text).toMatch(
      /PROBLEM The product pro, \$59\.00 every month \(costs \$49\.00 there\)\n +→ npx billwright push/,
    )
    expect((await push(dear)).text).toContain('~ update the product pro, $59.00 every month')
    expect(await products()).toMatchObject([{ id: options.products?.[0]?.product, price: 59_00 }])
    shop.clock.set(shop.clock.now() + 32 * 86_400_000)
    await shop.emulator.advance()
    expect(shop.emulator.book().charges.map(({ amount }) => amount)).toEqual([49_00, 49_00])
  })

  it('archives what it made and nothing sells any more, but nothing that somebody pays', async () => {
    const two = pasted((await push(selling(monthly(49_00, 'USD'), yearly(490_00, 'USD')))).text)
    const app = { ...selling(monthly(49_00, 'USD'), yearly(490_00, 'USD')), options: two }
    const bill = shop.app(app)
    const ada = { id: 'ada', email: 'ada@app.example', name: 'Ada' }
    const bought = await bill.subscribe(ada, 'pro', { interval: 'year' })
    const body = JSON.stringify({ card: '4242424242424242' })
    const page = bought.status === 'redirect' ? bought.url : ''
    const headers = { 'content-type': 'application/json' }
    await shop.emulator.fetch(page, { method: 'POST', headers, body })
    const kept = await push(selling(monthly(49_00, 'USD')))
    expect(kept.text).toMatch(/= keep the product «Pro» pdt_\w+ \(subscriptions run on it\)/)
    const gone = await push(selling(yearly(490_00, 'USD')))
    expect(gone.text).toMatch(/- archive the product «Pro» pdt_\w+ \(is not sold any more\)/)
    expect((await products()).map(({ price, archived }) => [price, archived])).toEqual([
      [49_00, true],
      [490_00, false],
    ])
    const back = await push(selling(monthly(49_00, 'USD'), yearly(490_00, 'USD')))
    expect(back.text).toContain('(is archived)')
    expect((await products()).map(({ archived }) => archived)).toEqual([false, false])
  })

  it('never edits an add-on, and says what to do instead', async () => {
    const { items } = { items: await shop.owner.addons.list() }
    expect(items.items).toEqual([])
    await shop.owner.addons.create({
      name: 'Seat',
      price: 9_00,
      currency: 'USD',
      tax_category: 'saas',
    })
    const { text } = await push()
    expect(text).toContain('= keep the add-on seat, $5.00 every month (costs $9.00 there)')
    expect((await doctor()).text).toContain('→ Change its price in the dashboard, or make another')
    expect((await shop.owner.addons.list()).items).toMatchObject([{ price: 9_00 }])
  })

  it('takes a product that was made by hand where the options name it', async () => {
    const { product_id: product } = await shop.owner.products.create({
      ...{ name: 'Handmade', tax_category: 'edtech' },
      price: {
        ...{ type: 'recurring_price', currency: 'USD', price: 49_00, discount: 0 },
        ...{ payment_frequency_count: 1, payment_frequency_interval: 'Month' },
        ...{ subscription_period_count: 10, subscription_period_interval: 'Year' },
        purchasing_power_parity: false,
      },
    })
    const named = { product, plan: 'pro', interval: 'month', currency: 'USD' } as const
    expect(await push({ options: { products: [named] } })).toMatchObject({ ok: true })
    expect(await products()).toEqual([
      { id: product, name: 'Handmade', price: 49_00, archived: false },
    ])
  })

  it('asks only what Dodo has: every request and reply is in the contract', async () => {
    const options = pasted((await push(selling(monthly(49_00, 'USD'), yearly(490_00, 'USD')))).text)
    await push({ ...selling(monthly(59_00, 'USD')), options })
    await push({ ...selling(monthly(59_00, 'USD'), yearly(490_00, 'USD')), options })
    await doctor({ options: { ...options, businessId: 'bus_other' } })
    const contract = vendorOpenApi('dodo.openapi.patched-sdk2.52-strict.json')
    expect(shop.exchanges.length).toBeGreaterThan(20)
    expect(shop.exchanges.flatMap((each) => contract?.request(each) ?? [])).toEqual([])
    const told = shop.exchanges.filter(({ status }) => status < 400)
    expect(told.flatMap((each) => contract?.response(each) ?? [])).toEqual([])
  })
})

describe('doctor, at Dodo', () => {
  it('says what a sale would fail for', async () => {
    const { text, ok } = await doctor()
    expect(ok).toBe(false)
    expect(text).toContain('The key is accepted in test mode.')
    expect(text).toContain("The clock agrees with Dodo's.")
    expect(text).toContain('PROBLEM No webhook endpoint leads to …/webhooks/dodo; there are: none.')
    expect(text).toContain('PROBLEM The product pro, $49.00 every month (is not there)')
    expect(text).toContain('→ npx billwright push')
    expect(text).not.toContain(SECRET_KEY)
  })

  it('prints the ids to paste where the options do not name what is there', async () => {
    await push()
    const { text, ok } = await doctor()
    expect(ok).toBe(false)
    expect(text).toContain('PROBLEM The options of the gateway do not name what was made')
    expect(text).toMatch(/→ products: \[\n +→ {3}\{ product: 'pdt_/)
  })

  it('names a disabled endpoint and how to enable it', async () => {
    const { id } = await shop.owner.webhooks.create({ url: HOOKS })
    await shop.owner.webhooks.update(id, { disabled: true })
    expect((await doctor()).text).toContain(
      `PROBLEM The webhook endpoint ${HOOKS} is disabled.\n          → Enable it at https://app`,
    )
  })

  it('names the events that an endpoint lacks, and none where it has no filter', async () => {
    const types = EVENTS.filter((event) => !event.startsWith('refund.')) as 'payment.succeeded'[]
    await shop.owner.webhooks.create({ url: HOOKS, filter_types: types })
    expect((await doctor()).text).toContain('refund.succeeded, refund.failed.')
    const all = await dodoShop()
    await all.owner.webhooks.create({ url: HOOKS })
    expect((await diagnose(all.app())).text).toContain(`${HOOKS} is enabled, with every event.`)
    await all.close()
  })

  it('says that the key is refused, and nothing that follows from it', async () => {
    const { fetch } = shop.emulator
    const refusing: typeof fetch = (input, init) => {
      const headers = new Headers(init?.headers)
      headers.delete('authorization')
      return fetch(input, { ...init, headers })
    }
    const { text } = await doctor({ options: { fetch: refusing } })
    expect(text.match(/PROBLEM .*/g)).toEqual(['PROBLEM Dodo refuses the key in test mode.'])
  })

  it('notices that the key is of another business than webhooks are taken of', async () => {
    const options = pasted((await push()).text)
    const { text } = await doctor({ options: { ...options, businessId: 'bus_other' } })
    expect(text).toContain(
      'The key is of business bus_emulated, and webhooks are taken of bus_other',
    )
  })
})
