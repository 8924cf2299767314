/** An app with two gateways, each an adapter on its own SDK against an emulator, and one customer. */

import type { Renewals } from 'billwright/core'
import { type Bill, billing, catalog, monthly, plan } from 'billwright'
import { memory } from 'billwright/memory'
import { type Chaos, chaos, type GatewayStage, testClock } from 'billwright/testing'
import { dodoGoods, dodoStage } from '../../../adapters/gateways/dodo/testing.ts'
import { paymongoStage } from '../../../adapters/gateways/paymongo/testing.ts'
import { paystackStage } from '../../../adapters/gateways/paystack/stage.ts'
import { sandboxStage } from '../../../adapters/gateways/sandbox/index.ts'
import { stripeStage } from '../../../adapters/gateways/stripe/testing.ts'

export const PRICE = 1200_00
const START = Date.parse('2026-01-15T00:00:00Z')
const DAY = 86_400_000
const ADA = { id: 'ada', email: 'ada@example.com', name: 'Ada' }

type Stage = GatewayStage & { sign(body: Uint8Array): ReturnType<GatewayStage['webhooks']>[number] }
type Open = (options: { readonly name: string; readonly start: number }) => Promise<Stage>

const goods = (currency: string) =>
  dodoGoods([catalog({ plans: [plan('basic', { price: monthly(PRICE, currency) })] })])

const clocks = (renewals: Renewals, open: (options: object) => Promise<Stage>): Open => {
  return (options) => open({ ...options, renewals })
}

/** Every gateway with each of its clocks, and a currency that it can take. */
export const SIDES = {
  'sandbox, our clock': { currency: 'USD', open: () => clocks('billwright', sandboxStage) },
  'sandbox, its clock': { currency: 'USD', open: () => clocks('gateway', sandboxStage) },
  'stripe, our clock': { currency: 'USD', open: () => clocks('billwright', stripeStage) },
  'stripe, its clock': { currency: 'USD', open: () => clocks('gateway', stripeStage) },
  dodo: {
    currency: 'USD',
    open:
      (currency: string): Open =>
      (options) =>
        dodoStage({ ...options, sells: goods(currency) }),
  },
  paymongo: { currency: 'PHP', open: (): Open => paymongoStage },
  paystack: { currency: 'USD', open: (): Open => paystackStage },
} as const satisfies Readonly<
  Record<string, { readonly currency: string; readonly open: (currency: string) => Open }>
>
export type Side = keyof typeof SIDES
type Name = 'east' | 'west'

export interface TwoOptions {
  readonly east: Side
  readonly west: Side
  /** Default: what the eastern one can take. */
  readonly currency?: string
  /** Webhooks by a courier who has a bad day. Default: at once, in order. */
  readonly seed?: number
}

/** Opens the app: the customer has bought at the eastern gateway. */
export async function twoGateways({ east, west, seed, ...options }: TwoOptions) {
  const { currency = SIDES[east].currency } = options
  const clock = testClock(START)
  const stages: Readonly<Record<Name, Stage>> = {
    east: await SIDES[east].open(currency)({ name: 'east', start: START }),
    west: await SIDES[west].open(currency)({ name: 'west', start: START }),
  }
  const bill = billing({
    plans: [plan('basic', { price: monthly(PRICE, currency) })],
    gateways: [stages.east.gateway, stages.west.gateway],
    storage: memory(),
    clock,
    customer: async () => ADA,
    // What a card is checked with goes back.
    strayPayments: 'refund',
  }) as Bill
  const couriers = Object.entries(stages).map(([name, stage]) => ({
    stage,
    courier: seed === undefined ? prompt(bill, name) : astray(bill, name, stage, seed),
  }))

  async function quiet(): Promise<void> {
    const late = seed !== undefined
    for (let round = 0; round < (late ? 1 : 2); round += 1) {
      for (const { stage } of couriers) await stage.advance(clock.now())
      await bill.work({ once: true })
      for (const { stage, courier } of couriers) {
        courier.take(stage.webhooks())
        await courier.deliver(clock.now())
      }
    }
    // As a job would, every few days.
    if (late && new Date(clock.now()).getUTCDate() % 4 === 0) await bill.reconcile()
    await bill.work({ once: true })
  }

  async function signUp(outcome: object, at: Name): Promise<void> {
    if ('url' in outcome) await stages[at].pay({ url: String(outcome.url) })
    await quiet()
  }

  const app = {
    bill,
    stages,
    quiet,
    /** Days go by, `step` at once; access is looked at after each, and an open page is paid as soon as there is one. */
    async days(count: number, step = 1): Promise<readonly string[]> {
      const without: string[] = []
      for (let day = 0; day < count; day += step) {
        clock.set(clock.now() + step * DAY)
        await quiet()
        const { access, invoices, subscription } = await bill.status(ADA)
        if (!access) without.push(new Date(clock.now()).toISOString())
        const page = invoices.find(({ url }) => url !== null)?.url
        if (page) await signUp({ url: page }, subscription?.gateway as Name)
      }
      return without
    },
    async moveTo(to: Name, at: 'now' | 'period_end' = 'now'): Promise<void> {
      await signUp(await bill.move(ADA, { to, at, successUrl: 'https://app.example/back' }), to)
    },
    /** What was really paid, wherever: the month and what was kept of it. */
    charges(): readonly (readonly [string, number])[] {
      return Object.values(stages)
        .flatMap((stage) => stage.book().charges)
        .map(({ at, amount, refunded }) => [monthOf(at), amount - refunded] as const)
        .filter(([, kept]) => kept > 0)
        .sort()
    },
    /** Subscriptions that a gateway would still charge for. */
    running: () =>
      Object.values(stages).flatMap((stage) =>
        stage
          .book()
          .subscriptions.filter(({ state, cancelAt }) => state !== 'canceled' && cancelAt === null),
      ),
    /** Calls so far that changed something at a gateway. */
    writes: (at: Name) => stages[at].book().writes.length,
    async close() {
      for (const { stage } of couriers) await stage.close()
    },
  }
  const successUrl = 'https://app.example/back'
  await signUp(await bill.subscribe(ADA, 'basic', { gateway: 'east', successUrl }), 'east')
  return app
}

export type Two = Awaited<ReturnType<typeof twoGateways>>

function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7)
}

type Courier = Pick<Chaos, 'take' | 'deliver'>

/** Every webhook at once and in order; one that was not taken comes again. */
function prompt(bill: Bill, gateway: string): Courier {
  const all: ReturnType<GatewayStage['webhooks']>[number][] = []
  let done = 0
  return {
    take: (webhooks) => all.push(...webhooks.slice(all.length)),
    async deliver() {
      for (; done < all.length; done += 1) {
        const request = all[done]
        if (request) await bill.receive(gateway, request)
      }
    },
  }
}

/** Webhooks twice, late, in any order, and a third of them never. */
function astray(bill: Bill, gateway: string, stage: Stage, seed: number): Courier {
  const receivers = [
    (request: Parameters<Chaos['take']>[0][number]) => bill.receive(gateway, request),
  ]
  return chaos({ seed, receivers, sign: ({ body }) => stage.sign(body), drop: 0.3 })
}
