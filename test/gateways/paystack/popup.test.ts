/** What a popup needs comes with the page, to the app and over HTTP. */
import { type Bill, billing } from 'billwright'
import { memory } from 'billwright/memory'
import { expect, it } from 'vitest'
import { CAPABILITIES } from '../../../adapters/gateways/paystack/capabilities.ts'
import { paystack } from '../../../adapters/gateways/paystack/index.ts'
import { paystackStage } from '../../../adapters/gateways/paystack/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'

const PUBLIC = 'pk_test_popup_00000001'
const SECRET = 'sk_test_popup_00000001'

it.each([PUBLIC, undefined])('a page comes with its access code and with %s', async (publicKey) => {
  const stage = await paystackStage(publicKey === undefined ? {} : { publicKey })
  try {
    const { clock, gateway } = stage
    const bill = billing({
      ...scenarioProduct({ capabilities: CAPABILITIES }),
      ...{ gateways: [gateway], storage: memory(), clock },
      identify: () => ({ id: 'ada' }),
      customer: (id: string) => ({ id, email: `${id}@example.com` }),
      http: { requireOrigin: false },
    }) as Bill
    const reply = await bill.handle(
      new Request('https://app.example/checkout', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ plan: 'basic' }),
      }),
    )
    const { url, accessCode, ...rest } = (await reply.json()) as Record<string, unknown>
    expect(String(url).endsWith(`/pay/${accessCode}`)).toBe(true)
    expect(rest.publicKey).toBe(publicKey)
  } finally {
    await stage.close()
  }
})

it.each(['pk_live_popup_00000001', SECRET, 'pk_test_', ''])(
  '%j is refused as the public key of a test account',
  (publicKey) => {
    expect(() => paystack({ secretKey: SECRET, publicKey })).toThrow(
      expect.objectContaining({
        code: 'invalid_gateway',
        message: expect.stringContaining('publicKey'),
      }),
    )
  },
)
