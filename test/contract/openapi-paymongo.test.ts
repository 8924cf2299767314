/**
 * What adapter and emulator say to each other, judged by a description of PayMongo's API that neither
 * wrote: no request of the published cases and the stories, and no reply, may be other than it says.
 */
import { type Bill, billing } from 'billwright'
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../adapters/gateways/paymongo/capabilities.ts'
import {
  type PaymongoStage,
  type PaymongoStageOptions,
  paymongoStage,
} from '../../adapters/gateways/paymongo/stage.ts'
import { gatewayCases } from '../../src/testing/gateway-cases.ts'
import { canRun, runScenario, scenarioProduct, scenarios } from '../../src/testing/scenarios.ts'
import { type Exchange, recordingFetch, vendorOpenApi } from '../support/openapi.ts'
import { freshStorage } from '../support/shop.ts'
import vectors from '../vectors/paymongo-webhooks.json' with { type: 'json' }

const contract = vendorOpenApi('paymongo.extended.openapi.yaml')

/**
 * What the description leaves out and PayMongo's own reference has. Each is found by its words, and
 * one that is not needed any more fails the test.
 */
const KNOWN_GAPS = [
  // Refunds carry metadata, as intents, payments, pages and plans do.
  /^POST \/refunds: .*metadata/,
  // Lists take `limit` and `after`, and refunds those of one payment.
  /^GET \/refunds: .*(payment_id|limit|after)/,
  // It wraps each item of a list a second time; no reply that anybody captured does.
  /^GET \/(payments|refunds): \/data\/\d+ .*"(id|type|attributes)"/,
  // Of a payment it names six fields, and a captured event shows these.
  new RegExp(`^GET /payments/pay_\\d+: /data/attributes .*"(${capturedFields().join('|')})"`),
]

/** Stages whose adapter is listened to; the customer's pages are none of the API. */
function listening(heard: Exchange[]) {
  return async (options: PaymongoStageOptions): Promise<PaymongoStage> => {
    let recorded: readonly Exchange[] = []
    const stage = await paymongoStage({
      ...options,
      wrap: (send) => {
        const recording = recordingFetch(send)
        recorded = recording.exchanges
        return recording.fetch
      },
    })
    const close = async () => {
      heard.push(...recorded.filter(({ url }) => url.includes('/v1/')).map(withoutVersion))
      await stage.close()
    }
    return { ...stage, close }
  }
}

async function everything(): Promise<readonly Exchange[]> {
  const heard: Exchange[] = []
  const stageWith = listening(heard)
  for (const { run } of gatewayCases(stageWith)) await run()
  const product = scenarioProduct({ capabilities: CAPABILITIES })
  for (const scenario of scenarios) {
    const stage = await stageWith({})
    const { clock, gateway } = stage
    const storage = await freshStorage('memory')
    const customer = async (id: string) => ({ id, email: `${id}@example.com`, name: id })
    const bill = billing({ ...product, gateways: [gateway], storage, clock, customer }) as Bill
    if (canRun(scenario, gateway)) await runScenario(scenario, { stage, bill })
    await stage.close()
  }
  return heard
}

describe.skipIf(!contract)('by a description of the vendor’s API', () => {
  it('no request and no reply is wrong, but for what the description is known to lack', async () => {
    const exchanges = await everything()
    const judged = exchanges.flatMap((each) => [
      ...(contract?.request(each) ?? []),
      ...(contract?.response(each) ?? []),
    ])
    const wrong = [...new Set(judged)]
    console.info(`judged: ${exchanges.length} exchanges`)
    expect(wrong.filter((each) => !KNOWN_GAPS.some((gap) => gap.test(each)))).toEqual([])
    for (const gap of KNOWN_GAPS)
      expect(
        wrong.some((each) => gap.test(each)),
        `${gap}`,
      ).toBe(true)
    const asked = new Set(exchanges.map(({ method, url }) => `${method} ${shape(url)}`))
    expect([...asked].sort()).toEqual([
      'GET /checkout_sessions/:id',
      'GET /payments',
      'GET /payments/:id',
      'GET /refunds',
      'POST /checkout_sessions',
      'POST /checkout_sessions/:id/expire',
      'POST /refunds',
    ])
    expect(exchanges.length).toBeGreaterThan(100)
  }, 120_000)

  it.each([
    ['"payment_method_types"', '"payment_methods_types"'],
    ['"line_items"', '"line_item"'],
    ['"reference_number"', '"reference"'],
    ['"quantity":1', '"quantity":"1"'],
    ['"gcash"', '"g_cash"'],
  ])('%s written as %s is found', async (right, wrong) => {
    const heard: Exchange[] = []
    const [opening] = gatewayCases(listening(heard))
    expect(await opening?.run()).toBe('passed')
    const opened = heard.find(({ url }) => url.endsWith('/checkout_sessions'))
    if (!opened) throw new Error('A page was opened')
    expect(contract?.request(opened)).toEqual([])
    const misspelt = opened.requestBody.replace(right, wrong)
    expect(misspelt).not.toBe(opened.requestBody)
    expect(contract?.request({ ...opened, requestBody: misspelt })).not.toEqual([])
  })
})

/** What a captured payment shows of itself. */
function capturedFields(): readonly string[] {
  const captured = vectors.vectors.find(({ type }) => type === 'payment.paid')
  return Object.keys(JSON.parse(captured?.body ?? '').data.attributes.data.attributes)
}

/** The file's server is the first version. */
function withoutVersion(exchange: Exchange): Exchange {
  return { ...exchange, url: exchange.url.replace('/v1/', '/') }
}

function shape(url: string): string {
  return new URL(url).pathname.replace(/\/[a-z]+_(\d+|unknown_\w+|to_the_vendor)/g, '/:id')
}
