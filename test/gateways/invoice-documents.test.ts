/** The gateway's own invoice: a link that opens, for whoever it was made for and for nobody else. */
import type { GatewayStage } from 'billwright/testing'
import { type Bill, billing, catalog, monthly, plan } from 'billwright'
import { memory } from 'billwright/memory'
import { afterEach, describe, expect, it } from 'vitest'
import { dodoGoods, dodoStage } from '../../adapters/gateways/dodo/testing.ts'
import { paymongoStage } from '../../adapters/gateways/paymongo/testing.ts'
import { paystackStage } from '../../adapters/gateways/paystack/testing.ts'
import { sandboxStage } from '../../adapters/gateways/sandbox/stage.ts'
import { stripeStage } from '../../adapters/gateways/stripe/testing.ts'

const ADA = 'ada'
const HOUR = 3_600_000
const plansIn = (currency: string) => [
  plan('free', { default: true }),
  plan('basic', { rank: 1, price: monthly(200_000, currency) }),
]
const sells = dodoGoods([catalog({ plans: plansIn('USD') })])

let stage: GatewayStage
afterEach(() => stage.close())

/** Ada has bought and paid; what a later period brought is heard with `hear`. */
async function paidOn(opened: GatewayStage, currency = 'USD') {
  stage = opened
  const { clock, gateway } = stage
  const whole = memory()
  await whole.migrate()
  // Pages of one invoice, so that they are turned.
  const invoicesOf: typeof whole.invoices = (id, page) => whole.invoices(id, { ...page, limit: 1 })
  const storage = { ...whole, invoices: invoicesOf }
  const customer = async (id: string) => ({ id, email: `${id}@example.com`, name: id })
  const gateways = [gateway]
  const plans = plansIn(currency)
  const options = { plans, gateways, storage, clock, customer }
  const bill = billing(options) as Bill
  const deaf = { ...gateway, document: () => new Promise<null>(() => {}) }
  const unheard = billing({ ...options, gateways: [deaf], gatewayTimeoutMs: 100 }) as Bill
  let heard = 0
  const hear = async () => {
    do {
      for (const { headers, body } of stage.webhooks().slice(heard)) {
        await bill.receive(gateway.name, { headers, body })
        heard += 1
      }
      await bill.work({ once: true })
    } while (heard < stage.webhooks().length)
  }
  const page = await bill.subscribe(ADA, 'basic')
  if ('url' in page) await stage.pay({ url: page.url })
  await hear()
  const invoices = async () => (await whole.invoices(ADA, { limit: 50 })).items
  return { bill, unheard, hear, invoices }
}

async function opens(url: string): Promise<string> {
  const response = await fetch(url)
  expect(response.status).toBe(200)
  await response.arrayBuffer()
  return response.headers.get('content-type')?.split(';')[0] ?? ''
}

const MAKERS = [
  ['Stripe', () => stripeStage(), 'application/pdf'],
  ['Dodo', () => dodoStage({ sells }), 'application/pdf'],
  ['Stripe, where the core renews,', () => stripeStage({ renewals: 'billwright' }), 'text/html'],
] as const

describe('the document of a paid invoice', () => {
  for (const [name, open, type] of MAKERS)
    it(`at ${name} opens, each period's its own`, async () => {
      const { bill, hear, invoices } = await paidOn(await open())
      const { subscription } = await bill.status(ADA)
      const end = subscription?.period.end.getTime() ?? 0
      // Stripe charges an hour after the period began.
      for (const at of [end, end + HOUR]) {
        await stage.advance(at)
        await hear()
      }
      const paid = await invoices()
      expect(paid.map(({ state }) => state)).toEqual(['paid', 'paid'])
      const found = await Promise.all(paid.map(({ id }) => bill.invoiceDocument(ADA, id)))
      const urls = found.map((document) => document?.url ?? '')
      expect(new Set(urls).size).toBe(2)
      for (const url of urls) expect(await opens(url)).toBe(type)
    })

  it('is unknown to every other customer, as an invoice that never was', async () => {
    const { bill, invoices } = await paidOn(await stripeStage())
    const [paid] = await invoices()
    await bill.register('bob')
    const unknown = { kind: 'request', code: 'not_found' }
    for (const [customer, invoice] of [
      ['bob', paid?.id ?? ''],
      ['nobody', paid?.id ?? ''],
      [ADA, 'never'],
    ] as const)
      await expect(bill.invoiceDocument(customer, invoice)).rejects.toMatchObject(unknown)
  })

  it('is gateway_unavailable while the gateway does not answer, and there afterwards', async () => {
    const { bill, unheard, invoices } = await paidOn(await dodoStage({ sells }))
    const [paid] = await invoices()
    const unavailable = { kind: 'unavailable', code: 'gateway_unavailable' }
    const asked = (of: Bill) => of.invoiceDocument(ADA, paid?.id ?? '')
    for (const fault of ['500_before', 'refused_connection'] as const) {
      stage.fault(fault)
      await expect(asked(bill)).rejects.toMatchObject(unavailable)
    }
    await expect(asked(unheard)).rejects.toMatchObject(unavailable)
    expect(await asked(bill)).not.toBeNull()
  })

  it('is none for an invoice that is still open', async () => {
    const { bill, hear, invoices } = await paidOn(await sandboxStage({ renewals: 'billwright' }))
    const { subscription } = await bill.status(ADA)
    const before = await invoices()
    stage.fault('500_before', 20)
    await stage.advance((subscription?.period.end.getTime() ?? 0) + 60_000)
    await hear()
    expect(await invoices()).toEqual(before)
    const [open] = (await bill.status(ADA)).invoices
    expect(await bill.invoiceDocument(ADA, open?.id ?? '')).toBeNull()
  })

  for (const [name, open, currency] of [
    ['sandbox', () => sandboxStage(), 'USD'],
    ['paymongo', () => paymongoStage(), 'PHP'],
    ['paystack', () => paystackStage(), 'NGN'],
  ] as const)
    it(`is refused by name at ${name}, which makes none`, async () => {
      const { bill, invoices } = await paidOn(await open(), currency)
      const [paid] = await invoices()
      await expect(bill.invoiceDocument(ADA, paid?.id ?? '')).rejects.toMatchObject({
        kind: 'refused',
        code: 'not_supported',
        detail: { gateway: name, operation: 'invoice_document' },
      })
    })
})
