/** The webhooks of a purchase at PayMongo in every order, and each of them lost: the end is the same. */
import type { WebhookRequest } from 'billwright'
import { instant } from 'billwright/core'
import { testClock } from 'billwright/testing'
import { afterAll, beforeAll } from 'vitest'
import { type PaymongoStage, paymongoStage } from '../../../adapters/gateways/paymongo/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'
import {
  appOf,
  endsTheSame,
  hear,
  opensCheckout,
  standingOf,
} from '../../support/told-in-any-order.ts'

const START = instant('2026-01-15T10:00:00Z')
// Before anybody asks by himself whether the page was paid.
const END = instant('2026-01-15T10:00:50Z')
// A refund that came before its payment has been tried again.
const LATE = instant('2026-01-16T10:00:00Z')

let stage: PaymongoStage
let webhooks: readonly WebhookRequest[]

/** An app of its own whose customer has opened a checkout and has heard nothing yet. */
async function receiver() {
  // PayMongo takes a hundred calls in a second.
  await stage.advance(stage.clock.now() + 1_000)
  const clock = testClock(START)
  const { gateway } = stage
  const bill = await appOf({ gateway, product: scenarioProduct(gateway), clock })
  return { bill, page: await opensCheckout(bill), clock }
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
  const { bill, clock } = await receiver()
  clock.set(END)
  await hear(bill, 'paymongo', order)
  if (reconcile) await bill.reconcile()
  clock.set(LATE)
  await bill.work({ once: true })
  return standingOf(bill, (payment) => payment)
}

endsTheSame({
  ...{ webhooks: () => webhooks, typeOf, endOf, book: () => stage.book() },
  types: [
    ...['payment.failed', 'checkout_session.payment.paid', 'payment.paid', 'payment.refunded'],
    ...['payment.refund.updated', 'dispute.created'],
  ],
  end: {
    payments: [{ amount: 20_000, refunded: 5_000, dispute: 'open' }],
    incidents: [],
    access: false,
  },
  charged: [20_000],
  refunded: [5_000],
})
