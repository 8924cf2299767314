/** XOF is written in one of two ways, and nobody has seen which: it is refused until somebody says. */
import type { PerformContext } from 'billwright'
import { billing, monthly, plan } from 'billwright'
import { type GatewayEffect, instant } from 'billwright/core'
import { memory } from 'billwright/memory'
import { expect, it } from 'vitest'
import { type PaystackOptions, paystack } from '../../../adapters/gateways/paystack/index.ts'

const SECRET = 'sk_test_xof_0000000001'
const options = (given: Partial<PaystackOptions>): PaystackOptions => ({
  secretKey: SECRET,
  ...given,
})

const sell = (given: Partial<PaystackOptions>) =>
  billing({
    plans: [plan('basic', { price: monthly(2_500, 'XOF') })],
    gateways: [paystack(options(given))],
    storage: memory(),
  })

/** What is asked of Paystack for 2,500 francs from a saved card. */
async function asked(given: Partial<PaystackOptions>) {
  const sent: unknown[] = []
  const answer: typeof fetch = async (_, init) => {
    if (init?.body) sent.push(JSON.parse(String(init.body)))
    return Response.json({ status: false, message: 'no', code: 'declined_here' }, { status: 400 })
  }
  const effect = {
    ...{ kind: 'payment.collect', key: 'ada/inv1/1', gateway: 'paystack', invoice: 'ada.inv1' },
    ...{ amount: 2_500, currency: 'XOF', lines: [], attempt: 1, customer: null },
    method: { gateway: 'paystack', id: 'AUTH_1/ada@example.com', reusable: true },
    ...{ dueAt: 0, expiresAt: null },
  } as unknown as GatewayEffect
  const context: PerformContext = {
    ...{ now: instant('2026-01-15'), signal: new AbortController().signal, attempt: 1 },
    customer: { id: 'ada', email: 'ada@example.com' },
    titleOf: (id) => id,
  }
  const { events } = await paystack(options({ ...given, fetch: answer })).perform(effect, context)
  const [first] = events
  return { sent, code: first?.type === 'effect.refused' ? first.code : null }
}

it('a plan in XOF is refused at the start with the reason', () => {
  expect(() => sell({})).toThrow(
    expect.objectContaining({
      code: 'invalid_options',
      message: expect.stringMatching(/no gateway takes XOF; paystack: .*xofExponent/),
    }),
  )
  expect(() => sell({ xofExponent: 2 })).not.toThrow()
})

it('a charge in XOF is refused before anything is asked', async () => {
  expect(await asked({})).toEqual({ sent: [], code: 'currency_unconfirmed' })
})

it.each([
  [2, 250_000],
  [0, 2_500],
] as const)('with xofExponent %i, 2,500 francs are %i', async (xofExponent, amount) => {
  const { sent } = await asked({ xofExponent })
  expect(sent).toMatchObject([{ amount, currency: 'XOF' }])
})

it.each([1, 3, -2, '2'])('xofExponent %j is refused', (given) => {
  expect(() => paystack(options({ xofExponent: given as 0 }))).toThrow(
    expect.objectContaining({
      code: 'invalid_gateway',
      message: expect.stringContaining('xofExponent'),
    }),
  )
})
