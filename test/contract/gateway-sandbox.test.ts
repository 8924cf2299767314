/** The sandbox gateway passes every published case; what does not apply to it is printed. */
import { afterAll, describe, expect, it } from 'vitest'
import { sandboxStage } from '../../adapters/gateways/sandbox/stage.ts'
import { gatewayCases } from '../../src/testing/gateway-cases.ts'

const skipped: string[] = []

describe('the sandbox', () => {
  for (const { name, run } of gatewayCases(sandboxStage))
    it(name, async () => {
      const outcome = await run()
      if (outcome !== 'passed') skipped.push(`${name}: ${outcome.skipped}`)
    })

  it('has a rule of its own in every case', () => {
    const names = gatewayCases(sandboxStage).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  afterAll(() => {
    console.info(`skipped: ${skipped.length}\n${skipped.map((line) => `- ${line}\n`).join('')}`)
  })
})
