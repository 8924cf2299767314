/** Customers who bought at a provider that bills them, and the webhooks of their renewals, unsent. */
import { type Bill, billing, monthly, plan, type Storage, type WebhookRequest } from 'billwright'
import { type Instant, instant } from 'billwright/core'
import {
  SANDBOX_WEBHOOK_SECRET,
  type SandboxEmulator,
  sandbox,
  sandboxEmulator,
  TEST_CARDS,
} from 'billwright/sandbox'

/** A clock that shows whatever it is told: webhooks of many months arrive in seconds. */
export interface MovableClock {
  now(): Instant
  set(to: Instant): void
}

export interface Subscribers {
  readonly bill: Bill
  readonly clock: MovableClock
  /** Month by month; what stands in one month may arrive together. */
  readonly months: readonly (readonly WebhookRequest[])[]
  /** As many webhooks about one subscription; each says once more what the last month brought. */
  hot(count: number): readonly WebhookRequest[]
}

export interface SubscribersOptions {
  readonly storage: Storage
  readonly customers: number
  readonly months: number
}

/** One in ten webhooks stands there twice. */
export async function subscribers(options: SubscribersOptions): Promise<Subscribers> {
  const { storage, customers, months: count } = options
  let now = instant('2025-01-15')
  const clock: MovableClock = {
    now: () => now,
    set(to) {
      now = to
    },
  }
  const emulator = sandboxEmulator({ clock })
  const bill = billing({
    plans: [plan('basic', { price: monthly(49_00, 'USD') })],
    gateways: [
      sandbox({
        secretKey: 'sk_test_bench_bench',
        webhookSecret: SANDBOX_WEBHOOK_SECRET,
        renewals: 'gateway',
        emulator,
      }),
    ],
    storage,
    clock,
    identify: async () => null,
  }) as Bill
  await bill.migrate()
  for (let from = 0; from < customers; from += 50)
    await Promise.all(
      Array.from({ length: Math.min(50, customers - from) }, (_, n) =>
        buy(bill, emulator, `customer-${from + n}`),
      ),
    )
  let seen = emulator.webhooks().length
  const months: (readonly WebhookRequest[])[] = []
  for (let month = 1; month <= count; month += 1) {
    clock.set(instant(Date.UTC(2025, month, 15)))
    await emulator.advance()
    const all = emulator.webhooks()
    months.push(all.slice(seen).flatMap((each, n) => (n % 10 === 9 ? [each, each] : [each])))
    seen = all.length
  }
  const last = months.at(-1)?.find(({ body }) => isAbout(body, 'subscription'))
  if (!last) throw new Error('No webhook is about a subscription')
  const hot = (times: number) =>
    Array.from({ length: times }, (_, n) => emulator.sign(last.body, `hot-${n}`))
  return { bill, clock, months, hot }
}

function isAbout(body: Uint8Array, object: string): boolean {
  return JSON.parse(new TextDecoder().decode(body)).data?.object === object
}

async function buy(bill: Bill, emulator: SandboxEmulator, customer: string): Promise<void> {
  const outcome = await bill.subscribe(customer, 'basic')
  if (!('url' in outcome) || outcome.reference === null) throw new Error('No page to pay on')
  const body = JSON.stringify({ card: TEST_CARDS[0]?.number })
  const headers = { 'content-type': 'application/json' }
  await emulator.fetch(outcome.url, { method: 'POST', headers, body })
  await bill.verify(outcome.reference)
}
