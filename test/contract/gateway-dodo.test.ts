/** The Dodo gateway passes every published case over HTTP; what does not apply to it is printed. */
import { afterAll, describe, expect, it } from 'vitest'
import { dodoStage } from '../../adapters/gateways/dodo/stage.ts'
import { gatewayCases } from '../../src/testing/gateway-cases.ts'

const skipped: string[] = []

describe('Dodo, emulated', () => {
  for (const { name, run } of gatewayCases(dodoStage))
    it(name, async () => {
      const outcome = await run()
      if (outcome !== 'passed') skipped.push(`${name}: ${outcome.skipped}`)
    })

  it('leaves out only what belongs to another clock or is declared', () => {
    for (const line of skipped) expect(line).toMatch(/: (capabilities\.|list is null|the )/)
  })

  afterAll(() => {
    console.info(`skipped: ${skipped.length}\n${skipped.map((line) => `- ${line}\n`).join('')}`)
  })
})
