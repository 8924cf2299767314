/** Whole stories on the sandbox, with either clock and on both storages. */

import type { Renewals } from 'billwright/core'
import { type Bill, billing } from 'billwright'
import { describe, expect, it } from 'vitest'
import { sandboxStage } from '../../adapters/gateways/sandbox/stage.ts'
import { canRun, runScenario, scenarioProduct, scenarios } from '../../src/testing/scenarios.ts'
import { freshStorage, type StorageName } from '../support/shop.ts'

const CLOCKS: readonly Renewals[] = ['billwright', 'gateway']
const SETTINGS = CLOCKS.flatMap((renewals) =>
  (['memory', 'sqlite'] as const).map((storage) => ({ renewals, storage })),
)

async function open({ renewals, storage: name }: { renewals: Renewals; storage: StorageName }) {
  const stage = await sandboxStage({ renewals })
  const storage = await freshStorage(name)
  const product = scenarioProduct(stage.gateway)
  const { clock, gateway } = stage
  const bill = billing({ ...product, gateways: [gateway], storage, clock }) as Bill
  return { stage, bill }
}

describe.each(SETTINGS)('renewals by $renewals, storage $storage', (setting) => {
  it.each(scenarios)('$name', async (scenario) => {
    const { stage, bill } = await open(setting)
    if (canRun(scenario, stage.gateway)) await runScenario(scenario, { stage, bill })
    else expect(setting.renewals).toBe('gateway')
  })
})

it('a story that ends otherwise is reported with what was taken', async () => {
  const { stage, bill } = await open({ renewals: 'billwright', storage: 'memory' })
  const [story] = scenarios
  if (!story) throw new Error('There is a story')
  const wrong = { ...story, end: { ...story.end, taken: [100, 100] } }
  await expect(runScenario(wrong, { stage, bill })).rejects.toThrow(/vendor took/)
})
