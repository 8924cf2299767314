/** PayMongo's emulator as a stage for the published gateway cases and the scenarios. */

import type { Renewals } from 'billwright/core'
import { gatewayConfigError, type HostedPage, type WebhookRequest } from 'billwright'
import { type GatewayStage, type StageCard, testClock } from 'billwright/testing'
import {
  PAYMONGO_WEBHOOK_SECRET,
  type PaymongoEmulator,
  paymongoEmulator,
} from './emulator/paymongo-emulator.ts'
import { paymongo } from './gateway.ts'
import { PAYMONGO_TEST_CARDS } from './test-cards.ts'

export interface PaymongoStageOptions {
  /** Only `billwright`; anything else is refused as the gateway refuses it. */
  readonly renewals?: Renewals
  /** Default `paymongo`. */
  readonly name?: string
  /** Where its clock starts. Default 2026-01-15. */
  readonly start?: Date | string | number
  /** As the gateway's own. */
  readonly returnUrl?: string
  /** Calls in a second of the clock. Default: as many as one likes. */
  readonly callsPerSecond?: number
  /** Carries the adapter's calls. Default: the emulator's own, without a network. */
  readonly fetch?: typeof fetch
  /** Goes around what carries the adapter's calls: to listen, or to spoil. */
  readonly wrap?: (send: typeof fetch) => typeof fetch
}

/** A stage that can also sign bodies of a test's own, and knows what must never show in an error. */
export interface PaymongoStage extends GatewayStage {
  readonly emulator: PaymongoEmulator
  sign(body: Uint8Array): WebhookRequest
  readonly secrets: readonly string[]
}

const SECRET_KEY = 'sk_test_paymongo_stage'

/** Puts up a stage with an emulator of its own. */
export async function paymongoStage(options: PaymongoStageOptions = {}): Promise<PaymongoStage> {
  const { renewals = 'billwright', name = 'paymongo', start = '2026-01-15' } = options
  if (renewals !== 'billwright')
    throw gatewayConfigError(name, 'renewals', "must be 'billwright': a page is sent each period.")
  const clock = testClock(start)
  const webhookSecret = PAYMONGO_WEBHOOK_SECRET
  const { callsPerSecond = Number.POSITIVE_INFINITY } = options
  const emulator = paymongoEmulator({ clock, webhookSecret, callsPerSecond })
  const { fetch = emulator.fetch, wrap = (send: typeof fetch) => send } = options
  const on = async (page: HostedPage, body: Readonly<Record<string, string>>): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    await fetch(page.url, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  const { returnUrl } = options
  return {
    gateway: paymongo({
      ...{ secretKey: SECRET_KEY, webhookSecret, name, emulator, fetch: wrap(fetch) },
      ...(returnUrl !== undefined && { returnUrl }),
    }),
    clock,
    emulator,
    async pay(page, card = 'succeeds') {
      if (card !== 'wallet') return on(page, { card: numberOf(card) })
      await on(page, { wallet: 'gcash' })
      await on(page, { action: 'confirm' })
    },
    authenticate: (page, outcome = 'confirms') =>
      on(page, { action: outcome === 'confirms' ? 'confirm' : 'refuse' }),
    async expire(page) {
      emulator.expire(page.url)
    },
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
    // There are no subscriptions that anybody could end there.
    cancelInDashboard: async () => {},
    book: emulator.book,
    webhooks: emulator.webhooks,
    fault: emulator.fault,
    close: emulator.close,
    sign: (body) => emulator.sign(body),
    secrets: [SECRET_KEY, webhookSecret],
  }
}

/** The test card that behaves as the stage says; throws for a decline that no card has. */
function numberOf(card: Exclude<StageCard, 'wallet'>): string {
  // Nothing is charged later: the next period is paid on a page, with whatever pays then.
  const wanted = card === 'fails_later' ? 'succeeds' : card
  const found = PAYMONGO_TEST_CARDS.find(({ behavior }) =>
    typeof wanted === 'string'
      ? behavior.kind === wanted
      : behavior.kind === 'declines' && behavior.code === wanted.declines,
  )
  if (!found) throw new RangeError(`No test card for ${JSON.stringify(card)}`)
  return found.number
}
