/**
 * What adapter and emulator say to each other, judged by Paystack's own file: no request of the published cases
 * and the stories, and no reply, may have a parameter or a field that Paystack does not know.
 */
import { type Bill, billing } from 'billwright'
import { beforeAll, describe, expect, it } from 'vitest'
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

/** A charge that waits for the customer: its reply has a page and little else. */
const isChallenge = ({ responseBody }: Exchange) => responseBody.includes('"paused":true')

/** What the file does not have although the documentation does: each with its reason. */
const GAPS = [
  {
    why: 'the file shows no charge that waits for the customer, only finished ones',
    of: isChallenge,
    says: /^POST \/transaction\/charge_authorization: \/data /,
  },
  {
    why: 'metadata comes back as it was sent; the file holds one example of it',
    of: () => true,
    says: /^GET \/dispute: \/data\/\d+\/transaction\/metadata /,
  },
  {
    why: 'every list has `meta` with its pages, but for refunds the file left it out',
    of: () => true,
    says: /^GET \/refund: \/ must NOT have unevaluated properties .*"meta"/,
  },
  {
    why: 'the meta of transactions must have `total_volume`, and the same rule forbids it',
    of: () => true,
    says: /^GET \/transaction: \/meta /,
  },
]

/** What is wrong with the replies, apart from the gaps; and the gaps that nothing fell into. */
function judgeReplies(exchanges: readonly Exchange[]) {
  const met = new Set<string>()
  const wrong = exchanges.flatMap((each) =>
    (contract?.response(each) ?? []).filter((what) => {
      const gap = GAPS.find(({ of, says }) => of(each) && says.test(what))
      if (gap) met.add(gap.why)
      return !gap
    }),
  )
  const unused = GAPS.map(({ why }) => why).filter((why) => !met.has(why))
  return { wrong: [...new Set(wrong)], unused }
}

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
  let exchanges: readonly Exchange[]
  beforeAll(async () => {
    exchanges = await everything()
  }, 120_000)

  it('no request and no reply is wrong', async () => {
    console.info(`judged: ${exchanges.length} requests`)
    const wrong = exchanges.flatMap((each) => contract?.request(each) ?? [])
    expect([...new Set(wrong)]).toEqual([])
    expect(judgeReplies(exchanges)).toEqual({ wrong: [], unused: [] })
    expect(exchanges.length).toBeGreaterThan(300)
    const asked = exchanges.map(({ method, url }) => `${method} ${shape(url)}`)
    expect([...new Set(asked)].sort()).toMatchInlineSnapshot(`
      [
        "GET /dispute",
        "GET /refund",
        "GET /transaction",
        "GET /transaction/:number",
        "GET /transaction/verify/:reference",
        "POST /customer/authorization/deactivate",
        "POST /refund",
        "POST /transaction/charge_authorization",
        "POST /transaction/initialize",
      ]
    `)
  })

  it('a misspelt parameter and a misspelt field are found', async () => {
    const recorded: Exchange[] = []
    const [opening] = gatewayCases(listening(recorded)).filter(({ name }) =>
      name.startsWith('a payment refunded in full'),
    )
    expect(await opening?.run()).toBe('passed')
    const opened = recorded.find(({ url }) => url.endsWith('/transaction/initialize'))
    const listed = recorded.find(({ url }) => url.includes('/refund?transaction='))
    if (!opened || !listed) throw new Error('A page was opened and refunds were listed')
    expect(contract?.request(opened)).toEqual([])
    expect(contract?.request(listed)).toEqual([])
    const requestBody = opened.requestBody.replace('"currency"', '"curency"')
    expect(contract?.request({ ...opened, requestBody })).not.toEqual([])
    const url = listed.url.replace('transaction=', 'transactions=')
    expect(contract?.request({ ...listed, url })).not.toEqual([])
  })

  it('a misspelt field of a reply is found, whichever reply it is', async () => {
    const kinds = new Map(exchanges.map((each) => [`${each.method} ${shape(each.url)}`, each]))
    const told = [...kinds.values(), ...exchanges.filter(({ url }) => url.includes('/dispute'))]
    for (const each of told) {
      const { wrong } = judgeReplies([each])
      expect(wrong).toEqual([])
      const fields = each.responseBody.match(/(?<="data":[[{].*)"(access_code|currency|status)"/)
      if (each.status >= 400 || !fields) continue
      const [field = ''] = fields
      const responseBody = each.responseBody.replaceAll(
        field,
        field.replace('c', 'k').replace('st', 'ts'),
      )
      expect(judgeReplies([{ ...each, responseBody }]).wrong, field).not.toEqual([])
    }
  })
})

function shape(url: string): string {
  return new URL(url).pathname.replace(/(?<=verify\/).*/, ':reference').replace(/\d+$/, ':number')
}
