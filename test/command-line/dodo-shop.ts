/** An app that sells through Dodo Payments, with a business of its own at the emulator, over HTTP. */
import type { Bill, Price } from 'billwright'
import type { DodoOptions } from 'billwright/dodo'
import { addOn, billing, limit, monthly, plan } from 'billwright'
import { dodo } from 'billwright/dodo'
import { DODO_WEBHOOK_SECRET, dodoEmulator } from 'billwright/dodo/testing'
import { memory } from 'billwright/memory'
import { testClock } from 'billwright/testing'
import { DodoPayments } from 'dodopayments'
import { recordingFetch } from '../support/openapi.ts'

export const SECRET_KEY = 'dodo_command_line_key'

const seats = limit('seats')

/** What a test says of the app: what it sells, and which ids it was told. */
export interface DodoApp {
  readonly prices?: readonly Price[]
  readonly title?: string
  readonly options?: Partial<DodoOptions>
}

export async function dodoShop() {
  const clock = testClock(new Date())
  const emulator = dodoEmulator({ clock, products: [] })
  const { url: baseUrl } = await emulator.listen()
  const recorded = recordingFetch(fetch)
  return {
    emulator,
    clock,
    baseUrl,
    exchanges: recorded.exchanges,
    /** The vendor's package in the hands of the owner of the business. */
    owner: new DodoPayments({ bearerToken: SECRET_KEY, baseURL: baseUrl, webhookKey: null }),
    app({ prices = [monthly(49_00, 'USD')], title = 'Pro', options }: DodoApp = {}): Bill {
      const gateway = dodo({
        ...{ secretKey: SECRET_KEY, webhookSecret: DODO_WEBHOOK_SECRET, mode: 'test', baseUrl },
        ...{ fetch: recorded.fetch, products: [], ...options },
      })
      return billing({
        plans: [plan('free', { default: true }), plan('pro', { title, price: prices })],
        addOns: [addOn('seat', { price: monthly(5_00, 'USD'), adds: [seats(1)] })],
        gateways: [gateway],
        storage: memory(),
        clock,
      }) as Bill
    },
    close: emulator.close,
  }
}
