/** Whole stories on Paystack: the same application code as on every gateway, and the same ends. */
import { type Bill, billing } from 'billwright'
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/paystack/capabilities.ts'
import { paystackStage } from '../../../adapters/gateways/paystack/testing.ts'
import { canRun, runScenario, scenarioProduct, scenarios } from '../../../src/testing/scenarios.ts'
import { freshStorage, type StorageName } from '../../support/shop.ts'

/** Another card is checked with a small charge, which comes back as credit. */
const CHECKS_CARD = 'fails at the renewal and recovers with another card'

const product = scenarioProduct({ capabilities: CAPABILITIES })

async function open(storage: StorageName) {
  const stage = await paystackStage()
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
      const run = () => runScenario(scenario, { stage, bill })
      if (!canRun(scenario, stage.gateway))
        expect(scenario.name).toBe('tries with a card and stays')
      else if (scenario.name !== CHECKS_CARD) await run()
      else await expect(run()).rejects.toThrow('expected [100,100], found [100,10,100]')
    } finally {
      await stage.close()
    }
  })
})
