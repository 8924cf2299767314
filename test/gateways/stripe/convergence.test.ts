/** The webhooks of a life with Stripe in every order, and each of them lost: the end is the same. */
import { type Bill, billing, type WebhookRequest } from 'billwright'
import { instant } from 'billwright/core'
import { memory } from 'billwright/memory'
import { testClock } from 'billwright/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type StripeStage, stripeStage } from '../../../adapters/gateways/stripe/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'
import { everyOrder, tenthOfOrders } from '../../support/orders.ts'
import { sized } from '../../support/sized.ts'

const START = instant('2026-01-15T10:00:00Z')
const END = instant('2026-02-15T16:00:00Z')
const ADA = 'ada'

let stage: StripeStage
let webhooks: readonly WebhookRequest[]

/** An app of its own whose customer has opened a checkout and has heard nothing yet. */
async function receiver(): Promise<{ readonly bill: Bill; readonly page: string; later(): void }> {
  const clock = testClock(START)
  const storage = memory()
  await storage.migrate()
  const product = scenarioProduct(stage.gateway)
  const bill = billing({ ...product, gateways: [stage.gateway], storage, clock }) as Bill
  await bill.register(ADA)
  const opened = await bill.subscribe(ADA, 'basic')
  return { bill, page: 'url' in opened ? opened.url : '', later: () => clock.set(END) }
}

const typeOf = ({ body }: WebhookRequest): string => JSON.parse(new TextDecoder().decode(body)).type

/** The life: bought, renewed, and ended by somebody in the dashboard. */
beforeAll(async () => {
  stage = await stripeStage({ start: START })
  const { page } = await receiver()
  await stage.pay({ url: page })
  await stage.advance('2026-02-15T10:00:00Z')
  await stage.advance('2026-02-15T14:00:00Z')
  await stage.cancelInDashboard(stage.book().subscriptions[0]?.id ?? '')
  await stage.advance(END)
  webhooks = stage
    .webhooks()
    .filter((webhook) => typeOf(webhook) !== 'payment_method.attached')
    .map(({ body }) => stage.sign(body))
})

afterAll(() => stage.close())

async function endOf(order: readonly WebhookRequest[], reconcile = false): Promise<unknown> {
  const { bill, later } = await receiver()
  later()
  for (const { headers, body } of order) {
    await bill.receive('stripe', { headers, body })
    await bill.work({ once: true })
  }
  if (reconcile) await bill.reconcile()
  await bill.work({ once: true })
  const { items: payments } = await bill.transactions(ADA)
  const { subscription, plan, access, incidents, credit } = (await bill.status(ADA)) as never
  const paid = payments.map(({ id, amount }) => `${id} ${amount}`).sort()
  return { paid, subscription, plan, access, incidents, credit }
}

it('is told by six webhooks', () => {
  expect(webhooks.map(typeOf)).toEqual([
    'customer.subscription.created',
    'invoice.paid',
    'checkout.session.completed',
    'invoice.paid',
    'customer.subscription.updated',
    'customer.subscription.deleted',
  ])
})

it('ends the same in every order', async () => {
  const expected = await endOf(webhooks)
  expect(expected).toMatchObject({ paid: ['pi_1 2000', 'pi_2 2000'], incidents: [], access: false })
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
  expect(stage.book().charges).toHaveLength(2)
  expect(stage.book().refunds).toEqual([])
})
