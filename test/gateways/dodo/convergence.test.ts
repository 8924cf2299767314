/** The webhooks of a life with Dodo in every order, and each of them lost: the end is always the same. */
import type { WebhookRequest } from 'billwright'
import { catalog } from 'billwright'
import { instant } from 'billwright/core'
import { testClock } from 'billwright/testing'
import { afterAll, beforeAll } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/dodo/capabilities.ts'
import { type DodoStage, dodoGoods, dodoStage } from '../../../adapters/gateways/dodo/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'
import {
  appOf,
  endsTheSame,
  hear,
  opensCheckout,
  standingOf,
} from '../../support/told-in-any-order.ts'

const START = instant('2026-01-15T10:00:00Z')
// Hours after the renewal: before anybody has to wonder why nothing was told of it.
const END = instant('2026-02-15T16:00:00Z')
const product = scenarioProduct({ capabilities: CAPABILITIES })

let stage: DodoStage
let webhooks: readonly WebhookRequest[]

/** An app of its own whose customer has opened a checkout and has heard nothing yet. */
async function receiver() {
  const clock = testClock(START)
  const bill = await appOf({ gateway: stage.gateway, product, clock })
  return { bill, page: await opensCheckout(bill), clock }
}

const typeOf = ({ body }: WebhookRequest): string => JSON.parse(new TextDecoder().decode(body)).type

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
  const { bill, clock } = await receiver()
  clock.set(END)
  await hear(bill, 'dodo', order)
  if (reconcile) await bill.reconcile()
  await bill.work({ once: true })
  const { payments, ...standing } = await standingOf(bill, ({ id, amount }) => `${id} ${amount}`)
  return { ...standing, paid: [...payments].sort() }
}

endsTheSame({
  ...{ webhooks: () => webhooks, typeOf, endOf, book: () => stage.book() },
  types: [
    ...['subscription.active', 'payment.succeeded', 'subscription.renewed'],
    ...['payment.succeeded', 'subscription.renewed', 'subscription.cancelled'],
  ],
  end: { paid: ['pay_1 2000', 'pay_2 2000'], incidents: [], access: false },
  charged: [2000, 2000],
  refunded: [],
})
