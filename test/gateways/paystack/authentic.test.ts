/**
 * Authentic is not valid: what Paystack really signed grants nothing unless it is what we asked for, and
 * money that grants nothing stays in sight, as credit or as an incident.
 */
import { type Bill, billing, type WebhookRequest } from 'billwright'
import { memory } from 'billwright/memory'
import { afterEach, describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/paystack/capabilities.ts'
import { type PaystackStage, paystackStage } from '../../../adapters/gateways/paystack/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'

interface App {
  readonly stage: PaystackStage
  readonly bill: Bill
}

const stages: PaystackStage[] = []
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close()
})

async function openApp(): Promise<App> {
  const stage = await paystackStage()
  stages.push(stage)
  const { clock, gateway } = stage
  const storage = memory()
  await storage.migrate()
  const bill = billing({
    ...scenarioProduct({ capabilities: CAPABILITIES }),
    ...{ gateways: [gateway], storage, clock },
    customer: async (id: string) => ({ id, email: `${id}@example.com`, name: id }),
  }) as Bill
  return { stage, bill }
}

async function pageOf({ bill }: App, customer: string, plan: string): Promise<string> {
  const opened = await bill.subscribe(customer, plan)
  return 'url' in opened ? opened.url : ''
}

async function deliver({ bill, stage }: App, { headers, body }: WebhookRequest): Promise<void> {
  await bill.receive(stage.gateway.name, { headers, body })
  await bill.work({ once: true })
}

type Data = Record<string, unknown>

/** The newest payment as it was told, changed and signed again. */
async function tell(app: App, change: (data: Data) => void): Promise<void> {
  const body = app.stage.webhooks().at(-1)?.body
  const event = JSON.parse(new TextDecoder().decode(body))
  change(event.data)
  await deliver(app, app.stage.sign(new TextEncoder().encode(JSON.stringify(event))))
}

/** What a customer has, and what money of theirs waits for somebody to see it. */
async function standing({ bill }: App, customer: string) {
  const { access, plan, incidents, credit } = await bill.status(customer)
  return { access, plan, incidents: incidents.map(({ kind }) => kind), credit }
}

const NOTHING = { access: false, plan: null, incidents: [], credit: {} }

async function paid(): Promise<App> {
  const app = await openApp()
  await app.stage.pay({ url: await pageOf(app, 'ada', 'basic') })
  return app
}

describe('a payment that Paystack signed', () => {
  it('one minor unit short grants nothing and is an incident', async () => {
    const app = await paid()
    await tell(app, (data) => {
      data.amount = Number(data.amount) - 1
    })
    expect(await standing(app, 'ada')).toEqual({ ...NOTHING, incidents: ['amount_mismatch'] })
  })

  it('in another currency grants nothing and is an incident', async () => {
    const app = await paid()
    await tell(app, (data) => {
      data.currency = data.currency === 'KES' ? 'NGN' : 'KES'
    })
    expect(await standing(app, 'ada')).toEqual({ ...NOTHING, incidents: ['currency_mismatch'] })
  })

  it("for a cheap page shown to another customer's dear one grants nothing to either", async () => {
    const app = await paid()
    await pageOf(app, 'bob', 'pro')
    await tell(app, (data) => {
      data.reference = String(data.reference).replace('ada', 'bob')
    })
    expect(await standing(app, 'ada')).toEqual(NOTHING)
    expect(await standing(app, 'bob')).toEqual({ ...NOTHING, incidents: ['amount_mismatch'] })
  })

  it('of the other mode is kept apart, and the true one still counts', async () => {
    const app = await paid()
    await tell(app, (data) => {
      data.domain = 'live'
    })
    expect(await standing(app, 'ada')).toEqual(NOTHING)
    await tell(app, () => {})
    expect(await standing(app, 'ada')).toMatchObject({ access: true, plan: 'basic' })
  })

  it('a hundred times, with other bytes each time, is one payment', async () => {
    const app = await paid()
    for (let i = 0; i < 100; i += 1)
      await tell(app, (data) => {
        data.log = i
      })
    const { items } = await app.bill.transactions('ada')
    expect(items).toHaveLength(1)
    expect(await standing(app, 'ada')).toMatchObject({ access: true, plan: 'basic', credit: {} })
  })

  it('for a second page of one checkout is credit and no second subscription', async () => {
    const app = await paid()
    await tell(app, () => {})
    await tell(app, (data) => {
      data.reference = String(data.reference).replace(/-1$/, '-2')
    })
    const has = await standing(app, 'ada')
    expect(has).toMatchObject({ access: true, plan: 'basic', incidents: [] })
    expect(Object.values(has.credit)).toEqual([2000])
  })
})
