/**
 * A life in which one call to Stripe goes wrong, whichever it is and however: by the vendor's own book
 * every payment is taken once, and every refund given once.
 */
import type { Renewals } from 'billwright/core'
import type { StageFault } from 'billwright/testing'
import { type Bill, BillingError, billing } from 'billwright'
import { memory } from 'billwright/memory'
import { describe, expect, it } from 'vitest'
import { type StripeStage, stripeStage } from '../../../adapters/gateways/stripe/testing.ts'
import { seededRandom } from '../../../src/testing/chaos/random.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'
import { proving } from '../../support/sized.ts'

const FAULTS: readonly StageFault[] = [
  '429',
  '500_before',
  '500_after',
  'lost_reply',
  'refused_connection',
]
const MINUTE = 60_000
const DAY = 1440 * MINUTE
const ADA = 'ada'

interface Trouble {
  readonly call: number
  readonly fault: StageFault
}

interface Life {
  readonly stage: StripeStage
  readonly bill: Bill
  readonly calls: () => number
}

async function begin(renewals: Renewals, trouble: Trouble | null): Promise<Life> {
  let calls = 0
  const counting: typeof fetch = (input, init) => {
    calls += 1
    if (calls === trouble?.call) stage.fault(trouble.fault)
    return fetch(input, init)
  }
  const stage: StripeStage = await stripeStage({ renewals, fetch: counting })
  const { gateway, clock } = stage
  const storage = memory()
  const bill = billing({ ...scenarioProduct(gateway), gateways: [gateway], storage, clock }) as Bill
  return { stage, bill, calls: () => calls }
}

/** Asks until it is answered: what was not done, or nobody knows of, is asked again later. */
async function insist<T>(life: Life, ask: () => Promise<T>): Promise<T> {
  for (let again = 0; ; again += 1)
    try {
      return await ask()
    } catch (error) {
      if (again > 5 || !BillingError.isInstance(error) || error.kind !== 'unavailable') throw error
      await life.stage.advance(life.stage.clock.now() + 2 * MINUTE)
      await life.bill.work({ once: true })
    }
}

/** Webhooks come, and the worker works until look-ups have had their time. */
async function settle(life: Life, heard: { count: number }): Promise<void> {
  const { stage, bill } = life
  for (const wait of [0, 2, 15, 70]) {
    await stage.advance(stage.clock.now() + wait * MINUTE)
    await bill.work({ once: true })
    for (const { headers, body } of stage.webhooks().slice(heard.count)) {
      const hear = () => bill.receive('stripe', { headers, body })
      await hear().catch(hear)
      heard.count += 1
    }
    await bill.work({ once: true })
  }
}

/** Bought, upgraded after ten days, renewed, and a part of it given back. */
async function live(life: Life) {
  const { stage, bill } = life
  const start = stage.clock.now()
  const heard = { count: 0 }
  await bill.register(ADA)
  const opened = await insist(life, () => bill.subscribe(ADA, 'basic'))
  await stage.pay({ url: 'url' in opened ? opened.url : '' })
  await settle(life, heard)
  await stage.advance(start + 10 * DAY)
  await insist(life, () => bill.changePlan(ADA, 'pro')).catch(refusedAsKnown)
  await settle(life, heard)
  for (let day = 11; day <= 31; day += 5) {
    await stage.advance(start + day * DAY)
    await settle(life, heard)
  }
  const { items } = await bill.transactions(ADA)
  await insist(life, () => bill.refund(ADA, items[0]?.id ?? '', { amount: 700 }))
  await settle(life, heard)
  const { charges, refunds } = stage.book()
  const { plan } = await bill.status(ADA)
  // In whole units: an upgrade that comes minutes later costs a cent less.
  const charged = charges.map(({ amount }) => Math.round(amount / 100))
  return { plan, charged, back: refunds.map(({ amount }) => amount) }
}

/** Asked again while the first answer is awaited: it is under way. */
function refusedAsKnown(error: unknown): void {
  if (!BillingError.isInstance(error) || error.code !== 'in_progress') throw error
}

async function liveWith(renewals: Renewals, trouble: Trouble | null) {
  const life = await begin(renewals, trouble)
  try {
    return { ...(await live(life)), calls: life.calls() }
  } finally {
    await life.stage.close()
  }
}

describe.each<Renewals>(['gateway', 'billwright'])('renewals by %s', (renewals) => {
  it('a fault at any call takes nothing twice and loses nothing', {
    timeout: 600_000,
  }, async () => {
    const { calls, ...expected } = await liveWith(renewals, null)
    expect(expected.plan).toBe('pro')
    expect(expected.charged).toHaveLength(3)
    expect(expected.back).toEqual([700])
    const numbers = Array.from({ length: calls }, (_, i) => i + 1)
    const all = numbers.flatMap((call) => FAULTS.map((fault) => ({ call, fault })))
    const tenth = Math.max(24, Math.floor(all.length / 10))
    const some = proving ? all : seededRandom(9).shuffled(all).slice(0, tenth)
    expect(some.length).toBeGreaterThan(10)
    for (const trouble of some) {
      const { calls: _, ...ended } = await liveWith(renewals, trouble)
      expect(ended, `${trouble.fault} at call ${trouble.call} of ${calls}`).toEqual(expected)
    }
  })
})
