import type { LiveGateway } from '../../scripts/live/live-gateway.ts'
import type { Recorded } from '../../scripts/live/record.ts'
import { describe, expect, it } from 'vitest'
import { check } from '../../scripts/live/check.ts'
import { dodo } from '../../scripts/live/dodo.ts'
import { paymongo } from '../../scripts/live/paymongo.ts'
import { paystack } from '../../scripts/live/paystack.ts'
import { differences, shapeOf } from '../../scripts/live/shape.ts'
import { stripe } from '../../scripts/live/stripe.ts'

const gateways = [stripe, dodo, paystack, paymongo] as const

/** Checks a gateway with an emulator in the vendor's place, whose replies may be altered. */
async function checked(
  gateway: LiveGateway,
  alter: (body: string, url: string) => string = (body) => body,
) {
  const [keyName, ...others] = gateway.variables
  const named = Object.fromEntries(others.map((name) => [name, 'pdt_pro']))
  const vendor = gateway.emulate(named)
  const lines: string[] = []
  const kept: Recorded[] = []
  const sent: string[] = []
  const code = await check(gateway, {
    env: { ...named, [keyName]: vendor.key },
    print: (line) => lines.push(line),
    keep: (recorded) => kept.push(...recorded),
    vendor: {
      url: vendor.url,
      async fetch(input, init) {
        sent.push(String(input))
        const response = await vendor.fetch(input, init)
        const { status, headers } = response
        return new Response(alter(await response.text(), String(input)), { status, headers })
      },
    },
  }).finally(vendor.close)
  return { code, lines, kept, sent, key: vendor.key }
}

describe.each(gateways)('live:$name', (gateway) => {
  const [keyName] = gateway.variables

  it('is skipped without keys, and says which it wants', async () => {
    const lines: string[] = []
    expect(await check(gateway, { env: {}, print: (line) => lines.push(line) })).toBe(0)
    expect(lines).toEqual([expect.stringContaining(`skipped: it wants ${keyName}`)])
  })

  it('refuses a live key before anything is sent', async () => {
    const env = Object.fromEntries(gateway.variables.map((name) => [name, 'sk_live_0123456789']))
    const lines: string[] = []
    const unreached: typeof fetch = () => Promise.reject(new Error('Something was sent'))
    const vendor = { url: gateway.url, fetch: unreached }
    expect(await check(gateway, { env, vendor, print: (line) => lines.push(line) })).toBe(1)
    expect(lines).toEqual([expect.stringContaining(`${keyName} is not a test key`)])
    expect(lines.join()).not.toContain('0123456789')
  })

  it('finds no difference between an emulator and itself, in a handful of calls', async () => {
    const { code, lines, kept, sent } = await checked(gateway)
    expect(lines).toEqual([`live:${gateway.name}: ${gateway.calls.length} calls, 0 differences.`])
    expect(code).toBe(0)
    expect(sent.length).toBe(gateway.calls.length)
    expect(sent.length).toBeLessThanOrEqual(12)
    expect(kept.filter(({ status }) => status === 200).length).toBeGreaterThan(3)
  })

  it('keeps no value: neither an address, nor an id, nor the key', async () => {
    const { kept, key } = await checked(gateway)
    expect(kept).toHaveLength(gateway.calls.length)
    const text = JSON.stringify(kept)
    for (const secret of [key, 'example.com', 'live-']) expect(text).not.toContain(secret)
  })

  it('names a field that only one side has, and one of another type', async () => {
    const renamed = await checked(gateway, (body) => body.replaceAll('"metadata":', '"meta":'))
    const told = await checked(gateway, (body) => body.replace(/"id":"[^"]*"/g, '"id":7'))
    const lines = [...renamed.lines, ...told.lines]
    expect([renamed.code, told.code]).toContain(1)
    expect(lines).toContainEqual(
      expect.stringMatching(/meta: only at the vendor|id: number at the vendor, string in/),
    )
  })

  it('names a status that is another one', async () => {
    const { name } = gateway.calls[0] ?? {}
    const refusing: typeof fetch = async () => Response.json({}, { status: 418 })
    const lines: string[] = []
    const env = Object.fromEntries(gateway.variables.map((each) => [each, 'sk_test_0123456789']))
    const vendor = { url: gateway.url, fetch: refusing }
    expect(await check(gateway, { env, vendor, print: (line) => lines.push(line) })).toBe(1)
    expect(lines[0]).toBe(`${name}: status 418 at the vendor, 200 in the emulator`)
  })
})

describe('shapes', () => {
  it('have names and types, and one shape for all members of a list', () => {
    const value = { id: 'cus_1', list: [{ a: 1 }, { a: null, b: true }], none: [], nil: null }
    expect(shapeOf(value)).toEqual({
      ...{ id: 'string', list: [{ a: 'number', b: 'boolean' }] },
      ...{ none: [], nil: 'null' },
    })
  })

  it('do not differ where one side is null or an empty list', () => {
    const [one, other] = [shapeOf({ a: null, b: [] }), shapeOf({ a: { c: 1 }, b: [1] })]
    expect(differences(one, other)).toEqual([])
  })

  it('differ deep inside a list, with the path', () => {
    const [one, other] = [shapeOf({ a: [{ b: { c: 1 } }] }), shapeOf({ a: [{ b: { c: '1' } }] })]
    expect(differences(one, other)).toEqual([
      'a[].b.c: number at the vendor, string in the emulator',
    ])
  })
})
