/**
 * A life in which one call to Paystack goes wrong, whichever it is and however: by Paystack's own book
 * every payment is taken once and every refund given once, and what nobody knows waits for a person.
 */
import type { StageFault } from 'billwright/testing'
import { type Bill, BillingError, billing } from 'billwright'
import { memory } from 'billwright/memory'
import { afterAll, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/paystack/capabilities.ts'
import { type PaystackStage, paystackStage } from '../../../adapters/gateways/paystack/testing.ts'
import { seededRandom } from '../../../src/testing/chaos/random.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'
import { EVERY_FAULT } from '../../support/faults.ts'
import { sized } from '../../support/sized.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const ADA = 'ada'
const product = scenarioProduct({ capabilities: CAPABILITIES })
const figures = { lives: 0, resolved: 0, parked: 0 }

afterAll(() => console.info(`faults: ${JSON.stringify(figures)}`))

interface Trouble {
  readonly call: number
  readonly fault: StageFault
}

interface Life {
  readonly stage: PaystackStage
  readonly bill: Bill
  readonly calls: () => number
  heard: number
}

async function begin(trouble: Trouble | null): Promise<Life> {
  let calls = 0
  const wrap =
    (send: typeof fetch): typeof fetch =>
    (input, init) => {
      calls += 1
      if (calls === trouble?.call) stage.fault(trouble.fault)
      return send(input, init)
    }
  const stage: PaystackStage = await paystackStage({ wrap })
  const { gateway, clock } = stage
  const storage = memory()
  await storage.migrate()
  const customer = async (id: string) => ({ id, email: `${id}@example.com`, name: id })
  const gateways = [gateway]
  const bill = billing({ ...product, gateways, storage, clock, customer, gatewayTimeoutMs: 300 })
  return { stage, bill: bill as Bill, calls: () => calls, heard: 0 }
}

/** Asks until it is answered: what was not done, or nobody knows of, is asked again later. */
async function insist(life: Life, ask: () => Promise<unknown>): Promise<unknown> {
  for (let again = 0; ; again += 1)
    try {
      return await ask()
    } catch (error) {
      if (!BillingError.isInstance(error)) throw error
      // Asked again while the first answer is awaited: it is under way.
      if (error.code === 'in_progress') return null
      if (again > 5 || error.kind !== 'unavailable') throw error
      await settle(life)
    }
}

/** Webhooks come, and the worker works until look-ups have had their time. */
async function settle(life: Life): Promise<void> {
  const { stage, bill } = life
  for (const wait of [0, 2, 15, 70]) {
    await stage.advance(stage.clock.now() + wait * MINUTE)
    await bill.work({ once: true })
    for (const { headers, body } of stage.webhooks().slice(life.heard)) {
      const taken = await bill.receive('paystack', { headers, body }).catch(() => null)
      if (taken === null) break
      life.heard += 1
    }
    await bill.work({ once: true })
  }
}

/** Bought, upgraded after ten days, renewed, and a part of the renewal given back. */
async function live(life: Life) {
  const { stage, bill } = life
  const start = stage.clock.now()
  await bill.register(ADA)
  await insist(life, () => bill.subscribe(ADA, 'basic'))
  const opened = await insist(life, () => bill.subscribe(ADA, 'basic'))
  await stage.pay({ url: pageOf(opened) })
  await settle(life)
  await stage.advance(start + 10 * DAY)
  await insist(life, () => bill.changePlan(ADA, 'pro'))
  await settle(life)
  for (let day = 11; day <= 32; day += 7) {
    await stage.advance(start + day * DAY)
    await settle(life)
  }
  const { items } = await bill.transactions(ADA)
  await insist(life, () => bill.refund(ADA, items[0]?.id ?? '', { amount: 700 }))
  await settle(life)
  const { charges, refunds } = stage.book()
  const { plan, access } = await bill.status(ADA)
  // In whole units: an upgrade that comes minutes later costs a cent less.
  const charged = charges.map(({ amount }) => Math.round(amount / 100))
  const back = refunds.map(({ amount }) => amount)
  return { plan, access, charged, back, waits: await waitsForPerson(bill) }
}

const pageOf = (opened: unknown) => (opened as { readonly url?: string } | null)?.url ?? ''

/** Whether something is left that nobody but a person can decide. */
async function waitsForPerson(bill: Bill): Promise<boolean> {
  for (const state of ['unknown', 'parked'] as const)
    if ((await bill.operations.effects(state)).items.length > 0) return true
  return false
}

async function liveWith(trouble: Trouble | null) {
  const life = await begin(trouble)
  try {
    return { ...(await live(life)), calls: life.calls() }
  } finally {
    await life.stage.close()
  }
}

it('a fault at any call takes nothing twice and loses nothing', { timeout: 600_000 }, async () => {
  const { calls, ...expected } = await liveWith(null)
  expect(expected).toMatchObject({ plan: 'pro', access: true, back: [700], waits: false })
  expect(expected.charged).toHaveLength(3)
  const numbers = Array.from({ length: calls }, (_, i) => i + 1)
  const all = numbers.flatMap((call) => EVERY_FAULT.map((fault) => ({ call, fault })))
  const size = sized({ prove: all.length, ci: 24, desk: 12 })
  for (const trouble of seededRandom(9).shuffled(all).slice(0, size)) {
    const where = `${trouble.fault} at call ${trouble.call} of ${calls}`
    const { calls: _, ...ended } = await liveWith(trouble)
    figures.lives += 1
    if (ended.waits) figures.parked += 1
    else figures.resolved += 1
    // Where a person decides, less may have happened, and never more.
    if (!ended.waits) expect(ended, where).toEqual(expected)
    expect(ended.charged.length, where).toBeLessThanOrEqual(expected.charged.length)
    expect(ended.back.length, where).toBeLessThanOrEqual(expected.back.length)
  }
})
