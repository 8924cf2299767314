/**
 * Who pays and closes the tab loses nothing: on every gateway the worker looks an open checkout up when
 * no webhook comes, a few times soon after it was opened, and not at all once it is told. So it does
 * with the page of an upgrade.
 */

import type { GatewayStage } from 'billwright/testing'
import { type Bill, billing, catalog, type Gateway } from 'billwright'
import { memory } from 'billwright/memory'
import { afterEach, describe, expect, it } from 'vitest'
import { CAPABILITIES as DODO } from '../../adapters/gateways/dodo/capabilities.ts'
import { dodoGoods, dodoStage } from '../../adapters/gateways/dodo/testing.ts'
import { paymongoStage } from '../../adapters/gateways/paymongo/testing.ts'
import { paystackStage } from '../../adapters/gateways/paystack/testing.ts'
import { sandboxStage } from '../../adapters/gateways/sandbox/index.ts'
import { stripeStage } from '../../adapters/gateways/stripe/testing.ts'
import { scenarioProduct } from '../../src/testing/scenarios.ts'

const GATEWAYS: Readonly<Record<string, () => Promise<GatewayStage>>> = {
  'the sandbox': () => sandboxStage(),
  'the sandbox, whose clock it is': () => sandboxStage({ renewals: 'gateway' }),
  Stripe: () => stripeStage({ renewals: 'billwright' }),
  'Stripe, whose clock it is': () => stripeStage(),
  Dodo: () => dodoStage({ sells: dodoGoods([catalog(scenarioProduct({ capabilities: DODO }))]) }),
  PayMongo: () => paymongoStage(),
  Paystack: () => paystackStage(),
}

const MINUTE = 60_000
const ADA = 'ada'

const stages: GatewayStage[] = []
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close()
})

/** An app that hears of no webhook, and the minutes at which it asked about a checkout. */
async function deaf(make: () => Promise<GatewayStage>, plan = 'pro') {
  const stage = await make()
  stages.push(stage)
  const { clock } = stage
  const start = clock.now()
  const asked: number[] = []
  const perform: Gateway['perform'] = (effect, context) => {
    if (effect.kind === 'payment.lookup') asked.push((clock.now() - start) / MINUTE)
    return stage.gateway.perform(effect, context)
  }
  const gateways = [{ ...stage.gateway, perform }]
  const bill = billing({
    ...scenarioProduct(stage.gateway),
    ...{ gateways, storage: memory(), clock },
    customer: async (id: string) => ({ id, email: `${id}@example.com`, name: id }),
  }) as Bill
  const opened = await bill.subscribe(ADA, plan)
  const page = { url: 'url' in opened ? opened.url : '' }
  const at = async (minute: number) => {
    await stage.advance(start + minute * MINUTE)
    await bill.work({ once: true })
  }
  return { stage, bill, page, asked, at }
}

describe.each(Object.entries(GATEWAYS))('a checkout at %s of which no webhook tells', (_, make) => {
  it('is found paid a minute after it was opened, when the tab was closed', async () => {
    const { stage, bill, page, asked, at } = await deaf(make)
    await stage.pay(page)
    await at(0.5)
    expect((await bill.status(ADA)).access).toBe(false)
    await at(1)
    expect((await bill.status(ADA)).access).toBe(true)
    for (const minute of [5, 15, 60, 90]) await at(minute)
    expect(asked).toEqual([1])
    expect((await bill.transactions(ADA)).items).toHaveLength(1)
    expect(stage.book().charges).toHaveLength(1)
  })

  it('is asked about 1, 5, 15 and 60 minutes after, and never again, when nobody pays', async () => {
    const { bill, asked, at } = await deaf(make)
    for (let minute = 0; minute <= 90; minute += 1) await at(minute)
    for (let day = 1; day <= 3; day += 1) await at(day * 24 * 60)
    expect(asked).toEqual([1, 5, 15, 60])
    expect((await bill.operations.effects('parked')).items).toEqual([])
  })
})

describe.each(['PayMongo', 'the sandbox'])('the page of an upgrade at %s', (name) => {
  /** Ada has Basic, by a wallet since minute 1, and at minute 100 she was led to the page for Pro. */
  async function upgrading() {
    const shop = await deaf(GATEWAYS[name] ?? expect.fail(), 'basic')
    await shop.stage.pay(shop.page, 'wallet')
    await shop.at(1)
    await shop.at(100)
    const changed = await shop.bill.changePlan(ADA, 'pro')
    shop.asked.length = 0
    return { ...shop, page: { url: 'url' in changed ? changed.url : '' } }
  }
  const planOf = async (bill: Bill) => (await bill.status(ADA)).plan

  it('is found paid a minute after it was opened, when no webhook tells', async () => {
    const { stage, bill, page, asked, at } = await upgrading()
    await stage.pay(page, 'wallet')
    await at(100.5)
    expect(await planOf(bill)).toBe('basic')
    await at(101)
    expect(await planOf(bill)).toBe('pro')
    for (const minute of [105, 115, 160]) await at(minute)
    expect(asked).toEqual([101])
    expect(stage.book().charges).toHaveLength(2)
  })

  it('is asked about four times when nobody pays', async () => {
    const { bill, asked, at } = await upgrading()
    for (let minute = 101; minute <= 190; minute += 1) await at(minute)
    expect(asked).toEqual([101, 105, 115, 160])
    expect(await planOf(bill)).toBe('basic')
  })
})

describe('looking a checkout up', () => {
  it('costs nothing when the webhook came', async () => {
    const { stage, bill, page, asked, at } = await deaf(() => paymongoStage())
    await stage.pay(page, 'wallet')
    for (const { headers, body } of stage.webhooks())
      await bill.receive(stage.gateway.name, { headers, body })
    for (const minute of [1, 5, 15, 60, 24 * 60]) await at(minute)
    expect(asked).toEqual([])
  })

  it('that fails is not tried again before its next time, and leaves nothing for a person', async () => {
    const { stage, bill, page, asked, at } = await deaf(() => paymongoStage())
    await stage.pay(page, 'wallet')
    stage.fault('lost_reply')
    for (let minute = 1; minute < 5; minute += 0.25) await at(minute)
    expect(asked).toEqual([1])
    expect((await bill.status(ADA)).access).toBe(false)
    stage.fault('500_before')
    await at(5)
    await at(14)
    expect(asked).toEqual([1, 5])
    await at(15)
    expect((await bill.status(ADA)).access).toBe(true)
    expect((await bill.operations.effects('parked')).items).toEqual([])
  })
})
