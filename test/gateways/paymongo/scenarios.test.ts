/** Whole stories on PayMongo: the same application code as on every gateway, and the same ends. */
import { type Bill, billing } from 'billwright'
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/paymongo/capabilities.ts'
import { paymongoStage } from '../../../adapters/gateways/paymongo/testing.ts'
import { canRun, runScenario, scenarioProduct, scenarios } from '../../../src/testing/scenarios.ts'
import { freshStorage, type StorageName } from '../../support/shop.ts'

const product = scenarioProduct({ capabilities: CAPABILITIES })

async function open(storage: StorageName) {
  const stage = await paymongoStage({ fetch })
  await stage.emulator.listen()
  const { clock, gateway } = stage
  const bill = billing({
    ...product,
    gateways: [gateway],
    storage: await freshStorage(storage),
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
      // Nothing else is left out than what charges without the customer.
      else expect(scenario.needs?.({ ...CAPABILITIES, savedMethods: false })).toBe(false)
    } finally {
      await stage.close()
    }
  })
})
