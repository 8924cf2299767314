/** The webhooks of a life with Paystack in every order, and each of them lost: the end is the same. */
import { type Bill, billing, type WebhookRequest } from 'billwright'
import { instant } from 'billwright/core'
import { memory } from 'billwright/memory'
import { type TestClock, testClock } from 'billwright/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/paystack/capabilities.ts'
import { type PaystackStage, paystackStage } from '../../../adapters/gateways/paystack/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'
import { everyOrder, tenthOfOrders } from '../../support/orders.ts'
import { sized } from '../../support/sized.ts'

const START = instant('2026-01-15T10:00:00Z')
const RENEWAL = instant('2026-02-15T10:00:00Z')
const DAY = 86_400_000
const ADA = 'ada'
const product = scenarioProduct({ capabilities: CAPABILITIES })

let stage: PaystackStage
let webhooks: readonly WebhookRequest[]

async function open(clock: TestClock): Promise<Bill> {
  const storage = memory()
  await storage.migrate()
  const { gateway } = stage
  const customer = async (id: string) => ({ id, email: `${id}@example.com`, name: id })
  return billing({ ...product, gateways: [gateway], storage, clock, customer }) as Bill
}

/** Shows a page for a reference that was paid meanwhile, as Paystack did when it was opened. */
let rewound = false
const wrap =
  (send: typeof fetch): typeof fetch =>
  async (input, init) => {
    if (!rewound || !String(input).endsWith('/transaction/initialize')) return send(input, init)
    const data = { authorization_url: 'https://pay.example/1', access_code: 'ac1', reference: 'r' }
    return Response.json({ status: true, message: 'Authorization URL created', data })
  }

/** An app of its own whose customer has opened a checkout and has heard nothing yet. */
async function receiver(): Promise<{ readonly bill: Bill; readonly clock: TestClock }> {
  const clock = testClock(START)
  const bill = await open(clock)
  await bill.register(ADA)
  rewound = true
  const opened = await bill.subscribe(ADA, 'basic')
  rewound = false
  expect(opened.status).toBe('redirect')
  return { bill, clock }
}

const eventOf = ({ body }: WebhookRequest) => JSON.parse(new TextDecoder().decode(body))
const typeOf = (webhook: WebhookRequest): string => eventOf(webhook).event

/** The life: bought, renewed from the saved card, a part given back, and disputed and won. */
beforeAll(async () => {
  stage = await paystackStage({ start: START, wrap })
  const bill = await open(stage.clock)
  await bill.register(ADA)
  const opened = await bill.subscribe(ADA, 'basic')
  await stage.pay({ url: 'url' in opened ? opened.url : '' })
  await hear(bill, stage.webhooks())
  await stage.advance(RENEWAL)
  await bill.work({ once: true })
  const { items } = await bill.transactions(ADA)
  const renewed = stage.book().charges.at(-1)?.id ?? ''
  expect(items.map(({ id }) => id)).toContain(renewed)
  await stage.advance(RENEWAL + DAY)
  await bill.refund(ADA, renewed, { amount: 700 })
  stage.emulator.dispute(renewed)
  await stage.advance(RENEWAL + 2 * DAY)
  stage.emulator.decideDispute(renewed, 'won')
  webhooks = stage.webhooks().map(({ body }) => stage.sign(body))
})

afterAll(() => stage.close())

async function hear(bill: Bill, told: readonly WebhookRequest[]): Promise<void> {
  for (const { headers, body } of told) {
    // One that could not be taken yet is answered with 503, and Paystack brings it again.
    await bill.receive('paystack', { headers, body }).catch(() => undefined)
    await bill.work({ once: true })
  }
}

async function endOf(order: readonly WebhookRequest[], reconcile = false): Promise<unknown> {
  const { bill, clock } = await receiver()
  clock.set(RENEWAL + 3 * DAY)
  await hear(bill, order)
  if (reconcile) await bill.reconcile()
  for (let hour = 1; hour <= 3; hour += 1) {
    clock.set(RENEWAL + 3 * DAY + hour * 3_600_000)
    await bill.work({ once: true })
    // What came too early comes again.
    await hear(bill, order)
  }
  const { items: payments } = await bill.transactions(ADA)
  const { credit: all, ...standing } = await bill.status(ADA)
  const { subscription, plan, access, incidents } = standing as never
  // Credit that came and was used up leaves a zero behind, which is as much as none.
  const credit = Object.entries(all).filter(([, amount]) => amount !== 0)
  const paid = payments.map(({ id, amount, refunded }) => `${id} ${amount} ${refunded}`).sort()
  return { paid, subscription, plan, access, incidents, credit }
}

it('is told by six webhooks', () => {
  expect(webhooks.map(typeOf)).toEqual([
    'charge.success',
    'charge.success',
    'refund.pending',
    'refund.processed',
    'charge.dispute.create',
    'charge.dispute.resolve',
  ])
})

it('ends the same in every order', async () => {
  const expected = await endOf(webhooks)
  expect(expected).toMatchObject({ plan: 'basic', access: true, incidents: [] })
  const all = sized({ prove: everyOrder, ci: tenthOfOrders })(webhooks)
  expect(all).toHaveLength(sized({ prove: 720, ci: 72 }))
  for (const order of all) expect(await endOf(order), order.map(typeOf).join()).toEqual(expected)
}, 300_000)

it.each([0, 1, 2, 3, 4, 5])('ends the same when webhook %i is lost', async (lost) => {
  const others = webhooks.filter((_, i) => i !== lost)
  expect(await endOf(others, true)).toEqual(await endOf(webhooks))
})

it('ends the same when all of them are lost and reconciled', async () => {
  expect(await endOf([], true)).toEqual(await endOf(webhooks))
})

it('takes and gives back once however often it is told', async () => {
  await endOf([...webhooks, ...webhooks])
  const { charges, refunds } = stage.book()
  expect(charges.map(({ amount }) => amount)).toEqual([2000, 2000])
  expect(refunds.map(({ amount }) => amount)).toEqual([700])
})
