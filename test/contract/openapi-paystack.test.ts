/**
 * What the adapter says to Paystack, judged by Paystack's own file: no request of the published cases
 * and the stories may have a parameter or a field that Paystack does not know.
 */
import { type Bill, billing } from 'billwright'
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../adapters/gateways/paystack/capabilities.ts'
import {
  type PaystackStage,
  type PaystackStageOptions,
  paystackStage,
} from '../../adapters/gateways/paystack/stage.ts'
import { gatewayCases } from '../../src/testing/gateway-cases.ts'
import { canRun, runScenario, scenarioProduct, scenarios } from '../../src/testing/scenarios.ts'
import { type Exchange, recordingFetch, vendorOpenApi } from '../support/openapi.ts'
import { freshStorage } from '../support/shop.ts'

const contract = vendorOpenApi('paystack.openapi.yaml')

/** Stages whose adapter is listened to. */
function listening(recorded: Exchange[]) {
  return async (options: PaystackStageOptions): Promise<PaystackStage> => {
    let heard: readonly Exchange[] = []
    const wrap = (send: typeof fetch): typeof fetch => {
      const recording = recordingFetch(send)
      heard = recording.exchanges
      return recording.fetch
    }
    const stage = await paystackStage({ ...options, wrap })
    const close = async () => {
      recorded.push(...heard)
      await stage.close()
    }
    return { ...stage, close }
  }
}

async function everything(): Promise<readonly Exchange[]> {
  const recorded: Exchange[] = []
  const stageWith = listening(recorded)
  for (const { run } of gatewayCases(stageWith)) await run()
  const product = scenarioProduct({ capabilities: CAPABILITIES })
  // What it ends with differs by the card check; what it asks does not.
  const told = scenarios.filter(({ name }) => !name.endsWith('recovers with another card'))
  for (const scenario of told) {
    const stage = await stageWith({})
    const { clock, gateway } = stage
    const storage = await freshStorage('memory')
    const customer = async (id: string) => ({ id, email: `${id}@example.com`, name: id })
    const bill = billing({ ...product, gateways: [gateway], storage, clock, customer }) as Bill
    if (canRun(scenario, gateway)) await runScenario(scenario, { stage, bill })
    await stage.close()
  }
  return recorded
}

describe.skipIf(!contract)('by the vendor’s own contract', () => {
  it('no request is wrong', async () => {
    const exchanges = await everything()
    console.info(`judged: ${exchanges.length} requests`)
    const wrong = exchanges.flatMap((each) => contract?.request(each) ?? [])
    expect([...new Set(wrong)]).toEqual([])
    expect(exchanges.length).toBeGreaterThan(300)
    const asked = exchanges.map(({ method, url }) => `${method} ${shape(url)}`)
    expect([...new Set(asked)].sort()).toMatchInlineSnapshot(`
      [
        "GET /dispute",
        "GET /refund",
        "GET /transaction/verify/:reference",
        "POST /customer/authorization/deactivate",
        "POST /refund",
        "POST /transaction/charge_authorization",
        "POST /transaction/initialize",
      ]
    `)
  }, 120_000)

  it('a misspelt parameter and a misspelt field are found', async () => {
    const recorded: Exchange[] = []
    const [opening] = gatewayCases(listening(recorded)).filter(({ name }) =>
      name.startsWith('a payment refunded in full'),
    )
    expect(await opening?.run()).toBe('passed')
    const opened = recorded.find(({ url }) => url.endsWith('/transaction/initialize'))
    const listed = recorded.find(({ url }) => url.includes('/refund?'))
    if (!opened || !listed) throw new Error('A page was opened and refunds were listed')
    expect(contract?.request(opened)).toEqual([])
    expect(contract?.request(listed)).toEqual([])
    const requestBody = opened.requestBody.replace('"currency"', '"curency"')
    expect(contract?.request({ ...opened, requestBody })).not.toEqual([])
    const url = listed.url.replace('transaction=', 'transactions=')
    expect(contract?.request({ ...listed, url })).not.toEqual([])
  })
})

function shape(url: string): string {
  return new URL(url).pathname.replace(/(?<=verify\/).*/, ':reference')
}
