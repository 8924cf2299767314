/** Every call of a customer's life fails once, in every way: nothing is taken or given back twice. */

import type { StageFault } from 'billwright/testing'
import { BillingError } from 'billwright'
import { describe, expect, it } from 'vitest'
import { type App, DAY, openApp } from './app.ts'

const FAULTS: readonly StageFault[] = [
  '429',
  '500_before',
  '500_after',
  'lost_reply',
  'refused_connection',
]

const MINUTE = 60_000

/** A stage on which the call with a number goes wrong. */
async function failing(number: number, fault: StageFault) {
  let calls = 0
  const app: App = await openApp({
    wrap: (send) => (input, init) => {
      calls += 1
      if (calls === number) app.stage.fault(fault)
      return send(input, init)
    },
  })
  return { app, calls: () => calls }
}

/** Buys with a wallet, renews by link, asks for a part back, and changes the plan's page on the way. */
async function life(app: App): Promise<void> {
  const { bill, stage } = app
  await eventually(app, () => app.open('ada', 'pro'))
  const url = await eventually(app, () => app.open('ada', 'basic'))
  await app.settle()
  await stage.pay({ url }, 'wallet')
  await app.settle()
  for (let day = 0; day < 31; day += 1) await app.pass(DAY)
  const link = await eventually(app, async () => {
    const { invoices } = await bill.status('ada')
    return invoices.find((invoice) => invoice.url !== null)?.url ?? ''
  })
  await stage.pay({ url: link }, 'wallet')
  await app.settle()
  const { items } = await bill.transactions('ada')
  await bill.refund('ada', items[0]?.id ?? '', { amount: 5000 }).catch(unavailable)
  for (let round = 0; round < 8; round += 1) await app.pass(15 * MINUTE)
  await bill.reconcile()
  await app.settle()
}

/** Asks until there is an answer, as a patient customer does. */
async function eventually(app: App, ask: () => Promise<string>): Promise<string> {
  for (let round = 0; round < 8; round += 1) {
    const answer = await ask().catch(unavailable)
    if (answer) return answer
    await app.pass(15 * MINUTE)
  }
  throw new Error('There never was an answer')
}

function unavailable(error: unknown): string {
  if (!BillingError.isInstance(error) || error.kind !== 'unavailable') throw error
  return ''
}

describe('a payment of which no webhook ever tells', () => {
  it('is found by its page when the tab was closed, at the purchase and at the renewal', async () => {
    const app = await openApp()
    const { bill, stage } = app
    await stage.pay({ url: await app.open('ada', 'basic') }, 'wallet')
    await bill.reconcile()
    expect((await bill.status('ada')).access).toBe(true)
    for (let day = 0; day < 31; day += 1) {
      await stage.advance(stage.clock.now() + DAY)
      await bill.work({ once: true })
    }
    const [due] = (await bill.status('ada')).invoices
    await stage.pay({ url: due?.url ?? '' }, 'wallet')
    // The list is not asked: it goes by metadata, and a page is found without.
    const { list: _, ...byPage } = stage.gateway
    Object.assign(stage.gateway, { ...byPage, list: null })
    await bill.reconcile()
    const { invoices, incidents } = await bill.status('ada')
    expect([invoices, incidents]).toEqual([[], []])
    expect((await bill.transactions('ada')).items).toHaveLength(2)
    await stage.close()
  })
})

describe('a life with PayMongo', () => {
  it('is what it is after any fault at any call', async () => {
    const { app, calls } = await failing(0, '429')
    await life(app)
    const count = calls()
    let refunded = 0
    for (let number = 1; number <= count; number += 1)
      for (const fault of FAULTS) {
        const { app: spoiled } = await failing(number, fault)
        await life(spoiled)
        const { charges, refunds } = spoiled.stage.book()
        const what = `${fault} at call ${number}`
        expect(
          charges.map(({ amount }) => amount),
          what,
        ).toEqual([20_000, 20_000])
        expect(new Set(charges.map(({ reference }) => reference)).size, what).toBe(2)
        expect(refunds.length, what).toBeLessThanOrEqual(1)
        refunded += refunds.length
        const { access, incidents, credit } = await spoiled.bill.status('ada')
        expect([access, incidents, credit.PHP ?? 0], what).toEqual([true, [], 0])
        const { items } = await spoiled.bill.transactions('ada')
        expect(items.map(({ id }) => id).sort(), what).toEqual(charges.map(({ id }) => id).sort())
        await spoiled.stage.close()
      }
    const runs = count * FAULTS.length
    console.info(`faults: ${runs} lives, 0 double charges, ${refunded} refunds`)
    expect(count).toBeGreaterThan(5)
    // Who was told that a refund was not done asks anew; everybody else gets theirs.
    expect(refunded).toBeGreaterThanOrEqual(runs - 3)
    await app.stage.close()
  }, 120_000)
})
