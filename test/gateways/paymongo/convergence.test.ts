/** The webhooks of a purchase at PayMongo in every order, and each of them lost: the end is the same. */
import { type Bill, billing, type WebhookRequest } from 'billwright'
import { instant } from 'billwright/core'
import { memory } from 'billwright/memory'
import { testClock } from 'billwright/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type PaymongoStage, paymongoStage } from '../../../adapters/gateways/paymongo/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'
import { everyOrder, tenthOfOrders } from '../../support/orders.ts'
import { sized } from '../../support/sized.ts'

const START = instant('2026-01-15T10:00:00Z')
// Before anybody asks by himself whether the page was paid.
const END = instant('2026-01-15T10:00:50Z')
// A refund that came before its payment has been tried again.
const LATE = instant('2026-01-16T10:00:00Z')
const ADA = 'ada'

let stage: PaymongoStage
let webhooks: readonly WebhookRequest[]

/** An app of its own whose customer has opened a checkout and has heard nothing yet. */
async function receiver(): Promise<{ bill: Bill; page: string; at(now: number): void }> {
  // PayMongo takes a hundred calls in a second.
  await stage.advance(stage.clock.now() + 1_000)
  const clock = testClock(START)
  const storage = memory()
  await storage.migrate()
  const bill = billing({
    ...scenarioProduct(stage.gateway),
    ...{ gateways: [stage.gateway], storage, clock },
    customer: async (id: string) => ({ id, email: `${id}@example.com`, name: id }),
  }) as Bill
  await bill.register(ADA)
  const opened = await bill.subscribe(ADA, 'basic')
  return { bill, page: 'url' in opened ? opened.url : '', at: clock.set }
}

const typeOf = ({ body }: WebhookRequest): string =>
  JSON.parse(new TextDecoder().decode(body)).data.attributes.type

/** What is done in the dashboard, where nobody's code runs. */
async function refundInDashboard(payment: string): Promise<void> {
  const attributes = { amount: 5_000, payment_id: payment, reason: 'others' }
  await stage.emulator.fetch(`${stage.emulator.url}/v1/refunds`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa('sk_test_dashboard:')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ data: { attributes } }),
  })
}

/** Bought after a decline, a part given back, and disputed. */
beforeAll(async () => {
  stage = await paymongoStage({ start: START })
  const { page } = await receiver()
  await stage.pay({ url: page }, { declines: 'insufficient_funds' })
  await stage.pay({ url: page }, 'wallet')
  const paid = stage.book().charges[0]?.id ?? ''
  await refundInDashboard(paid)
  await stage.dispute(paid)
  await stage.advance(END)
  webhooks = stage.webhooks().map(({ body }) => stage.sign(body))
})

afterAll(() => stage.close())

async function endOf(order: readonly WebhookRequest[], reconcile = false): Promise<unknown> {
  const { bill, at } = await receiver()
  at(END)
  for (const { headers, body } of order) {
    await bill.receive('paymongo', { headers, body })
    await bill.work({ once: true })
  }
  if (reconcile) await bill.reconcile()
  at(LATE)
  await bill.work({ once: true })
  const { items: payments } = await bill.transactions(ADA)
  const { subscription, plan, access, incidents, credit } = (await bill.status(ADA)) as never
  return { payments, subscription, plan, access, incidents, credit }
}

it('is told by six webhooks', () => {
  expect(webhooks.map(typeOf)).toEqual([
    'payment.failed',
    'checkout_session.payment.paid',
    'payment.paid',
    'payment.refunded',
    'payment.refund.updated',
    'dispute.created',
  ])
})

it('ends the same in every order', async () => {
  const expected = await endOf(webhooks)
  const payment = { amount: 20_000, refunded: 5_000, dispute: 'open' }
  expect(expected).toMatchObject({ payments: [payment], incidents: [], access: false })
  const all = sized({ prove: everyOrder, ci: tenthOfOrders })(webhooks)
  expect(all).toHaveLength(sized({ prove: 720, ci: 72 }))
  for (const order of all) expect(await endOf(order), order.map(typeOf).join()).toEqual(expected)
}, 300_000)

it.each([0, 1, 2, 3, 4, 5])('ends the same when webhook %i is lost', async (lost) => {
  const expected = await endOf(webhooks)
  const others = webhooks.filter((_, i) => i !== lost)
  expect(await endOf(others, true)).toEqual(expected)
})

it('ends the same when all of them are lost and reconciled', async () => {
  expect(await endOf([], true)).toEqual(await endOf(webhooks))
})

it('takes the money once however often it is told', async () => {
  await endOf([...webhooks, ...webhooks])
  expect(stage.book().charges).toHaveLength(1)
  expect(stage.book().refunds).toHaveLength(1)
})
