/**
 * What adapter and emulator say to each other, judged by Dodo's own file: no request of the published
 * cases and the stories, no reply and no webhook may have a field that Dodo does not know.
 */
import { type Bill, billing, catalog } from 'billwright'
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../adapters/gateways/dodo/capabilities.ts'
import {
  type DodoStage,
  type DodoStageOptions,
  dodoGoods,
  dodoStage,
} from '../../adapters/gateways/dodo/stage.ts'
import { gatewayCases } from '../../src/testing/gateway-cases.ts'
import { canRun, runScenario, scenarioProduct, scenarios } from '../../src/testing/scenarios.ts'
import { type Exchange, recordingFetch, vendorOpenApi } from '../support/openapi.ts'
import { freshStorage } from '../support/shop.ts'

const contract = vendorOpenApi('dodo.openapi.patched-sdk2.52-strict.json')

interface Recorded {
  readonly exchanges: Exchange[]
  readonly webhooks: { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[]
}

/** Stages whose adapter is listened to. */
function listening(recorded: Recorded) {
  return async (options: DodoStageOptions): Promise<DodoStage> => {
    let heard: readonly Exchange[] = []
    const wrap = (send: typeof fetch): typeof fetch => {
      const recording = recordingFetch(send)
      heard = recording.exchanges
      return recording.fetch
    }
    const stage = await dodoStage({ ...options, wrap })
    const close = async () => {
      recorded.exchanges.push(...heard)
      for (const { data } of stage.emulator.events) recorded.webhooks.push(data)
      await stage.close()
    }
    return { ...stage, close }
  }
}

async function everything(): Promise<Recorded> {
  const recorded: Recorded = { exchanges: [], webhooks: [] }
  const stageWith = listening(recorded)
  for (const { run } of gatewayCases((setup) => stageWith(setup))) await run()
  const product = scenarioProduct({ capabilities: CAPABILITIES })
  for (const scenario of scenarios) {
    const stage = await stageWith({ sells: dodoGoods([catalog(product)]), taxPercent: 0 })
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
  it('no request, no reply and no webhook is wrong', async () => {
    const { exchanges, webhooks } = await everything()
    const requests = exchanges.flatMap((each) => contract?.request(each) ?? [])
    const replies = exchanges.flatMap((each) => contract?.response(each) ?? [])
    const told = webhooks.flatMap((event) => contract?.webhook(event.type, bare(event)) ?? [])
    console.info(`judged: ${exchanges.length} exchanges, ${webhooks.length} webhooks`)
    expect([...new Set(requests)]).toEqual([])
    expect([...new Set(replies)]).toEqual([])
    expect([...new Set(told)]).toEqual([])
    expect(exchanges.length).toBeGreaterThan(600)
    const asked = new Set(exchanges.map(({ method, url }) => `${method} ${shape(url)}`))
    expect([...asked].sort()).toMatchInlineSnapshot(`
      [
        "DELETE /customers/:id/payment-methods/:id",
        "DELETE /subscriptions/:id/change-plan/scheduled",
        "GET /customers",
        "GET /payments",
        "GET /payments/:id",
        "GET /payments/:id/line-items",
        "GET /refunds/:id",
        "GET /subscriptions",
        "GET /subscriptions/:id",
        "PATCH /subscriptions/:id",
        "POST /checkouts",
        "POST /customers",
        "POST /refunds",
        "POST /subscriptions/:id/change-plan",
        "POST /subscriptions/:id/change-plan/preview",
        "POST /subscriptions/:id/update-payment-method",
      ]
    `)
  }, 120_000)

  it('a misspelt parameter and a misspelt field are found', async () => {
    const recorded: Recorded = { exchanges: [], webhooks: [] }
    const [opening] = gatewayCases(listening(recorded))
      .filter(({ name }) => name.startsWith('opening a checkout gives a page'))
      .slice(1)
    expect(await opening?.run()).toBe('passed')
    const opened = recorded.exchanges.find(({ url }) => url.endsWith('/checkouts'))
    if (!opened) throw new Error('A checkout was opened')
    expect(contract?.request(opened)).toEqual([])
    const misspelt = (body: string) => body.replace('"trial_period_days"', '"trial_period_day"')
    const asked = { ...opened, requestBody: misspelt(opened.requestBody) }
    expect(contract?.request(asked)).not.toEqual([])
    const responseBody = opened.responseBody.replace('"checkout_url"', '"checkout_uri"')
    expect(contract?.response({ ...opened, responseBody })).not.toEqual([])
  })
})

/** Webhooks show two fields more than the file has. */
function bare({ data, ...event }: Recorded['webhooks'][number]) {
  const { payload_type: _, past_due_ends_at: __, ...known } = data
  return { ...event, data: known }
}

function shape(url: string): string {
  return new URL(url).pathname.replace(/\/[a-z]+_\w+/g, '/:id')
}
