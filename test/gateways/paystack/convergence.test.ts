/** The webhooks of a life with Paystack in every order, and each of them lost: the end is the same. */
import type { Bill, WebhookRequest } from 'billwright'
import { instant } from 'billwright/core'
import { testClock } from 'billwright/testing'
import { afterAll, beforeAll, expect } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/paystack/capabilities.ts'
import { type PaystackStage, paystackStage } from '../../../adapters/gateways/paystack/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'
import { appOf, endsTheSame, opensCheckout, standingOf } from '../../support/told-in-any-order.ts'

const START = instant('2026-01-15T10:00:00Z')
const RENEWAL = instant('2026-02-15T10:00:00Z')
const DAY = 86_400_000
const ADA = 'ada'
const product = scenarioProduct({ capabilities: CAPABILITIES })

let stage: PaystackStage
let webhooks: readonly WebhookRequest[]

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
async function receiver() {
  const clock = testClock(START)
  const bill = await appOf({ gateway: stage.gateway, product, clock })
  rewound = true
  await opensCheckout(bill)
  rewound = false
  return { bill, clock }
}

const typeOf = ({ body }: WebhookRequest): string =>
  JSON.parse(new TextDecoder().decode(body)).event

/** The life: bought, renewed from the saved card, a part given back, and disputed and won. */
beforeAll(async () => {
  stage = await paystackStage({ start: START, wrap })
  const { gateway, clock } = stage
  const bill = await appOf({ gateway, product, clock })
  await stage.pay({ url: await opensCheckout(bill) })
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
  const shown = await standingOf(bill, ({ id, amount, refunded }) => `${id} ${amount} ${refunded}`)
  const { payments, ...standing } = shown
  // Credit that came and was used up leaves a zero behind, which is as much as none.
  const credit = Object.entries(standing.credit).filter(([, amount]) => amount !== 0)
  return { ...standing, credit, paid: [...payments].sort() }
}

endsTheSame({
  ...{ webhooks: () => webhooks, typeOf, endOf, book: () => stage.book() },
  types: [
    ...['charge.success', 'charge.success', 'refund.pending', 'refund.processed'],
    ...['charge.dispute.create', 'charge.dispute.resolve'],
  ],
  end: { plan: 'basic', access: true, incidents: [] },
  charged: [2000, 2000],
  refunded: [700],
})
