/**
 * Dodo's documents say both: that an upgrade keeps the billing date, and that it begins a new cycle.
 * The gateway is believed, whichever it does: the customer keeps what is paid for.
 */
import { type Bill, billing, catalog } from 'billwright'
import { memory } from 'billwright/memory'
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/dodo/capabilities.ts'
import {
  type DodoStageOptions,
  dodoGoods,
  dodoStage,
} from '../../../adapters/gateways/dodo/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'

const START = Date.parse('2026-01-15T00:00:00Z')
const DAY = 86_400_000
const product = scenarioProduct({ capabilities: CAPABILITIES })

/** Upgrades on day 10; webhooks come in order, or each batch from its end. */
async function upgraded(changes: NonNullable<DodoStageOptions['changes']>, reversed: boolean) {
  const stage = await dodoStage({ sells: dodoGoods([catalog(product)]), changes, start: START })
  const { clock, gateway } = stage
  const storage = memory()
  await storage.migrate()
  const customer = async (id: string) => ({ id, email: `${id}@example.com`, name: id })
  const bill = billing({ ...product, gateways: [gateway], storage, clock, customer }) as Bill
  let heard = 0
  const hear = async (): Promise<void> => {
    const fresh = stage.webhooks().slice(heard)
    heard += fresh.length
    for (const { headers, body } of reversed ? [...fresh].reverse() : fresh)
      await bill.receive('dodo', { headers, body })
    await bill.work({ once: true })
  }
  const reach = async (days: number): Promise<void> => {
    while (clock.now() < START + days * DAY) {
      await stage.advance(clock.now() + DAY)
      await hear()
    }
  }
  await bill.register('ada')
  const opened = await bill.subscribe('ada', 'basic')
  if ('url' in opened) await stage.pay({ url: opened.url })
  await hear()
  await reach(10)
  await bill.changePlan('ada', 'pro')
  await hear()
  return { stage, bill, reach }
}

describe.each([
  ['keep_billing_date', [2000, 1355, 4000], '2026-02-15'],
  ['reset_billing_date', [2000, 2645], '2026-02-25'],
] as const)('where changes %s', (changes, taken, ends) => {
  it.each([false, true])(
    'an upgraded plan is never without access (webhooks reversed: %s)',
    async (reversed) => {
      const { stage, bill, reach } = await upgraded(changes, reversed)
      const { subscription } = await bill.status('ada')
      expect(String(JSON.stringify(subscription?.period.end)).slice(1, 11)).toBe(ends)
      for (let at = 11; at <= 39; at += 1) {
        await reach(at)
        const { access, plan, incidents } = await bill.status('ada')
        expect({ at, access, plan, incidents }).toEqual({
          at,
          access: true,
          plan: 'pro',
          incidents: [],
        })
      }
      expect(stage.book().charges.map(({ amount }) => amount)).toEqual(taken)
      await stage.close()
    },
  )
})
