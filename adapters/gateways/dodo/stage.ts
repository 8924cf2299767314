/** Dodo, emulated, as a stage for the published gateway cases and the scenarios. */
import type { AddOn, Catalog, Coupon, HostedPage, Interval, Plan, WebhookRequest } from 'billwright'
import type { Renewals } from 'billwright/core'
import type { DodoAddOn, DodoProduct } from './products.ts'
import { caseCatalog, type GatewayStage, type StageCard, testClock } from 'billwright/testing'
import { CAPABILITIES } from './capabilities.ts'
import {
  DODO_WEBHOOK_SECRET,
  type DodoEmulator,
  type DodoEmulatorOptions,
  dodoEmulator,
} from './emulator/dodo-emulator.ts'
import { dodo } from './gateway.ts'
import { DODO_TEST_CARDS } from './test-cards.ts'

export interface DodoStageOptions
  extends Pick<DodoEmulatorOptions, 'taxPercent' | 'changes' | 'retryHours' | 'callsPerMinute'> {
  /** Default `gateway`; anything else is refused, as the gateway does. */
  readonly renewals?: Renewals
  /** Default `dodo`. */
  readonly name?: string
  /** Where its clock starts. Default 2026-01-15. */
  readonly start?: Date | string | number
  /** What is in the dashboard. Default: what the published cases sell, in USD and JPY. */
  readonly sells?: DodoGoods
  /** Milliseconds until a call is given up. Default 20 000. */
  readonly timeoutMs?: number
  /** Wraps every call of the adapter, to record it or to break it. Default: as it is. */
  readonly wrap?: (send: typeof fetch) => typeof fetch
}

/** A stage that can also sign bodies of a test's own, and knows what must never show in an error. */
export interface DodoStage extends GatewayStage {
  sign(body: Uint8Array): WebhookRequest
  readonly secrets: readonly string[]
  readonly emulator: DodoEmulator
}

/** One catalog twice: as the dashboard has it, and as the gateway is told of it. */
export interface DodoGoods extends Pick<DodoEmulatorOptions, 'products' | 'addons' | 'discounts'> {
  readonly table: readonly DodoProduct[]
  readonly addOnTable: readonly DodoAddOn[]
}

const SECRET_KEY = 'dodo_stage_key_that_is_secret'

/** Puts up a stage with an emulator of its own, which listens on 127.0.0.1. */
export async function dodoStage(options: DodoStageOptions = {}): Promise<DodoStage> {
  const {
    renewals = 'gateway',
    name = 'dodo',
    start = '2026-01-15',
    wrap = (send) => send,
  } = options
  const { sells = goodsOfCases(name), timeoutMs } = options
  const clock = testClock(start)
  const webhookSecret = DODO_WEBHOOK_SECRET
  const { products, addons = [], discounts = [] } = sells
  const emulator = dodoEmulator({ ...options, clock, webhookSecret, products, addons, discounts })
  const on = async (page: HostedPage, body: Readonly<Record<string, string>>): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    await emulator.fetch(page.url, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  const gateway = dodo({
    ...{ secretKey: SECRET_KEY, webhookSecret, renewals, name, mode: 'test' },
    baseUrl: (await emulator.listen()).url,
    fetch: wrap(fetch),
    products: sells.table,
    addOns: sells.addOnTable,
    ...(timeoutMs !== undefined && { timeoutMs }),
  })
  return {
    ...{ gateway, clock, emulator },
    pay: (page, card = 'succeeds') => on(page, { card: numberOf(card) }),
    authenticate: (page, outcome = 'confirms') =>
      on(page, { action: outcome === 'confirms' ? 'confirm' : 'refuse' }),
    async expire(page) {
      emulator.leave(page.url)
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

/** The goods of plans, add-ons and coupons as the core has them. */
export function dodoGoods(
  catalogs: readonly Pick<Catalog, 'plans' | 'addOns' | 'coupons'>[],
): DodoGoods {
  const plans = catalogs.flatMap(({ plans: all }) => [...all.values()])
  const extras = catalogs.flatMap(({ addOns }) => [...addOns.values()])
  const coupons = catalogs.flatMap(({ coupons: all }) => [...all.values()])
  const products = plans.flatMap((plan) => pricesOf('pdt', plan))
  const addons = extras.flatMap((addOn) => pricesOf('adn', addOn))
  return {
    products: products.map(({ of: name, ...rest }) => ({ ...rest, name })),
    addons: addons.map(({ id, of: name, price }) => ({ id, name, price })),
    discounts: [...new Map(coupons.map((each) => [each.id, discountOf(each)])).values()],
    table: products.map(({ id: product, of: plan, interval, currency }) => {
      return { product, plan, interval, currency }
    }),
    addOnTable: addons.map(({ id: addon, of: addOn, interval, currency }) => {
      return { addon, addOn, interval, currency }
    }),
  }
}

function goodsOfCases(gateway: string): DodoGoods {
  const shared = { gateway, renewals: 'gateway', capabilities: CAPABILITIES } as const
  return dodoGoods(['USD', 'JPY'].map((currency) => caseCatalog({ ...shared, currency })))
}

interface Priced {
  readonly id: string
  readonly of: string
  readonly price: number
  readonly currency: string
  readonly interval: Interval
}

function pricesOf(
  prefix: string,
  { id: of, prices }: Pick<Plan | AddOn, 'id' | 'prices'>,
): readonly Priced[] {
  return prices.map(({ amount: price, currency, interval }) => {
    const id = `${prefix}_${of}_${interval.count}${interval.unit}_${currency}`
    return { id, of, price, currency, interval }
  })
}

function discountOf({ id: code, percent, amountOff = 0, duration = 'once' }: Coupon) {
  const cycles = duration === 'forever' ? null : duration === 'once' ? 1 : duration.periods
  const of = percent === undefined ? { amount: amountOff } : { amount: percent * 100 }
  return { code, type: percent === undefined ? 'flat' : 'percentage', ...of, cycles } as const
}

/** Dodo's word for what a stage calls a decline. */
const CODES: Readonly<Record<string, string>> = {
  insufficient_funds: 'INSUFFICIENT_FUNDS',
  expired_card: 'EXPIRED_CARD',
  do_not_honor: 'DO_NOT_HONOR',
  lost_or_stolen: 'STOLEN_CARD',
  fraud: 'FRAUDULENT',
  processing_error: 'PROCESSING_ERROR',
}

/** The test card that behaves as the stage says; throws for a behavior that no card has. */
function numberOf(card: StageCard): string {
  const wanted = typeof card === 'string' ? card : CODES[card.declines]
  const found = DODO_TEST_CARDS.find(({ behavior }) =>
    behavior.kind === 'declines' ? behavior.code === wanted : behavior.kind === wanted,
  )
  if (!found) throw new RangeError(`No test card for ${JSON.stringify(card)}`)
  return found.number
}
