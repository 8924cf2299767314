/** Facts are decided at the instant they happened, and at one instant a payment comes before time. */
import type { Instant } from 'billwright/core'
import { expect, it } from 'vitest'
import { catalog, DAY, emptyAccount, instant } from '../../src/core/index.ts'
import { type Decided, decideStep, type StepInput } from '../../src/runtime/decide-step.ts'
import { PRODUCT } from './support/product.ts'

const sold = catalog({
  plans: PRODUCT.plans,
  gateways: [{ name: 'sandbox', renewals: 'billwright', amounts: 'exact' }],
})
const start = instant('2026-03-10T12:00:00Z')

function step(account: Decided['account'], inputs: readonly StepInput[], now: number): Decided {
  const decided = decideStep(account, inputs, { usage: {}, now: now as Instant, catalog: sold })
  if ('refusal' in decided) throw new Error(decided.refusal.code)
  return decided
}

function types({ events }: Decided): readonly string[] {
  return events.map(({ type }) => type)
}

/** A trial whose customer has a checkout open, and the payment of it. */
function bought() {
  const register = step(emptyAccount('ada'), [{ type: 'register' }], start)
  const trial = step(register.account, [{ type: 'subscribe', plan: 'tried' }], start)
  const near = start + 13 * DAY + DAY / 2
  const open = step(trial.account, [{ type: 'subscribe', plan: 'tried', trial: false }], near)
  const checkout = open.account.checkouts.default
  if (!checkout) throw new Error('A checkout is open')
  const { reference, amount, currency } = checkout
  const paid = (at: number): StepInput => ({
    type: 'checkout.completed',
    gateway: 'sandbox',
    reference,
    customer: 'cus_1',
    subscription: null,
    method: null,
    payment: { id: 'ch_1', subject: { checkout: reference }, amount, currency, at: at as Instant },
    at: at as Instant,
  })
  return { account: open.account, paid, end: start + 14 * DAY }
}

it('a payment at the very end of a trial comes before the end', () => {
  const { account, paid, end } = bought()
  const decided = step(account, [paid(end)], end)
  expect(types(decided)).not.toContain('subscription.unpaid')
  expect(decided.account.subscriptions.default?.status).toBe('active')
})

it('a payment that is told an hour late finds the account as it was', () => {
  const { account, paid, end } = bought()
  const decided = step(account, [paid(end - 1)], end + 3_600_000)
  expect(types(decided)).not.toContain('subscription.unpaid')
  expect(decided.account.subscriptions.default?.status).toBe('active')
})

it('without it the trial ends at its instant', () => {
  const { account, end } = bought()
  expect(types(step(account, [], end - 1))).not.toContain('subscription.unpaid')
  expect(types(step(account, [], end))).toContain('subscription.unpaid')
})

it('a fact from the future counts as told now', () => {
  const { account, paid, end } = bought()
  const decided = step(account, [paid(end + DAY)], end - DAY / 4)
  expect(decided.account.asOf).toBe(end - DAY / 4)
})

it('the first refusal ends a step with nothing done', () => {
  const { account } = bought()
  const inputs: StepInput[] = [
    { type: 'grant_credit', amount: 100, currency: 'USD' },
    { type: 'resume' },
  ]
  const context = { usage: {}, now: account.asOf, catalog: sold }
  expect(decideStep(account, inputs, context)).toMatchObject({ refusal: { code: 'not_ending' } })
})
