/** The PayMongo gateway passes every published case over HTTP; what does not apply to it is printed. */
import { afterAll, describe, expect, it } from 'vitest'
import { type PaymongoStage, paymongoStage } from '../../adapters/gateways/paymongo/stage.ts'
import { paymongoEmulator } from '../../adapters/gateways/paymongo/testing.ts'
import { type CaseSetup, gatewayCases } from '../../src/testing/gateway-cases.ts'

const skipped: string[] = []

/** The emulator listens; the adapter and the customer's browser go there over the network. */
async function overHttp(setup: CaseSetup): Promise<PaymongoStage> {
  let refused = 0
  const stage = await paymongoStage({
    ...setup,
    fetch(input, init) {
      refused -= 1
      return fetch(refused >= 0 ? NOBODY : input, init)
    },
  })
  await stage.emulator.listen()
  const fault: PaymongoStage['fault'] = (what, times = 1) => {
    // A server that listens cannot refuse: the call goes where nobody does.
    if (what === 'refused_connection') refused = times
    else stage.fault(what, times)
  }
  return { ...stage, fault }
}

/** A port that somebody had, and nobody has now. */
const gone = paymongoEmulator()
const NOBODY = (await gone.listen()).url
await gone.close()

describe('PayMongo', () => {
  for (const { name, run } of gatewayCases(overHttp))
    it(name, async () => {
      const outcome = await run()
      if (outcome !== 'passed') skipped.push(`${name}: ${outcome.skipped}`)
    })

  it('is left out of cases for what it declares it cannot do, and of nothing else', () => {
    const reasons = new Set(skipped.map((line) => line.replace(/^.*: /, '')))
    expect([...reasons].sort()).toMatchInlineSnapshot(`
      [
        "capabilities.closesPages is true",
        "capabilities.currencies has none with 0 decimals",
        "capabilities.dedupe['checkout.open'] is 'key'",
        "capabilities.operations.trial_upfront is 'no'",
        "capabilities.renewals is without 'gateway'",
        "capabilities.savedMethods is false",
        "document is absent",
      ]
    `)
  })

  afterAll(() => {
    console.info(`skipped: ${skipped.length}\n${skipped.map((line) => `- ${line}\n`).join('')}`)
  })
})
