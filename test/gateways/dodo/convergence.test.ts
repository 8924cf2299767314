/** The webhooks of a life with Dodo in every order, and each of them lost: the end is always the same. */
import type { WebhookRequest } from 'billwright'
import { type Bill, billing, catalog } from 'billwright'
import { instant } from 'billwright/core'
import { memory } from 'billwright/memory'
import { testClock } from 'billwright/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/dodo/capabilities.ts'
import { type DodoStage, dodoGoods, dodoStage } from '../../../adapters/gateways/dodo/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'
import { everyOrder, tenthOfOrders } from '../../support/orders.ts'
import { sized } from '../../support/sized.ts'

const START = instant('2026-01-15T10:00:00Z')
// Hours after the renewal: before anybody has to wonder why nothing was told of it.
const END = instant('2026-02-15T16:00:00Z')
const ADA = 'ada'
const product = scenarioProduct({ capabilities: CAPABILITIES })

let stage: DodoStage
let webhooks: readonly WebhookRequest[]

/** An app of its own whose customer has opened a checkout and has heard nothing yet. */
async function receiver(): Promise<{ readonly bill: Bill; readonly page: string; later(): void }> {
  const clock = testClock(START)
  const storage = memory()
  await storage.migrate()
  const customer = async (id: string) => ({ id, email: `${id}@example.com`, name: id })
  const gateways = [stage.gateway]
  const bill = billing({ ...product, gateways, storage, clock, customer }) as Bill
  await bill.register(ADA)
  const opened = await bill.subscribe(ADA, 'basic')
  return { bill, page: 'url' in opened ? opened.url : '', later: () => clock.set(END) }
}

/** The life: bought, renewed, and ended by somebody in the dashboard. */
beforeAll(async () => {
  stage = await dodoStage({ sells: dodoGoods([catalog(product)]), start: START })
  const { page } = await receiver()
  await stage.pay({ url: page })
  await stage.advance(START + 31 * 86_400_000)
  await stage.advance('2026-02-15T14:00:00Z')
  await stage.cancelInDashboard(stage.book().subscriptions[0]?.id ?? '')
  await stage.advance(END)
  webhooks = stage.emulator.events.map(({ id, data }) =>
    stage.emulator.sign(new TextEncoder().encode(JSON.stringify(data)), id),
  )
})

afterAll(() => stage.close())

async function endOf(order: readonly WebhookRequest[], reconcile = false): Promise<unknown> {
  const { bill, later } = await receiver()
  later()
  for (const { headers, body } of order) {
    await bill.receive('dodo', { headers, body })
    await bill.work({ once: true })
  }
  if (reconcile) await bill.reconcile()
  await bill.work({ once: true })
  const { items: payments } = await bill.transactions(ADA)
  const { subscription, plan, access, incidents, credit } = (await bill.status(ADA)) as never
  const paid = (payments as readonly { readonly id: string; readonly amount: number }[])
    .map(({ id, amount }) => `${id} ${amount}`)
    .sort()
  return { paid, subscription, plan, access, incidents, credit }
}

it('is told by six webhooks', () => {
  expect(stage.emulator.events.map(({ type }) => type)).toEqual([
    'subscription.active',
    'payment.succeeded',
    'subscription.renewed',
    'payment.succeeded',
    'subscription.renewed',
    'subscription.cancelled',
  ])
})

it('ends the same in every order', async () => {
  const expected = await endOf(webhooks)
  expect(expected).toMatchObject({
    paid: ['pay_1 2000', 'pay_2 2000'],
    incidents: [],
    access: false,
  })
  const all = sized({ prove: everyOrder, ci: tenthOfOrders })(webhooks)
  expect(all).toHaveLength(sized({ prove: 720, ci: 72 }))
  for (const order of all) {
    const ids = order.map(({ headers }) => headers['webhook-id']).join(' ')
    expect(await endOf(order), ids).toEqual(expected)
  }
}, 300_000)

it.each([0, 1, 2, 3, 4, 5])(
  'ends the same when webhook %i is lost and reconciled',
  async (lost) => {
    const expected = await endOf(webhooks)
    expect(
      await endOf(
        webhooks.filter((_, i) => i !== lost),
        true,
      ),
    ).toEqual(expected)
  },
)

it('takes the vendor’s money once however often it is told', async () => {
  await endOf([...webhooks, ...webhooks])
  expect(stage.book().charges).toHaveLength(2)
  expect(stage.book().refunds).toEqual([])
})
