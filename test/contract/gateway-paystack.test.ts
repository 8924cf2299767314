/** The Paystack gateway passes every published case over HTTP; what does not apply is printed. */
import { afterAll, describe, it } from 'vitest'
import { paystackStage } from '../../adapters/gateways/paystack/stage.ts'
import { gatewayCases } from '../../src/testing/gateway-cases.ts'

const skipped: string[] = []

describe('Paystack', () => {
  for (const { name, run } of gatewayCases((setup) => paystackStage({ ...setup, xofExponent: 2 })))
    it(name, async () => {
      const outcome = await run()
      if (outcome !== 'passed') skipped.push(`${name}: ${outcome.skipped}`)
    })

  afterAll(() => {
    console.info(`skipped: ${skipped.length}\n${skipped.map((line) => `- ${line}\n`).join('')}`)
  })
})
