/** Stripe passes every published case over HTTP; what does not apply to it is printed. */
import { afterAll, describe, expect, it } from 'vitest'
import { stripeStage } from '../../adapters/gateways/stripe/stage.ts'
import { gatewayCases } from '../../src/testing/gateway-cases.ts'

const skipped: string[] = []

describe('Stripe', () => {
  for (const { name, run } of gatewayCases(stripeStage))
    it(name, async () => {
      const outcome = await run()
      if (outcome !== 'passed') skipped.push(`${name}: ${outcome.skipped}`)
    })

  it('has a rule of its own in every case', () => {
    const names = gatewayCases(stripeStage).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  afterAll(() => {
    console.info(`skipped: ${skipped.length}\n${skipped.map((line) => `- ${line}\n`).join('')}`)
  })
})
