/** The webhooks of a life with Stripe in every order, and each of them lost: the end is the same. */
import type { WebhookRequest } from 'billwright'
import { instant } from 'billwright/core'
import { testClock } from 'billwright/testing'
import { afterAll, beforeAll } from 'vitest'
import { type StripeStage, stripeStage } from '../../../adapters/gateways/stripe/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'
import {
  appOf,
  endsTheSame,
  hear,
  opensCheckout,
  standingOf,
} from '../../support/told-in-any-order.ts'

const START = instant('2026-01-15T10:00:00Z')
const END = instant('2026-02-15T16:00:00Z')

let stage: StripeStage
let webhooks: readonly WebhookRequest[]

/** An app of its own whose customer has opened a checkout and has heard nothing yet. */
async function receiver() {
  const clock = testClock(START)
  const { gateway } = stage
  const bill = await appOf({ gateway, product: scenarioProduct(gateway), clock })
  return { bill, page: await opensCheckout(bill), clock }
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
  const { bill, clock } = await receiver()
  clock.set(END)
  await hear(bill, 'stripe', order)
  if (reconcile) await bill.reconcile()
  await bill.work({ once: true })
  const { payments, ...standing } = await standingOf(bill, ({ id, amount }) => `${id} ${amount}`)
  return { ...standing, paid: [...payments].sort() }
}

endsTheSame({
  ...{ webhooks: () => webhooks, typeOf, endOf, book: () => stage.book() },
  types: [
    ...['customer.subscription.created', 'invoice.paid', 'checkout.session.completed'],
    ...['invoice.paid', 'customer.subscription.updated', 'customer.subscription.deleted'],
  ],
  end: { paid: ['pi_1 2000', 'pi_2 2000'], incidents: [], access: false },
  charged: [2000, 2000],
  refunded: [],
})
