/**
 * Whole stories of a customer as data, and a runner that tells them on any gateway's stage. The test
 * makes the billing object; webhooks are delivered as the test wants them.
 */
import type { Bill } from '../bill.ts'
import type { Gateway, HostedPage, WebhookRequest } from '../gateway.ts'
import type { Scenario, ScenarioCommand, ScenarioEnd, ScenarioStep } from './scenarios/scenario.ts'
import type { BookedCharge, GatewayStage } from './stage.ts'
import { addOn, coupon, DAY, days, type Instant, limit, monthly, plan } from '../core/index.ts'
import { currencyWith } from './gateway-cases/case-catalog.ts'
import { holds, same } from './gateway-cases/check.ts'
import { STORIES } from './scenarios/stories.ts'

export type { Scenario, ScenarioCommand, ScenarioEnd, ScenarioStep } from './scenarios/scenario.ts'

/** The stories that every gateway must be able to tell, as far as its capabilities go. */
export const scenarios: readonly Scenario[] = STORIES

/** What a scenario needs of a billing object. */
export type ScenarioBill = Pick<
  Bill,
  | 'register'
  | 'subscribe'
  | 'changePlan'
  | 'cancel'
  | 'resume'
  | 'setQuantity'
  | 'addOn'
  | 'refund'
  | 'retryPayment'
  | 'updatePaymentMethod'
  | 'status'
  | 'transactions'
  | 'receive'
  | 'work'
>

export interface ScenarioRun {
  readonly stage: GatewayStage
  /** The billing object of an app with `scenarioProduct`, the stage's gateway and the stage's clock. */
  readonly bill: ScenarioBill
  /** Brings webhooks to the billing object after every step. Default: each once, in order. */
  readonly deliver?: (webhooks: readonly WebhookRequest[], now: Instant) => Promise<void>
  /** Called before a command: what an app does to see the newest state. Default: nothing. */
  readonly look?: () => Promise<unknown>
}

/** The customer of every scenario. */
export const SCENARIO_CUSTOMER = 'ada'

/**
 * What the app of the scenarios sells through a gateway: a month of `basic` costs 100 units, of `pro`
 * 200, of `tried` 300 after 14 days; a unit is large enough for the vendor's smallest charge.
 */
export function scenarioProduct({ capabilities }: Pick<Gateway, 'capabilities'>) {
  const { currency, unit } = unitOf(capabilities)
  return {
    plans: [
      plan('basic', { rank: 1, price: monthly(100 * unit, currency) }),
      plan('pro', { rank: 2, price: monthly(200 * unit, currency), quantity: { min: 1, max: 9 } }),
      plan('tried', {
        rank: 3,
        price: monthly(300 * unit, currency),
        trial: days(14, { payment: 'upfront' }),
      }),
    ],
    addOns: [
      addOn('seats', {
        price: monthly(50 * unit, currency),
        adds: [limit('projects')(1)],
        plans: ['pro'],
      }),
    ],
    coupons: [coupon('HALF', { percent: 50 })],
    // Whole days, so that the hour at which something happens makes no other amount.
    proration: { granularity: 'day' },
  } as const
}

function unitOf(capabilities: Gateway['capabilities']) {
  const currency = currencyWith(capabilities, 2) ?? 'USD'
  return { currency, unit: Math.max(20, Math.ceil((capabilities.minimum[currency] ?? 0) / 10)) }
}

/** Whether a gateway can tell the story at all. */
export function canRun(
  { clocks = ['billwright', 'gateway'], needs = () => true }: Scenario,
  { renewals, capabilities }: Gateway,
): boolean {
  return clocks.includes(renewals) && needs(capabilities)
}

/** Tells a story and throws unless it ends as it must, by the app's word and by the vendor's book. */
export async function runScenario(scenario: Scenario, run: ScenarioRun): Promise<void> {
  const { stage } = run
  const teller = tellerOf(run)
  const start = stage.clock.now()
  for (const step of scenario.steps) await teller.tell(step, (start + step.day * DAY) as Instant)
  await teller.settle()
  await assertEnd(scenario, run)
}

