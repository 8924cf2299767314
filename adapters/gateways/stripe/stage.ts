/** The emulated Stripe as a stage for the published gateway cases and the scenarios, over real HTTP. */
import type { HostedPage, WebhookRequest } from 'billwright'
import type { Renewals } from 'billwright/core'
import { type GatewayStage, type StageCard, type StageFault, testClock } from 'billwright/testing'
import { STRIPE_WEBHOOK_SECRET, stripeEmulator } from './emulator/stripe-emulator.ts'
import { stripe } from './gateway.ts'
import { STRIPE_TEST_CARDS } from './test-cards.ts'

export interface StripeStageOptions {
  /** Default `gateway`. */
  readonly renewals?: Renewals
  /** Default `stripe`. */
  readonly name?: string
  /** Where its clock starts. Default 2026-01-15. */
  readonly start?: Date | string | number
  /** Carries the adapter's calls. Default: the platform's. */
  readonly fetch?: typeof fetch
  /** Calls in a second of the clock. Default: as many as one likes. */
  readonly callsPerSecond?: number
}

/** A stage that can also sign bodies of a test's own, and knows what must never show in an error. */
export interface StripeStage extends GatewayStage {
  sign(body: Uint8Array): WebhookRequest
  readonly secrets: readonly string[]
}

const SECRET_KEY = 'sk_test_stripe_stage'

/** Puts up a stage with an emulator of its own, which listens on 127.0.0.1. */
export async function stripeStage(options: StripeStageOptions = {}): Promise<StripeStage> {
  const { renewals = 'gateway', name = 'stripe', start = '2026-01-15' } = options
  const clock = testClock(start)
  const webhookSecret = STRIPE_WEBHOOK_SECRET
  const { callsPerSecond = Number.POSITIVE_INFINITY } = options
  const emulator = stripeEmulator({ clock, webhookSecret, callsPerSecond })
  const { url: baseUrl } = await emulator.listen()
  const line = connection(options.fetch ?? fetch, await closedAddress())
  const gateway = stripe({
    ...{ secretKey: SECRET_KEY, webhookSecret, baseUrl, fetch: line.fetch, renewals, name },
    returnUrl: 'https://app.example/back',
  })
  const on = async (page: HostedPage, body: Readonly<Record<string, string>>): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    await emulator.fetch(page.url, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  return {
    gateway,
    clock,
    pay: (page, card = 'succeeds') => on(page, { card: numberOf(card) }),
    authenticate: (page, outcome = 'confirms') =>
      on(page, { action: outcome === 'confirms' ? 'confirm' : 'refuse' }),
    async expire(page) {
      emulator.expire(page.url)
    },
    async advance(to) {
      clock.set(to)
      await emulator.advance()
    },
    async dispute(payment) {
      emulator.dispute(payment)
    },
    async decideDispute(payment, outcome) {
      emulator.decideDispute(payment, outcome)
    },
    async cancelInDashboard(subscription) {
      emulator.cancelInDashboard(subscription)
    },
    book: emulator.book,
    webhooks: emulator.webhooks,
    fault(fault: StageFault, times = 1) {
      if (fault === 'refused_connection') line.refuse(times)
      else emulator.fault(fault, times)
    },
    close: emulator.close,
    sign: (body) => emulator.sign(body),
    secrets: [SECRET_KEY, webhookSecret],
  }
}

/** A connection that can be refused: only a port that nobody listens on does that over HTTP. */
function connection(
  call: typeof fetch,
  closed: string,
): {
  readonly fetch: typeof fetch
  refuse(times: number): void
} {
  let refused = 0
  return {
    fetch: (input, init) => {
      if (refused === 0) return call(input, init)
      refused -= 1
      return call(closed, init)
    },
    refuse(times) {
      refused += times
    },
  }
}

/** Where somebody listened and nobody does any more. */
async function closedAddress(): Promise<string> {
  const { url, close } = await stripeEmulator().listen()
  await close()
  return url
}

/** The test card that behaves as the stage says; throws for a decline that no card has. */
function numberOf(card: StageCard): string {
  const found = STRIPE_TEST_CARDS.find(({ behavior }) =>
    typeof card === 'string'
      ? behavior.kind === card
      : behavior.kind === 'declines' && behavior.as === card.declines,
  )
  if (!found) throw new RangeError(`No test card for ${JSON.stringify(card)}`)
  return found.number
}
