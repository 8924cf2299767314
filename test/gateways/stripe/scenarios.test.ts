/** Whole stories on Stripe, with either clock; amounts to the cent, also where Stripe's number rules. */

import type { Renewals } from 'billwright/core'
import { type Bill, billing, type Gateway } from 'billwright'
import { memory } from 'billwright/memory'
import { describe, expect, it } from 'vitest'
import { stripeStage } from '../../../adapters/gateways/stripe/testing.ts'
import { canRun, runScenario, scenarioProduct, scenarios } from '../../../src/testing/scenarios.ts'

const CLOCKS: readonly Renewals[] = ['gateway', 'billwright']

/** The gateway held to the core's figures, though it declares that Stripe's own may be others. */
function exact(gateway: Gateway): Gateway {
  return { ...gateway, capabilities: { ...gateway.capabilities, amounts: 'exact' } }
}

async function open(renewals: Renewals) {
  const real = await stripeStage({ renewals })
  const stage = { ...real, gateway: exact(real.gateway) }
  const { clock, gateway } = stage
  const product = scenarioProduct(gateway)
  const bill = billing({ ...product, gateways: [gateway], storage: memory(), clock }) as Bill
  return { stage, bill }
}

describe.each(CLOCKS)('renewals by %s', (renewals) => {
  it.each(scenarios)('$name', async (scenario) => {
    const { stage, bill } = await open(renewals)
    try {
      if (canRun(scenario, stage.gateway)) await runScenario(scenario, { stage, bill })
      else expect(stage.gateway.capabilities.paymentLinks).toBe(false)
    } finally {
      await stage.close()
    }
  })
})
