/** The sandbox as a stage for the published gateway cases and the scenarios. */
import type { HostedPage, WebhookRequest } from 'billwright'
import type { Renewals } from 'billwright/core'
import { type GatewayStage, type StageCard, testClock } from 'billwright/testing'
import {
  SANDBOX_WEBHOOK_SECRET,
  type SandboxEmulator,
  sandboxEmulator,
} from './emulator/sandbox-emulator.ts'
import { sandbox } from './gateway.ts'
import { TEST_CARDS } from './test-cards.ts'

export interface SandboxStageOptions {
  /** Default `billwright`. */
  readonly renewals?: Renewals
  /** Default `sandbox`. */
  readonly name?: string
  /** Where its clock starts. Default 2026-01-15. */
  readonly start?: Date | string | number
}

/** A stage that can also sign bodies of a test's own, and knows what must never show in an error. */
export interface SandboxStage extends GatewayStage {
  sign(body: Uint8Array): WebhookRequest
  readonly secrets: readonly string[]
  readonly emulator: SandboxEmulator
}

const SECRET_KEY = 'sk_test_sandbox_stage'

/** Puts up a stage with an emulator of its own. */
export async function sandboxStage(options: SandboxStageOptions = {}): Promise<SandboxStage> {
  const { renewals = 'billwright', name = 'sandbox', start = '2026-01-15' } = options
  const clock = testClock(start)
  const webhookSecret = SANDBOX_WEBHOOK_SECRET
  const emulator = sandboxEmulator({ clock, webhookSecret })
  const on = async (page: HostedPage, body: Readonly<Record<string, string>>): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    await emulator.fetch(page.url, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  return {
    gateway: sandbox({ secretKey: SECRET_KEY, webhookSecret, renewals, name, emulator }),
    ...{ clock, emulator },
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
    async dispute(charge) {
      emulator.dispute(charge)
    },
    async decideDispute(charge, outcome) {
      emulator.decideDispute(charge, outcome)
    },
    async cancelInDashboard(subscription) {
      emulator.cancelInDashboard(subscription)
    },
    book: emulator.book,
    webhooks: emulator.webhooks,
    fault: emulator.fault,
    close: emulator.close,
    sign: (body) => emulator.sign(body),
    secrets: [SECRET_KEY, webhookSecret],
  }
}

/** The test card that behaves as the stage says; throws for a decline that no card has. */
function numberOf(card: StageCard): string {
  const found = TEST_CARDS.find(({ behavior }) =>
    typeof card === 'string'
      ? behavior.kind === card
      : behavior.kind === 'declines' && behavior.code === card.declines,
  )
  if (!found) throw new RangeError(`No test card for ${JSON.stringify(card)}`)
  return found.number
}
