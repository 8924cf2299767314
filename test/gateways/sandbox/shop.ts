/** A customer who shops through the sandbox: the core decides, the sandbox answers, webhooks come back. */

import type { Gateway, HostedPage, PerformContext, WebhookRequest } from 'billwright'
import { readFileSync } from 'node:fs'
import {
  addOn,
  type Catalog,
  type Command,
  catalog,
  coupon,
  days,
  type Effect,
  type GatewayEffect,
  type GatewayEvent,
  limit,
  monthly,
  type Policies,
  plan,
  type Renewals,
  yearly,
} from 'billwright/core'
import { type TestClock, testClock, type World, world } from 'billwright/testing'
import {
  SANDBOX_WEBHOOK_SECRET,
  type SandboxEmulator,
  sandbox,
  sandboxEmulator,
  TEST_CARDS,
} from '../../../adapters/gateways/sandbox/index.ts'

export const SECRET_KEY = 'sk_test_12345678'
const START = '2026-01-31T10:00:00.000Z'

const seats = limit('seats')

function soldBy(
  renewals: Renewals,
  behavior: Policies['proration']['behavior'] = 'invoice_now',
): Catalog {
  return catalog({
    plans: [
      plan('free', { default: true, rank: 0, includes: [seats(1)] }),
      plan('basic', {
        rank: 1,
        price: [monthly(1000, 'USD'), yearly(10_000, 'USD')],
        includes: [seats(2)],
      }),
      plan('pro', {
        rank: 2,
        price: [monthly(3000, 'USD'), yearly(30_000, 'USD')],
        quantity: { min: 1, max: 20 },
        trial: days(14, { payment: 'upfront' }),
        includes: [seats(5)],
      }),
    ],
    addOns: [addOn('more', { price: monthly(500, 'USD'), adds: [seats(1)] })],
    coupons: [coupon('TEN', { percent: 10, duration: 'forever' })],
    gateways: [{ name: 'sandbox', renewals, amounts: 'exact' }],
    policies: { proration: { behavior } },
  })
}

export interface Shop {
  readonly clock: TestClock
  readonly emulator: SandboxEmulator
  readonly gateway: Gateway
  readonly customer: World
  context(signal?: AbortSignal): PerformContext
  /** Decides a command and performs everything that follows, until nothing is left to do. */
  ask(command: Command): Promise<HostedPage | null>
  /** The customer uses a page as the JSON way allows. */
  on(page: HostedPage | null, body: Readonly<Record<string, string>>): Promise<unknown>
  /** Webhooks since the last time, applied; and what the core asks for thereupon. */
  hear(): Promise<readonly GatewayEvent[]>
  /** Time passes everywhere. */
  advance(to: string): Promise<void>
  /** Subscribes and pays with a test card. */
  buy(plan?: string, card?: string): Promise<void>
}

export interface ShopOptions {
  readonly renewals?: Renewals
  readonly behavior?: Policies['proration']['behavior']
  readonly start?: string
}

export function openShop(options: ShopOptions = {}): Shop {
  const { renewals = 'billwright', behavior, start = START } = options
  const clock = testClock(start)
  const emulator = sandboxEmulator({ clock })
  const gateway = sandbox({
    secretKey: SECRET_KEY,
    webhookSecret: SANDBOX_WEBHOOK_SECRET,
    renewals,
    emulator,
  })
  const customer = world(soldBy(renewals, behavior), start, { id: 'ada' })
  customer.do({ type: 'register' })
  let performed = 0
  let heard = 0

  const context = (signal = new AbortController().signal): PerformContext => ({
    now: clock.now(),
    signal,
    attempt: 1,
    customer: { id: 'ada', email: 'ada@example.com', name: 'Ada' },
    titleOf: (id) => `The ${id} plan`,
  })

  async function performAll(): Promise<HostedPage | null> {
    let page: HostedPage | null = null
    for (; performed < customer.effects.length; performed += 1) {
      const effect = customer.effects[performed]
      if (!effect || !isForGateway(effect)) continue
      const done = await gateway.perform(effect, context())
      page = done.page ?? page
      for (const event of done.events) customer.do(event)
    }
    return page
  }

  const shop: Shop = {
    clock,
    emulator,
    gateway,
    customer,
    context,
    async ask(command) {
      const { refused } = customer.at(clock.now()).do(command)
      if (refused) throw new Error(`Refused: ${refused}`)
      return performAll()
    },
    async on(page, body) {
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      return (await emulator.fetch(page?.url ?? '', init)).json()
    },
    async hear() {
      const events: GatewayEvent[] = []
      for (; heard < emulator.webhooks().length; heard += 1) {
        const request = emulator.webhooks()[heard]
        if (request) events.push(...(await gateway.receive(request)).events)
      }
      customer.at(clock.now())
      for (const event of events) customer.do(event)
      await performAll()
      return events
    },
    async advance(to) {
      clock.set(to)
      await emulator.advance()
      customer.at(clock.now())
      await performAll()
      await shop.hear()
    },
    async buy(buys = 'basic', card = 'succeeds') {
      const page = await shop.ask({ type: 'subscribe', plan: buys, trial: false })
      await shop.on(page, { card: number(card) })
      await shop.hear()
    },
  }
  return shop
}

function isForGateway(effect: Effect): effect is GatewayEffect {
  return 'gateway' in effect
}

/** The number of the test card with a behavior or a decline code. */
export function number(wanted: string): string {
  const found = TEST_CARDS.find(
    ({ behavior }) =>
      behavior.kind === wanted || (behavior.kind === 'declines' && behavior.code === wanted),
  )
  if (!found) throw new Error(`No card for ${wanted}`)
  return found.number
}

/** A webhook with another body or other headers. */
export function changed(
  request: WebhookRequest,
  { body = request.body, headers = {} }: Partial<Pick<WebhookRequest, 'body' | 'headers'>>,
): WebhookRequest {
  return { ...request, body, headers: { ...request.headers, ...headers } }
}

export function vectors(): StandardVectors {
  return JSON.parse(
    readFileSync(new URL('../../vectors/standard-webhooks.json', import.meta.url), 'utf8'),
  )
}

export interface StandardVectors {
  readonly verify: readonly {
    readonly name: string
    readonly secret: string
    readonly headers: Readonly<Record<string, string>>
    readonly payload: string
    readonly now: number
    readonly expect: 'accept' | 'reject' | 'config-error'
  }[]
}