function tellerOf(run: ScenarioRun) {
  const { stage, bill, look } = run
  const deliver = run.deliver ?? inOrder(run)
  let page: HostedPage | null = null

  async function settle(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      await deliver(stage.webhooks(), stage.clock.now())
      await bill.work({ once: true })
    }
  }

  async function ask(command: ScenarioCommand): Promise<void> {
    await look?.()
    const { unit } = unitOf(stage.gateway.capabilities)
    const outcome = await send(bill, command, unit)
    if ('url' in outcome) page = outcome
  }

  /** The page that was opened last, unless an invoice waits for the customer. */
  async function pageNow(): Promise<HostedPage> {
    const { invoices } = await bill.status(SCENARIO_CUSTOMER)
    const link = invoices.find(({ url }) => url !== null)?.url
    const shown = page ?? (typeof link === 'string' ? { url: link } : null)
    holds('there is a page to pay on', shown !== null, invoices)
    return shown
  }

  return {
    settle,
    async tell(step: ScenarioStep, at: Instant): Promise<void> {
      if (at > stage.clock.now()) page = null
      // Day by day: a worker runs, and webhooks come while their signatures are young.
      for (let now = stage.clock.now(); now < at; now = stage.clock.now()) {
        await stage.advance(Math.min(at, now + DAY))
        await settle()
      }
      if (step.do) await ask(step.do)
      if (step.pay !== undefined) await stage.pay(await pageNow(), step.pay)
      if (step.confirm !== undefined) await stage.authenticate(await pageNow(), step.confirm)
      await settle()
    },
  }
}

async function send(bill: ScenarioBill, asked: ScenarioCommand, unit: number) {
  const who = SCENARIO_CUSTOMER
  switch (asked.command) {
    case 'subscribe': {
      const { plan: bought, coupon: code } = asked
      return bill.subscribe(who, bought, code === undefined ? {} : { coupon: code })
    }
    case 'changePlan':
      return bill.changePlan(who, asked.plan)
    case 'setQuantity':
      return bill.setQuantity(who, asked.quantity)
    case 'addOn':
      return bill.addOn(who, asked.addOn as never, asked.quantity)
    case 'refund': {
      const { items } = await bill.transactions(who)
      const amount = asked.amount === undefined ? {} : { amount: asked.amount * unit }
      return bill.refund(who, items[0]?.id ?? '', amount)
    }
    default:
      return bill[asked.command](who)
  }
}

/** Each webhook once, in the order in which they were made. */
function inOrder({ stage, bill }: ScenarioRun): NonNullable<ScenarioRun['deliver']> {
  let delivered = 0
  return async (webhooks) => {
    for (const { headers, body } of webhooks.slice(delivered))
      await bill.receive(stage.gateway.name, { headers, body })
    delivered = webhooks.length
  }
}

async function assertEnd({ name, end }: Scenario, { stage, bill }: ScenarioRun): Promise<void> {
  const { status, plan: has, access, ending } = await bill.status(SCENARIO_CUSTOMER)
  const shown = { status, plan: has, access, ending: ending !== null }
  const { taken, refunded = 0, ...wanted } = end
  same(`how «${name}» ends`, shown, { ending: false, ...wanted } satisfies Shown)
  const { charges } = stage.book()
  const paid = charges.filter(({ amount }) => amount > 0)
  const { unit } = unitOf(stage.gateway.capabilities)
  const exact = stage.gateway.capabilities.amounts === 'exact'
  const units = (count: number) => Math.round(count / unit)
  const took = paid.map(({ amount }) => (exact ? units(amount) : 'some'))
  const must = taken.map((amount) => (exact ? amount : 'some'))
  same(`what the vendor took in «${name}»`, took, must)
  same(`what the vendor gave back in «${name}»`, units(sumRefunded(paid)), refunded)
}

type Shown = Omit<ScenarioEnd, 'taken' | 'refunded'>

function sumRefunded(charges: readonly BookedCharge[]): number {
  return charges.reduce((sum, { refunded }) => sum + refunded, 0)
}
