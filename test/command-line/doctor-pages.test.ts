/** What `billwright doctor` says of the gateways that keep no prices: PayMongo and Paystack. */
import type { Gateway } from 'billwright'
import { catalog, monthly, plan } from 'billwright'
import { paymongo } from 'billwright/paymongo'
import { PAYMONGO_WEBHOOK_SECRET, paymongoEmulator } from 'billwright/paymongo/testing'
import { paystack } from 'billwright/paystack'
import { PAYSTACK_EMULATOR_KEY, paystackEmulator } from 'billwright/paystack/testing'
import { testClock } from 'billwright/testing'
import { describe, expect, it } from 'vitest'
import { diagnose } from '../../adapters/command-line/doctor.ts'
import { pushPrices } from '../../adapters/command-line/push.ts'
import { recordingFetch, vendorOpenApi } from '../support/openapi.ts'

const appOf = (gateway: Gateway) => ({
  catalog: catalog({ plans: [plan('pro', { price: monthly(49_00, 'PHP') })] }) as never,
  gateways: new Map([[gateway.name, gateway]]),
})

describe('doctor, at PayMongo', () => {
  const HOOKS = 'https://app.example/billing/webhooks/paymongo'
  const KEY = 'sk_test_command_line'

  /** An account whose webhook leads here, if any, and what answers there. */
  async function account(webhookUrl?: string, deliver = async () => Response.json({})) {
    const clock = testClock(new Date())
    const to = webhookUrl === undefined ? {} : { webhookUrl }
    const emulator = paymongoEmulator({ clock, deliver, ...to })
    const { url: baseUrl } = await emulator.listen()
    const { fetch: send, exchanges } = recordingFetch(fetch)
    const open = (secretKey: string) =>
      appOf(
        paymongo({
          ...{ secretKey, webhookSecret: PAYMONGO_WEBHOOK_SECRET, baseUrl, fetch: send },
        }),
      )
    return { emulator, clock, exchanges, open }
  }

  it('is content with a webhook that is enabled, and asks what PayMongo has', async () => {
    const { emulator, open, exchanges } = await account(HOOKS)
    const { text, ok } = await diagnose(open(KEY))
    await emulator.close()
    expect(ok).toBe(true)
    expect(text).toContain('The key is accepted in test mode.')
    expect(text).toContain(`The webhook ${HOOKS} is enabled, with every event.`)
    expect(text).not.toContain(KEY)
    const contract = vendorOpenApi('paymongo.extended.openapi.yaml')
    const asked = exchanges.map((each) => ({ ...each, url: each.url.replace('/v1', '') }))
    expect(asked.flatMap((each) => contract?.request(each) ?? [])).toEqual([])
  })

  it('names a webhook that PayMongo turned off, and how to enable it', async () => {
    const down = async () => new Response(null, { status: 500 })
    const { emulator, clock, open } = await account(HOOKS, down)
    // A payment is two events; after the third that nobody took there are no more.
    await payOnce(emulator)
    await payOnce(emulator)
    for (let again = 1; again <= 14; again += 1) {
      await emulator.settle()
      clock.set(clock.now() + 2 ** again * 1000)
    }
    const { text, ok } = await diagnose(open(KEY))
    await emulator.close()
    expect(ok).toBe(false)
    expect(text).toContain(`PROBLEM The webhook ${HOOKS} is disabled, because too many deliveries`)
    expect(text).toContain('curl -X POST -u sk_test_…: https://api.paymongo.com/v1/webhooks/hook_1')
  })

  it('says which webhook to create where none leads to the app', async () => {
    const { emulator, open } = await account('https://app.example/elsewhere')
    const { text } = await diagnose(open(KEY), { gateway: 'paymongo' })
    await emulator.close()
    expect(text).toContain('there are: https://app.example/elsewhere.')
    expect(text).toContain('events checkout_session.payment.paid, payment.paid, payment.failed')
  })

  it('keeps no prices, so that there is nothing to push', async () => {
    const { emulator, open } = await account(HOOKS)
    const { text, ok } = await pushPrices(open(KEY), { yes: true })
    await emulator.close()
    expect({ text, ok }).toEqual({
      text: 'paymongo (test)\n  keeps no prices: nothing to push\n',
      ok: true,
    })
  })

  /** A page is opened and paid with the first of the test cards. */
  async function payOnce(emulator: ReturnType<typeof paymongoEmulator>) {
    const line = { name: 'Pro', amount: 49_00, currency: 'PHP', quantity: 1 }
    const attributes = { line_items: [line], payment_method_types: ['card'] }
    const headers = {
      'content-type': 'application/json',
      authorization: `Basic ${btoa(`${KEY}:`)}`,
    }
    const asked = { method: 'POST', headers, body: JSON.stringify({ data: { attributes } }) }
    const opened = await emulator.fetch(`${emulator.url}/v1/checkout_sessions`, asked)
    const { data } = (await opened.json()) as { data: { attributes: { checkout_url: string } } }
    const paid = JSON.stringify({ card: '4343434343434345' })
    await emulator.fetch(data.attributes.checkout_url, { ...asked, body: paid })
  }
})

describe('doctor, at Paystack', () => {
  async function account(secretKey = PAYSTACK_EMULATOR_KEY) {
    const emulator = paystackEmulator()
    const { url: baseUrl } = await emulator.listen()
    const { fetch: send, exchanges } = recordingFetch(fetch)
    return { emulator, exchanges, app: appOf(paystack({ secretKey, baseUrl, fetch: send })) }
  }

  it('asks with the key, and says where to look for what no API shows', async () => {
    const { emulator, exchanges, app } = await account()
    const { text, ok } = await diagnose(app)
    await emulator.close()
    expect(ok).toBe(true)
    expect(text).toContain('The key is accepted in test mode, and signs the webhooks.')
    expect(text).toContain('«Test Webhook URL» must be https://your.app/billing/webhooks/paystack.')
    expect(text).not.toContain(PAYSTACK_EMULATOR_KEY)
    const contract = vendorOpenApi('paystack.openapi.yaml')
    expect(exchanges).toHaveLength(1)
    expect(exchanges.flatMap((each) => contract?.request(each) ?? [])).toEqual([])
    expect(exchanges.flatMap((each) => contract?.response(each) ?? [])).toEqual([])
  })

  it('says that the key is refused', async () => {
    const { emulator, app } = await account('sk_live_somebody_elses')
    const { text, ok } = await diagnose(app)
    await emulator.close()
    expect(ok).toBe(false)
    expect(text).toContain('PROBLEM Paystack refuses the secret key.')
    expect(text).toContain('Take a live key')
  })
})
