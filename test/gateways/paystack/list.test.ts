/** What reconciliation reads: everything that changed, page by page, and nothing of anybody else. */
import type { ListPage } from 'billwright'
import { instant } from 'billwright/core'
import { expect, it, onTestFinished } from 'vitest'
import {
  PAYSTACK_EMULATOR_KEY,
  type PaystackStage,
  paystackStage,
} from '../../../adapters/gateways/paystack/testing.ts'

const START = instant('2026-01-15T10:00:00Z')

async function open(): Promise<PaystackStage> {
  const stage = await paystackStage({ start: START })
  onTestFinished(() => stage.close())
  return stage
}

/** What anybody with the key may ask, outside of the app. */
async function ask(stage: PaystackStage, path: string, body: Readonly<Record<string, unknown>>) {
  const reply = await stage.emulator.fetch(`${stage.emulator.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${PAYSTACK_EMULATOR_KEY}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  })
  const { data } = (await reply.json()) as { data: Readonly<Record<string, string>> }
  return data
}

/** A first payment on a page, and the card that it saved. */
async function bought(stage: PaystackStage, reference: string): Promise<string> {
  const buyer = { email: 'ada@example.com', amount: 2_000, currency: 'USD' }
  const opened = await ask(stage, '/transaction/initialize', { ...buyer, reference })
  await stage.pay({ url: opened.authorization_url ?? '' })
  return stage.webhooks().map(({ body }) => codeIn(body))[0] ?? ''
}

const codeIn = (body: Uint8Array): string =>
  JSON.parse(new TextDecoder().decode(body)).data.authorization.authorization_code

async function everyPage(stage: PaystackStage): Promise<readonly ListPage[]> {
  const pages: ListPage[] = []
  const { list } = stage.gateway
  for (let cursor: string | null = null; list; ) {
    const context = { ...CONTEXT, now: stage.clock.now(), signal: AbortSignal.timeout(10_000) }
    const page: ListPage = await list({ since: START, cursor }, context)
    pages.push(page)
    cursor = page.cursor
    if (cursor === null) break
  }
  return pages
}

const CONTEXT = { attempt: 1, customer: { id: 'ada' }, titleOf: (id: string) => id }

it('turns pages until everything was read, each payment once', async () => {
  const stage = await open()
  const authorization_code = await bought(stage, 'bw-c-ada.chk1-1-1')
  const paid = ['bw-c-ada.chk1-1-1']
  for (let n = 1; n <= 120; n += 1) {
    const reference = `bw-i-ada.inv${n}-1-1`
    const charge = { email: 'ada@example.com', amount: 2_000, currency: 'USD', authorization_code }
    await ask(stage, '/transaction/charge_authorization', { ...charge, reference })
    paid.push(reference)
  }
  const pages = await everyPage(stage)
  expect(pages.map(({ items }) => items.length)).toEqual([100, 21, 0, 0])
  const told = pages.flatMap(({ items }) => items.flatMap(({ about }) => about?.[0]?.id ?? []))
  expect([...told].sort()).toEqual([...paid].sort())
})

it('finds a refund that was made in the dashboard, with the payment that it is of', async () => {
  const stage = await open()
  await bought(stage, 'bw-c-ada.chk1-1-1')
  await ask(stage, '/refund', { transaction: 'bw-c-ada.chk1-1-1', amount: 500 })
  const items = (await everyPage(stage)).flatMap((page) => page.items)
  const refunds = items.filter(({ events }) => events[0]?.type === 'payment.refunded')
  expect(refunds).toMatchObject([
    { events: [{ payment: 'bw-c-ada.chk1-1-1', amount: 500 }], about: [{ kind: 'payment' }] },
  ])
})

it('tells nothing of what others sell on the same account', async () => {
  const stage = await open()
  await bought(stage, 'another-shop-1')
  await ask(stage, '/refund', { transaction: 'another-shop-1', amount: 500 })
  expect((await everyPage(stage)).flatMap((page) => page.items)).toEqual([])
})
