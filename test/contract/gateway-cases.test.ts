/** The published gateway cases can fail: each adapter that is broken on purpose is found out. */
import type { Gateway } from '../../src/gateway.ts'
import { describe, expect, it } from 'vitest'
import { sandboxStage } from '../../adapters/gateways/sandbox/stage.ts'
import { BillingError } from '../../src/errors.ts'
import { type CaseSetup, gatewayCases } from '../../src/testing/gateway-cases.ts'
import { broken, declaring, hinting } from './broken-gateways.ts'

describe('the gateway cases find', () => {
  for (const { what, breaks, found } of broken)
    it(what, async () => {
      const setup = async (options: CaseSetup) => {
        const stage = await sandboxStage(options)
        const { gateway } = stage
        return { ...stage, gateway: { ...gateway, ...breaks(gateway) } }
      }
      await expect(caseNamed(found, sandboxStage).run()).resolves.toBe('passed')
      await expect(caseNamed(found, setup).run()).rejects.toThrow(/[Ee]xpected/)
    })
})

describe('the gateway cases', () => {
  it('find a document of a payment that never was', async () => {
    const name =
      'a document, where the gateway makes them, is an address for a payment and nothing for none'
    const made = { url: 'https://invoices.example/1.pdf' }
    const making = (document: NonNullable<Gateway['document']>) => async (options: CaseSetup) => {
      const stage = await sandboxStage(options)
      return { ...stage, gateway: { ...stage.gateway, document } }
    }
    const sound = making(async (payment) => (payment.endsWith('none') ? null : made))
    await expect(caseNamed(name, sound).run()).resolves.toBe('passed')
    const always = making(async () => made)
    await expect(caseNamed(name, always).run()).rejects.toThrow('of another payment')
    await expect(caseNamed(name, sandboxStage).run()).resolves.toEqual({
      skipped: 'document is absent',
    })
  })

  it('name the capability that a skipped case would need', async () => {
    const setup = async (options: CaseSetup) => {
      const stage = await sandboxStage(options)
      const less = { savedMethods: false, refunds: 'no' } as const
      const capabilities = { ...stage.gateway.capabilities, ...less }
      return { ...stage, gateway: { ...stage.gateway, capabilities } }
    }
    const outcome = (name: string) => caseNamed(name, setup).run()
    await expect(outcome('another attempt after a decline is another payment')).resolves.toEqual({
      skipped: 'capabilities.savedMethods is false',
    })
    await expect(outcome('more than is left is refused, and nothing goes back')).resolves.toEqual({
      skipped: "capabilities.refunds is 'no'",
    })
  })

  it('are skipped where the gateway does not run with the renewals they want', async () => {
    const setup = async (options: CaseSetup) => {
      if (options.renewals === 'gateway')
        throw new BillingError('config', 'invalid_gateway', 'no', { option: 'renewals' })
      return sandboxStage(options)
    }
    await expect(
      caseNamed('what somebody cancels in the dashboard is told', setup).run(),
    ).resolves.toEqual({ skipped: "capabilities.renewals is without 'gateway'" })
  })

  for (const dedupe of ['reference', 'none'] as const)
    it(`pass for a gateway whose effects are kept from happening twice by ${dedupe}`, async () => {
      const setup = async (options: CaseSetup) => {
        const stage = await sandboxStage(options)
        const capabilities = declaring(stage.gateway, dedupe)
        return { ...stage, gateway: { ...stage.gateway, capabilities } }
      }
      const once = gatewayCases(setup).filter(({ name }) => / happens once | found by /.test(name))
      expect(once.length).toBeGreaterThan(30)
      for (const { run } of once) await expect(run()).resolves.toBeDefined()
    })

  it('pass for a gateway whose webhooks are only hints', async () => {
    const setup = async (options: CaseSetup) => {
      const stage = await sandboxStage(options)
      const { gateway } = stage
      return { ...stage, gateway: { ...gateway, ...hinting(gateway) } }
    }
    for (const name of [
      'a paid checkout is told alike by the webhook, the look-up and the answer (the core renews)',
      'charging a saved method is told alike by the reply, the webhook and the look-up',
      'a payment refunded in full is told alike by every source',
      'a renewal is told with its subscription and period, alike by webhook and look-up',
    ])
      await expect(caseNamed(name, setup).run()).resolves.toBe('passed')
  })

  it('fail, and are not skipped, when the stage cannot be built', async () => {
    const setup = () => Promise.reject(new Error('no emulator'))
    await expect(
      caseNamed('what somebody cancels in the dashboard is told', setup).run(),
    ).rejects.toThrow('no emulator')
  })
})

function caseNamed(name: string, setup: Parameters<typeof gatewayCases>[0]) {
  const found = gatewayCases(setup).find((each) => each.name === name)
  if (!found) throw new Error(`No case is named «${name}»`)
  return found
}
