/** Whole stories on Dodo: the same application code as on every gateway, and the same ends. */
import { type Bill, billing, catalog } from 'billwright'
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/dodo/capabilities.ts'
import { dodoGoods, dodoStage } from '../../../adapters/gateways/dodo/testing.ts'
import { canRun, runScenario, scenarioProduct, scenarios } from '../../../src/testing/scenarios.ts'
import { freshStorage, type StorageName } from '../../support/shop.ts'

const product = scenarioProduct({ capabilities: CAPABILITIES })

async function open(storage: StorageName) {
  const stage = await dodoStage({ sells: dodoGoods([catalog(product)]) })
  const { clock, gateway } = stage
  const fresh = await freshStorage(storage)
  const bill = billing({
    ...product,
    gateways: [gateway],
    storage: fresh,
    clock,
    customer: async (id: string) => ({ id, email: `${id}@example.com`, name: id }),
  }) as Bill
  return { stage, bill }
}

describe.each(['memory', 'sqlite'] as const)('storage %s', (storage) => {
  it.each(scenarios)('$name', async (scenario) => {
    const { stage, bill } = await open(storage)
    try {
      if (canRun(scenario, stage.gateway)) await runScenario(scenario, { stage, bill })
      else expect(scenario.clocks).toEqual(['billwright'])
    } finally {
      await stage.close()
    }
  })
})
