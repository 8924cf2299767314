/** Paystack, emulated, as a stage for the published gateway cases and the scenarios. */
import type { HostedPage, WebhookRequest } from 'billwright'
import type { Renewals } from 'billwright/core'
import type { PaystackClient } from './send-client.ts'
import { type GatewayStage, type StageCard, testClock } from 'billwright/testing'
import {
  PAYSTACK_EMULATOR_KEY,
  type PaystackEmulator,
  paystackEmulator,
} from './emulator/paystack-emulator.ts'
import { paystack } from './gateway.ts'
import { PAYSTACK_TEST_CARDS } from './test-cards.ts'

export interface PaystackStageOptions {
  /** Default `billwright`; anything else is refused, as the gateway does. */
  readonly renewals?: Renewals
  /** Default `paystack`. */
  readonly name?: string
  /** Where its clock starts. Default 2026-01-15. */
  readonly start?: Date | string | number
  /** Calls per minute. Default: as many as one likes, since the clock stands still. */
  readonly callsPerMinute?: number
  /** Wraps every call of the adapter, to record it or to break it. Default: as it is. */
  readonly wrap?: (send: typeof fetch) => typeof fetch
  /** For pages that open in a popup. Default: none. */
  readonly publicKey?: string
  /** How XOF is written; the emulator takes hundredths. Default: not said, so XOF is refused. */
  readonly xofExponent?: 0 | 2
  /** Makes a client that the adapter calls through, instead of its own `fetch`. Default: none. */
  readonly connect?: (secretKey: string, endpoint: string) => EndpointClient
}

/** A client whose address can be set, as one of `paystack-api`. */
export interface EndpointClient extends PaystackClient {
  endpoint: string
}

/** A stage that can also sign bodies of a test's own, and knows what must never show in an error. */
export interface PaystackStage extends GatewayStage {
  sign(body: Uint8Array): WebhookRequest
  readonly secrets: readonly string[]
  readonly emulator: PaystackEmulator
}

/** Puts up a stage with an emulator of its own, which listens on 127.0.0.1. */
export async function paystackStage(options: PaystackStageOptions = {}): Promise<PaystackStage> {
  const { renewals = 'billwright', name = 'paystack', start = '2026-01-15' } = options
  const { callsPerMinute = Number.POSITIVE_INFINITY, wrap = (send) => send } = options
  const clock = testClock(start)
  const secretKey = PAYSTACK_EMULATOR_KEY
  const emulator = paystackEmulator({ clock, secretKey, callsPerMinute })
  const { url: baseUrl } = await emulator.listen()
  const line = refusing(fetch)
  const client = options.connect ? line.client(options.connect(secretKey, baseUrl)) : null
  const reached = client ? { client } : { secretKey, baseUrl, fetch: wrap(line.fetch) }
  const { publicKey, xofExponent } = options
  const said = {
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(xofExponent === undefined ? {} : { xofExponent }),
  }
  const gateway = paystack({ ...reached, ...said, renewals, name, cardCheckCurrency: 'USD' })
  const on = async (page: HostedPage, body: Readonly<Record<string, string>>): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    await emulator.fetch(page.url, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  return {
    ...{ gateway, clock, emulator },
    pay: (page, card = 'succeeds') => on(page, { card: numberOf(card) }),
    authenticate: (page, outcome = 'confirms') =>
      on(page, { action: outcome === 'confirms' ? 'confirm' : 'refuse' }),
    // A page that the customer left stays as it is.
    async expire() {},
    async advance(to) {
      clock.set(to)
      await emulator.settle()
    },
    async dispute(charge) {
      emulator.dispute(charge)
    },
    async decideDispute(charge, outcome) {
      emulator.decideDispute(charge, outcome)
    },
    async cancelInDashboard(subscription) {
      throw new RangeError(`No subscription ${subscription}`)
    },
    book: emulator.book,
    webhooks: emulator.webhooks,
    fault: (fault, times) =>
      fault === 'refused_connection' ? line.refuse(times) : emulator.fault(fault, times),
    close: emulator.close,
    sign: (body) => emulator.sign(body),
    secrets: [secretKey],
  }
}

/** A server that listens cannot refuse a connection, so the line before it does. */
function refusing(send: typeof fetch) {
  let left = 0
  return {
    refuse(times = 1) {
      left += times
    },
    async fetch(...call: Parameters<typeof fetch>): Promise<Response> {
      if (left === 0) return send(...call)
      left -= 1
      throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })
    },
    /** Nothing listens on the lowest port, and a call reads its address when it begins. */
    client(of: EndpointClient): PaystackClient {
      const extend: PaystackClient['extend'] = (declaration) => (data) => {
        const { endpoint } = of
        if (left > 0) of.endpoint = 'http://127.0.0.1:1'
        left = Math.max(0, left - 1)
        const reply = of.extend(declaration)(data)
        of.endpoint = endpoint
        return reply
      }
      return { ...(of.key === undefined ? {} : { key: of.key }), extend }
    },
  }
}

/** The test card that behaves as the stage says; throws for a behavior that no card has. */
function numberOf(card: StageCard): string {
  const found = PAYSTACK_TEST_CARDS.find(({ behavior }) =>
    typeof card === 'string'
      ? behavior.kind === card
      : behavior.kind === 'declines' && behavior.code === card.declines,
  )
  if (!found) throw new RangeError(`No test card for ${JSON.stringify(card)}`)
  return found.number
}
