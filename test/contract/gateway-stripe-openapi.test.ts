/**
 * Stripe's own contract, which neither the adapter nor its emulator wrote: everything that the
 * published cases and the stories send and are answered with, held against the vendor's schemas.
 */
import type { Renewals } from 'billwright/core'
import { type Bill, billing } from 'billwright'
import { memory } from 'billwright/memory'
import { beforeAll, describe, expect, it } from 'vitest'
import { stripeStage } from '../../adapters/gateways/stripe/stage.ts'
import { gatewayCases } from '../../src/testing/gateway-cases.ts'
import { canRun, runScenario, scenarioProduct, scenarios } from '../../src/testing/scenarios.ts'
import { type Exchange, recordingFetch, vendorOpenApi } from '../support/openapi.ts'

const requests = vendorOpenApi('stripe.endive-requests.openapi.json')
const responses = vendorOpenApi('stripe.endive-subset.from-sdk.openapi.json')

const recorded = recordingFetch(fetch)
const stage = (options: { readonly renewals: Renewals; readonly start?: string }) =>
  stripeStage({ ...options, fetch: recorded.fetch })

async function tellStories(renewals: Renewals): Promise<void> {
  for (const scenario of scenarios) {
    const told = await stage({ renewals })
    const { gateway, clock } = told
    const product = scenarioProduct(gateway)
    const bill = billing({ ...product, gateways: [gateway], storage: memory(), clock }) as Bill
    if (canRun(scenario, gateway)) await runScenario(scenario, { stage: told, bill })
    await told.close()
  }
}

/** Each kind of violation once, with how often it was found. */
function counted(violations: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const each of violations) {
    const kind = each.replace(/_\d+/g, '_n').replace(/\/\d+/g, '/n')
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

describe.skipIf(requests === null || responses === null)("Stripe's contract", () => {
  beforeAll(async () => {
    for (const { run } of gatewayCases(stage)) await run()
    await tellStories('gateway')
    await tellStories('billwright')
  }, 240_000)

  const { exchanges } = recorded

  it('is kept by every request', { timeout: 120_000 }, () => {
    expect(exchanges.length).toBeGreaterThan(1000)
    expect(counted(exchanges.flatMap((each) => requests?.request(each) ?? []))).toEqual({})
  })

  it('is kept by every response of the emulator', { timeout: 240_000 }, () => {
    const answered = exchanges.filter(({ status }) => status < 400)
    expect(counted(answered.flatMap((each) => responses?.response(each) ?? []))).toEqual({})
  })

  it('is used in its breadth: every endpoint that the adapter knows was called', () => {
    const called = new Set(
      exchanges.map(({ method, url }) => {
        const path = new URL(url).pathname.replace(/\/(?:cs|pi|in|sub|sched|pm|cus)_\d+/, '/:id')
        return `${method} ${path}`
      }),
    )
    expect(called.size).toBeGreaterThan(25)
  })

  const one = (find: (each: Exchange) => boolean): Exchange => {
    const found = exchanges.find((each) => each.status < 400 && find(each))
    if (!found) throw new Error('There is such an exchange')
    return found
  }

  it('notices a parameter that is misspelt, at the top and deep inside', () => {
    const opened = one(({ requestBody }) => requestBody.includes('line_items[0][price]'))
    for (const [right, wrong] of [
      ['client_reference_id', 'client_reference'],
      ['line_items[0][price]', 'line_items[0][prices]'],
      ['subscription_data[metadata]', 'subscription_data[meta]'],
    ] as const) {
      const requestBody = opened.requestBody.replaceAll(right, wrong)
      expect(requestBody).not.toBe(opened.requestBody)
      expect(requests?.request({ ...opened, requestBody })).not.toEqual([])
    }
    expect(requests?.request({ ...opened, url: `${opened.url}?expnad[0]=x` })).not.toEqual([])
  })

  it('notices a field that is missing, and one of another kind', () => {
    const shown = one(({ url, method }) => method === 'GET' && /subscriptions\/sub_\d+/.test(url))
    const body = JSON.parse(shown.responseBody)
    const { billing_cycle_anchor: _, ...without } = body
    const seconds = { ...body, created: String(body.created) }
    for (const wrong of [without, seconds])
      expect(responses?.response({ ...shown, responseBody: JSON.stringify(wrong) })).not.toEqual([])
  })
})
