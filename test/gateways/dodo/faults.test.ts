/**
 * Dodo takes no idempotency key. Each call of each request is broken in every way, and the worker goes
 * on for an hour: by Dodo's own book nothing was taken, given back or changed twice.
 */
import type { StageFault } from 'billwright/testing'
import { type Bill, billing, catalog } from 'billwright'
import { memory } from 'billwright/memory'
import { afterAll, describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/dodo/capabilities.ts'
import { type DodoStage, dodoGoods, dodoStage } from '../../../adapters/gateways/dodo/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'
import { EVERY_FAULT } from '../../support/faults.ts'

const ADA = 'ada'
const HOUR = 3_600_000
const product = scenarioProduct({ capabilities: CAPABILITIES })
const figures = { runs: 0, resolved: 0, parked: 0, doubled: 0 }

afterAll(() => console.info(`faults: ${JSON.stringify(figures)}`))

interface Scene {
  readonly stage: DodoStage
  readonly bill: Bill
  /** The number of the call from now on that goes wrong; 0 for none. */
  breakCall(number: number, fault: StageFault): void
  /** Calls made since the last `breakCall`. */
  calls(): number
  hear(): Promise<void>
}

async function open(): Promise<Scene> {
  let [made, broken, how]: [number, number, StageFault] = [0, 0, '429']
  const wrap =
    (send: typeof fetch): typeof fetch =>
    (input, init) => {
      made += 1
      if (made === broken) stage.fault(how)
      return send(input, init)
    }
  const sells = dodoGoods([catalog(product)])
  const stage: DodoStage = await dodoStage({ sells, wrap, timeoutMs: 400 })
  const { clock, gateway } = stage
  const storage = memory()
  await storage.migrate()
  const customer = async (id: string) => ({ id, email: `${id}@example.com`, name: id })
  const bill = billing({ ...product, gateways: [gateway], storage, clock, customer }) as Bill
  let heard = 0
  return {
    stage,
    bill,
    breakCall(number, fault) {
      ;[made, broken, how] = [0, number, fault]
    },
    calls: () => made,
    async hear() {
      for (const { headers, body } of stage.webhooks().slice(heard)) {
        // One that could not be taken is answered with 503, and Dodo brings it again.
        const taken = await bill.receive('dodo', { headers, body }).catch(() => null)
        if (taken === null) break
        heard += 1
      }
      await bill.work({ once: true })
    },
  }
}

interface Story {
  readonly name: string
  /** What happens before, without trouble. */
  readonly prepare: (scene: Scene) => Promise<unknown>
  readonly act: (scene: Scene) => Promise<unknown>
  /** How often it happened, by the book. */
  readonly count: (scene: Scene) => number
}

const buy = async ({ stage, bill, hear }: Scene): Promise<void> => {
  await bill.register(ADA)
  const opened = await bill.subscribe(ADA, 'pro')
  if ('url' in opened) await stage.pay({ url: opened.url })
  await hear()
  await stage.advance(stage.clock.now() + HOUR)
}

const STORIES: readonly Story[] = [
  {
    name: 'buying',
    prepare: ({ bill }) => bill.register(ADA),
    act: async ({ bill, stage }) => {
      const opened = await bill.subscribe(ADA, 'pro')
      if ('url' in opened) await stage.pay({ url: opened.url })
    },
    count: ({ stage }) => stage.book().charges.length,
  },
  {
    name: 'more units',
    prepare: buy,
    act: ({ bill }) => bill.setQuantity(ADA, 3),
    count: ({ stage }) => stage.book().charges.length - 1,
  },
  {
    name: 'a refund of a part',
    prepare: buy,
    act: async ({ bill }) => {
      const { items } = await bill.transactions(ADA)
      await bill.refund(ADA, items[0]?.id ?? '', { amount: 500 })
    },
    count: ({ stage }) => stage.book().refunds.length,
  },
  {
    name: 'a cancel at the period end',
    prepare: buy,
    act: ({ bill }) => bill.cancel(ADA),
    count: ({ stage }) =>
      stage.book().subscriptions.filter(({ cancelAt }) => cancelAt !== null).length,
  },
  {
    name: 'another card',
    prepare: buy,
    act: async ({ bill, stage }) => {
      const outcome = await bill.updatePaymentMethod(ADA)
      if ('url' in outcome) await stage.pay({ url: outcome.url })
    },
    count: ({ stage }) => stage.emulator.events.filter(({ type }) => /method$/.test(type)).length,
  },
]

/** Asks, again after a failure as a person would, and lets the worker try for an hour. */
async function goOn(scene: Scene, act: Story['act']): Promise<void> {
  const { stage, bill, hear } = scene
  await act(scene).catch(() => undefined)
  for (const minutes of [1, 2, 10, 15, 40, 70]) {
    await stage.advance(stage.clock.now() + minutes * 60_000)
    await bill.work({ once: true })
    await hear()
  }
}

describe.each(STORIES)('$name', ({ prepare, act, count }) => {
  it.each(EVERY_FAULT)(
    'happens once at most with %s at any of its calls',
    async (fault) => {
      const sound = await open()
      await prepare(sound)
      sound.breakCall(0, fault)
      await goOn(sound, act)
      const calls = sound.calls()
      expect(count(sound)).toBe(1)
      await sound.stage.close()
      for (let call = 1; call <= calls; call += 1) {
        const scene = await open()
        await prepare(scene)
        scene.breakCall(call, fault)
        await goOn(scene, act)
        // What was surely not done was told to the customer, who asks again.
        const parked = await waitsForPerson(scene.bill)
        if (count(scene) === 0 && !parked) await goOn(scene, act)
        const happened = count(scene)
        figures.runs += 1
        if (happened > 1) figures.doubled += 1
        if (parked) figures.parked += 1
        if (happened === 1 && !parked) figures.resolved += 1
        expect(happened, `call ${call}`).toBeLessThanOrEqual(1)
        expect(happened === 1 || parked, `call ${call}: neither done nor for a person`).toBe(true)
        await scene.stage.close()
      }
    },
    120_000,
  )
})

/** Whether something is left that nobody but a person can decide. */
async function waitsForPerson(bill: Bill): Promise<boolean> {
  for (const state of ['unknown', 'parked'] as const)
    if ((await bill.operations.effects(state)).items.length > 0) return true
  return false
}
