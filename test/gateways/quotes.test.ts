/**
 * Where the gateway owns the clock its preview is the quote: what a page shows is what is charged, to
 * the cent, tax included. Credit that its bills would not spend is not taken.
 */
import type { GatewayStage } from 'billwright/testing'
import { type Bill, billing, catalog, monthly, plan } from 'billwright'
import { memory } from 'billwright/memory'
import { afterEach, describe, expect, it } from 'vitest'
import { dodoGoods, dodoStage } from '../../adapters/gateways/dodo/testing.ts'
import { stripeStage } from '../../adapters/gateways/stripe/testing.ts'

const OCTOBER_14 = Date.parse('2025-10-14T00:00:00Z')
const OCTOBER_30 = Date.parse('2025-10-30T00:00:00Z')
const HOUR = 3_600_000
const ADA = 'ada'

const product = {
  plans: [
    plan('essential', { rank: 1, price: monthly(1900, 'USD') }),
    plan('premium', { rank: 2, price: monthly(4900, 'USD') }),
  ],
} as const

const proration = { granularity: 'second' } as const

let stage: GatewayStage
afterEach(() => stage.close())

/** Essential since October 14, as it stands on October 30. */
async function since14October(opened: GatewayStage) {
  stage = opened
  const { clock, gateway } = stage
  const storage = memory()
  await storage.migrate()
  const logged: object[] = []
  const warn = (line: object) => void logged.push(line)
  const log = { debug() {}, info() {}, warn, error() {} }
  const customer = async (id: string) => ({ id, email: `${id}@example.com`, name: id })
  const ports = { clock, customer, log }
  const bill = billing({ ...product, gateways: [gateway], storage, proration, ...ports }) as Bill
  await bill.register(ADA)
  const page = await bill.subscribe(ADA, 'essential')
  if ('url' in page) await stage.pay({ url: page.url })
  let heard = 0
  const hear = async () => {
    for (const { headers, body } of stage.webhooks().slice(heard)) {
      await bill.receive(gateway.name, { headers, body })
      heard += 1
    }
    await bill.work({ once: true })
  }
  await hear()
  await stage.advance(OCTOBER_30)
  await hear()
  return { bill, hear, logged: () => logged.filter((line) => 'computed' in line) }
}

const onStripe = async () => since14October(await stripeStage({ start: OCTOBER_14 }))
const onDodo = async (taxPercent: number) =>
  since14October(
    await dodoStage({ sells: dodoGoods([catalog(product)]), start: OCTOBER_14, taxPercent }),
  )

describe('the quote of a change', () => {
  it('A3 is Stripe’s preview to the cent, and is charged an hour later all the same', async () => {
    const { bill, hear, logged } = await onStripe()
    const { due, quote, lines } = await bill.preview.changePlan(ADA, 'premium')
    expect(due).toBe(1452)
    expect(lines.map(({ amount }) => amount)).toEqual([-919, 2371])
    expect(logged()).toEqual([])
    expect(stage.book().charges).toHaveLength(1)
    await stage.advance(OCTOBER_30 + HOUR)
    await bill.changePlan(ADA, 'premium', quote ? { quote } : {})
    await hear()
    expect(stage.book().charges.map(({ amount }) => amount)).toEqual([1900, 1452])
    expect((await bill.status(ADA)).plan).toBe('premium')
  })

  it('has the gateway’s tax in it, which is logged beside the core’s figure', async () => {
    const { bill, hear, logged } = await onDodo(20)
    const { due, lines, next, quote } = await bill.preview.changePlan(ADA, 'premium')
    expect(logged()).toMatchObject([{ event: 'quote_differs', gateway: 'dodo', due }])
    // Lines that do not come to what is due are not shown.
    expect({ due, lines, quoted: quote?.due }).toEqual({ due: 1742, lines: [], quoted: due })
    await bill.changePlan(ADA, 'premium', quote ? { quote } : {})
    await hear()
    expect(stage.book().charges.at(-1)?.amount).toBe(due)
    const { subscription } = await bill.status(ADA)
    expect(subscription?.period.end).toEqual(next?.at)
  })

  it('is refused as gateway_unavailable while the gateway does not answer', async () => {
    const { bill } = await onStripe()
    stage.fault('500_before', 5)
    await expect(bill.preview.changePlan(ADA, 'premium')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'gateway_unavailable',
    })
  })
})

describe('account credit', () => {
  it('is refused by name where only the gateway bills, which would never spend it', async () => {
    const { bill } = await onStripe()
    await expect(bill.grantCredit(ADA, 500, 'USD')).rejects.toMatchObject({
      kind: 'refused',
      code: 'not_supported',
      detail: { gateway: 'stripe', operation: 'account_credit' },
    })
    await bill.grantCredit('bob', 500, 'USD')
    const incident = 'ada.inc1'
    await expect(bill.resolveIncident(ADA, incident, 'credit')).rejects.toMatchObject({
      code: 'not_supported',
    })
    await expect(bill.resolveIncident(ADA, incident, 'refund')).rejects.toMatchObject({
      code: 'incident_unknown',
    })
  })
})
